/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-wifi-access-network.h"

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
#include "ns3/position-allocator.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/surgery-type-names.h"
#include "ns3/uinteger.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/wifi-mac.h"
#include "ns3/wifi-net-device.h"
#include "ns3/wifi-remote-station-manager.h"
#include "ns3/yans-wifi-helper.h"
#include "ns3/yans-wifi-phy.h"

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("WifiAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(WifiAccessNetwork);

namespace
{

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

/**
 * Find a standard. ns-3 would end the program if it has no such channel.
 *
 * @param name of the standard
 * @param channel {number, width, band, primary}
 * @return it
 * @throws std::invalid_argument in one line
 */
WifiStandard
FindStandard(const std::string& name, const std::string& channel)
{
    const std::map<std::string, WifiStandard> standards{{"802.11n", WIFI_STANDARD_80211n},
                                                        {"802.11ac", WIFI_STANDARD_80211ac},
                                                        {"802.11ax", WIFI_STANDARD_80211ax}};
    const auto found = standards.find(name);
    if (found == standards.end())
    {
        throw std::invalid_argument("WifiAccessNetwork: Standard: must be 802.11n, 802.11ac or "
                                    "802.11ax, not \"" +
                                    name + "\"");
    }
    const auto width = std::strtol(channel.c_str() + channel.find(',') + 1, nullptr, 10);
    const auto isIn5GHz = channel.find("BAND_5GHZ") != std::string::npos;
    const auto isIn6GHz = channel.find("BAND_6GHZ") != std::string::npos;
    if ((name == "802.11n" && (width > 40 || isIn6GHz)) || (name == "802.11ac" && !isIn5GHz))
    {
        throw std::invalid_argument("WifiAccessNetwork: Standard: " + name + " has no Channel \"" +
                                    channel + "\"");
    }
    return found->second;
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
    AccessNetwork::DoDispose();
}

Ptr<Node>
WifiAccessNetwork::DoInstall(const NodeContainer& mobiles)
{
    NS_LOG_FUNCTION(this << mobiles.GetN());
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

void
WifiAccessNetwork::MakeDevices(const NodeContainer& mobiles)
{
    // ns-3 would end the program
    if (!IsTypeOf(m_rateManager, WifiRemoteStationManager::GetTypeId()))
    {
        throw std::invalid_argument("WifiAccessNetwork: RateManager: \"" + m_rateManager +
                                    "\" is no WifiRemoteStationManager");
    }
    if (m_ssid.size() > 32)
    {
        throw std::invalid_argument("WifiAccessNetwork: Ssid: \"" + m_ssid +
                                    "\" is longer than 32 bytes");
    }
    TypeId::AttributeInformation channel;
    YansWifiPhy::GetTypeId().LookupAttributeByName("ChannelSettings", &channel);
    if (!channel.checker->CreateValidValue(StringValue(m_channel)))
    {
        throw std::invalid_argument("WifiAccessNetwork: Channel: \"" + m_channel +
                                    "\" is not {number, width, band, primary}");
    }
    YansWifiPhyHelper phy;
    phy.SetChannel(YansWifiChannelHelper::Default().Create());
    phy.Set("ChannelSettings", StringValue(m_channel));
    WifiHelper wifi;
    wifi.SetStandard(FindStandard(m_standard, m_channel));
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
    // for hosts it is one link, whatever is between them
    for (auto device = m_mobileDevices.Begin(); device != m_mobileDevices.End(); ++device)
    {
        (*device)->SetMtu(uplink->GetMtu());
    }
    return uplink;
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
