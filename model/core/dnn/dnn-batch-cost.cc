/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-batch-cost.h"

#include <cmath>
#include <iterator>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

BatchCost::BatchCost(double fixedPart)
    : m_fixedPart(fixedPart)
{
    if (!(fixedPart >= 0 && fixedPart <= 1))
    {
        throw std::invalid_argument("fixed_part: must be a number, 0..1");
    }
}

BatchCost::BatchCost(const std::map<std::size_t, double>& seconds)
{
    if (seconds.empty() || seconds.begin()->first != 1)
    {
        throw std::invalid_argument("seconds: needs batch size 1, and no smaller one");
    }
    const auto alone = seconds.begin()->second;
    auto last = 0.0;
    for (const auto& [size, time] : seconds)
    {
        const auto place = "seconds: \"" + std::to_string(size) + "\": ";
        if (!(time >= 1e-15 && time <= 1e9)) // as the time of a layer
        {
            throw std::invalid_argument(place + "must be 1e-15 to 1e9 s");
        }
        if (time < last)
        {
            throw std::invalid_argument(place + "must not be less than of a smaller batch");
        }
        last = time;
        m_factors[size] = time / alone;
    }
}

double
BatchCost::GetFactor(std::size_t size) const
{
    if (size == 0)
    {
        throw std::invalid_argument("batch size: must be at least 1");
    }
    const auto b = static_cast<double>(size);
    if (m_factors.size() < 2)
    {
        return m_fixedPart + (1 - m_fixedPart) * b;
    }
    // the two measured sizes around b, or the last two
    auto upper = m_factors.lower_bound(size);
    if (upper != m_factors.end() && upper->first == size)
    {
        return upper->second;
    }
    if (upper == m_factors.end())
    {
        upper = std::prev(upper);
    }
    const auto lower = std::prev(upper);
    const auto slope =
        (upper->second - lower->second) / static_cast<double>(upper->first - lower->first);
    return lower->second + slope * (b - static_cast<double>(lower->first));
}

} // namespace surgery
} // namespace ns3
