/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "waiting-market.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Relative width of the bracket at which the bisection ends.
constexpr double PRECISION = 1e-13;

double
GetLoad(const std::vector<PricedLine>& choices)
{
    return std::accumulate(choices.begin(),
                           choices.end(),
                           0.0,
                           [](double sum, const PricedLine& choice) { return sum + choice.share; });
}

} // namespace

WaitingMarket::WaitingMarket(const Game& game, const WaitingLines& lines)
    : m_game(game),
      m_lines(lines)
{
    Clear();
}

double
WaitingMarket::GetPrice() const
{
    return m_price;
}

uint32_t
WaitingMarket::GetChoice(std::size_t player) const
{
    return m_choices[player].line;
}

uint32_t
WaitingMarket::GetRounds() const
{
    return m_rounds;
}

double
WaitingMarket::GetDistanceToJump(std::size_t player) const
{
    const auto price = m_game.players[player].usagePriceS + m_price;
    const auto lines = m_lines.GetLines(player);
    auto least = std::numeric_limits<double>::infinity();
    auto second = least;
    for (const auto& line : lines)
    {
        const auto cost = GetCost(line, GetBestShare(line, price, 1.0), price) + line.switchingS;
        second = std::min(second, std::max(cost, least));
        least = std::min(least, cost);
    }
    return least > 0 ? second / least - 1 : second;
}

std::vector<PricedLine>
WaitingMarket::Ask(double priceS)
{
    ++m_rounds;
    std::vector<PricedLine> choices;
    choices.reserve(m_game.players.size());
    for (std::size_t i = 0; i < m_game.players.size(); ++i)
    {
        choices.push_back(m_lines.GetBest(i, m_game.players[i].usagePriceS + priceS));
    }
    return choices;
}

void
WaitingMarket::Clear()
{
    m_choices = Ask(0);
    if (GetLoad(m_choices) <= m_game.capacity)
    {
        return;
    }
    double low = 0;
    auto more = std::exchange(m_choices, Ask(1e-3)); // what they choose at the lower end
    auto high = 1e-3;
    while (GetLoad(m_choices) > m_game.capacity)
    {
        low = high;
        high *= 4;
        more = std::exchange(m_choices, Ask(high));
    }
    while (high - low > PRECISION * high)
    {
        const auto price = (low + high) / 2;
        auto choices = Ask(price);
        const auto fits = GetLoad(choices) <= m_game.capacity;
        (fits ? high : low) = price;
        (fits ? m_choices : more) = std::move(choices);
    }
    m_price = high;
    auto load = GetLoad(m_choices);
    for (std::size_t i = 0; i < more.size(); ++i)
    {
        const auto extra = more[i].share - m_choices[i].share;
        if (more[i].line != m_choices[i].line && load + extra <= m_game.capacity)
        {
            load += extra;
            m_choices[i] = more[i];
        }
    }
}

} // namespace surgery
} // namespace ns3
