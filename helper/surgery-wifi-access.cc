/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-wifi-access.h"

#include "ns3/log.h"
#include "ns3/mobility-helper.h"
#include "ns3/node.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/wifi-mac.h"
#include "ns3/wifi-net-device.h"
#include "ns3/yans-wifi-helper.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("WifiAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(WifiAccessNetwork);

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
            .AddAttribute("Channel",
                          "ns3::WifiPhy's ChannelSettings: {number, width in MHz, band, primary}.",
                          StringValue("{0, 80, BAND_5GHZ, 0}"),
                          MakeStringAccessor(&WifiAccessNetwork::m_channel),
                          MakeStringChecker())
            .AddAttribute("RateManager",
                          "TypeId of the WifiRemoteStationManager that picks the rates.",
                          StringValue("ns3::IdealWifiManager"),
                          MakeStringAccessor(&WifiAccessNetwork::m_rateManager),
                          MakeStringChecker());
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

Ptr<Node>
WifiAccessNetwork::DoInstall(const NodeContainer& mobiles)
{
    NS_LOG_FUNCTION(this << mobiles.GetN());
    m_baseStations.Create(1);
    MobilityHelper fixed;
    fixed.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    fixed.Install(m_baseStations);

    YansWifiPhyHelper phy;
    phy.SetChannel(YansWifiChannelHelper::Default().Create());
    phy.Set("ChannelSettings", StringValue(m_channel));
    WifiHelper wifi;
    wifi.SetStandard(WIFI_STANDARD_80211ax);
    wifi.SetRemoteStationManager(m_rateManager);
    WifiMacHelper mac;
    const auto ssid = SsidValue(Ssid(m_ssid));
    mac.SetType("ns3::StaWifiMac", "Ssid", ssid);
    m_mobileDevices = wifi.Install(phy, mac, mobiles);
    mac.SetType("ns3::ApWifiMac", "Ssid", ssid);
    m_accessPointDevices = wifi.Install(phy, mac, m_baseStations);

    for (uint32_t i = 0; i < m_accessPointDevices.GetN(); ++i)
    {
        const auto address = m_accessPointDevices.Get(i)->GetAddress();
        m_indexByAddress[Mac48Address::ConvertFrom(address)] = i;
    }
    for (auto device = m_mobileDevices.Begin(); device != m_mobileDevices.End(); ++device)
    {
        const auto stationMac = DynamicCast<WifiNetDevice>(*device)->GetMac();
        const auto node = (*device)->GetNode()->GetId();
        stationMac->TraceConnectWithoutContext(
            "Assoc",
            MakeCallback(&WifiAccessNetwork::HandleAssociated, this).Bind(node));
        stationMac->TraceConnectWithoutContext(
            "DeAssoc",
            MakeCallback(&WifiAccessNetwork::HandleDisassociated, this).Bind(node));
    }

    InstallStack(m_baseStations);
    MakeSubnet(m_mobileDevices, m_accessPointDevices.Get(0));
    return m_baseStations.Get(0);
}

int64_t
WifiAccessNetwork::AssignStreams(int64_t stream)
{
    auto used = AccessNetwork::AssignStreams(stream);
    used += WifiHelper().AssignStreams(m_mobileDevices, stream + used);
    used += WifiHelper().AssignStreams(m_accessPointDevices, stream + used);
    return used;
}

void
WifiAccessNetwork::HandleAssociated(uint32_t node, Mac48Address address)
{
    NS_LOG_FUNCTION(this << node << address);
    m_attachedTrace(node, m_indexByAddress.at(address));
}

void
WifiAccessNetwork::HandleDisassociated(uint32_t node, Mac48Address address)
{
    NS_LOG_FUNCTION(this << node << address);
    m_detachedTrace(node, m_indexByAddress.at(address));
}

} // namespace surgery
} // namespace ns3
