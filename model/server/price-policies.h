/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef PRICE_POLICIES_H
#define PRICE_POLICIES_H

#include "ns3/nstime.h"
#include "ns3/surgery-price-policy.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * No price: devices pay nothing but their rho.
 */
class NonePricePolicy : public PricePolicy
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    double Decide(const PriceView& view) override;
    bool SetsPrices() const override;
};

/**
 * @ingroup dnn-surgery
 *
 * Always the same price.
 */
class FixedPricePolicy : public PricePolicy
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    double Decide(const PriceView& view) override;

  private:
    Time m_price; ///< attribute
};

/**
 * @ingroup dnn-surgery
 *
 * A price that rises with the load: p0 + p1 x load of the last timestep.
 */
class LinearPricePolicy : public PricePolicy
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    double Decide(const PriceView& view) override;

  private:
    Time m_base;  ///< attribute, p0
    Time m_slope; ///< attribute, p1
};

/**
 * @ingroup dnn-surgery
 *
 * The price that earns most at the present demand of all players, of those at which demand fits the
 * server (FindRevenuePrice).
 */
class RevenuePricePolicy : public PricePolicy
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    double Decide(const PriceView& view) override;
    bool NeedsPlayers() const override;
};

} // namespace surgery
} // namespace ns3

#endif // PRICE_POLICIES_H
