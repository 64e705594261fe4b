/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-link-estimator.h"

#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("LinkEstimator");

NS_OBJECT_ENSURE_REGISTERED(LinkEstimator);
NS_OBJECT_ENSURE_REGISTERED(FittedLinkEstimator);
NS_OBJECT_ENSURE_REGISTERED(OracleLinkEstimator);

namespace
{

constexpr double LONGEST_S = 1e6;      //!< a transfer that took longer, s, counts as one of this
constexpr double LEAST_SENDING = 0.02; //!< share of the time of large transfers that is not delay

} // unnamed namespace

TypeId
LinkEstimator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::LinkEstimator").SetParent<Object>().SetGroupName("DnnSurgery");
    return tid;
}

TypeId
FittedLinkEstimator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::FittedLinkEstimator")
            .SetParent<LinkEstimator>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<FittedLinkEstimator>()
            .AddAttribute("InitialRate",
                          "The rate before a large transfer was seen.",
                          DataRateValue(DataRate("20Mbps")),
                          MakeDataRateAccessor(&FittedLinkEstimator::m_initialRate),
                          MakeDataRateChecker())
            .AddAttribute("InitialDelay",
                          "The delay before a small transfer was seen.",
                          TimeValue(MilliSeconds(5)),
                          MakeTimeAccessor(&FittedLinkEstimator::m_initialDelay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("MinimumRate",
                          "The least rate ever estimated.",
                          DataRateValue(DataRate("10kbps")),
                          MakeDataRateAccessor(&FittedLinkEstimator::m_minimumRate),
                          MakeDataRateChecker())
            .AddAttribute("MaximumRate",
                          "The largest rate ever estimated.",
                          DataRateValue(DataRate("100Gbps")),
                          MakeDataRateAccessor(&FittedLinkEstimator::m_maximumRate),
                          MakeDataRateChecker())
            .AddAttribute("SmallBytes",
                          "Transfers up to this size tell the delay, larger ones the rate, in "
                          "bytes.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&FittedLinkEstimator::m_smallBytes),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Weight",
                          "Weight of a new large transfer against all earlier ones, above 0, up "
                          "to 1.",
                          DoubleValue(0.3),
                          MakeDoubleAccessor(&FittedLinkEstimator::m_weight),
                          MakeDoubleChecker<double>(1e-6, 1))
            .AddAttribute("DelayGrowth",
                          "Weight of a delay that is longer than the one known, 0 to 1; a shorter "
                          "one counts at once.",
                          DoubleValue(0.01),
                          MakeDoubleAccessor(&FittedLinkEstimator::m_delayGrowth),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("Memory",
                          "How long a rate is trusted after the last large transfer; then half of "
                          "its distance to InitialRate goes in every further such time.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&FittedLinkEstimator::m_memory),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

void
FittedLinkEstimator::AddSample(uint64_t bytes, Time duration)
{
    NS_LOG_FUNCTION(this << bytes << duration);
    const auto bits = 8 * static_cast<double>(bytes);
    const auto seconds = std::min(std::max(duration, Time(0)).GetSeconds(), LONGEST_S);
    if (bytes <= m_smallBytes)
    {
        const auto delay = std::max(0.0, seconds - bits / GetRateBps());
        // A large transfer crosses the same delay: what took longer than they do has waited.
        const auto hasWaited = m_transfers > 0 && seconds > m_seconds / m_transfers;
        if (m_delayS < 0 || delay < m_delayS)
        {
            m_delayS = delay;
        }
        else if (!hasWaited)
        {
            m_delayS += m_delayGrowth * (delay - m_delayS);
        }
        return;
    }
    m_confirmed = Simulator::Now();
    m_transfers = m_weight + (1 - m_weight) * m_transfers;
    m_bits = m_weight * bits + (1 - m_weight) * m_bits;
    m_seconds = m_weight * seconds + (1 - m_weight) * m_seconds;
}

double
FittedLinkEstimator::GetFittedRateBps() const
{
    const auto delay = GetDelay().GetSeconds();
    const auto sending = std::max(m_seconds - m_transfers * delay, LEAST_SENDING * m_seconds);
    return sending > 0 ? m_bits / sending : static_cast<double>(m_maximumRate.GetBitRate());
}

double
FittedLinkEstimator::GetRateBps() const
{
    const auto least = static_cast<double>(m_minimumRate.GetBitRate());
    const auto most = static_cast<double>(m_maximumRate.GetBitRate());
    const auto initial = static_cast<double>(m_initialRate.GetBitRate());
    auto rate = initial;
    if (m_bits > 0)
    {
        rate = std::max(least, std::min(GetFittedRateBps(), most));
        const auto age = (Simulator::Now() - m_confirmed).GetSeconds() / m_memory.GetSeconds();
        const auto trust = age > 1 ? std::exp2(1 - age) : 1.0;
        rate *= std::pow(initial / rate, 1 - trust);
    }
    return std::max(least, std::min(rate, most));
}

Time
FittedLinkEstimator::GetDelay() const
{
    return m_delayS < 0 ? m_initialDelay : Seconds(m_delayS);
}

TypeId
OracleLinkEstimator::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::OracleLinkEstimator")
                            .SetParent<LinkEstimator>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<OracleLinkEstimator>()
                            .AddAttribute("Rate",
                                          "The rate.",
                                          DataRateValue(DataRate("20Mbps")),
                                          MakeDataRateAccessor(&OracleLinkEstimator::m_rate),
                                          MakeDataRateChecker())
                            .AddAttribute("Delay",
                                          "The delay.",
                                          TimeValue(Seconds(0)),
                                          MakeTimeAccessor(&OracleLinkEstimator::m_delay),
                                          MakeTimeChecker(Seconds(0)));
    return tid;
}

void
OracleLinkEstimator::AddSample(uint64_t bytes, Time duration)
{
    NS_LOG_FUNCTION(this << bytes << duration);
}

double
OracleLinkEstimator::GetRateBps() const
{
    return static_cast<double>(m_rate.GetBitRate());
}

Time
OracleLinkEstimator::GetDelay() const
{
    return m_delay;
}

} // namespace surgery
} // namespace ns3
