/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MOVE_COSTS_H
#define SURGERY_MOVE_COSTS_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a server tells of its market, so that devices can foresee what moving there does.
 */
struct ServerTerms
{
    double shadowPriceS{0}; ///< lambda, s, >= 0
    double load{0};         ///< sum of the shares, 0..1
    double curvatureS{0};   ///< kappa, d lambda / d share, s, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Foresee what the potential Phi grows by when a device enters a server.
 *
 * The device takes its best line at the announced price. Beyond the capacity that is left, each bit
 * of its share is taken from others, for whom it is worth lambda + kappa x after a share of x was
 * taken. With all rho equal and a full server this is B + 2 w sqrt(q) + w^2, where w = sqrt(E) and
 * q = rho + lambda.
 *
 * @param player the device, with its options and its link to that server
 * @param terms the server's
 * @return its own J and what the others lose, s
 */
double GetEntryCost(const Player& player, const ServerTerms& terms);

/**
 * @ingroup dnn-surgery
 *
 * Foresee what the potential Phi falls by when a device leaves its server: its own J, and what the
 * others gain by its share. With all rho equal and a full server this is B + 2 w sqrt(q) - w^2, as
 * long as the price stays above 0; where it falls to 0, the others gain less, and nothing if there
 * are none. Without that, some games never come to rest.
 *
 * @param player the device, with its options and its link to that server
 * @param terms the server's
 * @return seconds
 */
double GetLeavingSaving(const Player& player, const ServerTerms& terms);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MOVE_COSTS_H
