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
 * What is known of one device's demand: the shares it asked for at some prices.
 *
 * In between, the inverse square of the share is taken to be linear in the price. That is exact as
 * long as the cut stays the same, since share^-2 = (rho + price) / E: two answers on one cut tell
 * both rho and E. A share that falls faster than the price's root rises tells that the cut changes
 * in between, nobody knows where: it is taken to last up to the higher price. Beyond the known
 * prices demand is taken to stay as it is at the last one.
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
 * Whether shares can be an honest device's answers: none is negative or not a number, and none
 * exceeds the one at a lower price (a best response's demand never rises with the price).
 *
 * @param shares by ascending price
 * @return whether they make sense
 */
bool IsDemand(const std::vector<double>& shares);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DEMAND_CURVE_H
