/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NETWORK_SITUATIONS_H
#define NETWORK_SITUATIONS_H

#include "situation.h"

#include "ns3/config.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-bandwidth-trace.h"
#include "ns3/surgery-wired-access-network.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Let the first device's uplink follow a trace.
inline void
TraceFirstUplink(World& world)
{
    using namespace ns3::surgery;
    const std::vector<BandwidthTrace::Piece> pieces{{1, 50e6, 50e6}, {2, 5e6, 5e6}};
    const auto wires = ns3::DynamicCast<WiredAccessNetwork>(world.network);
    BandwidthTraceHelper(std::make_shared<const BandwidthTrace>(pieces), nullptr)
        .Install(wires->GetLink(0));
}

/// Report attributes of ns-3's objects as they are once the devices have joined.
/// @param attributes paths of objects, and names
inline Change
Report(const std::vector<std::pair<std::string, std::string>>& attributes)
{
    return [attributes](World& world) {
        ns3::Simulator::Schedule(ns3::MilliSeconds(450), [&world, attributes] {
            for (const auto& [path, attribute] : attributes)
            {
                const auto objects = ns3::Config::LookupMatches(path);
                EXPECT_GT(objects.GetN(), 0u) << path;
                for (const auto& object : objects)
                {
                    ns3::StringValue value;
                    object->GetAttribute(attribute, value);
                    world.report += value.Get() + ' ';
                }
            }
        });
    };
}

/// The attributes of the access networks and of bandwidth traces.
inline std::vector<Situation>
GetNetworkSituations()
{
    const auto constant = [](const std::string& value) {
        return "ns3::ConstantRandomVariable[Constant=" + value + "]";
    };
    return {
        {"Wired",
         "wired",
         3,
         2,
         {},
         {{"AccessNetwork::UseIpv6", "true"},
          {"AccessNetwork::BackhaulRate", "10Mbps"},
          {"AccessNetwork::BackhaulDelay", "20ms"},
          {"AccessNetwork::BackhaulMtu", "600"},
          {"AccessNetwork::BackhaulOutages", "1s+1s"},
          {"WiredAccessNetwork::UplinkMbps", constant("5")},
          {"WiredAccessNetwork::DownlinkMbps", constant("1")},
          {"WiredAccessNetwork::Delay", "20ms"},
          {"WiredAccessNetwork::Mtu", "600"},
          {"WiredAccessNetwork::UplinkQueue", "2p"},
          {"WiredAccessNetwork::DownlinkQueue", "100B"},
          {"WiredAccessNetwork::UplinkQueueDisc", "ns3::TbfQueueDisc[Rate=5Mbps|Burst=2000]"},
          {"WiredAccessNetwork::DownlinkQueueDisc", "ns3::TbfQueueDisc[Rate=1Mbps|Burst=2000]"}}},
        {"TracedWire", "wired", 3, 2, {}, {{"TracedDataRate::Offset", "700ms"}}, &TraceFirstUplink},
        {"Wifi",
         "wifi",
         2,
         2,
         {},
         {{"WifiAccessNetwork::Ssid", "a name of twenty-nine letters"},
          {"WifiAccessNetwork::Channel", "{0, 20, BAND_5GHZ, 0}"},
          {"WifiAccessNetwork::RateManager", "ns3::ConstantRateWifiManager"},
          {"WifiAccessNetwork::AccessPoints", "2"}}},
        {"WifiStandard",
         "wifi",
         1,
         2,
         {{"WifiAccessNetwork::Channel", "{0, 20, BAND_2_4GHZ, 0}"}},
         {{"WifiAccessNetwork::Standard", "802.11n"}}},
        {"WifiRoaming",
         "wifi",
         4,
         1,
         {{"WifiAccessNetwork::AccessPoints", "2"}},
         {{"WifiAccessNetwork::Spacing", "30"},
          {"WifiAccessNetwork::RoamingMargin", "1000"},
          {"WifiAccessNetwork::DistributionRate", "10Mbps"}},
         {},
         15},
        {"WifiOutOfReach",
         "wifi",
         5,
         1,
         {{"WifiAccessNetwork::AccessPoints", "2"},
          {"WifiAccessNetwork::Spacing", "300"},
          {"WifiAccessNetwork::RoamingMargin", "1000"}},
         {{"WifiAccessNetwork::MaxMissedBeacons", "3"}},
         {},
         70},
        {"Fluid",
         "fluid",
         3,
         2,
         {{"FluidAccessNetwork::UplinkMbps", constant("5")}},
         {{"FluidAccessNetwork::UplinkMbps", constant("20")},
          {"FluidAccessNetwork::DownlinkMbps", constant("1")},
          {"FluidAccessNetwork::Delay", "20ms"},
          {"FluidAccessNetwork::Cells", "true"},
          {"FluidAccessNetwork::HeaderFactor", "2"}}},
        {"FluidCells",
         "fluid",
         3,
         6,
         {{"AccessNetwork::BackhaulRate", "2Mbps"},
          {"FluidAccessNetwork::Cells", "true"},
          {"FluidAccessNetwork::HalfDuplex", "true"},
          {"FluidAccessNetwork::UplinkMbps", constant("3")}},
         {{"FluidAccessNetwork::HalfDuplex", "false"}, {"FluidAccessNetwork::EqualParts", "true"}}},
        {"FluidRoaming",
         "sites",
         3,
         2,
         {{"SiteNetwork::Network", "fluid"}, {"FluidAccessNetwork::RoamingInterval", "200ms"}},
         {{"FluidAccessNetwork::RoamingInterval", "900ms"},
          {"FluidAccessNetwork::RoamingGap", "200ms"},
          {"FluidAccessNetwork::RoamingMargin", "1000"}},
         {},
         100},
        {"Sites",
         "sites",
         2,
         1,
         {},
         {{"SiteNetwork::Network", "wired"},
          {"SiteNetwork::BackhaulRate", "10Mbps"},
          {"SiteNetwork::BackhaulDelay", "20ms"}}},
    };
}

