/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-wifi-access-network.h"

#include "arp-learning.h"
#include "block-ack-agreements.h"
#include "bridged-sites.h"
#include "wifi-checks.h"
#include "wifi-roaming.h"

#include "ns3/arp-cache.h"
#include "ns3/bridge-helper.h"
#include "ns3/csma-helper.h"
#include "ns3/csma-net-device.h"
#include "ns3/double.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/mobility-helper.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/position-allocator.h"
#include "ns3/simulator.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/surgery-host-routes.h"
#include "ns3/uinteger.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/wifi-mac.h"
#include "ns3/wifi-net-device.h"
#include "ns3/yans-wifi-helper.h"
#include "ns3/yans-wifi-phy.h"

#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("WifiAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(WifiAccessNetwork);

namespace
{

/// Length of what a station that joins sends for the bridges, byte.
constexpr uint32_t ANNOUNCEMENT_BYTES = 46;
/// When it is sent after the station joined. At once, while the association is acknowledged,
/// ns-3.37 would negotiate a Block Ack agreement that never comes to be, and blocks the station.
const Time ANNOUNCEMENT_DELAY = MilliSeconds(5);
/// Its EtherType, one of those for local experiments: no host handles it.
constexpr uint16_t ANNOUNCEMENT_TYPE = 0x88b5;

/**
 * Let ARP soon retry hosts that were out of coverage; by default it gives up on them for 100 s.
 *
 * @param devices of hosts that may leave, and of those that talk to them
 */
void
RetryLostNeighbors(const NetDeviceContainer& devices)
{
    for (auto device = devices.Begin(); device != devices.End(); ++device)
    {
        if (const auto ipv4 = (*device)->GetNode()->GetObject<Ipv4L3Protocol>())
        {
            const auto interface = ipv4->GetInterfaceForDevice(*device);
            ipv4->GetInterface(interface)->GetArpCache()->SetDeadTimeout(Seconds(1));
        }
    }
}

} // namespace

TypeId
WifiAccessNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::WifiAccessNetwork")
            .SetParent<AccessNetwork>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<WifiAccessNetwork>()
            .AddAttribute("Ssid",
                          "Name of the Wi-Fi network.",
                          StringValue("dnn-surgery"),
                          MakeStringAccessor(&WifiAccessNetwork::m_ssid),
                          MakeStringChecker())
            .AddAttribute("Standard",
                          "Which 802.11 all stations and access points speak: 802.11n (channels of "
                          "20 or 40 MHz), 802.11ac (in the 5 GHz band) or 802.11ax.",
                          StringValue("802.11ax"),
                          MakeStringAccessor(&WifiAccessNetwork::m_standard),
                          MakeStringChecker())
            .AddAttribute("Channel",
                          "ns3::WifiPhy's ChannelSettings: {number, width in MHz, band, primary}.",
                          StringValue("{0, 80, BAND_5GHZ, 0}"),
                          MakeStringAccessor(&WifiAccessNetwork::m_channel),
                          MakeStringChecker())
            .AddAttribute("RateManager",
                          "TypeId of the WifiRemoteStationManager that picks the rates.",
                          StringValue("ns3::IdealWifiManager"),
                          MakeStringAccessor(&WifiAccessNetwork::m_rateManager),
                          MakeStringChecker())
            .AddAttribute("AccessPoints",
                          "Number of access points. If there are several, they are bridges, and "
                          "the gateway is a separate node.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&WifiAccessNetwork::m_accessPoints),
                          MakeUintegerChecker<uint32_t>(1, 1000))
            .AddAttribute("Spacing",
                          "Distance between neighboring access points, in m.",
                          DoubleValue(50),
                          MakeDoubleAccessor(&WifiAccessNetwork::m_spacing),
                          MakeDoubleChecker<double>(1))
            .AddAttribute("RoamingMargin",
                          "How much stronger the beacons of another access point must be for a "
                          "station to move to it, in dB. With a margin that no signal exceeds "
                          "(1000), stations stay until they have missed MaxMissedBeacons.",
                          DoubleValue(5),
                          MakeDoubleAccessor(&WifiAccessNetwork::m_roamingMargin),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("MaxMissedBeacons",
                          "Number of beacons that a station misses in a row before it looks for "
                          "another access point.",
                          UintegerValue(10),
                          MakeUintegerAccessor(&WifiAccessNetwork::m_maxMissedBeacons),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("DistributionRate",
                          "Rate of the Ethernet between several access points and the gateway.",
                          DataRateValue(DataRate("1Gbps")),
                          MakeDataRateAccessor(&WifiAccessNetwork::m_distributionRate),
                          MakeDataRateChecker());
    return tid;
}

WifiAccessNetwork::WifiAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

WifiAccessNetwork::~WifiAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

void
WifiAccessNetwork::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_roaming.clear();
    m_accessPointDevices = NetDeviceContainer();
    m_distribution = NetDeviceContainer();
    m_announcing.clear();
    AccessNetwork::DoDispose();
}

