/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LATENCY_H
#define SURGERY_LATENCY_H

#include "ns3/dnn-cut.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The network between a device and the server, as the application measures it: a transfer takes
 * delay + bits / rate. Its ends may take time, too, to serialize and copy what they send and
 * receive (AddHostWork).
 */
struct Link
{
    double uplinkBps{0};      ///< rate toward the server, bit/s, > 0
    double downlinkBps{0};    ///< rate toward the device, bit/s, > 0
    double uplinkDelayS{0};   ///< delay toward the server, s, >= 0
    double downlinkDelayS{0}; ///< delay toward the device, s, >= 0
    double hostS{0};     ///< host work of both ends for an offloaded inference of any size, s, >= 0
    double hostByteS{0}; ///< the same for each byte of its tensors and its result, s, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * What each second of an inference counts, by what the device does meanwhile. Seconds that count 1
 * each sum to a latency, seconds that count the power drawn to an energy.
 */
struct ActivityWeights
{
    double busy{1};     ///< while its processor runs layers
    double transmit{1}; ///< while its tensors are sent
    double receive{1};  ///< while its result comes
    double idle{1};     ///< while it waits for the network's delays, for hosts and for the server
};

/**
 * @ingroup dnn-surgery
 *
 * Check a link.
 *
 * @param link the link
 * @throws std::invalid_argument if a value is out of range; its text names the field and the range
 */
void CheckLink(const Link& link);

/**
 * @ingroup dnn-surgery
 *
 * Get what counts, of an inference, whatever the share of the server: the sum of GetBaseLatency,
 * each term with its weight.
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @param weights what a second counts
 * @return seconds times weights
 */
double GetWeightedBase(const Cut& cut, const Link& link, const ActivityWeights& weights);

/**
 * @ingroup dnn-surgery
 *
 * Get the part of an inference's latency that does not depend on the share of the server:
 * B = L + d_up + 8 X / b_up + d_down + 8 R / b_down + h + h' (X + R) with the host work h and h',
 * or L if nothing is offloaded.
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @return seconds
 */
double GetBaseLatency(const Cut& cut, const Link& link);

/**
 * @ingroup dnn-surgery
 *
 * Get the latency of one inference without waiting: T = B + E / share (doc/dnn-surgery.rst; our
 * formulation of arXiv 2306.12185). All other latencies and costs are computed by this function.
 *
 * @param baseS B, the part that does not depend on the share, s
 * @param workS E, how long the whole server takes, s, >= 0
 * @param share the device's share of the server, 0..1; > 0 if there is work
 * @return seconds; infinite if there is work and the share is 0
 */
double GetLatency(double baseS, double workS, double share);

/**
 * @ingroup dnn-surgery
 *
 * Get the latency of one inference without waiting.
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @param share the device's share of the server, 0..1; > 0 if the cut leaves work to the server
 * @return seconds; infinite if the server has work and the share is 0
 */
double GetLatency(const Cut& cut, const Link& link, double share);

/**
 * @ingroup dnn-surgery
 *
 * Get the slowest stage of the pipeline but the server's, tau0 = max(L, 8 X / b_up, 8 R / b_down).
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @return seconds
 */
double GetSlowestFixedStage(const Cut& cut, const Link& link);

/**
 * @ingroup dnn-surgery
 *
 * Get the slowest stage of the pipeline that inferences of one device pass: the device L, the
 * network max(8 X / b_up, 8 R / b_down), the server E / share. It limits the inferences per second;
 * delays of the network and host work do not, because they do not hold up the next inference.
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @param share the device's share of the server, 0..1; > 0 if the cut leaves work to the server
 * @return seconds; infinite if the server has work and the share is 0
 */
double GetSlowestStage(const Cut& cut, const Link& link, double share);

/**
 * @ingroup dnn-surgery
 *
 * Get what a device minimizes: J = T + rho x share.
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @param share the device's share of the server, 0..1
 * @param usagePriceS rho: latency that renting the whole server must save, s, >= 0
 * @return seconds
 */
double GetCost(const Cut& cut, const Link& link, double share, double usagePriceS);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LATENCY_H
