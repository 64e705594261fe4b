/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_ACCESS_NETWORK_H
#define SURGERY_ACCESS_NETWORK_H

#include "ns3/address.h"
#include "ns3/data-rate.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/surgery-outage-schedule.h"
#include "ns3/surgery-site-link.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

class ServerLink;
class Subnets;

/**
 * @ingroup dnn-surgery
 *
 * How mobile nodes reach the MEC server: a radio (or wires), a gateway behind it, and the backhaul,
 * a point-to-point link from the gateway to the server's node.
 *
 *     mobile nodes ))) base stations --- gateway --- backhaul --- server
 *
 * A scenario names its network in one place and treats all networks alike:
 *
 * @code
 * auto network = AccessNetwork::Create("wifi"); // or "lte", "wired[UplinkMbps=...]", "fluid"
 * network->Install(mobiles, server);
 * InferenceClientHelper clients(network->GetServerAddress(4600));
 * @endcode
 *
 * Several networks may share one simulation, each with its own subnets. A node, be it a server or a
 * mobile node, may be in several networks. Radios of different networks do not hear each other.
 *
 * To add another radio, derive from this class, register a TypeId and override DoInstall.
 */
class AccessNetwork : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AccessNetwork();
    ~AccessNetwork() override;

    /**
     * Make a network.
     *
     * @param name a short name ("wifi": ns3::surgery::WifiAccessNetwork) or a TypeId's name,
     *        optionally with attributes in brackets (class TypeNames)
     * @return the network
     * @throws std::invalid_argument if there is none of that name, listing the known ones
     */
    static Ptr<AccessNetwork> Create(const std::string& name);

    /**
     * @return the short names of all registered networks, sorted
     */
    static std::vector<std::string> GetNames();

    /**
     * Build the network: devices, internet stacks, addresses, routes. Call it once.
     *
     * A node without an internet stack gets one, of one address family, with a default route over
     * this network. A node that has a stack, for example from another network, keeps its routes and
     * gets routes to the other side of this network.
     *
     * @param mobiles the mobile nodes, with a mobility model if the network is a radio
     * @param server the server's node
     * @throws std::invalid_argument if the network is built already, or a node has an internet
     * stack without the address family in use, or without static routing
     */
    void Install(const NodeContainer& mobiles, Ptr<Node> server);

    /**
     * @return whether one network of this kind covers several sites, so that mobile nodes move from
     *         one to another and keep their addresses (InstallSites)
     */
    virtual bool SpansSites() const;

    /**
     * Build the network with a base station and a server at each of several sites, instead of
     * Install. Each server has a gateway of its own, and reaches the mobile nodes and the other
     * servers over the backhaul between the sites.
     *
     * @param mobiles as for Install
     * @param servers the servers' nodes, by site, two or more
     * @param links the backhaul between the sites
     * @throws std::invalid_argument as Install does, or if networks of this kind have one site, or
     *         cannot have such a backhaul
     */
    void InstallSites(const NodeContainer& mobiles,
                      const NodeContainer& servers,
                      const std::vector<SiteLink>& links);

    /**
     * Say at which site mobile nodes are at first. Radios find out by themselves.
     *
     * @param sites of the mobile nodes, in their order, before InstallSites
     */
    virtual void SetFirstSites(const std::vector<uint32_t>& sites);

    /**
     * @param port a TCP port
     * @param site of the server, from 0
     * @return the server, as the mobile nodes reach it
     */
    virtual Address GetServerAddress(uint16_t port, uint32_t site = 0) const;

    /**
     * @param port a TCP port
     * @return any of the server's addresses, to listen at
     */
    Address GetListeningAddress(uint16_t port) const;

    /**
     * @return the mobile nodes' network devices, in the nodes' order; none if the network has no
     *         packets
     */
    NetDeviceContainer GetMobileDevices() const;

    /**
     * @return the access points or eNBs, in their order; none if the network has wires
     */
    NodeContainer GetBaseStations() const;

    /**
     * @return the servers' nodes: one, or one per site
     */
    NodeContainer GetServers() const;

    /**
     * @param site of the server, from 0
     * @return the backhaul's ends: the gateway's, the server's; none if the network has no packets
     */
    NetDeviceContainer GetBackhaul(uint32_t site = 0) const;

    /**
     * Capture what the server sends and receives. If a packet cannot be written, the simulation
     * ends with a std::runtime_error that names the file.
     *
     * @param path the PCAP file
     * @param site of the server, from 0
     * @throws std::invalid_argument if it cannot be written, or the network has no packets
     */
    virtual void EnablePcap(const std::string& path, uint32_t site = 0) const;

    /**
     * Fix the random streams of devices, channels and stacks.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    virtual int64_t AssignStreams(int64_t stream);

    /**
     * Signature of the trace sources Attached and Detached.
     *
     * @param [in] node the mobile node's id
     * @param [in] baseStation index into GetBaseStations
     */
    typedef void (*AttachmentTracedCallback)(uint32_t node, uint32_t baseStation);

  protected:
    /// Cancel future outages and release all nodes and devices.
    void DoDispose() override;

    /**
     * Build the network. Unless overridden, it is one of packets, in which all nodes have an
     * internet stack, by DoInstall and DoInstallSites.
     *
     * @param mobiles the mobile nodes
     * @param servers the servers' nodes, by site
     * @param links the backhaul between the sites
     */
    virtual void Build(const NodeContainer& mobiles,
                       const NodeContainer& servers,
                       const std::vector<SiteLink>& links);

    /**
     * Build everything but the backhaul. The mobile nodes have their internet stacks.
     *
     * @param mobiles the mobile nodes
     * @return the gateway, with an internet stack; routes from the mobile nodes to it, and from it
     *         to them, are set
     */
    virtual Ptr<Node> DoInstall(const NodeContainer& mobiles);

    /**
     * Build everything but the backhauls to the servers, for networks that span sites.
     *
     * @param mobiles the mobile nodes
     * @param sites how many
     * @param links the backhaul between them
     * @return the gateways, by site, as for DoInstall; how they, and the mobile nodes, reach
     *         servers of other sites is told by RouteToSite
     */
    virtual std::vector<Ptr<Node>> DoInstallSites(const NodeContainer& mobiles,
                                                  uint32_t sites,
                                                  const std::vector<SiteLink>& links);

    /**
     * Give nodes the internet stack, of the one address family in use.
     *
     * @param nodes nodes; those that have a stack keep it
     */
    void InstallStack(const NodeContainer& nodes);

    /**
     * Make a subnet of its own whose hosts have a gateway (SetGateway).
     *
     * @param hosts the hosts' devices
     * @param gateway the gateway's device on the same link
     * @return the hosts' addresses
     */
    std::vector<Address> MakeSubnet(const NetDeviceContainer& hosts, Ptr<NetDevice> gateway);

    /**
     * Set a host's routes to a gateway: a default route, or, if the host had a stack before, only
     * routes to the other side of this network.
     *
     * @param host the host's device
     * @param gateway the gateway's address on the same link
     */
    void SetGateway(Ptr<NetDevice> host, const Address& gateway);

    /**
     * Set a route to the server of a site, once that is there.
     *
     * @param host the device over which it goes
     * @param gateway address of a gateway on the same link
     * @param site of the server
     */
    void RouteToSite(Ptr<NetDevice> host, const Address& gateway, uint32_t site);

    /**
     * @return whether all addresses are IPv6
     */
    bool UsesIpv6() const;

    /**
     * Tell that a mobile node joined a base station. If it was attached to another one, it leaves
     * that first.
     *
     * @param node the mobile node's id
     * @param baseStation index into GetBaseStations
     */
    void Attach(uint32_t node, uint32_t baseStation);

    /**
     * Tell that a mobile node left its base station. Nothing happens if it is attached to none.
     *
     * @param node the mobile node's id
     */
    void Detach(uint32_t node);

    /// Let the backhaul lose everything, or nothing. @param isCut whether everything
    virtual void CutBackhaul(bool isCut);

    /// @return one-way delay of the link between gateway and server
    Time GetBackhaulDelay() const;

    /// @return rate of the link between gateway and server, > 0
    DataRate GetBackhaulRate() const;

    NetDeviceContainer m_mobileDevices; ///< in the mobile nodes' order, set by DoInstall
    NodeContainer m_baseStations;       ///< set by DoInstall, if there are any

  private:
    /// How a host reaches a server.
    struct SiteRoute
    {
        Ptr<NetDevice> host; ///< its device
        Address gateway;     ///< on the same link
        uint32_t site{0};    ///< of the server
    };

    /// Build the network, once. @param mobiles the mobile nodes @param servers the servers' nodes
    /// @param links the backhaul between the sites
    void BuildOnce(const NodeContainer& mobiles,
                   const NodeContainer& servers,
                   const std::vector<SiteLink>& links);
    /// Link gateways to servers. @param gateways their nodes @param servers the servers' nodes
    void Complete(const std::vector<Ptr<Node>>& gateways, const NodeContainer& servers);
    /// Set the routes that had to wait until all nodes had addresses.
    void AddLateRoutes();
    /// Check and set the outages. @param outages in text
    void SetOutages(std::string outages);
    /// @return the outages in text
    std::string GetOutages() const;

    bool m_useIpv6{false};          ///< attribute
    DataRate m_backhaulRate;        ///< attribute
    Time m_backhaulDelay;           ///< attribute
    uint16_t m_backhaulMtu{0};      ///< attribute
    OutageSchedule m_outages;       ///< attribute
    bool m_isBuilt{false};          ///< whether Install or InstallSites was called
    InternetStackHelper m_internet; ///< of one address family
    NodeContainer m_stacks;         ///< nodes with our stack
    std::set<uint32_t> m_guests;    ///< ids of nodes that had one before
    std::vector<std::pair<Ptr<NetDevice>, Address>> m_guestRoutes; ///< their devices, gateways
    std::vector<SiteRoute> m_siteRoutes;                           ///< to servers of other sites
    std::vector<std::unique_ptr<ServerLink>> m_backhauls;          ///< by site
    NodeContainer m_servers;                                       ///< by site
    std::vector<Address> m_serverAddresses;                        ///< by site, without port
    std::map<uint32_t, uint32_t> m_attachments;                    ///< base station by node's id
    std::unique_ptr<Subnets> m_subnets;                            ///< for further links

    TracedCallback<uint32_t, uint32_t> m_attachedTrace; ///< Attached
    TracedCallback<uint32_t, uint32_t> m_detachedTrace; ///< Detached
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_ACCESS_NETWORK_H
