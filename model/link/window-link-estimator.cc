/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "window-link-estimator.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(WindowLinkEstimator);

TypeId
WindowLinkEstimator::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::WindowLinkEstimator")
                            .SetParent<MeasuredLinkEstimator>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<WindowLinkEstimator>()
                            .AddAttribute("Window",
                                          "Number of recent large transfers that tell the rate, "
                                          "and of recent small ones that tell the delay.",
                                          UintegerValue(8),
                                          MakeUintegerAccessor(&WindowLinkEstimator::m_window),
                                          MakeUintegerChecker<uint32_t>(1))
                            .AddAttribute("Percentile",
                                          "Which of the rates in the window counts, in percent: 0 "
                                          "the smallest, 50 the median, 100 the largest.",
                                          DoubleValue(50),
                                          MakeDoubleAccessor(&WindowLinkEstimator::m_percentile),
                                          MakeDoubleChecker<double>(0, 100));
    return tid;
}

void
WindowLinkEstimator::Remember(std::deque<double>& values, double value)
{
    values.push_back(value);
    while (values.size() > m_window)
    {
        values.pop_front();
    }
}

void
WindowLinkEstimator::AddSmall(double bits, double seconds)
{
    Remember(m_delays, std::max(0.0, seconds - bits / GetRateBps()));
}

void
WindowLinkEstimator::AddLarge(double bits, double seconds)
{
    Remember(m_rates, GetLimitedRate(bits, seconds, GetDelay().GetSeconds()));
}

double
WindowLinkEstimator::FindRateBps(double initialBps) const
{
    if (m_rates.empty())
    {
        return initialBps;
    }
    // the nearest rank
    const auto last = static_cast<double>(m_rates.size() - 1);
    const auto rank = static_cast<std::ptrdiff_t>(std::lround(m_percentile / 100 * last));
    std::vector<double> rates(m_rates.begin(), m_rates.end());
    std::nth_element(rates.begin(), rates.begin() + rank, rates.end());
    return rates[static_cast<std::size_t>(rank)];
}

double
WindowLinkEstimator::FindDelayS() const
{
    return m_delays.empty() ? -1.0 : *std::min_element(m_delays.begin(), m_delays.end());
}

} // namespace surgery
} // namespace ns3
