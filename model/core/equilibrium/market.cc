/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "market.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace surgery
{

namespace
{

/// More players than this are asked at a sample of their jumps first.
constexpr std::size_t MANY = 4096;
/// About so many jumps are in the sample.
constexpr std::size_t SAMPLE = 512;

/// Find the step that holds at a price, from a step on that demands no more.
inline uint32_t
FindStep(const ResponseLines::Range<PriceStep>& steps, double priceS, uint32_t from)
{
    while (priceS < steps[from].fromPriceS)
    {
        ++from;
    }
    return from;
}

} // namespace

Market::Market(const Game& game, const ResponseLines& lines)
    : m_game(game),
      m_lines(lines)
{
    Clear();
    Choose();
}

double
Market::GetPrice() const
{
    return m_price;
}

uint32_t
Market::GetChoice(std::size_t player) const
{
    return m_choices[player];
}

uint32_t
Market::GetRounds() const
{
    return m_rounds;
}

double
Market::GetDistanceToJump(std::size_t player) const
{
    const auto usagePrice = m_lines.GetUsagePrice(player);
    auto nearest = std::numeric_limits<double>::infinity();
    for (const auto& step : m_lines.GetSteps(player))
    {
        if (std::isfinite(step.fromPriceS))
        {
            const auto unit = usagePrice + std::max(step.fromPriceS, m_price);
            nearest = std::min(nearest, std::abs(step.fromPriceS - m_price) / unit);
        }
    }
    return nearest;
}

void
Market::AskAll()
{
    const auto n = m_game.players.size();
    m_undecided.reserve(n);
    for (uint32_t i = 0; i < n; ++i)
    {
        m_undecided.push_back({i, 0, static_cast<uint32_t>(m_lines.GetSteps(i).size() - 1)});
    }
}

bool
Market::FitsAt(double priceS)
{
    ++m_rounds;
    auto load = m_decided.GetLoad(priceS);
    for (const auto& u : m_undecided)
    {
        const auto steps = m_lines.GetSteps(u.player);
        const auto& step = steps[FindStep(steps, priceS, u.high)];
        if (step.rootWork > 0)
        {
            load += step.rootWork / std::sqrt(m_lines.GetUsagePrice(u.player) + priceS);
            if (load > m_game.capacity)
            {
                return false; // the others' demand makes it no less
            }
        }
    }
    return load <= m_game.capacity;
}

void
Market::Decide()
{
    std::size_t kept = 0;
    for (auto u : m_undecided)
    {
        const auto steps = m_lines.GetSteps(u.player);
        u.low = FindStep(steps, m_low, u.high);
        while (u.high < u.low && steps[u.high].fromPriceS >= m_high)
        {
            ++u.high;
        }
        if (u.high < u.low)
        {
            m_undecided[kept++] = u;
        }
        else if (steps[u.low].rootWork > 0)
        {
            m_decided.Add(steps[u.low].rootWork, m_lines.GetUsagePrice(u.player));
        }
    }
    m_undecided.resize(kept);
}

std::vector<double>
Market::CollectJumps(std::size_t stride) const
{
    std::vector<double> jumps;
    std::size_t skipped = 0;
    for (const auto& u : m_undecided)
    {
        const auto steps = m_lines.GetSteps(u.player);
        for (auto s = u.high; s < u.low; ++s)
        {
            const auto price = steps[s].fromPriceS;
            if (price > m_low && price < m_high && ++skipped == stride)
            {
                jumps.push_back(price);
                skipped = 0;
            }
        }
    }
    return jumps;
}

void
Market::SplitAt(std::vector<double> jumps)
{
    while (!jumps.empty())
    {
        const auto median = jumps.begin() + static_cast<std::ptrdiff_t>(jumps.size() / 2);
        std::nth_element(jumps.begin(), median, jumps.end());
        const auto price = *median;
        if (FitsAt(price))
        {
            m_high = price;
            jumps.erase(median, jumps.end());
        }
        else
        {
            m_low = price;
            jumps.erase(jumps.begin(), median + 1);
        }
        jumps.erase(std::remove(jumps.begin(), jumps.end(), price), jumps.end());
        Decide();
    }
}

void
Market::Clear()
{
    AskAll();
    if (FitsAt(0))
    {
        return;
    }
    if (m_undecided.size() > MANY)
    {
        SplitAt(CollectJumps(m_undecided.size() / SAMPLE)); // leaves few jumps in the bracket
    }
    Decide();
    SplitAt(CollectJumps(1));
    // demand is smooth from low to just below high, too much at low, and fits at high
    m_price = std::min(m_high, m_decided.GetClearingPrice(m_game.capacity, m_low, m_low));
}

void
Market::Choose()
{
    const auto n = m_game.players.size();
    m_choices.reserve(n);
    std::vector<uint32_t> torn;
    for (uint32_t i = 0; i < n; ++i)
    {
        const auto steps = m_lines.GetSteps(i);
        const auto& step = steps[FindStep(steps, m_price, 0)];
        m_choices.push_back(step.line);
        if (step.fromPriceS == m_price)
        {
            torn.push_back(i);
        }
    }
    if (torn.size() < 2)
    {
        return;
    }
    double load = 0;
    for (std::size_t i = 0; i < n; ++i)
    {
        load += GetShare(i, m_lines.GetLines(i)[m_choices[i]].rootWork);
    }
    for (const auto i : torn)
    {
        const auto steps = m_lines.GetSteps(i);
        const auto& more = steps[FindStep(steps, m_price, 0) + 1]; // holds just below the price
        const auto now = m_lines.GetLines(i)[m_choices[i]].rootWork;
        const auto extra = GetShare(i, more.rootWork) - GetShare(i, now);
        if (load + extra <= m_game.capacity)
        {
            load += extra;
            m_choices[i] = more.line;
        }
    }
}

double
Market::GetShare(std::size_t player, double rootWork) const
{
    return rootWork > 0 ? rootWork / std::sqrt(m_lines.GetUsagePrice(player) + m_price) : 0.0;
}

} // namespace surgery
} // namespace ns3
