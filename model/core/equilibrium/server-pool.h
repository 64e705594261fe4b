/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include "ns3/surgery-water-filling.h"

#include <cstddef>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The devices of one server with a line each, and its capacity divided among them so that they pay
 * least: what shares cost them is sum_i (E_i / phi_i + rho_i phi_i), without the bases B.
 *
 * If all rho are equal, this is a function of A = sum_i sqrt(E_i) alone: A^2 / capacity + rho x
 * capacity if the capacity binds, else 2 sqrt(rho) A; joining and leaving are O(1) then. Otherwise
 * they are O(devices of the server).
 */
class ServerPool
{
  public:
    /// A device with work on the server.
    struct Member
    {
        double rootWork{0};    ///< sqrt(E), > 0; 0: nobody
        double usagePriceS{0}; ///< rho, s
    };

    /**
     * @param capacity what the shares may sum to, 0..1
     * @param equalPrices whether all devices have the same rho
     */
    ServerPool(double capacity, bool equalPrices);

    /**
     * A device joins. @param member what it brings
     */
    void Join(const Member& member);

    /**
     * A device leaves. @param member what it brought
     */
    void Leave(const Member& member);

    /**
     * @return what shares cost all devices, s; infinite if work meets no capacity
     */
    double GetCost() const;

    /**
     * Get what shares would cost if a device left and another one joined.
     *
     * @param leaves who leaves; nobody if without work
     * @param joins who joins; nobody if without work
     * @return what shares would cost all devices, s
     */
    double GetCostAfter(const Member& leaves, const Member& joins) const;

    /**
     * @return the shadow price lambda >= 0 at which the capacity is divided, s
     */
    double GetPrice() const;

  private:
    /// Where all rho are equal. @param rootWork A @param usagePriceS rho, s @return the cost, s
    double GetCostOf(double rootWork, double usagePriceS) const;
    /// Divide the capacity. @param members among whom @param [in,out] price where to begin; then
    /// the price, s @return the cost, s
    double Divide(const std::vector<Member>& members, double& price) const;

    double m_capacity;             ///< what the shares may sum to
    bool m_equalPrices;            ///< whether all devices have the same rho
    double m_usagePrice{0};        ///< that rho, s
    double m_rootWork{0};          ///< A
    std::vector<Member> m_members; ///< who is there
    double m_price{0};             ///< lambda, if rho differ
    double m_cost{0};              ///< of all devices, if rho differ
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_POOL_H