/// The attributes of LteAccessNetwork.
inline std::vector<Situation>
GetLteSituations()
{
    const std::string lte = "LteAccessNetwork::";
    const std::string devices = "/NodeList/*/DeviceList/*/";
    const std::pair<std::string, std::string> offload{"MecServer::Scheduler",
                                                      "ns3::surgery::ServerOnlyScheduler"};
    return {
        {"LteCells",
         "lte",
         2,
         2,
         {offload},
         {{lte + "BaseStations", "1"},
          {lte + "Spacing", "1000"},
          {lte + "Height", "100"},
          {lte + "UplinkBandwidth", "25"},
          {lte + "DownlinkBandwidth", "25"},
          {lte + "Scheduler", "ns3::RrFfMacScheduler"},
          {lte + "BaseStationTxPower", "0"},
          {lte + "MobileTxPower", "0"},
          {lte + "PathLossModel", "ns3::FriisPropagationLossModel"},
          {lte + "PathLossExponent", "4.5"},
          {lte + "ReferenceLoss", "40"}}},
        {"LteCore",
         "lte",
         3,
         2,
         {offload},
         {{lte + "RlcMode", "RlcUmAlways"},
          {lte + "MaxTxBufferSize", "5000"},
          {lte + "IdealRrc", "true"},
          {lte + "CoreRate", "2Mbps"},
          {lte + "CoreDelay", "20ms"},
          {lte + "AtBaseStation", "true"}}},
        {"LteHandover",
         "lte",
         3,
         1,
         {{lte + "Spacing", "200"}},
         {{lte + "HandoverAlgorithm", "ns3::NoOpHandoverAlgorithm"},
          {lte + "Hysteresis", "8"},
          {lte + "TimeToTrigger", "640ms"}},
         {},
         60},
        {"LteRadioControl",
         "lte",
         0.5,
         1,
         {},
         {{lte + "HandoverTimeout", "7s"},
          {lte + "SrsPeriodicity", "320"},
          {lte + "ResendInSmallGrants", "false"}},
         Report({{devices + "LteEnbRrc", "HandoverJoiningTimeoutDuration"},
                 {devices + "LteEnbRrc", "SrsPeriodicity"},
                 {devices + "LteUeRrc/DataRadioBearerMap/*/LteRlc",
                  "TxOpportunityForRetxAlwaysBigEnough"}})},
    };
}

/** @} */

#endif // NETWORK_SITUATIONS_H
