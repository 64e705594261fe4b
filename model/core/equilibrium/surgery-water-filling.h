/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_WATER_FILLING_H
#define SURGERY_WATER_FILLING_H

#include "ns3/surgery-response-lines.h"

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
 * The demand of players whose cuts are fixed: sum_i sqrt(E_i / (rho_i + price)).
 */
class TotalDemand
{
  public:
    /**
     * @param rootWork sqrt(E) of a player, > 0 (a player without work on the server demands
     *        nothing)
     * @param usagePriceS its rho, s
     */
    void Add(double rootWork, double usagePriceS);

    /**
     * Remove all players.
     */
    void Clear();

    /**
     * @return whether nobody was added
     */
    bool IsEmpty() const;

    /**
     * @param priceS a shadow price, s, >= 0
     * @return the sum of the shares asked for at it; infinite at unit price 0
     */
    double GetLoad(double priceS) const;

    /**
     * Find the lowest price at which demand fits a capacity.
     *
     * Newton's method on load^-2, which is concave in the price (and linear where all rho are
     * equal): from wherever it begins, the second iterate is below the root, and from below they
     * rise to it and never pass it.
     *
     * @param capacity what the shares may sum to, > 0
     * @param leastPriceS the price is no less, s, >= 0
     * @param guessS where to begin, s: the nearer the faster
     * @return the price, s: leastPriceS if demand fits there already
     */
    double GetClearingPrice(double capacity, double leastPriceS, double guessS) const;

  private:
    std::vector<double> m_rootWork;   ///< sqrt(E)
    std::vector<double> m_usagePrice; ///< rho
};

/**
 * @ingroup dnn-surgery
 *
 * Players with a line each, and the capacity divided among them so that the potential
 * Phi = sum_i J_i is least: phi_i = sqrt(E_i / (rho_i + price)), with the least price >= 0 that
 * fits the capacity.
 */
class WaterFilling
{
  public:
    /**
     * @param players the devices
     * @param capacity what the shares may sum to, 0..1
     */
    WaterFilling(const std::vector<Player>& players, double capacity);

    /**
     * @param usagePricesS rho of all devices, s
     * @param capacity what the shares may sum to, 0..1
     */
    WaterFilling(std::vector<double> usagePricesS, double capacity);

    /**
     * Give a player a line. Takes effect with Fill.
     *
     * @param player its index
     * @param line the line
     */
    void Choose(std::size_t player, const ResponseLine& line);

    /**
     * Divide the capacity. O(players with work) beside some O(players) that take little time;
     * faster if little was chosen anew since it was last divided.
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
     * Get the cost of a player's line at the price found by Fill and at its best share:
     * B + 2 sqrt(E q).
     *
     * By weak duality, changing one player's line changes Phi by no less than the difference of
     * these costs.
     *
     * @param player its index
     * @param line a line
     * @return seconds
     */
    double GetPricedCost(std::size_t player, const ResponseLine& line) const;

  private:
    /// @return the sum of all B; blocks of players among whom nobody chose anew keep theirs
    double SumBases();
    /// Find who has work on the server.
    void FindWorkers();

    double m_capacity;                ///< what the shares may sum to
    std::vector<double> m_base;       ///< B by player
    std::vector<double> m_rootWork;   ///< sqrt(E) by player
    std::vector<double> m_usagePrice; ///< rho by player
    std::vector<double> m_blockBase;  ///< sum of B by block of players
    std::vector<char> m_isStale;      ///< by block, whether a player chose anew
    std::vector<uint64_t> m_hasWork;  ///< a bit by player, whether it has work on the server
    std::vector<uint32_t> m_workers;  ///< who has, in order, set by Fill
    TotalDemand m_demand;             ///< of them, set by Fill
    double m_price{0};                ///< set by Fill
    double m_potential{0};            ///< set by Fill
    double m_scale{1};                ///< takes rounding off the shares, so that they fit
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_WATER_FILLING_H
