/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-latency.h"

#include <algorithm>
#include <cmath>
#include <limits>
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
    if (cut.isLocal)
    {
        return weights.busy * cut.deviceSeconds;
    }
    return weights.busy * cut.deviceSeconds + weights.idle * link.uplinkDelayS +
           weights.transmit * (8 * static_cast<double>(cut.uploadBytes) / link.uplinkBps) +
           weights.idle * link.downlinkDelayS +
           weights.receive * (8 * static_cast<double>(cut.resultBytes) / link.downlinkBps) +
           weights.idle * link.hostS +
           weights.idle * (link.hostByteS * static_cast<double>(cut.uploadBytes + cut.resultBytes));
}

double
GetBaseLatency(const Cut& cut, const Link& link)
{
    return GetWeightedBase(cut, link, ActivityWeights());
}

double
GetLatency(double baseS, double workS, double share)
{
    if (workS == 0)
    {
        return baseS;
    }
    return share > 0 ? baseS + workS / share : std::numeric_limits<double>::infinity();
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
