/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CUT_SEARCH_H
#define SURGERY_CUT_SEARCH_H

#include "ns3/surgery-response-lines.h"
#include "ns3/surgery-water-filling.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Holds a cut per player with the capacity water-filled, and searches for cuts with a lower Phi.
 *
 * @tparam Lines the lines of all players: ResponseLines, or those of players that weigh waiting
 * @tparam Water divides the capacity among players with such lines
 */
template <class Lines, class Water>
class BasicCutSearch
{
  public:
    /**
     * @param game the game; must outlive this object
     * @param lines its players' lines; must outlive this object
     */
    BasicCutSearch(const Game& game, const Lines& lines);

    /**
     * Give all players cuts and divide the capacity.
     *
     * @param choices a line per player
     */
    void Start(std::vector<uint32_t> choices);

    /**
     * Change one player's cut and divide the capacity anew.
     *
     * @param player its index
     * @param line its new line
     */
    void Change(std::size_t player, uint32_t line);

    /**
     * Take the single change of cut that lowers Phi most, and repeat until none lowers it.
     *
     * @param players whose cuts may change
     */
    void ChangeSingleCuts(const std::vector<std::size_t>& players);

    /**
     * Take the best combination of cuts, if there are at most 4096 in all.
     *
     * @return whether there are
     */
    bool TryAllCombinations();

    /**
     * @return the line of each player
     */
    const std::vector<uint32_t>& GetChoices() const;

    /**
     * @return the capacity as it is divided
     */
    const Water& GetWater() const;

    /**
     * @return how often cuts were changed by a search
     */
    uint32_t GetRounds() const;

    /**
     * @return cuts and shares
     */
    Outcome GetOutcome() const;

  private:
    /// A change of one player's cut.
    struct Trial
    {
        double gain;        ///< at most so much, s
        std::size_t player; ///< who
        uint32_t line;      ///< its new line
    };

    /// Find the changes that might lower Phi. @param players whose cuts may change
    /// @return the changes, the most promising first
    std::vector<Trial> GetPromising(const std::vector<std::size_t>& players) const;

    const Game& m_game;              ///< who plays
    const Lines& m_lines;            ///< their cuts
    Water m_water;                   ///< their shares
    std::vector<uint32_t> m_choices; ///< lines by player
    uint32_t m_rounds{0};            ///< changes
};

/// The search among plain costs.
using CutSearch = BasicCutSearch<ResponseLines, WaterFilling>;

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CUT_SEARCH_H
