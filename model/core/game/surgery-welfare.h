/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_WELFARE_H
#define SURGERY_WELFARE_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Post a price: every player pays it for its share, in addition to its rho. Switching costs stay as
 * they are.
 *
 * @param [in,out] game the game, to be played at the price
 * @param priceS what the whole server costs, s, >= 0
 */
void AddPostedPrice(Game& game, double priceS);

/**
 * @ingroup dnn-surgery
 *
 * What an outcome at a posted price p is worth, and to whom (our formulation). All figures are in
 * seconds as the cost J counts them. Switching costs are not part of any.
 *
 * The posted price is a transfer from devices to the operator. What rho stands for is a cost of the
 * device that nobody here receives. So welfare does not depend on the price but through the
 * decisions, and where Phi is least at p = 0, no price makes welfare larger.
 */
struct Welfare
{
    double revenueS{0}; ///< p x sum of the shares: what all devices pay the operator
    double surplusS{0}; ///< sum of the differences between J at work on the device alone and J
    double welfareS{0}; ///< surplus + revenue
    /// The largest difference between a device's J and the J that it would have with another one's
    /// share and the best cut for it, if positive. It would pay what the other one pays to the
    /// operator, and its own rho.
    double largestEnvyS{0};
};

/**
 * @ingroup dnn-surgery
 *
 * Evaluate what an outcome is worth, whatever decided it. O(players x (cuts + log players)).
 *
 * Where players do not tell their cuts, all but the revenue is not a number.
 *
 * @param game the game as it was played, the posted price included in each rho
 * @param outcome one decision per player
 * @param priceS the posted price p, s, >= 0
 * @return the figures
 * @throws std::invalid_argument if there is not one decision per player
 */
Welfare EvaluateWelfare(const Game& game, const Outcome& outcome, double priceS);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_WELFARE_H
