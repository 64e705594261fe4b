/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-site-network.h"

#include "site-backhaul.h"
#include "site-servers.h"

#include "ns3/constant-position-mobility-model.h"
#include "ns3/log.h"
#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/string.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SiteNetwork");

NS_OBJECT_ENSURE_REGISTERED(SiteNetwork);

TypeId
SiteNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::SiteNetwork")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<SiteNetwork>()
            .AddAttribute("Network",
                          "The access network of the sites, as AccessNetwork::Create has it: wifi, "
                          "lte, wired, [Attribute=Value|...].",
                          StringValue("wifi"),
                          MakeStringAccessor(&SiteNetwork::m_networkName),
                          MakeStringChecker())
            .AddAttribute("BackhaulRate",
                          "Rate of each link between sites, or between a site and the center.",
                          DataRateValue(DataRate("1Gbps")),
                          MakeDataRateAccessor(&SiteNetwork::m_backhaulRate),
                          MakeDataRateChecker())
            .AddAttribute("BackhaulDelay",
                          "One-way delay of each link between sites, or between a site and the "
                          "center.",
                          TimeValue(MilliSeconds(5)),
                          MakeTimeAccessor(&SiteNetwork::m_backhaulDelay),
                          MakeTimeChecker(Seconds(0)))
            .AddTraceSource("SiteChanged",
                            "A device is at another site than before.",
                            MakeTraceSourceAccessor(&SiteNetwork::m_siteChangedTrace),
                            "ns3::surgery::SiteNetwork::SiteTracedCallback");
    return tid;
}

SiteNetwork::SiteNetwork()
{
    NS_LOG_FUNCTION(this);
}

SiteNetwork::~SiteNetwork()
{
    NS_LOG_FUNCTION(this);
}

void
SiteNetwork::DoDispose()
{
    NS_LOG_FUNCTION(this);
    for (const auto& network : m_networks)
    {
        network->Dispose();
    }
    m_networks.clear();
    m_backhaul.reset();
    m_servers = NodeContainer();
    m_mobileDevices = NetDeviceContainer();
    Object::DoDispose();
}

// CONSTRUCTION

void
SiteNetwork::SetPlan(const SitePlan& plan)
{
    plan.Check();
    m_plan = plan;
}

const SitePlan&
SiteNetwork::GetPlan() const
{
    return m_plan;
}

void
SiteNetwork::Install(const NodeContainer& mobiles, const NodeContainer& servers)
{
    NS_LOG_FUNCTION(this << mobiles.GetN() << servers.GetN());
    if (!m_networks.empty())
    {
        throw std::invalid_argument("SiteNetwork: this network is built already: create another");
    }
    m_plan.Check();
    const auto& sites = m_plan.GetSites();
    if (servers.GetN() != sites.size())
    {
        throw std::invalid_argument(
            "SiteNetwork: there must be a server's node per site: " + std::to_string(sites.size()) +
            ", not " + std::to_string(servers.GetN()));
    }
    if (m_backhaulRate == DataRate(0))
    {
        throw std::invalid_argument("SiteNetwork: BackhaulRate: must be > 0 bit/s");
    }
    std::map<uint32_t, std::string> names;
    for (uint32_t site = 0; site < servers.GetN(); ++site)
    {
        const auto [other, isNew] = names.emplace(servers.Get(site)->GetId(), sites[site].name);
        if (!isNew)
        {
            throw std::invalid_argument("SiteNetwork: sites \"" + other->second + "\" and \"" +
                                        sites[site].name + "\" have one server, node " +
                                        std::to_string(other->first));
        }
    }
    m_servers = servers;
    PlaceDevices(mobiles);
    const auto network = AccessNetwork::Create(m_networkName);
    if (sites.size() == 1 || network->SpansSites())
    {
        InstallOne(network, mobiles);
    }
    else
    {
        network->Dispose();
        InstallEach(mobiles);
    }
    PlaceSites();
}

void
SiteNetwork::PlaceDevices(const NodeContainer& mobiles)
{
    for (uint32_t i = 0; i < mobiles.GetN(); ++i)
    {
        const auto place = m_plan.FindPlace(i);
        const auto mobility = mobiles.Get(i)->GetObject<MobilityModel>();
        if (!place && !mobility && m_plan.GetSites().size() > 1)
        {
            throw std::invalid_argument("SiteNetwork: device " + std::to_string(i) +
                                        " has neither a position nor a place in the plan");
        }
        m_siteByNode[mobiles.Get(i)->GetId()] = place ? *place
                                                : mobility
                                                    ? m_plan.FindNearest(mobility->GetPosition())
                                                    : 0;
    }
}

void
SiteNetwork::InstallOne(Ptr<AccessNetwork> network, const NodeContainer& mobiles)
{
    m_networks.push_back(network);
    if (m_servers.GetN() == 1)
    {
        network->Install(mobiles, m_servers.Get(0));
    }
    else
    {
        std::vector<uint32_t> places;
        for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
        {
            places.push_back(m_siteByNode.at((*mobile)->GetId()));
        }
        network->SetFirstSites(places);
        network->InstallSites(mobiles,
                              m_servers,
                              m_plan.MakeLinks(m_backhaulRate, m_backhaulDelay));
        network->TraceConnectWithoutContext("Attached",
                                            MakeCallback(&SiteNetwork::HandleAttached, this));
    }
    m_mobileDevices = network->GetMobileDevices();
}

