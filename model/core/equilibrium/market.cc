/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "market.h"

#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace surgery
{

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
    const auto usagePrice = m_game.players[player].usagePriceS;
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

uint32_t
Market::FindStep(std::size_t player, double priceS, uint32_t from) const
{
    const auto steps = m_lines.GetSteps(player);
    while (priceS < steps[from].fromPriceS)
    {
        ++from;
    }
    return from;
}

std::vector<double>
Market::CollectJumps() const
{
    std::vector<double> jumps;
    for (std::size_t i = 0; i < m_game.players.size(); ++i)
    {
        for (const auto& step : m_lines.GetSteps(i))
        {
            if (step.fromPriceS > 0)
            {
                jumps.push_back(step.fromPriceS);
            }
        }
    }
    return jumps;
}

void
Market::Clear()
{
    const auto& players = m_game.players;
    TotalDemand decided;
    std::vector<Undecided> undecided;
    undecided.reserve(players.size());
    for (uint32_t i = 0; i < players.size(); ++i)
    {
        undecided.push_back({i, 0, FindStep(i, 0.0, 0)});
    }
    double low = 0;
    auto high = std::numeric_limits<double>::infinity();
    const auto fitsAt = [&](double price) {
        ++m_rounds;
        auto load = decided.GetLoad(price);
        for (const auto& u : undecided)
        {
            const auto& step = m_lines.GetSteps(u.player)[FindStep(u.player, price, u.high)];
            if (step.rootWork > 0)
            {
                load += step.rootWork / std::sqrt(players[u.player].usagePriceS + price);
            }
        }
        return load <= m_game.capacity;
    };
    // a player without a jump left inside (low, high) keeps its step there
    const auto decide = [&] {
        std::size_t kept = 0;
        for (auto u : undecided)
        {
            const auto steps = m_lines.GetSteps(u.player);
            u.low = FindStep(u.player, low, u.high);
            while (u.high < u.low && steps[u.high].fromPriceS >= high)
            {
                ++u.high;
            }
            if (u.high < u.low)
            {
                undecided[kept++] = u;
            }
            else if (steps[u.low].rootWork > 0)
            {
                decided.Add(steps[u.low].rootWork, players[u.player].usagePriceS);
            }
        }
        undecided.resize(kept);
    };

    if (fitsAt(0))
    {
        return;
    }
    decide();
    auto jumps = CollectJumps();
    while (!jumps.empty())
    {
        const auto median = jumps.begin() + static_cast<std::ptrdiff_t>(jumps.size() / 2);
        std::nth_element(jumps.begin(), median, jumps.end());
        const auto price = *median;
        if (fitsAt(price))
        {
            high = price;
            jumps.erase(median, jumps.end());
        }
        else
        {
            low = price;
            jumps.erase(jumps.begin(), median + 1);
        }
        jumps.erase(std::remove(jumps.begin(), jumps.end(), price), jumps.end());
        decide();
    }
    // demand is smooth from low to just below high, too much at low, and fits at high
    m_price = std::min(high, decided.GetClearingPrice(m_game.capacity, low, low));
}

void
Market::Choose()
{
    const auto n = m_game.players.size();
    m_choices.reserve(n);
    std::vector<uint32_t> torn;
    for (uint32_t i = 0; i < n; ++i)
    {
        const auto& step = m_lines.GetSteps(i)[FindStep(i, m_price, 0)];
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
        const auto& more = steps[FindStep(i, m_price, 0) + 1]; // holds just below the price
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
    return rootWork > 0 ? rootWork / std::sqrt(m_game.players[player].usagePriceS + m_price) : 0.0;
}

} // namespace surgery
} // namespace ns3
