/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SITE_NETWORK_H
#define SURGERY_SITE_NETWORK_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/data-rate.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-site-plan.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class SiteBackhaul;

/**
 * @ingroup dnn-surgery
 *
 * Several edge sites, each with an access point or eNB, a gateway and a server, joined by a
 * backhaul.
 *
 *     mobile nodes ))) base station --- gateway --- server     a site
 *                                          |
 *                                      backhaul
 *                                          |
 *     mobile nodes ))) base station --- gateway --- server     another one
 *
 * @code
 * SitePlan plan;
 * plan.AddSite("north", Vector(0, 50, 0));
 * plan.AddSite("south", Vector(0, -50, 0));
 * auto sites = CreateObject<SiteNetwork>();
 * sites->SetAttribute("Network", StringValue("wifi"));
 * sites->SetPlan(plan);
 * sites->Install(mobiles, servers); // a node per site
 * auto applications = MecServerHelper(sites->GetListeningAddress(4600)).Install(servers);
 * sites->ConnectPeers(applications);
 * auto clients = InferenceClientHelper(Address()).Install(mobiles);
 * sites->SetRemotes(clients, applications);
 * @endcode
 *
 * What lies between a device and a server depends on the kind of the network:
 * - Wi-Fi: all access points are bridges of one subnet, and stations move from one to another. The
 *   backhaul is a bridged tree; a mesh is refused. From the access point a packet takes the way
 *   over the tree to the gateway of the server's site.
 * - LTE: all traffic passes the PGW, which is the center of the star; every server hangs off it. A
 *   server at the cell where a device is attached is no nearer than any other.
 * - Wires, and networks without a notion of sites: an access network of its own per site. A device
 *   is at the site that was nearest when the network was built, and stays there. Gateways route
 *   packets along the path of the least delay.
 *
 * The attributes of each access network, in brackets behind its name, hold at all sites;
 * "BackhaulRate" and the like there mean the link between a site's gateway and its server. With one
 * site everything is as AccessNetwork::Install has it.
 */
class SiteNetwork : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SiteNetwork();
    ~SiteNetwork() override;

    /**
     * Say where the sites are. Call it before Install.
     *
     * @param plan the sites
     * @throws std::invalid_argument as SitePlan::Check does
     */
    void SetPlan(const SitePlan& plan);

    /**
     * @return the sites
     */
    const SitePlan& GetPlan() const;

    /**
     * Build the network. Call it once. The servers' nodes get the position of their site, unless
     * they have one.
     *
     * @param mobiles the mobile nodes, with a mobility model, unless the plan says where they are
     * @param servers the servers' nodes, by site
     * @throws std::invalid_argument in one line: there is no plan, the number of servers is not
     *         that of the sites, two sites have one server, a device has no position, the network
     *         is built already, or an access network refuses it
     */
    void Install(const NodeContainer& mobiles, const NodeContainer& servers);

    /**
     * Let the servers know each other: set their attribute Peers to the addresses of all others.
     *
     * @param servers MecServers, installed on the sites' nodes, with a TCP port to listen at
     * @throws std::invalid_argument if one is on another node, or two have one address
     */
    void ConnectPeers(const ApplicationContainer& servers) const;

    /**
     * Give each device the server of the site where it is: set its attribute Remote. From then on
     * the device knows at any moment which server is at its site (InferenceClient::SetSite).
     *
     * @param clients InferenceClients, on mobile nodes
     * @param servers as for ConnectPeers
     * @throws std::invalid_argument if a client's node is no mobile node, or there is no server at
     *         its site
     */
    void SetRemotes(const ApplicationContainer& clients, const ApplicationContainer& servers) const;

    /**
     * @param port a TCP port
     * @param site index of a site
     * @return its server, as the mobile nodes and the other servers reach it
     */
    Address GetServerAddress(uint16_t port, uint32_t site) const;

    /**
     * @param port a TCP port
     * @param site a site by name
     * @return its server
     * @throws std::invalid_argument if there is none of this name, listing the known ones
     */
    Address GetServerAddress(uint16_t port, const std::string& site) const;

    /**
     * @param port a TCP port
     * @return any address of a server, to listen at
     */
    Address GetListeningAddress(uint16_t port) const;

    /**
     * Tell where a device is now: at the site whose base station it is attached to, or, while it is
     * attached to none, the last one. Before it joined any, and on wires, it is the site where it
     * was placed, or the nearest one when the network was built.
     *
     * @param node a mobile node's id
     * @return index of the site
     * @throws std::invalid_argument if this is no mobile node
     */
    uint32_t GetSite(uint32_t node) const;

    /**
     * @param node a mobile node's id
     * @return id of the server's node at GetSite
     */
    uint32_t GetNearestServer(uint32_t node) const;

    /**
     * @return the servers' nodes, by site
     */
    NodeContainer GetServers() const;

    /**
     * @return the names of the sites, in their order
     */
    std::vector<std::string> GetNames() const;

    /**
     * @return the access networks: one, or one per site
     */
    const std::vector<Ptr<AccessNetwork>>& GetNetworks() const;

    /**
     * @return the access points or eNBs, in the order of their sites
     */
    NodeContainer GetBaseStations() const;

    /**
     * @return the mobile nodes' network devices, in the nodes' order
     */
    NetDeviceContainer GetMobileDevices() const;

    /**
     * @param site index of a site
     * @return the link between its gateway and its server: the ends in this order
     */
    NetDeviceContainer GetServerLink(uint32_t site) const;

    /**
     * Capture what the servers send and receive: server.pcap with one site, server-NAME.pcap each
     * with several.
     *
     * @param folder where
     * @throws std::invalid_argument if it cannot be written
     */
    void EnablePcap(const std::string& folder) const;

    /**
     * Fix the random streams of devices, channels and stacks.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * Signature of the trace source SiteChanged.
     *
     * @param [in] node the mobile node's id
     * @param [in] site index of the site
     */
    typedef void (*SiteTracedCallback)(uint32_t node, uint32_t site);

  protected:
    /// Release all networks and nodes.
    void DoDispose() override;

  private:
    /// Find where devices are at first. @param mobiles the mobile nodes
    void PlaceDevices(const NodeContainer& mobiles);
    /// Build one network for all sites. @param network it @param mobiles the mobile nodes
    void InstallOne(Ptr<AccessNetwork> network, const NodeContainer& mobiles);
    /// Build a network per site. @param mobiles the mobile nodes
    void InstallEach(const NodeContainer& mobiles);
    /// Let server nodes and base stations stand where their sites are.
    void PlaceSites();
    /// @param site index of a site @return its access network
    Ptr<AccessNetwork> GetNetwork(uint32_t site) const;
    /// A device joined a base station. @param node its id @param baseStation which, and its site
    void HandleAttached(uint32_t node, uint32_t baseStation);

    std::string m_networkName;                  ///< attribute
    DataRate m_backhaulRate;                    ///< attribute
    Time m_backhaulDelay;                       ///< attribute
    SitePlan m_plan;                            ///< the sites
    NodeContainer m_servers;                    ///< by site
    std::vector<Ptr<AccessNetwork>> m_networks; ///< one, or by site
    std::unique_ptr<SiteBackhaul> m_backhaul;   ///< between several networks
    std::map<uint32_t, uint32_t> m_siteByNode;  ///< where mobile nodes are
    NetDeviceContainer m_mobileDevices;         ///< in the nodes' order

    TracedCallback<uint32_t, uint32_t> m_siteChangedTrace; ///< SiteChanged
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SITE_NETWORK_H
