/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DEVICE_DEMAND_H
#define SURGERY_DEVICE_DEMAND_H

#include "ns3/surgery-bids.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-response-lines.h"

#include <optional>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The answers of a device that plays the game itself. They follow from what only the device knows:
 * its frontier, its links, its rho and, if it weighs waiting, its requests.
 */
class DeviceDemand
{
  public:
    /**
     * @param player the device
     */
    explicit DeviceDemand(Player player);

    /**
     * Get the best response to a shadow price, without a limit of the share unless the device
     * weighs waiting.
     *
     * @param priceS the shadow price, s, >= 0
     * @return the cut, and sqrt(E / (rho + price)), which may exceed 1; infinite if the unit price
     *         is 0. If the device weighs waiting, the best share up to 1 instead
     */
    Decision GetResponse(double priceS) const;

    /**
     * @param prices shadow prices, ascending, s, >= 0
     * @return the share of its best response to each, never rising
     */
    std::vector<double> GetShares(const std::vector<double>& prices) const;

    /**
     * Bid for more capacity. The device pays rho only, since the market has cleared before.
     *
     * @param share what it has coming, 0..1
     * @param leftover what it could have in addition, >= 0
     * @return the bid; what it has coming and no gain if it wants no more
     */
    Bid GetBid(double share, double leftover) const;

    /**
     * Choose the cut for a given share, which is rented whether it is used or not.
     *
     * @param share the share, 0..1
     * @return the cut, and the share
     */
    Decision Settle(double share) const;

  private:
    Player m_player;                      ///< the device
    std::optional<ResponseLines> m_lines; ///< its envelope; none if it weighs waiting
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DEVICE_DEMAND_H
