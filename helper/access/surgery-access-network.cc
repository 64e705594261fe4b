/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-access-network.h"

#include "link-capture.h"
#include "server-link.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/surgery-host-routes.h"
#include "ns3/surgery-subnets.h"
#include "ns3/surgery-type-names.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("AccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(AccessNetwork);

namespace
{

/// @return the names of all networks
TypeNames
GetTypeNames()
{
    return {AccessNetwork::GetTypeId(), "AccessNetwork", "access network"};
}

} // namespace

TypeId
AccessNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::AccessNetwork")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddAttribute("UseIpv6",
                          "Whether all addresses are IPv6 instead of IPv4.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&AccessNetwork::m_useIpv6),
                          MakeBooleanChecker())
            .AddAttribute("BackhaulRate",
                          "Rate of the link between gateway and server.",
                          DataRateValue(DataRate("1Gbps")),
                          MakeDataRateAccessor(&AccessNetwork::m_backhaulRate),
                          MakeDataRateChecker())
            .AddAttribute("BackhaulDelay",
                          "One-way delay of the link between gateway and server.",
                          TimeValue(MilliSeconds(2)),
                          MakeTimeAccessor(&AccessNetwork::m_backhaulDelay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("BackhaulMtu",
                          "Largest IP packet that the link between gateway and server carries, in "
                          "bytes.",
                          UintegerValue(1500),
                          MakeUintegerAccessor(&AccessNetwork::m_backhaulMtu),
                          MakeUintegerChecker<uint16_t>(576))
            .AddAttribute(
                "BackhaulOutages",
                "When the link between gateway and server loses all packets, as START+DURATION "
                "pairs in Time notation, separated by spaces (\"10s+5s 60s+500ms\"), in simulated "
                "time.",
                StringValue(""),
                MakeStringAccessor(&AccessNetwork::SetOutages, &AccessNetwork::GetOutages),
                MakeStringChecker())
            .AddTraceSource("Attached",
                            "A mobile node joined a base station.",
                            MakeTraceSourceAccessor(&AccessNetwork::m_attachedTrace),
                            "ns3::surgery::AccessNetwork::AttachmentTracedCallback")
            .AddTraceSource("Detached",
                            "A mobile node left or lost a base station.",
                            MakeTraceSourceAccessor(&AccessNetwork::m_detachedTrace),
                            "ns3::surgery::AccessNetwork::AttachmentTracedCallback");
    return tid;
}

AccessNetwork::AccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

AccessNetwork::~AccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

void
AccessNetwork::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_outages.Cancel();
    m_backhauls.clear();
    m_servers = NodeContainer();
    m_mobileDevices = NetDeviceContainer();
    m_baseStations = NodeContainer();
    m_stacks = NodeContainer();
    Object::DoDispose();
}

Ptr<AccessNetwork>
AccessNetwork::Create(const std::string& name)
{
    return DynamicCast<AccessNetwork>(GetTypeNames().Create(name));
}

std::vector<std::string>
AccessNetwork::GetNames()
{
    return GetTypeNames().GetNames();
}

bool
AccessNetwork::UsesIpv6() const
{
    return m_useIpv6;
}

// CONSTRUCTION

void
AccessNetwork::Install(const NodeContainer& mobiles, Ptr<Node> server)
{
    BuildOnce(mobiles, NodeContainer(server), {});
}

void
AccessNetwork::InstallSites(const NodeContainer& mobiles,
                            const NodeContainer& servers,
                            const std::vector<SiteLink>& links)
{
    BuildOnce(mobiles, servers, links);
}

bool
AccessNetwork::SpansSites() const
{
    return false;
}

void
AccessNetwork::SetFirstSites(const std::vector<uint32_t>& /* sites */)
{
}

Ptr<Node>
AccessNetwork::DoInstall(const NodeContainer& mobiles)
{
    return DoInstallSites(mobiles, 1, {}).front();
}

std::vector<Ptr<Node>>
AccessNetwork::DoInstallSites(const NodeContainer& /* mobiles */,
                              uint32_t /* sites */,
                              const std::vector<SiteLink>& /* links */)
{
    throw std::invalid_argument(GetInstanceTypeId().GetName() +
                                ": a network of this kind has one site");
}

void
AccessNetwork::BuildOnce(const NodeContainer& mobiles,
                         const NodeContainer& servers,
                         const std::vector<SiteLink>& links)
{
    NS_LOG_FUNCTION(this << mobiles.GetN() << servers.GetN());
    if (std::exchange(m_isBuilt, true))
    {
        throw std::invalid_argument("AccessNetwork: this network is built already: create another");
    }
    if (m_backhaulRate == DataRate(0))
    {
        throw std::invalid_argument("AccessNetwork: BackhaulRate: must be > 0 bit/s");
    }
    m_servers = servers;
    Build(mobiles, servers, links);
    auto cut = MakeCallback(&AccessNetwork::CutBackhaul, this);
    m_outages.Start(cut.Bind(true), cut.Bind(false));
}

void
AccessNetwork::Build(const NodeContainer& mobiles,
                     const NodeContainer& servers,
                     const std::vector<SiteLink>& links)
{
    m_subnets = std::make_unique<Subnets>(m_useIpv6);
    m_internet.SetIpv4StackInstall(!m_useIpv6);
    m_internet.SetIpv6StackInstall(m_useIpv6);
    InstallStack(NodeContainer(mobiles, servers));
    Complete(servers.GetN() == 1 && links.empty() ? std::vector<Ptr<Node>>{DoInstall(mobiles)}
                                                  : DoInstallSites(mobiles, servers.GetN(), links),
             servers);
}

