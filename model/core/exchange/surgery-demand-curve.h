/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DEMAND_CURVE_H
#define SURGERY_DEMAND_CURVE_H

#include <map>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The known part of one device's demand: the shares it asked for at some prices.
 *
 * Between two prices, the inverse square of the share is assumed to be linear in the price. That is
 * exact while the cut stays the same, since share^-2 = (rho + price) / E: two answers on one cut
 * tell both rho and E. If the share falls faster than the root of the price rises, the cut changes
 * somewhere in between; the first share is then assumed to last up to the higher price. Beyond the
 * known prices, demand is assumed to stay as it is at the last one. The share of a device that
 * weighs waiting falls more slowly on one cut, so this is an approximation in between for it.
 */
class DemandCurve
{
  public:
    /**
     * Forget all answers.
     */
    void Clear();

    /**
     * @return whether nothing is known
     */
    bool IsEmpty() const;

    /**
     * Add answers; for prices that are known already the new ones hold.
     *
     * @param prices shadow prices, s, >= 0
     * @param shares the share asked for at each, >= 0; may exceed 1 and be infinite
     */
    void Add(const std::vector<double>& prices, const std::vector<double>& shares);

    /**
     * @param priceS a shadow price, s, >= 0
     * @return the share asked for, >= 0; 0 if nothing is known
     */
    double GetShare(double priceS) const;

  private:
    std::map<double, double> m_shares; ///< by price
};

/**
 * @ingroup dnn-surgery
 *
 * Tell whether shares can be the answers of an honest device: none is negative or not a number, and
 * none exceeds the one at a lower price (a best response's demand never rises with the price).
 *
 * @param shares by ascending price
 * @return whether they make sense
 */
bool IsDemand(const std::vector<double>& shares);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DEMAND_CURVE_H
