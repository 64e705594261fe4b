/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "multi-server-hand-out.h"

#include "multi-server-combinations.h"
#include "worthwhile.h"

#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace ns3
{
namespace surgery
{

namespace
{

/// A line about as cheap as the cheapest one costs at most this fraction more.
constexpr double ALIKE = 1e-4;
/// So few devices may try all combinations of lines.
constexpr std::size_t FEW_DEVICES = 8;
/// So many devices take the best change, one after the other.
constexpr std::size_t MANY_DEVICES = 1000;
/// With more devices, so many changes are tried at once, and so often.
constexpr std::size_t MOST_TRIALS = 4000;
constexpr int MOST_PASSES = 20;

} // namespace

MultiServerHandOut::MultiServerHandOut(const MultiServerLines& lines,
                                       const std::vector<double>& capacities,
                                       const std::vector<double>& prices)
    : m_lines(lines),
      m_capacity(capacities),
      m_choices(lines.GetDevices(), 0)
{
    for (const auto capacity : capacities)
    {
        m_pools.emplace_back(capacity, lines.HaveEqualPrices());
    }
    Choose(prices);
    if (lines.GetDevices() < MANY_DEVICES)
    {
        TakeBestChanges();
    }
    else
    {
        TakeChanges();
    }
    if (lines.GetDevices() <= FEW_DEVICES)
    {
        const auto best = FindBestCombination(lines, capacities, prices, m_choices);
        for (uint32_t i = 0; i < best.size(); ++i)
        {
            Set(i, best[i]);
        }
        ++m_rounds;
    }
    MoveToBestResponses();
}

const ResponseLine&
MultiServerHandOut::GetLine(std::size_t device) const
{
    return m_lines.GetLines(device)[m_choices[device]];
}

uint32_t
MultiServerHandOut::GetRounds() const
{
    return m_rounds;
}

ServerPool::Member
MultiServerHandOut::GetMember(uint32_t device, uint32_t line) const
{
    return {m_lines.GetLines(device)[line].rootWork, m_lines.GetUsagePrice(device)};
}

void
MultiServerHandOut::Set(uint32_t device, uint32_t line)
{
    m_pools[GetLine(device).server].Leave(GetMember(device, m_choices[device]));
    m_choices[device] = line;
    m_pools[GetLine(device).server].Join(GetMember(device, line));
}

double
MultiServerHandOut::GetIncrease(uint32_t device, uint32_t line) const
{
    const auto& before = GetLine(device);
    const auto& after = m_lines.GetLines(device)[line];
    const auto leaves = GetMember(device, m_choices[device]);
    const auto joins = GetMember(device, line);
    const auto& from = m_pools[before.server];
    const auto& to = m_pools[after.server];
    const auto base = after.baseS - before.baseS;
    if (before.server == after.server)
    {
        return base + from.GetCostAfter(leaves, joins) - from.GetCost();
    }
    return base + from.GetCostAfter(leaves, {}) - from.GetCost() + to.GetCostAfter({}, joins) -
           to.GetCost();
}

double
MultiServerHandOut::GetPotential() const
{
    double potential = 0;
    for (std::size_t i = 0; i < m_choices.size(); ++i)
    {
        potential += GetLine(i).baseS;
    }
    for (const auto& pool : m_pools)
    {
        potential += pool.GetCost();
    }
    return potential;
}

void
MultiServerHandOut::Choose(const std::vector<double>& prices)
{
    std::vector<std::pair<uint32_t, std::vector<uint32_t>>> torn; // devices, lines alike
    std::vector<double> costs;
    for (uint32_t i = 0; i < m_choices.size(); ++i)
    {
        const auto lines = m_lines.GetLines(i);
        costs.clear();
        for (const auto& line : lines)
        {
            const auto price = m_lines.GetUsagePrice(i) + prices[line.server];
            costs.push_back(MultiServerLines::GetCost(line, std::sqrt(price)));
        }
        const auto least = std::min_element(costs.begin(), costs.end());
        std::vector<uint32_t> alike;
        for (uint32_t k = 0; k < costs.size(); ++k)
        {
            if (costs[k] <= *least * (1 + ALIKE))
            {
                alike.push_back(k);
            }
        }
        m_choices[i] = static_cast<uint32_t>(least - costs.begin());
        if (alike.size() == 1)
        {
            m_pools[GetLine(i).server].Join(GetMember(i, m_choices[i]));
        }
        else
        {
            torn.emplace_back(i, std::move(alike));
        }
    }
    for (const auto& [i, alike] : torn)
    {
        auto least = std::numeric_limits<double>::infinity();
        for (const auto k : alike)
        {
            const auto& line = m_lines.GetLines(i)[k];
            const auto& pool = m_pools[line.server];
            const auto more = line.baseS + pool.GetCostAfter({}, GetMember(i, k)) - pool.GetCost();
            if (more < least)
            {
                least = more;
                m_choices[i] = k;
            }
        }
        m_pools[GetLine(i).server].Join(GetMember(i, m_choices[i]));
    }
}

std::vector<MultiServerHandOut::Change>
MultiServerHandOut::GetPromising() const
{
    // weak duality bounds what each gains
    std::vector<Change> changes;
    std::vector<double> roots(m_pools.size());
    for (uint32_t i = 0; i < m_choices.size(); ++i)
    {
        for (std::size_t s = 0; s < m_pools.size(); ++s)
        {
            roots[s] = std::sqrt(m_lines.GetUsagePrice(i) + m_pools[s].GetPrice());
        }
        const auto cost = [&roots](const ResponseLine& line) {
            return line.baseS + 2 * line.rootWork * roots[line.server];
        };
        const auto now = cost(GetLine(i));
        const auto lines = m_lines.GetLines(i);
        for (uint32_t k = 0; k < lines.size(); ++k)
        {
            const auto gain = now - cost(lines[k]);
            if (gain > WORTHWHILE * now && k != m_choices[i])
            {
                changes.push_back({gain, i, k});
            }
        }
    }
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        return std::make_tuple(-a.gain, a.device, a.line) <
               std::make_tuple(-b.gain, b.device, b.line);
    });
    return changes;
}

