/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "waiting-water-filling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// By which part of it capacity may be left over.
constexpr double PRECISION = 1e-13;

/// The best share of a line, which may exceed 1; large, but not infinite, if it costs nothing.
double
GetWantedShare(const Line& line, double unitPriceS)
{
    return GetBestShare(line, unitPriceS, std::numeric_limits<double>::max());
}

} // namespace

WaitingWaterFilling::WaitingWaterFilling(std::vector<double> usagePricesS, double capacity)
    : m_capacity(capacity),
      m_usagePrice(std::move(usagePricesS)),
      m_lines(m_usagePrice.size()),
      m_shares(m_usagePrice.size(), 0.0)
{
}

void
WaitingWaterFilling::Choose(std::size_t player, const Line& line)
{
    m_lines[player] = line;
}

double
WaitingWaterFilling::GetDemand(double priceS) const
{
    double load = 0;
    for (std::size_t i = 0; i < m_lines.size(); ++i)
    {
        load += m_lines[i].workS > 0 ? GetWantedShare(m_lines[i], m_usagePrice[i] + priceS) : 0.0;
    }
    return load;
}

double
WaitingWaterFilling::FindPrice() const
{
    // load^-2 is nearly linear in the price, so a line through two points of it meets the capacity
    // near the root
    const auto value = [&](double price) {
        const auto load = GetDemand(price) / m_capacity;
        return 1 / (load * load) - 1; // rises from below 0 to above 0
    };
    double low = 0;
    auto atLow = value(low);
    if (atLow >= 0)
    {
        return 0;
    }
    auto high = m_price > 0 ? m_price : 1e-3;
    auto atHigh = value(high);
    for (auto factor = 1.01; atHigh < 0; factor *= factor)
    {
        low = high;
        atLow = atHigh;
        high *= factor;
        atHigh = value(high);
    }
    // Illinois: an end that stays weighs half as much; every third step halves the bracket
    double lowWeight = 1;
    double highWeight = 1;
    for (auto step = 0; atHigh > PRECISION; ++step)
    {
        const auto left = lowWeight * atLow;
        const auto right = highWeight * atHigh;
        const auto middle = low + (high - low) / 2;
        auto price = (low * right - high * left) / (right - left);
        if (step % 3 == 2 || !(price > low && price < high))
        {
            price = middle;
        }
        if (!(price > low && price < high))
        {
            break; // the bracket's ends are neighbors
        }
        const auto there = value(price);
        const auto fits = there >= 0;
        (fits ? high : low) = price;
        (fits ? atHigh : atLow) = there;
        lowWeight = fits ? lowWeight / 2 : 1;
        highWeight = fits ? 1 : highWeight / 2;
    }
    return high;
}

void
WaitingWaterFilling::Fill()
{
    const auto hasWork = std::any_of(m_lines.begin(), m_lines.end(), [](const Line& line) {
        return line.workS > 0;
    });
    m_price = hasWork && m_capacity > 0 ? FindPrice() : 0.0;
    m_potential = 0;
    for (std::size_t i = 0; i < m_lines.size(); ++i)
    {
        const auto& line = m_lines[i];
        m_shares[i] = line.workS > 0 && m_capacity > 0
                          ? GetWantedShare(line, m_usagePrice[i] + m_price)
                          : 0.0;
        m_potential += GetCost(line, m_shares[i], m_usagePrice[i]) + line.switchingS;
    }
}

double
WaitingWaterFilling::GetPrice() const
{
    return m_price;
}

double
WaitingWaterFilling::GetPotential() const
{
    return m_potential;
}

double
WaitingWaterFilling::GetShare(std::size_t player) const
{
    return m_shares[player];
}

double
WaitingWaterFilling::GetLoad() const
{
    return std::accumulate(m_shares.begin(), m_shares.end(), 0.0);
}

double
WaitingWaterFilling::GetPricedCost(std::size_t player, const Line& line) const
{
    const auto price = m_usagePrice[player] + m_price;
    return GetCost(line, GetWantedShare(line, price), price) + line.switchingS;
}

} // namespace surgery
} // namespace ns3
