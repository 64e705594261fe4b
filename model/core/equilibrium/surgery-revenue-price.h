/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_REVENUE_PRICE_H
#define SURGERY_REVENUE_PRICE_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a server sells at a posted price.
 */
struct Sale
{
    double priceS{0};   ///< the posted price p of the whole server, s
    double load{0};     ///< the sum of the shares sold, 0..1
    double revenueS{0}; ///< price x load, s
};

/**
 * @ingroup dnn-surgery
 *
 * Get the demand of a game's players at a posted price p: D(p) = sum_i phi_i, where phi_i is the
 * share of the best response to rho_i + p with any share up to the capacity, whatever the others
 * do. D never rises with p.
 *
 * Where D(p) fits the capacity, every equilibrium of the game with p on top of each rho has exactly
 * these shares, up to ties, since nobody is in anybody's way. Where it does not, the shadow price
 * lambda(p) on top of p keeps some or all players from what they would take at p.
 *
 * @param game the game, without the posted price
 * @param priceS p, s, >= 0
 * @return the demand, 0..players x capacity
 */
double GetDemand(const Game& game, double priceS);

/**
 * @ingroup dnn-surgery
 *
 * Find the posted price that earns most, p D(p), among those at which the server sells within its
 * capacity C: D(p) <= C. The exact price up to tie-breaking, computed from all players' demand.
 *
 * As long as a player keeps its cut, its share falls no faster than p^(-1/2), so that p D(p) rises
 * with p. Thus the best price is just below one at which some player changes its cut, and only
 * those prices are compared. At the jump itself the player does not mind either cut; the price
 * found is lower by REVENUE_PRICE_MARGIN of it, so that it prefers the larger demand. If several
 * players jump at the same price, and the demand of all of them does not fit, as many of them as
 * do, in the game's order, count as sold: the shadow price keeps out the others.
 *
 * Not considered are prices at which the shadow price rations what is sold: there, earnings are at
 * most p C, and follow from the hand-out of what demand leaves over. Only with a few players, whose
 * demand jumps by large parts of the server, may one of them earn more.
 *
 * O(players x jumps) at most, seldom so much, because bounds rule out most prices. Of players that
 * weigh waiting, a cut that is best between two prices at which another one is best is overlooked.
 *
 * @param game the game, without the posted price
 * @return the price and what is sold at it; all 0 if nothing can be sold
 * @throws std::invalid_argument if the game is malformed
 */
Sale FindRevenuePrice(const Game& game);

/// By what part of it the price found by FindRevenuePrice is below a jump of the demand.
constexpr double REVENUE_PRICE_MARGIN = 1e-9;

} // namespace surgery
} // namespace ns3

#endif // SURGERY_REVENUE_PRICE_H
