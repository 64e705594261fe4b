/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fitted-link-estimator.h"

#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("FittedLinkEstimator");

NS_OBJECT_ENSURE_REGISTERED(FittedLinkEstimator);

TypeId
FittedLinkEstimator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::FittedLinkEstimator")
            .SetParent<MeasuredLinkEstimator>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<FittedLinkEstimator>()
            .AddAttribute(
                "Weight",
                "Weight of a new large transfer against all earlier ones, above 0 and at most 1.",
                DoubleValue(0.3),
                MakeDoubleAccessor(&FittedLinkEstimator::m_weight),
                MakeDoubleChecker<double>(1e-6, 1))
            .AddAttribute("DelayGrowth",
                          "Weight of a new delay that is longer than the known one, 0 to 1; a "
                          "shorter one replaces it at once.",
                          DoubleValue(0.01),
                          MakeDoubleAccessor(&FittedLinkEstimator::m_delayGrowth),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute(
                "ChangeFactor",
                "A new fit begins when two large transfers in a row both take this many times as "
                "long as expected, or both this many times less, or when one transfer is off by "
                "more than the square of this factor; above 1, or 0 for never.",
                DoubleValue(3),
                MakeDoubleAccessor(&FittedLinkEstimator::m_changeFactor),
                MakeDoubleChecker<double>(0))
            .AddAttribute(
                "Memory",
                "How long a rate is trusted after the last large transfer. After that, its "
                "distance to InitialRate halves in every further period of this length.",
                TimeValue(Seconds(10)),
                MakeTimeAccessor(&FittedLinkEstimator::m_memory),
                MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

bool
FittedLinkEstimator::IsInDoubt() const
{
    return m_oddity != 0;
}

void
FittedLinkEstimator::AddSmall(double bits, double seconds)
{
    const auto delay = std::max(0.0, seconds - bits / GetRateBps());
    // Large transfers cross the same delay: a small one that took longer than they do has waited.
    const auto hasWaited = m_transfers > 0 && seconds > m_seconds / m_transfers;
    if (m_delayS < 0 || delay < m_delayS)
    {
        m_delayS = delay;
    }
    else if (!hasWaited)
    {
        m_delayS += m_delayGrowth * (delay - m_delayS);
    }
}

int
FittedLinkEstimator::Judge(double bits, double seconds, double rateBps, double factor) const
{
    const auto expected = GetDelay().GetSeconds() + bits / rateBps;
    const auto isEnabled = factor > 1;
    return isEnabled && seconds > factor * expected   ? 1
           : isEnabled && factor * seconds < expected ? -1
                                                      : 0;
}

void
FittedLinkEstimator::AddLarge(double bits, double seconds)
{
    const auto delay = GetDelay().GetSeconds();
    const auto oddRate = m_oddBits / GetSending(m_oddSeconds, delay);
    const auto factor = m_changeFactor;
    auto oddity = m_bits > 0 ? Judge(bits, seconds, GetFittedRateBps(), factor) : 0;
    if (oddity != 0 && Judge(bits, seconds, GetFittedRateBps(), factor * factor) != 0)
    {
        NS_LOG_INFO("the network has changed beyond doubt, unless the next transfer denies it");
        m_transfers = m_bits = m_seconds = 0;
    }
    else if (oddity != 0 && oddity == m_oddity && Judge(bits, seconds, oddRate, factor) == 0)
    {
        NS_LOG_INFO("the network has changed");
        m_transfers = 1;
        m_bits = m_oddBits;
        m_seconds = m_oddSeconds;
        oddity = 0;
    }
    m_oddity = oddity;
    m_oddBits = bits;
    m_oddSeconds = seconds;
    m_confirmed = Simulator::Now();
    m_transfers = m_weight + (1 - m_weight) * m_transfers;
    m_bits = m_weight * bits + (1 - m_weight) * m_bits;
    m_seconds = m_weight * seconds + (1 - m_weight) * m_seconds;
}

double
FittedLinkEstimator::GetFittedRateBps() const
{
    return GetLimitedRate(m_bits, m_seconds, m_transfers * GetDelay().GetSeconds());
}

double
FittedLinkEstimator::FindRateBps(double initialBps) const
{
    if (m_bits == 0)
    {
        return initialBps;
    }
    const auto rate = GetFittedRateBps();
    const auto age = (Simulator::Now() - m_confirmed).GetSeconds() / m_memory.GetSeconds();
    const auto trust = age > 1 ? std::exp2(1 - age) : 1.0;
    return rate * std::pow(initialBps / rate, 1 - trust);
}

double
FittedLinkEstimator::FindDelayS() const
{
    return m_delayS;
}

} // namespace surgery
} // namespace ns3