void
SiteNetwork::InstallEach(const NodeContainer& mobiles)
{
    std::vector<NetDeviceContainer> devices;
    for (uint32_t site = 0; site < m_servers.GetN(); ++site)
    {
        NodeContainer here;
        for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
        {
            if (m_siteByNode.at((*mobile)->GetId()) == site)
            {
                here.Add(*mobile);
            }
        }
        m_networks.push_back(AccessNetwork::Create(m_networkName));
        m_networks.back()->Install(here, m_servers.Get(site));
        devices.push_back(m_networks.back()->GetMobileDevices());
    }
    m_backhaul = std::make_unique<SiteBackhaul>(m_networks,
                                                m_plan.MakeLinks(m_backhaulRate, m_backhaulDelay));
    std::vector<uint32_t> next(devices.size());
    for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
    {
        const auto site = m_siteByNode.at((*mobile)->GetId());
        m_mobileDevices.Add(devices[site].Get(next[site]++));
    }
}

void
SiteNetwork::PlaceSites()
{
    const auto& sites = m_plan.GetSites();
    for (uint32_t site = 0; site < sites.size(); ++site)
    {
        if (!m_servers.Get(site)->GetObject<MobilityModel>())
        {
            auto mobility = CreateObject<ConstantPositionMobilityModel>();
            mobility->SetPosition(sites[site].position);
            m_servers.Get(site)->AggregateObject(mobility);
        }
    }
    const auto isOne = m_networks.size() == 1 && sites.size() > 1;
    for (uint32_t network = 0; network < m_networks.size(); ++network)
    {
        const auto stations = m_networks[network]->GetBaseStations();
        for (uint32_t i = 0; i < stations.GetN(); ++i)
        {
            const auto mobility = stations.Get(i)->GetObject<MobilityModel>();
            if (mobility)
            {
                // height is the network's; so is the row of base stations that share a site
                auto position =
                    isOne ? Vector(0, 0, mobility->GetPosition().z) : mobility->GetPosition();
                mobility->SetPosition(position + sites[isOne ? i : network].position);
            }
        }
    }
}

int64_t
SiteNetwork::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    int64_t used = 0;
    for (const auto& network : m_networks)
    {
        used += network->AssignStreams(stream + used);
    }
    return used + (m_backhaul ? m_backhaul->AssignStreams(stream + used) : 0);
}

// SERVERS AND DEVICES

void
SiteNetwork::ConnectPeers(const ApplicationContainer& servers) const
{
    SiteServers(*this, servers).ConnectPeers();
}

void
SiteNetwork::SetRemotes(const ApplicationContainer& clients,
                        const ApplicationContainer& servers) const
{
    SiteServers(*this, servers).SetRemotes(clients);
}

Ptr<AccessNetwork>
SiteNetwork::GetNetwork(uint32_t site) const
{
    return m_networks.size() == 1 ? m_networks.front() : m_networks.at(site);
}

Address
SiteNetwork::GetServerAddress(uint16_t port, uint32_t site) const
{
    return GetNetwork(site)->GetServerAddress(port, m_networks.size() == 1 ? site : 0);
}

Address
SiteNetwork::GetServerAddress(uint16_t port, const std::string& site) const
{
    return GetServerAddress(port, m_plan.FindSite(site));
}

Address
SiteNetwork::GetListeningAddress(uint16_t port) const
{
    return m_networks.front()->GetListeningAddress(port);
}

// WHERE DEVICES ARE

uint32_t
SiteNetwork::GetSite(uint32_t node) const
{
    const auto site = m_siteByNode.find(node);
    if (site == m_siteByNode.end())
    {
        throw std::invalid_argument("SiteNetwork: node " + std::to_string(node) +
                                    " is none of the devices");
    }
    return site->second;
}

uint32_t
SiteNetwork::GetNearestServer(uint32_t node) const
{
    return m_servers.Get(GetSite(node))->GetId();
}

void
SiteNetwork::HandleAttached(uint32_t node, uint32_t baseStation)
{
    NS_LOG_FUNCTION(this << node << baseStation);
    auto& site = m_siteByNode.at(node);
    if (site != baseStation)
    {
        site = baseStation;
        m_siteChangedTrace(node, site);
    }
}

// WHAT WAS BUILT

NodeContainer
SiteNetwork::GetServers() const
{
    return m_servers;
}

std::vector<std::string>
SiteNetwork::GetNames() const
{
    std::vector<std::string> names;
    for (const auto& site : m_plan.GetSites())
    {
        names.push_back(site.name);
    }
    return names;
}

const std::vector<Ptr<AccessNetwork>>&
SiteNetwork::GetNetworks() const
{
    return m_networks;
}

NodeContainer
SiteNetwork::GetBaseStations() const
{
    NodeContainer stations;
    for (const auto& network : m_networks)
    {
        stations.Add(network->GetBaseStations());
    }
    return stations;
}

NetDeviceContainer
SiteNetwork::GetMobileDevices() const
{
    return m_mobileDevices;
}

NetDeviceContainer
SiteNetwork::GetServerLink(uint32_t site) const
{
    return GetNetwork(site)->GetBackhaul(m_networks.size() == 1 ? site : 0);
}

void
SiteNetwork::EnablePcap(const std::string& folder) const
{
    const auto names = GetNames();
    for (uint32_t site = 0; site < names.size(); ++site)
    {
        const auto name = names.size() == 1 ? std::string("server") : "server-" + names[site];
        GetNetwork(site)->EnablePcap(folder + "/" + name + ".pcap",
                                     m_networks.size() == 1 ? site : 0);
    }
}

} // namespace surgery
} // namespace ns3
