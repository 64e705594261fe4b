/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CERTIFICATE_H
#define SURGERY_CERTIFICATE_H

#include "ns3/surgery-game.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How good an outcome is, whatever decided it. All figures follow from the game and the decisions.
 * From the scheduler comes only the shadow price, which the lower bound may use whatever it is.
 *
 * Potential, bound and regret are those of the game as it is played, switching costs included;
 * latencies and costs J of the players are without them. They are over the cuts that are known:
 * of a DNN with too many cuts, one that was left out costs less than the best known one by at most
 * cutTolerance of it (PartitionFrontier::GetTolerance).
 */
struct Certificate
{
    double load{0};          ///< sum of the shares, of the whole server
    double potential{0};     ///< Phi = sum of the costs J and of the switching costs, s
    double switchingS{0};    ///< what players pay for changing their cuts, s
    double dualBound{0};     ///< no outcome has a lower potential, s
    double dualGap{0};       ///< potential - dual bound, s
    double largestExcess{0}; ///< largest e_i, of what player i pays at the price rho + lambda
    double unsoldS{0};       ///< value of capacity that nobody uses, s
    double maxRegret{0};     ///< largest gain by moving alone, of what the mover pays
    double cutTolerance{0};  ///< by which part cuts that nobody knows may be better, 0..1
    uint32_t overloaded{0};  ///< players that ask for more than gets through (IsOverloaded)
    std::vector<double> latenciesS; ///< T of each player, s
    std::vector<double> costsS;     ///< J of each player, s
};

/**
 * @ingroup dnn-surgery
 *
 * Evaluate an outcome: the only place where schedulers are scored. O(players x cuts).
 *
 * - Regret: a player may change its own cut and share, within its share plus the unused capacity.
 * - Dual bound: sum_i min J_i(rho_i + lambda) - lambda x capacity, each minimum over all cuts and
 *   shares up to 1: Lagrangian relaxation of the capacity, valid for every lambda >= 0.
 * - The dual gap has two parts: sum_i e_i + lambda x (capacity - load), where e_i >= 0 is what
 *   player i pays at the price rho_i + lambda beyond its cheapest choice.
 *
 * Players that decide themselves may not tell their cuts; then all figures but the load are not a
 * number.
 *
 * @param game the game
 * @param outcome one decision per player
 * @return the figures
 * @throws std::invalid_argument if there is not one decision per player
 */
Certificate Evaluate(const Game& game, const Outcome& outcome);

/**
 * @ingroup dnn-surgery
 *
 * @param game the game
 * @param outcome one decision per player
 * @return the sum of the unpriced costs (GetUnpricedCost), s: of the latencies, if players weigh
 *         nothing else
 * @throws std::invalid_argument if there is not one decision per player
 */
double GetUnpricedSum(const Game& game, const Outcome& outcome);

/**
 * @ingroup dnn-surgery
 *
 * Compute a lower bound of the sum of the unpriced costs C: sum_i min (C_i + price x share) - price
 * x capacity, each minimum over all cuts and shares up to the capacity. O(players x cuts).
 *
 * @param game the game
 * @param priceS a price of capacity, s, >= 0: each gives a valid bound, the shadow price of
 *        DecideOptimum the best one
 * @return no outcome has a smaller sum, s
 */
double GetUnpricedBound(const Game& game, double priceS);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CERTIFICATE_H
