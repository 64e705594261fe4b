/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SITE_BACKHAUL_H
#define SITE_BACKHAUL_H

#include "ns3/address.h"
#include "ns3/net-device.h"
#include "ns3/node-container.h"
#include "ns3/ptr.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-site-link.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Joins access networks, one per site, by point-to-point links between their gateways. Packets take
 * the path of the least delay; of paths with the same delay, one with the fewest links.
 */
class SiteBackhaul
{
  public:
    /**
     * Make links, addresses and routes.
     *
     * @param networks by site, installed
     * @param links between them, which connect all
     */
    SiteBackhaul(const std::vector<Ptr<AccessNetwork>>& networks,
                 const std::vector<SiteLink>& links);

    /**
     * Fix the random streams of the center, if there is one.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream) const;

  private:
    /// Where a link leads to.
    struct Hop
    {
        Ptr<NetDevice> device; ///< over which packets leave
        Address address;       ///< of the node at the other end
    };

    /// Make a link. @param link it
    void AddLink(const SiteLink& link);

    bool m_useIpv6{false};                               ///< whether addresses are IPv6
    NodeContainer m_routers;                             ///< gateways by site, the center
    NodeContainer m_center;                              ///< the center, if there is one
    std::map<std::pair<uint32_t, uint32_t>, Hop> m_hops; ///< by node and neighbor
};

} // namespace surgery
} // namespace ns3

#endif // SITE_BACKHAUL_H
