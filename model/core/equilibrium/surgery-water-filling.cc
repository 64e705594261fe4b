/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace surgery
{

void
TotalDemand::Add(double rootWork, double usagePriceS)
{
    m_rootWork.push_back(rootWork);
    m_usagePrice.push_back(usagePriceS);
}

void
TotalDemand::Clear()
{
    m_rootWork.clear();
    m_usagePrice.clear();
}

bool
TotalDemand::IsEmpty() const
{
    return m_rootWork.empty();
}

double
TotalDemand::GetLoad(double priceS) const
{
    double load = 0;
    for (std::size_t i = 0; i < m_rootWork.size(); ++i)
    {
        load += m_rootWork[i] / std::sqrt(m_usagePrice[i] + priceS);
    }
    return load;
}

double
TotalDemand::GetClearingPrice(double capacity, double leastPriceS, double guessS) const
{
    auto least = leastPriceS;
    for (std::size_t i = 0; i < m_rootWork.size(); ++i)
    {
        // at the root no player has more than the whole capacity
        const auto alone = m_rootWork[i] / capacity;
        least = std::max(least, alone * alone - m_usagePrice[i]);
    }
    auto price = std::max(least, guessS);
    for (int step = 0;; ++step)
    {
        double load = 0;
        double slope = 0;
        for (std::size_t i = 0; i < m_rootWork.size(); ++i)
        {
            const auto root = 1 / std::sqrt(m_usagePrice[i] + price);
            load += m_rootWork[i] * root;
            slope += m_rootWork[i] * root * root * root;
        }
        // a first step from far above is rounded by more than the root is large: it may end above
        const auto isBelow = step > 1 || (step > 0 && load >= capacity * (1 - 1e-12));
        if (load <= capacity && (isBelow || price <= least))
        {
            return price;
        }
        // h = load^-2 has the derivative slope x load^-3, since load' = -slope / 2
        const auto next = price + (load / capacity * load / capacity - 1) * load / slope;
        if (std::abs(next - price) <= 1e-15 * price)
        {
            return std::max(least, next);
        }
        price = std::max(least, next);
    }
}

WaterFilling::WaterFilling(const std::vector<Player>& players, double capacity)
    : m_capacity(capacity),
      m_base(players.size(), 0.0),
      m_rootWork(players.size(), 0.0)
{
    m_usagePrice.reserve(players.size());
    for (const auto& player : players)
    {
        m_usagePrice.push_back(player.usagePriceS);
    }
}

void
WaterFilling::Choose(std::size_t player, const ResponseLine& line)
{
    m_base[player] = line.baseS;
    m_rootWork[player] = line.rootWork;
}

void
WaterFilling::Fill()
{
    m_demand.Clear();
    double base = 0;
    for (std::size_t i = 0; i < m_base.size(); ++i)
    {
        base += m_base[i];
        if (m_rootWork[i] > 0)
        {
            m_demand.Add(m_rootWork[i], m_usagePrice[i]);
        }
    }
    m_scale = 1;
    m_potential = base;
    if (m_demand.IsEmpty())
    {
        m_price = 0;
        return;
    }
    if (m_capacity <= 0)
    {
        m_price = 0;
        m_potential = std::numeric_limits<double>::infinity();
        return;
    }
    m_price = m_demand.GetClearingPrice(m_capacity, 0, m_price);
    m_scale = std::min(1.0, m_capacity / m_demand.GetLoad(m_price));
    for (std::size_t i = 0; i < m_base.size(); ++i)
    {
        if (m_rootWork[i] > 0)
        {
            const auto share = GetShare(i);
            m_potential += m_rootWork[i] * m_rootWork[i] / share + m_usagePrice[i] * share;
        }
    }
}

double
WaterFilling::GetPrice() const
{
    return m_price;
}

double
WaterFilling::GetPotential() const
{
    return m_potential;
}

double
WaterFilling::GetShare(std::size_t player) const
{
    return m_rootWork[player] > 0
               ? m_scale * m_rootWork[player] / std::sqrt(m_usagePrice[player] + m_price)
               : 0.0;
}

double
WaterFilling::GetPricedCost(std::size_t player, const ResponseLine& line) const
{
    return line.baseS + 2 * line.rootWork * std::sqrt(m_usagePrice[player] + m_price);
}

} // namespace surgery
} // namespace ns3
