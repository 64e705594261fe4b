/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_WAITING_H
#define SURGERY_WAITING_H

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How long the inferences of one device wait for each other, if its requests do not wait for
 * results.
 *
 * They pass a tandem of stages: device, uplink, server, downlink. Each takes the same time for
 * every inference of one cut. Then all waiting is that of the slowest stage by itself, whichever
 * comes first. With its time tau, the rate r of the requests and the squared coefficient of
 * variation c2 of the gaps between them, its use is u = r tau, and the mean waiting time
 *
 *     W = c2 r tau^2 / (2 (1 - u)).
 *
 * This is exact for Poisson requests (c2 = 1) and for periodic ones (c2 = 0, u < 1), the limit as u
 * approaches 1 for gaps that do not depend on each other, and an approximation below. Beyond u =
 * MOST_USE W goes on by its tangent, so that it is convex, and finite where a queue would grow
 * without end. Sizes of queues are not part of it.
 */
struct Waiting
{
    static constexpr double MOST_USE = 0.9; ///< u from which on W goes on by its tangent

    double ratePerS{0};     ///< r, requests per second, >= 0
    double gapVariation{0}; ///< c2, >= 0
    double fixedStageS{0};  ///< tau0, the slowest stage but the server's, s, >= 0
    double serviceS{0};     ///< E, how long the whole server takes, s, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * @param waiting a cut's terms
 * @return whether anything ever waits
 */
inline bool
HasWaiting(const Waiting& waiting)
{
    return waiting.ratePerS > 0 && waiting.gapVariation > 0;
}

/**
 * @ingroup dnn-surgery
 *
 * @param waiting a cut's terms
 * @param share the device's share of the server, 0..1
 * @return the slowest stage, s: tau = max(tau0, E / share); infinite if there is work and no share
 */
double GetSlowestStage(const Waiting& waiting, double share);

/**
 * @ingroup dnn-surgery
 *
 * @param waiting a cut's terms
 * @param stageS the slowest stage tau, s
 * @return the mean waiting time W, s; infinite if anything waits for an infinite stage
 */
double GetWaitingTime(const Waiting& waiting, double stageS);

/**
 * @ingroup dnn-surgery
 *
 * @param waiting a cut's terms
 * @param stageS the slowest stage tau, s
 * @return W'(tau) = c2 (1 / (1 - u)^2 - 1) / 2, without unit, >= 0; that of MOST_USE beyond it
 */
double GetWaitingSlope(const Waiting& waiting, double stageS);

/**
 * @ingroup dnn-surgery
 *
 * Get the share phi that minimizes E' / phi + W(max(tau0, E / phi)) + price x phi.
 *
 * The cost is convex in phi, with a kink at E / tau0: from there on the server is not the slowest
 * stage, and more share saves no waiting. With w = E' / E and tau = E / phi, the best tau is the
 * root of tau^2 (w + W'(tau)) = price x E where the server is the slowest stage, and that of
 * tau^2 w = price x E where it is not; if both are on the other side of tau0, it is tau0.
 *
 * @param waiting a cut's terms
 * @param workS E' as priced, s; that of the same work as E
 * @param unitPriceS price of the whole server, s, >= 0
 * @return the share, >= 0, not limited to 1; infinite if there is work and the price is 0
 */
double GetBestShare(const Waiting& waiting, double workS, double unitPriceS);

/**
 * @ingroup dnn-surgery
 *
 * @param waiting a cut's terms
 * @param workS E' as priced, s; that of the same work as E
 * @param share a share, > 0
 * @return the least unit price, s, at which no larger share is best
 */
double GetMarginalPrice(const Waiting& waiting, double workS, double share);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_WAITING_H