void
AccessNetwork::Complete(const std::vector<Ptr<Node>>& gateways, const NodeContainer& servers)
{
    for (uint32_t site = 0; site < servers.GetN(); ++site)
    {
        m_backhauls.push_back(std::make_unique<ServerLink>(gateways[site],
                                                           servers.Get(site),
                                                           m_backhaulRate,
                                                           m_backhaulDelay,
                                                           m_backhaulMtu));
        const auto ends = m_backhauls.back()->GetEnds();
        m_serverAddresses.push_back(MakeSubnet(ends.Get(1), ends.Get(0)).front());
    }
    AddLateRoutes();
}

void
AccessNetwork::InstallStack(const NodeContainer& nodes)
{
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        if (!HasStack(*node, m_useIpv6))
        {
            m_internet.Install(*node);
            m_stacks.Add(*node);
        }
        else if (!m_stacks.Contains((*node)->GetId()))
        {
            m_guests.insert((*node)->GetId());
        }
    }
}

std::vector<Address>
AccessNetwork::MakeSubnet(const NetDeviceContainer& hosts, Ptr<NetDevice> gateway)
{
    NetDeviceContainer devices(hosts);
    devices.Add(gateway);
    m_subnets->Assign(devices);
    const auto gatewayAddress = OpenGateway(gateway, m_useIpv6);
    std::vector<Address> addresses;
    for (auto host = hosts.Begin(); host != hosts.End(); ++host)
    {
        SetGateway(*host, gatewayAddress);
        addresses.push_back(GetHostAddress(*host, m_useIpv6));
    }
    return addresses;
}

void
AccessNetwork::SetGateway(Ptr<NetDevice> host, const Address& gateway)
{
    if (m_guests.count(host->GetNode()->GetId()) > 0)
    {
        m_guestRoutes.emplace_back(host, gateway); // the other side is not there yet
    }
    else
    {
        SetDefaultRoute(host, gateway);
    }
}

void
AccessNetwork::RouteToSite(Ptr<NetDevice> host, const Address& gateway, uint32_t site)
{
    m_siteRoutes.push_back({host, gateway, site});
}

void
AccessNetwork::AddLateRoutes()
{
    NetDeviceContainer servers;
    for (const auto& link : m_backhauls)
    {
        servers.Add(link->GetEnds().Get(1));
    }
    for (const auto& route : m_siteRoutes)
    {
        AddRoutes(route.host, route.gateway, GetBackhaul(route.site).Get(1));
    }
    for (const auto& [host, gateway] : m_guestRoutes)
    {
        const auto isServer = std::find(servers.Begin(), servers.End(), host) != servers.End();
        AddRoutes(host,
                  gateway,
                  NetDeviceContainer(isServer ? m_mobileDevices : NetDeviceContainer(), servers));
    }
    m_guestRoutes.clear();
    m_siteRoutes.clear();
}

int64_t
AccessNetwork::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    auto used = m_internet.AssignStreams(m_stacks, stream);
    for (const auto& link : m_backhauls)
    {
        used += link->AssignStreams(stream + used);
    }
    return used;
}

// WHAT WAS BUILT

Address
AccessNetwork::GetServerAddress(uint16_t port, uint32_t site) const
{
    if (m_useIpv6)
    {
        return Inet6SocketAddress(Ipv6Address::ConvertFrom(m_serverAddresses.at(site)), port);
    }
    return InetSocketAddress(Ipv4Address::ConvertFrom(m_serverAddresses.at(site)), port);
}

Address
AccessNetwork::GetListeningAddress(uint16_t port) const
{
    if (m_useIpv6)
    {
        return Inet6SocketAddress(Ipv6Address::GetAny(), port);
    }
    return InetSocketAddress(Ipv4Address::GetAny(), port);
}

NetDeviceContainer
AccessNetwork::GetMobileDevices() const
{
    return m_mobileDevices;
}

NodeContainer
AccessNetwork::GetBaseStations() const
{
    return m_baseStations;
}

NodeContainer
AccessNetwork::GetServers() const
{
    return m_servers;
}

NetDeviceContainer
AccessNetwork::GetBackhaul(uint32_t site) const
{
    return m_backhauls.empty() ? NetDeviceContainer() : m_backhauls.at(site)->GetEnds();
}

void
AccessNetwork::EnablePcap(const std::string& path, uint32_t site) const
{
    CaptureLink(GetBackhaul(site).Get(1), path);
}

// ATTACHMENT

void
AccessNetwork::Attach(uint32_t node, uint32_t baseStation)
{
    NS_LOG_FUNCTION(this << node << baseStation);
    const auto former = m_attachments.find(node);
    if (former != m_attachments.end() && former->second != baseStation)
    {
        Detach(node);
    }
    m_attachments[node] = baseStation;
    m_attachedTrace(node, baseStation);
}

void
AccessNetwork::Detach(uint32_t node)
{
    NS_LOG_FUNCTION(this << node);
    const auto former = m_attachments.find(node);
    if (former == m_attachments.end())
    {
        return;
    }
    const auto baseStation = former->second;
    m_attachments.erase(former);
    m_detachedTrace(node, baseStation);
}

// THE BACKHAUL

DataRate
AccessNetwork::GetBackhaulRate() const
{
    return m_backhaulRate;
}

Time
AccessNetwork::GetBackhaulDelay() const
{
    return m_backhaulDelay;
}

void
AccessNetwork::SetOutages(std::string outages)
{
    m_outages = OutageSchedule("AccessNetwork: BackhaulOutages", outages);
}

std::string
AccessNetwork::GetOutages() const
{
    return m_outages.ToString();
}

void
AccessNetwork::CutBackhaul(bool isCut)
{
    NS_LOG_FUNCTION(this << isCut);
    for (const auto& link : m_backhauls)
    {
        link->Cut(isCut);
    }
}

} // namespace surgery
} // namespace ns3