Ptr<Node>
WifiAccessNetwork::DoInstall(const NodeContainer& mobiles)
{
    NS_LOG_FUNCTION(this << mobiles.GetN());
    MakeAccessPoints();
    MakeDevices(mobiles);
    auto gateway = m_accessPointDevices.Get(0);
    if (m_accessPoints == 1)
    {
        InstallStack(m_baseStations);
    }
    else
    {
        gateway = MakeDistribution();
    }
    WatchStations();
    MakeSubnet(m_mobileDevices, gateway);
    NetDeviceContainer hosts(m_mobileDevices);
    hosts.Add(gateway);
    RetryLostNeighbors(hosts);
    return gateway->GetNode();
}

bool
WifiAccessNetwork::SpansSites() const
{
    return true;
}

std::vector<Ptr<Node>>
WifiAccessNetwork::DoInstallSites(const NodeContainer& mobiles,
                                  uint32_t sites,
                                  const std::vector<SiteLink>& links)
{
    NS_LOG_FUNCTION(this << mobiles.GetN() << sites);
    BridgedSites::CheckTree(sites, links);
    m_accessPoints = sites;
    MakeAccessPoints();
    MakeDevices(mobiles);
    NodeContainer gateways(sites);
    InstallStack(gateways);
    const BridgedSites bridged(m_accessPointDevices, gateways, m_distributionRate, links);
    m_distribution = bridged.GetPorts();
    LimitPackets(bridged.GetGateways().Get(0));
    WatchStations();

    // one subnet; all gateways are neighbors
    NetDeviceContainer hosts(m_mobileDevices);
    for (uint32_t site = 1; site < sites; ++site)
    {
        hosts.Add(bridged.GetGateways().Get(site));
    }
    MakeSubnet(hosts, bridged.GetGateways().Get(0));
    hosts.Add(bridged.GetGateways().Get(0));
    RetryLostNeighbors(hosts);
    std::vector<Ptr<Node>> nodes;
    for (uint32_t site = 0; site < sites; ++site)
    {
        const auto gateway = bridged.GetGateways().Get(site);
        OpenGateway(gateway, UsesIpv6());
        LearnFromArpRequests(gateway);
        // not the link-local address that IPv6 has, too: hosts would send from their own such one
        const auto address = GetHostAddress(gateway, UsesIpv6());
        for (auto host = hosts.Begin(); host != hosts.End(); ++host)
        {
            if (*host != gateway)
            {
                RouteToSite(*host, address, site);
            }
        }
        nodes.push_back(gateway->GetNode());
    }
    for (auto mobile = m_mobileDevices.Begin(); mobile != m_mobileDevices.End(); ++mobile)
    {
        m_announcing[(*mobile)->GetNode()->GetId()].device = *mobile;
    }
    return nodes;
}

void
WifiAccessNetwork::MakeAccessPoints()
{
    m_baseStations.Create(m_accessPoints);
    auto row = CreateObject<ListPositionAllocator>();
    for (uint32_t i = 0; i < m_accessPoints; ++i)
    {
        row->Add(Vector((i - (m_accessPoints - 1) / 2.0) * m_spacing, 0, 0));
    }
    MobilityHelper fixed;
    fixed.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    fixed.SetPositionAllocator(row);
    fixed.Install(m_baseStations);
}

void
WifiAccessNetwork::MakeDevices(const NodeContainer& mobiles)
{
    CheckRateManager(m_rateManager);
    CheckSsid(m_ssid);
    CheckChannel(m_channel);
    YansWifiPhyHelper phy;
    phy.SetChannel(YansWifiChannelHelper::Default().Create());
    phy.Set("ChannelSettings", StringValue(m_channel));
    WifiHelper wifi;
    wifi.SetStandard(FindWifiStandard(m_standard, m_channel));
    wifi.SetRemoteStationManager(m_rateManager);
    WifiMacHelper mac;
    const auto ssid = SsidValue(Ssid(m_ssid));
    // a lost association request is repeated when beacons are missed; ns-3.37 ends the
    // program if it is to be repeated after that
    mac.SetType("ns3::StaWifiMac",
                "Ssid",
                ssid,
                "MaxMissedBeacons",
                UintegerValue(m_maxMissedBeacons),
                "AssocRequestTimeout",
                TimeValue(Days(1)));
    try
    {
        m_mobileDevices = wifi.Install(phy, mac, mobiles);
    }
    catch (const std::runtime_error& error) // of ns-3, which knows the channels
    {
        throw std::invalid_argument("WifiAccessNetwork: Channel: \"" + m_channel +
                                    "\" is no channel of " + m_standard + ": " + error.what());
    }
    mac.SetType("ns3::ApWifiMac", "Ssid", ssid);
    m_accessPointDevices = wifi.Install(phy, mac, m_baseStations);
}

