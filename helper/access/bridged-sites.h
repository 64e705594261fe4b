/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BRIDGED_SITES_H
#define BRIDGED_SITES_H

#include "ns3/data-rate.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/surgery-site-link.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Joins access points at several sites to one subnet: each has an Ethernet with the gateway of its
 * site, and bridges connect the sites over full-duplex links with rate and delay. Bridges forward
 * broadcasts to all sides, so the links must be a tree.
 */
class BridgedSites
{
  public:
    /**
     * Check that the links connect all sites, and in one way only.
     *
     * @param sites how many
     * @param links between them
     * @throws std::invalid_argument if they do not
     */
    static void CheckTree(uint32_t sites, const std::vector<SiteLink>& links);

    /**
     * Build everything but the addresses.
     *
     * @param accessPoints their devices on the air, by site
     * @param gateways a node per site
     * @param rate of the Ethernets
     * @param links between the sites, a tree
     */
    BridgedSites(const NetDeviceContainer& accessPoints,
                 const NodeContainer& gateways,
                 DataRate rate,
                 const std::vector<SiteLink>& links);

    /// @return the gateways' devices on the Ethernets, by site
    const NetDeviceContainer& GetGateways() const;

    /// @return all devices on the Ethernets
    const NetDeviceContainer& GetPorts() const;

  private:
    NetDeviceContainer m_gateways; ///< by site
    NetDeviceContainer m_ports;    ///< access point's and gateway's, by site
};

} // namespace surgery
} // namespace ns3

#endif // BRIDGED_SITES_H
