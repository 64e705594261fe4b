/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WAITING_MARKET_H
#define WAITING_MARKET_H

#include "waiting-lines.h"

#include "ns3/surgery-game.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Finds the price of the normalized equilibrium where waiting is weighed, as class Market does for
 * plain costs: the smallest shadow price at which the players' demand fits the capacity. Demand
 * never rises with the price, since what a choice costs is concave in the price, but where it jumps
 * is not known in advance. So the price is bisected: O(players x lines) some fifty times.
 */
class WaitingMarket
{
  public:
    /**
     * Clear the market.
     *
     * @param game the game; the capacity must be > 0
     * @param lines its players' lines
     */
    WaitingMarket(const Game& game, const WaitingLines& lines);

    /**
     * @return the price lambda, s, >= 0
     */
    double GetPrice() const;

    /**
     * @param player a player's index
     * @return the line it chooses at the price, as an index; if its demand jumps there, the line
     *         with more demand as long as that fits
     */
    uint32_t GetChoice(std::size_t player) const;

    /**
     * @return how many prices were announced
     */
    uint32_t GetRounds() const;

    /**
     * Tell how near a player is to a change of its cut: what its second best line costs more than
     * its best one at the price, relative to the best one.
     *
     * @param player a player's index
     * @return a ratio >= 0; infinite if it has one line only
     */
    double GetDistanceToJump(std::size_t player) const;

  private:
    /// Ask all players. @param priceS a shadow price, s @return their best lines
    std::vector<PricedLine> Ask(double priceS);
    /// Search for the price.
    void Clear();

    const Game& m_game;                ///< who plays
    const WaitingLines& m_lines;       ///< their lines
    double m_price{0};                 ///< lambda
    uint32_t m_rounds{0};              ///< prices announced
    std::vector<PricedLine> m_choices; ///< by player
};

} // namespace surgery
} // namespace ns3

#endif // WAITING_MARKET_H
