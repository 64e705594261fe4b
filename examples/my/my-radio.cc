/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A radio of your own, to be copied; the tutorial "Your own radio" walks through it.

#include "ns3/double.h"
#include "ns3/mobility-helper.h"
#include "ns3/surgery-access-network.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/yans-wifi-helper.h"

using namespace ns3;
using namespace ns3::surgery;

/// 802.11a without an access point: the gateway, at the origin, is a station like all others.
class AdHocAccessNetwork : public AccessNetwork
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("AdHocAccessNetwork")
                                .SetParent<AccessNetwork>()
                                .AddConstructor<AdHocAccessNetwork>()
                                .AddAttribute("TxPower",
                                              "Transmission power of all stations, in dBm.",
                                              DoubleValue(16),
                                              MakeDoubleAccessor(&AdHocAccessNetwork::m_txPower),
                                              MakeDoubleChecker<double>(-50, 50));
        return tid;
    }

    // Every random choice of the devices follows the seed.
    int64_t AssignStreams(int64_t stream) override
    {
        const auto used = AccessNetwork::AssignStreams(stream);
        return used + WifiHelper().AssignStreams(m_stations, stream + used);
    }

  protected:
    // 1. The gateway: a node with a position and an internet stack, as the mobile nodes have.
    Ptr<Node> DoInstall(const NodeContainer& mobiles) override
    {
        NodeContainer gateway(1);
        MobilityHelper().Install(gateway);
        InstallStack(gateway);

        // 2. The devices: all on one channel.
        YansWifiPhyHelper phy;
        phy.SetChannel(YansWifiChannelHelper::Default().Create());
        phy.Set("TxPowerStart", DoubleValue(m_txPower));
        phy.Set("TxPowerEnd", DoubleValue(m_txPower));
        WifiMacHelper mac;
        mac.SetType("ns3::AdhocWifiMac");
        WifiHelper wifi;
        wifi.SetStandard(WIFI_STANDARD_80211a);
        wifi.SetRemoteStationManager("ns3::IdealWifiManager");
        m_stations = wifi.Install(phy, mac, NodeContainer(mobiles, gateway));

        // 3. What the base class asks for: the mobile nodes' devices, and a subnet with a gateway.
        for (uint32_t i = 0; i < mobiles.GetN(); ++i)
        {
            m_mobileDevices.Add(m_stations.Get(i));
        }
        MakeSubnet(m_mobileDevices, m_stations.Get(mobiles.GetN()));
        return gateway.Get(0);
    }

  private:
    NetDeviceContainer m_stations; ///< the mobile nodes', then the gateway's
    double m_txPower;              ///< attribute
};

NS_OBJECT_ENSURE_REGISTERED(AdHocAccessNetwork);
