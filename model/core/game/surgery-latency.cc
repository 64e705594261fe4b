/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-latency.h"

#include "line-terms.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

void
CheckLink(const Link& link)
{
    const auto checkRate = [](double rate, const char* field) {
        if (!std::isfinite(rate) || rate <= 0)
        {
            throw std::invalid_argument(std::string(field) + ": must be a finite number > 0 bit/s");
        }
    };
    const auto checkDelay = [](double delay, const char* field) {
        if (!std::isfinite(delay) || delay < 0)
        {
            throw std::invalid_argument(std::string(field) + ": must be a finite number >= 0 s");
        }
    };
    checkRate(link.uplinkBps, "uplink_bps");
    checkRate(link.downlinkBps, "downlink_bps");
    checkDelay(link.uplinkDelayS, "uplink delay");
    checkDelay(link.downlinkDelayS, "downlink delay");
    checkDelay(link.hostS, "host work");
    checkDelay(link.hostByteS, "host work per byte");
}

double
GetWeightedBase(const Cut& cut, const Link& link, const ActivityWeights& weights)
{
    return terms::GetWeightedBase(cut, link, weights);
}

double
GetBaseLatency(const Cut& cut, const Link& link)
{
    return GetWeightedBase(cut, link, ActivityWeights());
}

double
GetLatency(double baseS, double workS, double share)
{
    return terms::GetLatency(baseS, workS, share);
}

double
GetLatency(const Cut& cut, const Link& link, double share)
{
    return GetLatency(GetBaseLatency(cut, link), cut.serverSeconds, share);
}

double
GetSlowestFixedStage(const Cut& cut, const Link& link)
{
    const auto uplink = 8 * static_cast<double>(cut.uploadBytes) / link.uplinkBps;
    const auto downlink = 8 * static_cast<double>(cut.resultBytes) / link.downlinkBps;
    return std::max({cut.deviceSeconds, uplink, downlink});
}

double
GetSlowestStage(const Cut& cut, const Link& link, double share)
{
    return std::max(GetSlowestFixedStage(cut, link), GetLatency(0, cut.serverSeconds, share));
}

double
GetCost(const Cut& cut, const Link& link, double share, double usagePriceS)
{
    return GetLatency(cut, link, share) + usagePriceS * share;
}

} // namespace surgery
} // namespace ns3
