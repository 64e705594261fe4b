/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_RESPONSE_LINES_H
#define SURGERY_RESPONSE_LINES_H

#include "ns3/surgery-game.h"
#include "ns3/surgery-line.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * One cut of one player at its present link. At a share phi it costs B + E / phi, with the
 * switching cost in B: a line in 1 / phi. At a unit price q and the best share for it, it costs B +
 * 2 sqrt(E q): a line in sqrt(q).
 */
struct ResponseLine
{
    double baseS;    ///< B, switching cost included, s
    double workS;    ///< E as priced, s
    double rootWork; ///< sqrt(E)
    uint32_t cut;    ///< index among the option's cuts
    uint16_t option; ///< index among the player's options
    uint16_t server; ///< index of the server
};

/**
 * @ingroup dnn-surgery
 *
 * A step of a player's demand: from its price on, the player rents no more than one line asks for.
 */
struct PriceStep
{
    double fromPriceS; ///< least shadow price at which the step holds, s; -infinity for the last
    double rootWork;   ///< demand x sqrt(rho + lambda)
    uint32_t line;     ///< index among the player's lines
};

/**
 * @ingroup dnn-surgery
 *
 * The lower envelopes of all players: the cuts that can be best at the present links, and the
 * demand of each player as a function of the shadow price. Everything lies in flat arrays, since a
 * timestep runs through all of it. Building takes O(cuts) per player.
 */
class ResponseLines
{
  public:
    /// A part of a flat array.
    template <class T>
    struct Range
    {
        const T* first; ///< its begin
        const T* last;  ///< its end

        /// @return the begin
        const T* begin() const
        {
            return first;
        }

        /// @return the end
        const T* end() const
        {
            return last;
        }

        /// @return how many there are
        std::size_t size() const
        {
            return static_cast<std::size_t>(last - first);
        }

        /// @param i an index @return that element
        const T& operator[](std::size_t i) const
        {
            return first[i];
        }
    };

    /**
     * @param players the devices
     */
    explicit ResponseLines(const std::vector<Player>& players);

    /**
     * @param player a player's index
     * @return its lines that are best at some share <= 1: work ascending, base descending
     */
    Range<ResponseLine> GetLines(std::size_t player) const
    {
        return {m_lines.data() + m_lineEnds[player], m_lines.data() + m_lineEnds[player + 1]};
    }

    /**
     * @param player a player's index
     * @return its steps: price descending, demand ascending; never empty
     */
    Range<PriceStep> GetSteps(std::size_t player) const
    {
        return {m_steps.data() + m_stepEnds[player], m_steps.data() + m_stepEnds[player + 1]};
    }

    /**
     * @param player a player's index
     * @param line index among its lines
     * @return the cut that the line stands for; it belongs to the player's options
     */
    const std::shared_ptr<const Cut>& GetCut(std::size_t player, uint32_t line) const
    {
        return *m_cuts[m_lineEnds[player] + line];
    }

    /**
     * @param player a player's index
     * @return its rho, s
     */
    double GetUsagePrice(std::size_t player) const
    {
        return m_usagePrices[player];
    }

    /**
     * @return rho of all players, s
     */
    const std::vector<double>& GetUsagePrices() const
    {
        return m_usagePrices;
    }

  private:
    /// Append the lines of one player. @param player who
    void AddLines(const Player& player);
    /// Append the steps of the player whose lines came last. @param usagePriceS its rho, s
    void AddSteps(double usagePriceS);

    std::vector<ResponseLine> m_lines; ///< of all players
    /// By line, the cut; here so that decisions are made without a look at the players.
    std::vector<const std::shared_ptr<const Cut>*> m_cuts;
    std::vector<PriceStep> m_steps;    ///< of all players
    std::vector<uint32_t> m_lineEnds;  ///< where each player's lines begin, and the end
    std::vector<uint32_t> m_stepEnds;  ///< where each player's steps begin, and the end
    std::vector<double> m_usagePrices; ///< rho by player
    std::vector<Line> m_contenders;    ///< of the player whose lines come
    std::vector<ResponseLine> m_hull;  ///< those of them on the envelope so far, then more room
    /// By line on the envelope: the inverse share below which it beats the one
    /// before.
    std::vector<double> m_meets;
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_RESPONSE_LINES_H
