/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WAITING_WATER_FILLING_H
#define WAITING_WATER_FILLING_H

#include "ns3/surgery-game.h"
#include "ns3/surgery-line.h"

#include <cstddef>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Players with a line each, and the capacity divided among them so that the potential
 * Phi = sum_i J_i is least, where waiting is weighed (class WaterFilling is for plain costs): each
 * gets its best share (GetBestShare) at rho_i + price, with the least price >= 0 that fits the
 * capacity. The cost of a line is strictly convex in its share, so shares are continuous in the
 * price and never rise with it.
 */
class WaitingWaterFilling
{
  public:
    /**
     * @param usagePricesS rho of all devices, s
     * @param capacity what the shares may sum to, 0..1
     */
    WaitingWaterFilling(std::vector<double> usagePricesS, double capacity);

    /**
     * Give a player a line. Takes effect with Fill.
     *
     * @param player its index
     * @param line the line
     */
    void Choose(std::size_t player, const Line& line);

    /**
     * Divide the capacity. O(players) times some ten steps, fewer the nearer the price is to the
     * one found before.
     */
    void Fill();

    /**
     * @return the price found by Fill, s
     */
    double GetPrice() const;

    /**
     * @return Phi at the shares found by Fill, s; infinite if work meets no capacity
     */
    double GetPotential() const;

    /**
     * @param player its index
     * @return its share found by Fill, 0..1
     */
    double GetShare(std::size_t player) const;

    /**
     * @return the sum of the shares found by Fill, 0..1
     */
    double GetLoad() const;

    /**
     * Get the cost of a player's line at the price found by Fill and at its best share.
     *
     * By weak duality, changing one player's line changes Phi by no less than the difference of
     * these costs.
     *
     * @param player its index
     * @param line a line
     * @return seconds
     */
    double GetPricedCost(std::size_t player, const Line& line) const;

  private:
    /// Let all players demand. @param priceS the price, s @return the sum of the shares
    double GetDemand(double priceS) const;
    /// @return the least price at which demand fits, s
    double FindPrice() const;

    double m_capacity;                ///< what the shares may sum to
    std::vector<double> m_usagePrice; ///< rho by player
    std::vector<Line> m_lines;        ///< by player
    std::vector<double> m_shares;     ///< by player, set by Fill
    double m_price{0};                ///< set by Fill
    double m_potential{0};            ///< set by Fill
};

} // namespace surgery
} // namespace ns3

#endif // WAITING_WATER_FILLING_H
