/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SMOOTHED_DUAL_H
#define SMOOTHED_DUAL_H

#include "multi-server-lines.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Finds the shadow prices of several servers at which the dual function
 *
 *     g(lambda) = sum_i min_k c_ik(rho_i + lambda) - sum_s lambda_s capacity_s
 *
 * is largest: the best lower bound of the potential. It is concave, but has kinks where devices
 * change their choice, and raising prices server by server stalls on them. So the minimum over the
 * lines k is replaced by -tau log sum_k exp(-c_ik / tau), which is smooth, and Newton's method on
 * the servers' prices, projected to prices >= 0, climbs it while tau falls by a factor of four from
 * stage to stage.
 */
class SmoothedDual
{
  public:
    /**
     * Climb.
     *
     * @param lines what the devices choose from
     * @param capacities of the servers
     */
    SmoothedDual(const MultiServerLines& lines, const std::vector<double>& capacities);

    /**
     * @return by server, the best prices found, s, >= 0
     */
    const std::vector<double>& GetPrices() const;

    /**
     * @return g at these prices, s
     */
    double GetBound() const;

    /**
     * @return how many prices were tried
     */
    uint32_t GetRounds() const;

  private:
    /// The smoothed function at some prices, with its derivatives.
    struct Point
    {
        std::vector<double> prices;    ///< by server
        double value{0};               ///< smoothed g
        std::vector<double> gradient;  ///< by server: excess demand
        std::vector<double> curvature; ///< minus the second derivatives, row by row
    };

    /// Go to prices. @param prices where @param tau the smoothing, s @return the function there
    Point Look(std::vector<double> prices, double tau);
    /// Add a device to the function. @param device who @param tau the smoothing, s
    /// @param [in,out] point the function
    void AddDevice(std::size_t device, double tau, Point& point);
    /// Climb from prices to the top. @param prices where to begin @param tau the smoothing, s
    /// @return the prices at the top
    std::vector<double> Climb(std::vector<double> prices, double tau);
    /// @param point where @return Newton's step; 0 for prices that 0 holds back
    std::vector<double> GetStep(const Point& point) const;
    /// @param point where @return the step along the slope, each price scaled by its own curvature
    std::vector<double> GetSlope(const Point& point) const;
    /// Go a step, or a part of it, if that leads up. @param [in,out] point where @param step where
    /// to
    /// @param tau the smoothing, s @return whether it does, by more than rounding
    bool Rise(Point& point, const std::vector<double>& step, double tau);
    /// Keep prices if they are the best. @param prices by server
    void Keep(const std::vector<double>& prices);
    /// @return where to begin: prices at which the devices' total demand about fits
    std::vector<double> GuessPrices() const;

    const MultiServerLines& m_lines;       ///< what the devices choose from
    const std::vector<double>& m_capacity; ///< by server
    double m_costS{0};              ///< mean cost of a device at the prices looked at last, s
    std::vector<double> m_prices;   ///< the best so far
    double m_bound;                 ///< g there
    uint32_t m_rounds{0};           ///< prices tried
    std::vector<double> m_roots;    ///< sqrt of a device's unit prices, by server
    std::vector<double> m_costs;    ///< of a device's lines
    std::vector<double> m_demand;   ///< of a device, by server
    std::vector<uint32_t> m_wanted; ///< servers that a device demands from
};

} // namespace surgery
} // namespace ns3

#endif // SMOOTHED_DUAL_H
