/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

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

namespace
{

/// Players whose bases are summed together, a multiple of 64.
constexpr std::size_t BLOCK = 4096;
/// Players to a word of flags.
constexpr std::size_t WORD = 64;

/// The number of whole parts that hold a number of players.
std::size_t
CountParts(std::size_t players, std::size_t partSize)
{
    return (players + partSize - 1) / partSize;
}

std::vector<double>
ListUsagePrices(const std::vector<Player>& players)
{
    std::vector<double> prices;
    prices.reserve(players.size());
    for (const auto& player : players)
    {
        prices.push_back(player.usagePriceS);
    }
    return prices;
}

} // namespace

WaterFilling::WaterFilling(const std::vector<Player>& players, double capacity)
    : WaterFilling(ListUsagePrices(players), capacity)
{
}

WaterFilling::WaterFilling(std::vector<double> usagePricesS, double capacity)
    : m_capacity(capacity),
      m_base(usagePricesS.size(), 0.0),
      m_rootWork(usagePricesS.size(), 0.0),
      m_usagePrice(std::move(usagePricesS)),
      m_blockBase(CountParts(m_base.size(), BLOCK), 0.0),
      m_isStale(m_blockBase.size(), 0),
      m_hasWork(CountParts(m_base.size(), WORD), 0)
{
}

void
WaterFilling::Choose(std::size_t player, const ResponseLine& line)
{
    m_base[player] = line.baseS;
    m_rootWork[player] = line.rootWork;
    m_isStale[player / BLOCK] = 1;
    const auto flag = uint64_t{1} << player % WORD;
    auto& flags = m_hasWork[player / WORD];
    flags = line.rootWork > 0 ? flags | flag : flags & ~flag;
}

double
WaterFilling::SumBases()
{
    double sum = 0;
    for (std::size_t block = 0; block < m_blockBase.size(); ++block)
    {
        if (m_isStale[block])
        {
            const auto end = std::min((block + 1) * BLOCK, m_base.size());
            m_blockBase[block] =
                std::accumulate(m_base.begin() + static_cast<std::ptrdiff_t>(block * BLOCK),
                                m_base.begin() + static_cast<std::ptrdiff_t>(end),
                                0.0);
            m_isStale[block] = 0;
        }
        sum += m_blockBase[block];
    }
    return sum;
}

void
WaterFilling::FindWorkers()
{
    m_workers.clear();
    for (std::size_t word = 0; word < m_hasWork.size(); ++word)
    {
        auto player = static_cast<uint32_t>(word * WORD);
        for (auto flags = m_hasWork[word]; flags != 0; flags >>= 1, ++player)
        {
            if (flags & 1)
            {
                m_workers.push_back(player);
            }
        }
    }
}

void
WaterFilling::Fill()
{
    FindWorkers();
    m_demand.Clear();
    for (const auto i : m_workers)
    {
        m_demand.Add(m_rootWork[i], m_usagePrice[i]);
    }
    m_scale = 1;
    m_potential = SumBases();
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
    for (const auto i : m_workers)
    {
        const auto share = GetShare(i);
        m_potential += m_rootWork[i] * m_rootWork[i] / share + m_usagePrice[i] * share;
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
WaterFilling::GetLoad() const
{
    double load = 0;
    for (const auto i : m_workers)
    {
        load += GetShare(i);
    }
    return load;
}

double
WaterFilling::GetPricedCost(std::size_t player, const ResponseLine& line) const
{
    return line.baseS + 2 * line.rootWork * std::sqrt(m_usagePrice[player] + m_price);
}

} // namespace surgery
} // namespace ns3
