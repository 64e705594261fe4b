/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SITE_SERVERS_H
#define SITE_SERVERS_H

#include "ns3/address.h"
#include "ns3/application-container.h"

#include <cstdint>
#include <map>

namespace ns3
{
namespace surgery
{

class SiteNetwork;

/**
 * @ingroup dnn-surgery
 *
 * The MecServers of sites, and who is told their addresses.
 */
class SiteServers
{
  public:
    /**
     * Find out where servers listen.
     *
     * @param network of the sites; it must outlive this object
     * @param servers MecServers on the sites' nodes
     * @throws std::invalid_argument if one is on another node, or two have one address
     */
    SiteServers(const SiteNetwork& network, const ApplicationContainer& servers);

    /// Tell each server the addresses of the others.
    void ConnectPeers() const;

    /**
     * Tell devices the server of the site where they are.
     *
     * @param clients InferenceClients
     * @throws std::invalid_argument if there is no such server
     */
    void SetRemotes(const ApplicationContainer& clients) const;

  private:
    const SiteNetwork& m_network;            ///< of the sites
    ApplicationContainer m_servers;          ///< MecServers
    std::map<uint32_t, Address> m_addresses; ///< by site
};

} // namespace surgery
} // namespace ns3

#endif // SITE_SERVERS_H
