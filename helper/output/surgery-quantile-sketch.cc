/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-quantile-sketch.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

void
QuantileSketch::Add(double value)
{
    m_least = std::min(m_least, value);
    m_greatest = std::max(m_greatest, value);
    ++m_count;
    if (m_levels.empty())
    {
        m_levels.emplace_back();
    }
    m_levels[0].values.push_back(value);
    // at CAPACITY all of them are still there
    if (m_levels[0].values.size() > CAPACITY)
    {
        Compact();
    }
}

void
QuantileSketch::Merge(const QuantileSketch& other)
{
    m_least = std::min(m_least, other.m_least);
    m_greatest = std::max(m_greatest, other.m_greatest);
    m_count += other.m_count;
    m_levels.resize(std::max(m_levels.size(), other.m_levels.size()));
    for (std::size_t i = 0; i < other.m_levels.size(); ++i)
    {
        // a copy, for the other sketch may be this one
        const auto values = other.m_levels[i].values;
        m_levels[i].values.insert(m_levels[i].values.end(), values.begin(), values.end());
    }
    Compact();
}

void
QuantileSketch::Compact()
{
    for (std::size_t i = 0; i < m_levels.size(); ++i)
    {
        if (m_levels[i].values.size() <= CAPACITY)
        {
            continue;
        }
        if (i + 1 == m_levels.size())
        {
            m_levels.emplace_back();
        }
        auto& level = m_levels[i];
        auto& next = m_levels[i + 1].values;
        std::sort(level.values.begin(), level.values.end());
        // of an odd number, the last one stays
        const auto pairs = level.values.size() / 2;
        for (std::size_t pair = 0; pair < pairs; ++pair)
        {
            next.push_back(level.values[2 * pair + (level.isFirstDropped ? 1 : 0)]);
        }
        level.values.erase(level.values.begin(),
                           level.values.begin() + static_cast<std::ptrdiff_t>(2 * pairs));
        level.isFirstDropped = !level.isFirstDropped;
    }
}

uint64_t
QuantileSketch::GetCount() const
{
    return m_count;
}

double
QuantileSketch::GetQuantile(double q) const
{
    if (!(q >= 0 && q <= 1) || m_count == 0)
    {
        throw std::invalid_argument("a quantile must be in 0..1, of at least one number");
    }
    // a product such as 0.55 * 100 may come out just above a whole number
    const auto exact = q * static_cast<double>(m_count);
    const auto rank = static_cast<uint64_t>(std::ceil(exact * (1 - 1e-12)));
    if (rank <= 1)
    {
        return m_least;
    }
    if (rank >= m_count)
    {
        return m_greatest;
    }
    std::vector<std::pair<double, uint64_t>> weighted;
    for (std::size_t i = 0; i < m_levels.size(); ++i)
    {
        for (const auto value : m_levels[i].values)
        {
            weighted.emplace_back(value, uint64_t{1} << i);
        }
    }
    std::sort(weighted.begin(), weighted.end());
    uint64_t below = 0;
    for (const auto& [value, weight] : weighted)
    {
        below += weight;
        if (below >= rank)
        {
            return value;
        }
    }
    return m_greatest;
}

} // namespace surgery
} // namespace ns3