void
WifiAccessNetwork::WatchStations()
{
    std::map<Mac48Address, Ptr<WifiMac>> accessPoints;
    for (uint32_t i = 0; i < m_accessPointDevices.GetN(); ++i)
    {
        const auto mac = DynamicCast<WifiNetDevice>(m_accessPointDevices.Get(i))->GetMac();
        m_indexByAddress[mac->GetAddress()] = i;
        accessPoints[mac->GetAddress()] = mac;
        SynchronizeBlockAckWindows(mac);
    }
    for (auto device = m_mobileDevices.Begin(); device != m_mobileDevices.End(); ++device)
    {
        const auto station = DynamicCast<WifiNetDevice>(*device);
        const auto node = station->GetNode()->GetId();
        station->GetMac()->TraceConnectWithoutContext(
            "Assoc",
            MakeCallback(&WifiAccessNetwork::HandleAssociated, this).Bind(node));
        station->GetMac()->TraceConnectWithoutContext(
            "DeAssoc",
            MakeCallback(&WifiAccessNetwork::HandleDisassociated, this).Bind(node));
        SynchronizeBlockAckWindows(station->GetMac());
        m_roaming.push_back(ns3::Create<WifiRoaming>(station, accessPoints, m_roamingMargin));
    }
}

Ptr<NetDevice>
WifiAccessNetwork::MakeDistribution()
{
    NodeContainer gateway(1);
    InstallStack(gateway);
    CsmaHelper ethernet;
    ethernet.SetChannelAttribute("DataRate", DataRateValue(m_distributionRate));
    ethernet.SetChannelAttribute("Delay", TimeValue(MicroSeconds(1)));
    m_distribution = ethernet.Install(NodeContainer(m_baseStations, gateway));
    for (uint32_t i = 0; i < m_accessPoints; ++i)
    {
        BridgeHelper().Install(
            m_baseStations.Get(i),
            NetDeviceContainer(m_accessPointDevices.Get(i), m_distribution.Get(i)));
    }
    const auto uplink = m_distribution.Get(m_accessPoints);
    LimitPackets(uplink);
    return uplink;
}

void
WifiAccessNetwork::LimitPackets(Ptr<NetDevice> port)
{
    // for hosts it is one link, whatever is between them
    for (auto device = m_mobileDevices.Begin(); device != m_mobileDevices.End(); ++device)
    {
        (*device)->SetMtu(port->GetMtu());
    }
}

int64_t
WifiAccessNetwork::AssignStreams(int64_t stream)
{
    auto used = AccessNetwork::AssignStreams(stream);
    used += WifiHelper().AssignStreams(m_mobileDevices, stream + used);
    used += WifiHelper().AssignStreams(m_accessPointDevices, stream + used);
    for (auto port = m_distribution.Begin(); port != m_distribution.End(); ++port)
    {
        used += DynamicCast<CsmaNetDevice>(*port)->AssignStreams(stream + used);
    }
    return used;
}

void
WifiAccessNetwork::HandleAssociated(uint32_t node, Mac48Address address)
{
    NS_LOG_FUNCTION(this << node << address);
    Attach(node, m_indexByAddress.at(address));
    const auto station = m_announcing.find(node);
    // at first no bridge has it at another place
    if (station != m_announcing.end() && std::exchange(station->second.isKnown, true))
    {
        Simulator::Schedule(ANNOUNCEMENT_DELAY,
                            &WifiAccessNetwork::Announce,
                            Ptr<WifiAccessNetwork>(this),
                            node);
    }
}

void
WifiAccessNetwork::Announce(uint32_t node)
{
    NS_LOG_FUNCTION(this << node);
    const auto station = m_announcing.find(node);
    if (station != m_announcing.end())
    {
        station->second.device->Send(ns3::Create<Packet>(ANNOUNCEMENT_BYTES),
                                     Mac48Address::GetBroadcast(),
                                     ANNOUNCEMENT_TYPE);
    }
}

void
WifiAccessNetwork::HandleDisassociated(uint32_t node, Mac48Address address)
{
    NS_LOG_FUNCTION(this << node << address);
    // a station whose association failed reports some other address
    Detach(node);
}

} // namespace surgery
} // namespace ns3