void
MultiServerHandOut::TakeBestChanges()
{
    while (true)
    {
        auto most = WORTHWHILE * GetPotential();
        const Change* best = nullptr;
        const auto changes = GetPromising();
        for (const auto& change : changes)
        {
            if (change.gain <= most)
            {
                break;
            }
            const auto gain = -GetIncrease(change.device, change.line);
            if (gain > most)
            {
                most = gain;
                best = &change;
            }
        }
        if (!best)
        {
            return;
        }
        Set(best->device, best->line);
        ++m_rounds;
    }
}

void
MultiServerHandOut::TakeChanges()
{
    for (int pass = 0; pass < MOST_PASSES; ++pass)
    {
        const auto least = WORTHWHILE * GetPotential();
        auto changes = GetPromising();
        changes.resize(std::min(changes.size(), MOST_TRIALS));
        auto isBetter = false;
        for (const auto& change : changes)
        {
            if (-GetIncrease(change.device, change.line) > least)
            {
                Set(change.device, change.line);
                ++m_rounds;
                isBetter = true;
            }
        }
        if (!isBetter)
        {
            return;
        }
    }
}

std::vector<double>
MultiServerHandOut::GetShares() const
{
    std::vector<double> shares(m_choices.size(), 0.0);
    for (std::size_t s = 0; s < m_pools.size(); ++s)
    {
        TotalDemand demand;
        std::vector<std::size_t> devices;
        for (std::size_t i = 0; i < m_choices.size(); ++i)
        {
            if (GetLine(i).server == s && GetLine(i).workS > 0)
            {
                demand.Add(GetLine(i).rootWork, m_lines.GetUsagePrice(i));
                devices.push_back(i);
            }
        }
        if (devices.empty())
        {
            continue;
        }
        const auto price = demand.GetClearingPrice(m_capacity[s], 0, m_pools[s].GetPrice());
        const auto scale = std::min(1.0, m_capacity[s] / demand.GetLoad(price));
        for (const auto i : devices)
        {
            shares[i] = scale * GetLine(i).rootWork / std::sqrt(m_lines.GetUsagePrice(i) + price);
        }
    }
    return shares;
}

std::vector<double>
MultiServerHandOut::GetUnused(const std::vector<double>& shares) const
{
    auto unused = m_capacity;
    for (std::size_t i = 0; i < shares.size(); ++i)
    {
        unused[GetLine(i).server] -= shares[i];
    }
    return unused;
}

uint32_t
MultiServerHandOut::FindResponse(uint32_t device,
                                 double share,
                                 const std::vector<double>& unused) const
{
    const auto rho = m_lines.GetUsagePrice(device);
    const auto cost = [rho](const ResponseLine& line, double phi) {
        return line.workS > 0 ? line.baseS + line.workS / phi + rho * phi : line.baseS;
    };
    const auto& own = GetLine(device);
    auto least = cost(own, share) * (1 - WORTHWHILE);
    auto best = m_choices[device];
    const auto lines = m_lines.GetLines(device);
    for (uint32_t k = 0; k < lines.size(); ++k)
    {
        const auto s = lines[k].server;
        const auto cap = std::max(0.0, unused[s]) + (s == own.server ? share : 0.0);
        const auto wanted = lines[k].rootWork / std::sqrt(rho);
        const auto there = cost(lines[k], std::min({1.0, cap, wanted}));
        if (there < least)
        {
            least = there;
            best = k;
        }
    }
    return best;
}

void
MultiServerHandOut::MoveToBestResponses()
{
    auto shares = GetShares();
    auto unused = GetUnused(shares);
    const auto count = static_cast<uint32_t>(m_choices.size());
    uint32_t sinceMove = 0;
    for (uint32_t i = 0; sinceMove < count; i = (i + 1) % count)
    {
        const auto best = FindResponse(i, shares[i], unused);
        if (best == m_choices[i])
        {
            ++sinceMove;
            continue;
        }
        Set(i, best);
        shares = GetShares();
        unused = GetUnused(shares);
        sinceMove = 0;
        ++m_rounds;
    }
}

} // namespace surgery
} // namespace ns3
