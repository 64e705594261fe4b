/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MARKET_H
#define MARKET_H

#include "ns3/surgery-game.h"
#include "ns3/surgery-response-lines.h"
#include "ns3/surgery-water-filling.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Finds the price of the normalized equilibrium: the smallest shadow price at which the players'
 * demand fits the capacity.
 *
 * Demand never rises with the price, and jumps where a player changes its cut. Every round splits
 * the bracket at the median of the jumps inside it; a player without a jump left is not asked again
 * for its cut. Between two jumps demand is smooth, and Newton's method ends the search.
 * O(players x log(jumps)).
 */
class Market
{
  public:
    /**
     * Clear the market.
     *
     * @param game the game; the capacity must be > 0
     * @param lines its players' envelopes
     */
    Market(const Game& game, const ResponseLines& lines);

    /**
     * @return the price lambda, s, >= 0
     */
    double GetPrice() const;

    /**
     * @param player a player's index
     * @return the line it chooses at the price, as an index; of two that are as good the one with
     *         less demand, unless the price is a jump of several players: then as many of them take
     *         the other one as fit
     */
    uint32_t GetChoice(std::size_t player) const;

    /**
     * @return how many prices were announced
     */
    uint32_t GetRounds() const;

    /**
     * Tell how near a player is to a change of its cut: the distance of the price to the player's
     * nearest jump, relative to the unit price.
     *
     * @param player a player's index
     * @return a ratio >= 0; infinite if it has one cut only
     */
    double GetDistanceToJump(std::size_t player) const;

  private:
    /// A player that still has jumps inside the bracket.
    struct Undecided
    {
        uint32_t player; ///< its index
        uint32_t high;   ///< its step just below the bracket's upper end
        uint32_t low;    ///< its step at the lower end: demands more
    };

    /// Begin with a bracket without ends, in which all players are undecided.
    void AskAll();
    /// Ask the players. @param priceS a price inside the bracket, s @return whether demand fits
    bool FitsAt(double priceS);
    /// Decide the players that have no jump left inside the bracket: they keep their step there.
    void Decide();
    /// @param stride of how many jumps one is taken @return jumps inside the bracket, s
    std::vector<double> CollectJumps(std::size_t stride) const;
    /// Narrow the bracket until none of some jumps is left inside. @param jumps their prices, s
    void SplitAt(std::vector<double> jumps);
    /// Search for the price.
    void Clear();
    /// Let the players choose at the price.
    void Choose();
    /// Find a demand at the price. @param player a player's index @param rootWork sqrt(E) of its
    /// line
    /// @return the share, >= 0
    double GetShare(std::size_t player, double rootWork) const;

    const Game& m_game;                 ///< who plays
    const ResponseLines& m_lines;       ///< their envelopes
    TotalDemand m_decided;              ///< of who has no jump inside the bracket
    std::vector<Undecided> m_undecided; ///< who has
    double m_low{0};                    ///< the bracket's lower end, where demand does not fit
    double m_high{std::numeric_limits<double>::infinity()}; ///< its upper end, where it does
    double m_price{0};                                      ///< lambda
    uint32_t m_rounds{0};                                   ///< prices announced
    std::vector<uint32_t> m_choices;                        ///< lines by player
};

} // namespace surgery
} // namespace ns3

#endif // MARKET_H
