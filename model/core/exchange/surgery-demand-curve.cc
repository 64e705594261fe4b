/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-demand-curve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>

namespace ns3
{
namespace surgery
{

namespace
{

/// By how much rounding may let a share fall faster than on one cut.
constexpr double SLACK = 1 + 1e-9;

} // namespace

void
DemandCurve::Clear()
{
    m_shares.clear();
}

bool
DemandCurve::IsEmpty() const
{
    return m_shares.empty();
}

void
DemandCurve::Add(const std::vector<double>& prices, const std::vector<double>& shares)
{
    for (std::size_t k = 0; k < std::min(prices.size(), shares.size()); ++k)
    {
        m_shares[prices[k]] = shares[k];
    }
}

double
DemandCurve::GetShare(double priceS) const
{
    if (m_shares.empty())
    {
        return 0;
    }
    const auto above = m_shares.lower_bound(priceS);
    if (above == m_shares.begin() || (above != m_shares.end() && above->first == priceS))
    {
        return above->second;
    }
    const auto below = std::prev(above);
    const auto isJump = [&] {
        return above->second * std::sqrt(above->first / below->first) * SLACK < below->second;
    };
    if (above == m_shares.end() || above->second <= 0 || above->second >= below->second || isJump())
    {
        return below->second;
    }
    const auto inverseSquare = [](double share) { return 1 / (share * share); };
    const auto part = (priceS - below->first) / (above->first - below->first);
    return 1 / std::sqrt((1 - part) * inverseSquare(below->second) +
                         part * inverseSquare(above->second));
}

bool
IsDemand(const std::vector<double>& shares)
{
    return std::all_of(shares.begin(), shares.end(), [](double share) { return share >= 0; }) &&
           std::is_sorted(shares.begin(), shares.end(), std::greater<>());
}

} // namespace surgery
} // namespace ns3
