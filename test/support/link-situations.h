/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LINK_SITUATIONS_H
#define LINK_SITUATIONS_H

#include "situation.h"
#include "text-file.h"

#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Let the devices' uplinks become slow while they are in use.
inline void
SlowDownUplinks(World& world)
{
    const auto devices = world.network->GetMobileDevices();
    ns3::Simulator::Schedule(ns3::Seconds(2), [devices] {
        for (auto device = devices.Begin(); device != devices.End(); ++device)
        {
            (*device)->SetAttribute("DataRate", ns3::StringValue("500kbps"));
        }
    });
}

/// @return the path of a recording of rates
inline std::string
GetRecordedRates()
{
    static const TextFile file("0,50e6\n1.5,200e3\n2.5,50e6\n");
    return file.GetPath();
}

/// @return the path of another one
inline std::string
GetOtherRates()
{
    static const TextFile file("0,200e3\n");
    return file.GetPath();
}

/// The attributes of the room link, except the prober's, and those that react to a changing link.
inline std::vector<Situation>
GetLinkSituations()
{
    const std::string window = "ns3::surgery::WindowLinkEstimator";
    const std::string oracle = "ns3::surgery::OracleLinkEstimator";
    const std::string recorded = "ns3::surgery::RecordedLinkEstimator";
    const std::string up = "InferenceClient::UplinkEstimator";
    const std::string down = "InferenceClient::DownlinkEstimator";
    return {
        {"Measured",
         "wired",
         3,
         2,
         {},
         {{"MeasuredLinkEstimator::InitialRate", "1Mbps"},
          {"MeasuredLinkEstimator::MinimumRate", "90Mbps"},
          {"MeasuredLinkEstimator::MaximumRate", "10Mbps"},
          {"MeasuredLinkEstimator::SmallBytes", "100000000"}}},
        {"Untried",
         "wired",
         3,
         2,
         {{"LinkProber::Trials", "0"}},
         {{"MeasuredLinkEstimator::InitialDelay", "500ms"}}},
        {"UplinkSlowsDown",
         "wired",
         7,
         2,
         {},
         {{"FittedLinkEstimator::Weight", "1"},
          {"FittedLinkEstimator::DelayGrowth", "0.5"},
          {"FittedLinkEstimator::ChangeFactor", "0"},
          {"InferenceClient::CutHysteresis", "1"}},
         &SlowDownUplinks},
        {"LongPauses",
         "wired",
         5,
         2,
         {{"InferenceClient::ThinkTime", "ns3::ConstantRandomVariable[Constant=1.5]"}},
         {{"FittedLinkEstimator::Memory", "100ms"}}},
        {"Window",
         "wired",
         5,
         2,
         {{up, window}, {down, window}},
         {{"WindowLinkEstimator::Window", "1"}, {"WindowLinkEstimator::Percentile", "0"}},
         &SlowDownUplinks},
        {"Oracle",
         "wired",
         3,
         2,
         {{up, oracle}, {down, oracle}},
         {{"OracleLinkEstimator::Rate", "1Mbps"}, {"OracleLinkEstimator::Delay", "1s"}}},
        {"Recorded",
         "wired",
         3,
         2,
         {{up, recorded}, {"RecordedLinkEstimator::Rates", GetRecordedRates()}},
         {{"RecordedLinkEstimator::Rates", GetOtherRates()},
          {"RecordedLinkEstimator::Offset", "1s"},
          {"RecordedLinkEstimator::Delay", "1s"}}},
    };
}

/** @} */

#endif // LINK_SITUATIONS_H
