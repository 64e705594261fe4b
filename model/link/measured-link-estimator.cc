/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "measured-link-estimator.h"

#include "ns3/log.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("MeasuredLinkEstimator");

NS_OBJECT_ENSURE_REGISTERED(MeasuredLinkEstimator);

namespace
{

constexpr double LONGEST_S = 1e6;      //!< a transfer that took longer, s, counts as one of this
constexpr double LEAST_SENDING = 0.02; //!< share of the time of large transfers that is not delay

} // unnamed namespace

TypeId
MeasuredLinkEstimator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::MeasuredLinkEstimator")
            .SetParent<LinkEstimator>()
            .SetGroupName("DnnSurgery")
            .AddAttribute("InitialRate",
                          "Rate that is assumed until a large transfer has been seen.",
                          DataRateValue(DataRate("20Mbps")),
                          MakeDataRateAccessor(&MeasuredLinkEstimator::m_initialRate),
                          MakeDataRateChecker())
            .AddAttribute("InitialDelay",
                          "Delay that is assumed until a small transfer has been seen.",
                          TimeValue(MilliSeconds(5)),
                          MakeTimeAccessor(&MeasuredLinkEstimator::m_initialDelay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("MinimumRate",
                          "Smallest rate that is ever estimated.",
                          DataRateValue(DataRate("10kbps")),
                          MakeDataRateAccessor(&MeasuredLinkEstimator::m_minimumRate),
                          MakeDataRateChecker())
            .AddAttribute("MaximumRate",
                          "Largest rate that is ever estimated.",
                          DataRateValue(DataRate("100Gbps")),
                          MakeDataRateAccessor(&MeasuredLinkEstimator::m_maximumRate),
                          MakeDataRateChecker())
            .AddAttribute("SmallBytes",
                          "Largest size, in bytes, of a transfer that tells the delay; larger ones "
                          "tell the rate.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&MeasuredLinkEstimator::m_smallBytes),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

void
MeasuredLinkEstimator::AddSample(uint64_t bytes, Time duration)
{
    NS_LOG_FUNCTION(this << bytes << duration);
    const auto bits = 8 * static_cast<double>(bytes);
    const auto seconds = std::min(std::max(duration, Time(0)).GetSeconds(), LONGEST_S);
    if (bytes <= m_smallBytes)
    {
        AddSmall(bits, seconds);
    }
    else
    {
        AddLarge(bits, seconds);
    }
}

double
MeasuredLinkEstimator::GetRateBps() const
{
    return LimitRate(FindRateBps(static_cast<double>(m_initialRate.GetBitRate())));
}

Time
MeasuredLinkEstimator::GetDelay() const
{
    const auto delay = FindDelayS();
    return delay < 0 ? m_initialDelay : Seconds(delay);
}

double
MeasuredLinkEstimator::LimitRate(double rateBps) const
{
    const auto least = static_cast<double>(m_minimumRate.GetBitRate());
    const auto most = static_cast<double>(m_maximumRate.GetBitRate());
    return std::max(least, std::min(rateBps, most));
}

double
MeasuredLinkEstimator::GetSending(double seconds, double delayS)
{
    return std::max(seconds - delayS, LEAST_SENDING * seconds);
}

double
MeasuredLinkEstimator::GetLimitedRate(double bits, double seconds, double delayS) const
{
    const auto sending = GetSending(seconds, delayS);
    return LimitRate(sending > 0 ? bits / sending : std::numeric_limits<double>::infinity());
}

} // namespace surgery
} // namespace ns3
