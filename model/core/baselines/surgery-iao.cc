/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-iao.h"

#include "ns3/surgery-response-lines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// Relative accuracy of the largest cost at which the bisection ends.
constexpr double PRECISION = 1e-13;

/// Stands for more units than there ever are.
constexpr uint64_t NEVER = std::numeric_limits<uint32_t>::max();

/// Latencies and units of all players.
class UnitDivision
{
  public:
    UnitDivision(const Game& game, uint32_t units)
        : m_game(game),
          m_units(units),
          m_lines(game.players)
    {
    }

    void Solve()
    {
        double low = 0;
        double high = 0;
        for (std::size_t i = 0; i < m_game.players.size(); ++i)
        {
            low = std::max(low, GetCostAt(i, m_units));
            high = std::max(high, GetCostAt(i, 0));
        }
        high = Fits(low) ? low : high;
        while (high - low > PRECISION * high)
        {
            const auto middle = (low + high) / 2;
            (Fits(middle) ? high : low) = middle;
        }
        auto left = uint64_t{m_units};
        for (std::size_t i = 0; i < m_game.players.size(); ++i)
        {
            m_given.push_back(GetLeastUnits(i, high));
            left -= m_given.back();
        }
        HandOut(left);
    }

    Outcome GetOutcome() const
    {
        Outcome outcome;
        outcome.rounds = m_rounds;
        outcome.decisions.reserve(m_given.size());
        for (std::size_t i = 0; i < m_given.size(); ++i)
        {
            outcome.decisions.push_back(GetBestCutAt(m_game.players[i], GetShare(m_given[i])));
        }
        return outcome;
    }

  private:
    double GetShare(uint64_t units) const
    {
        return m_game.capacity * (static_cast<double>(units) / m_units);
    }

    double GetCostAt(const ResponseLine& line, uint64_t units) const
    {
        return line.workS > 0 ? line.baseS + line.workS / GetShare(units) : line.baseS;
    }

    double GetCostAt(std::size_t player, uint64_t units) const
    {
        auto least = std::numeric_limits<double>::infinity();
        for (const auto& line : m_lines.GetLines(player))
        {
            least = std::min(least, GetCostAt(line, units));
        }
        return least;
    }

    /// The least units with which a player pays no more than a cost, or NEVER.
    uint64_t GetLeastUnits(std::size_t player, double cost) const
    {
        auto least = NEVER;
        for (const auto& line : m_lines.GetLines(player))
        {
            if (line.workS == 0 && line.baseS <= cost)
            {
                return 0;
            }
            const auto share = line.workS / (cost - line.baseS);
            if (line.baseS >= cost || share > m_game.capacity * (1 + PRECISION))
            {
                continue;
            }
            // right but for rounding
            auto units = static_cast<uint64_t>(std::ceil(share / m_game.capacity * m_units));
            while (units > 1 && GetCostAt(line, units - 1) <= cost)
            {
                --units;
            }
            while (units <= m_units && (units == 0 || GetCostAt(line, units) > cost))
            {
                ++units;
            }
            least = units <= m_units ? std::min(least, units) : least;
        }
        return least;
    }

    /// Whether there are enough units for no player to pay more than a cost.
    bool Fits(double cost)
    {
        ++m_rounds;
        uint64_t sum = 0;
        for (std::size_t i = 0; i < m_game.players.size() && sum <= m_units; ++i)
        {
            sum += GetLeastUnits(i, cost);
        }
        return sum <= m_units;
    }

    /// Give the player that pays most the units by which it pays less, if so many are left; then
    /// the next one.
    void HandOut(uint64_t left)
    {
        // of those that pay alike the first
        std::priority_queue<std::pair<double, std::ptrdiff_t>> delayed;
        const auto push = [&](std::size_t i) {
            delayed.emplace(GetCostAt(i, m_given[i]), -static_cast<std::ptrdiff_t>(i));
        };
        for (std::size_t i = 0; i < m_given.size(); ++i)
        {
            push(i);
        }
        while (left > 0 && !delayed.empty())
        {
            const auto cost = delayed.top().first;
            const auto i = static_cast<std::size_t>(-delayed.top().second);
            delayed.pop();
            const auto units = GetLeastUnits(i, std::nextafter(cost, 0.0));
            if (cost == 0 || units == NEVER || units - m_given[i] > left)
            {
                continue; // there will not be more
            }
            left -= units - m_given[i];
            m_given[i] = units;
            ++m_rounds;
            push(i);
        }
    }

    const Game& m_game;
    uint32_t m_units;
    ResponseLines m_lines;
    std::vector<uint64_t> m_given; // units by player
    uint32_t m_rounds{0};
};

} // namespace

Outcome
DecideIao(const Game& game, uint32_t units)
{
    CheckGame(game);
    const auto n = static_cast<uint32_t>(game.players.size());
    // the cost of changing a cut and the time of waiting matter only to the game
    auto plain = game;
    for (auto& player : plain.players)
    {
        player.currentCut = nullptr;
        player.gapVariation = 0;
    }
    if (game.capacity <= 0)
    {
        Outcome without;
        for (const auto& player : game.players)
        {
            without.decisions.push_back(GetBestCutAt(player, 0));
        }
        return without;
    }
    UnitDivision division(plain, units > 0 ? units : std::max<uint32_t>(100, 10 * n));
    division.Solve();
    return division.GetOutcome();
}

} // namespace surgery
} // namespace ns3
