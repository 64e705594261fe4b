/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PRICE_POLICY_H
#define SURGERY_PRICE_POLICY_H

#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a server knows when it sets a price.
 */
struct PriceView
{
    /// The game that is about to be decided, without a posted price, with the whole server as
    /// capacity. If the devices decide themselves, players have neither options nor link.
    const Game& game;
    double priceS{0};       ///< the price posted at the last timestep, s; 0 before the first one
    double load{0};         ///< sum of the shares in effect after it, 0..1
    double shadowPriceS{0}; ///< lambda that it ended with, s
};

/**
 * @ingroup dnn-surgery
 *
 * Sets the price that a server posts at a timestep: seconds of latency for the whole server, which
 * every device pays for its share in addition to its rho. MecServer's attribute PricePolicy names a
 * subclass; to make one of your own, write Decide().
 */
class PricePolicy : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Set the price for one timestep.
     *
     * @param view what the server knows
     * @return the price, s, finite and >= 0
     */
    virtual double Decide(const PriceView& view) = 0;

    /**
     * @return whether there are prices at all, so that tables tell of them; true unless overridden
     */
    virtual bool SetsPrices() const;

    /**
     * @return whether Decide looks at the players' options and links, which a server does not know
     *         of devices that decide themselves; false unless overridden
     */
    virtual bool NeedsPlayers() const;

    /**
     * Make a policy by name.
     *
     * @param name a short name ("linear"), or that of a TypeId, optionally with attributes in
     *        brackets ("fixed[Price=20ms]")
     * @return the object
     * @throws std::invalid_argument if there is none of that name, listing the known ones, or an
     *         attribute or its value is wrong
     */
    static Ptr<PricePolicy> Create(const std::string& name);

    /**
     * @return the short names of all policies, sorted
     */
    static std::vector<std::string> GetNames();
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PRICE_POLICY_H
