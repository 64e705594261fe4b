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

#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A device's side of the game when it plays itself: the answers that it gives from what it alone
 * knows, its frontier, its links and its rho.
 */
class DeviceDemand
{
  public:
    /**
     * @param player the device
     */
    explicit DeviceDemand(Player player);

    /**
     * Its best response to a shadow price, with the whole world for a server.
     *
     * @param priceS the shadow price, s, >= 0
     * @return the cut, and sqrt(E / (rho + price)), which may exceed 1; infinite if the unit price
     *         is 0
     */
    Decision GetResponse(double priceS) const;

    /**
     * @param prices shadow prices, s, >= 0
     * @return the share of its best response to each
     */
    std::vector<double> GetShares(const std::vector<double>& prices) const;

    /**
     * What it would do with more capacity. It pays rho, the price of the capacity having cleared
     * the market before.
     *
     * @param share what it has coming, 0..1
     * @param leftover what it could have beside, >= 0
     * @return the bid; what it has coming and no gain if it wants no more
     */
    Bid GetBid(double share, double leftover) const;

    /**
     * Its cut once its share is given, and rented whether used or not.
     *
     * @param share the share, 0..1
     * @return the cut, and the share
     */
    Decision Settle(double share) const;

  private:
    Player m_player;       ///< the device
    ResponseLines m_lines; ///< its envelope
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DEVICE_DEMAND_H
