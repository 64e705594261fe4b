/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WAITING_LINES_H
#define WAITING_LINES_H

#include "ns3/surgery-game.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-response-lines.h"

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
 * A line at its best share for a price.
 */
struct PricedLine
{
    uint32_t line{0}; ///< index among the player's lines
    double costS{0};  ///< what it costs, switching cost included, s
    double share{0};  ///< its share, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * The lines of all players of a game in which waiting is weighed: those that no other one of the
 * player beats in all respects. With waiting, costs are no lines in the root of the price (class
 * ResponseLines), so there is no envelope to compute once.
 */
class WaitingLines
{
  public:
    /**
     * @param players the devices
     */
    explicit WaitingLines(const std::vector<Player>& players);

    /**
     * @param player a player's index
     * @return its lines; never empty
     */
    ResponseLines::Range<Line> GetLines(std::size_t player) const;

    /**
     * Find a player's best line at a price and at shares up to 1.
     *
     * @param player a player's index
     * @param unitPriceS price of the whole server, s, >= 0
     * @return the line; of equally good ones the first
     */
    PricedLine GetBest(std::size_t player, double unitPriceS) const;

    /**
     * @param player a player's index
     * @param line index among its lines
     * @return the cut that the line stands for; it belongs to the player's options
     */
    const std::shared_ptr<const Cut>& GetCut(std::size_t player, uint32_t line) const;

    /**
     * @param player a player's index
     * @return its rho, s
     */
    double GetUsagePrice(std::size_t player) const;

    /**
     * @return rho of all players, s
     */
    const std::vector<double>& GetUsagePrices() const;

  private:
    /// Append the lines of one player. @param player who
    void AddLines(const Player& player);

    std::vector<Line> m_lines;          ///< of all players; of each, the least cost bound first
    std::vector<double> m_leastCosts;   ///< what each line costs at least, s
    std::vector<std::size_t> m_ends{0}; ///< where each player's lines begin, and the end
    std::vector<double> m_usagePrices;  ///< rho by player
    std::vector<const std::shared_ptr<const Cut>*> m_cuts; ///< by line
};

} // namespace surgery
} // namespace ns3

#endif // WAITING_LINES_H
