/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-equilibrium.h"

#include "ns3/surgery-market.h"
#include "ns3/surgery-response-lines.h"
#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// How many players near a jump may change their cut for capacity that is left over.
constexpr std::size_t CANDIDATES = 16;
/// Up to so many combinations of cuts the best one is searched for among all.
constexpr double FEW_COMBINATIONS = 4096;
/// A gain counts if it exceeds this part of what it is a gain on: rounding does not.
constexpr double WORTHWHILE = 1e-11;

/// Steps 2 and 3 of SolveEquilibrium: from the market's cuts to an equilibrium.
class HandOut
{
  public:
    HandOut(const Game& game, const ResponseLines& lines, const Market& market)
        : m_game(game),
          m_lines(lines),
          m_water(game.players, game.capacity)
    {
        const auto n = game.players.size();
        m_choices.reserve(n);
        double combinations = 1;
        for (std::size_t i = 0; i < n; ++i)
        {
            m_choices.push_back(market.GetChoice(i));
            m_water.Choose(i, lines.GetLines(i)[m_choices[i]]);
            combinations *= static_cast<double>(lines.GetLines(i).size());
        }
        m_water.Fill();
        if (combinations <= FEW_COMBINATIONS)
        {
            TryAllCombinations();
        }
        else
        {
            ChangeSingleCuts(GetNearest(market));
        }
        MoveToBestResponses();
    }

    Outcome GetOutcome(const Market& market) const
    {
        Outcome outcome;
        outcome.shadowPriceS = market.GetPrice();
        outcome.rounds = market.GetRounds() + m_rounds;
        outcome.decisions.reserve(m_choices.size());
        for (std::size_t i = 0; i < m_choices.size(); ++i)
        {
            const auto cut = m_lines.GetLines(i)[m_choices[i]].cut;
            outcome.decisions.push_back(
                {m_game.players[i].frontier->GetCuts()[cut], m_water.GetShare(i)});
        }
        return outcome;
    }

  private:
    /// A change of one player's cut.
    struct Change
    {
        double gain;        ///< at most so much, s
        std::size_t player; ///< who
        uint32_t line;      ///< its new line
    };

    void Apply(std::size_t player, uint32_t line)
    {
        m_choices[player] = line;
        m_water.Choose(player, m_lines.GetLines(player)[line]);
        m_water.Fill();
    }

    /// The players nearest to a jump of their demand.
    std::vector<std::size_t> GetNearest(const Market& market) const
    {
        std::priority_queue<std::pair<double, std::size_t>> nearest; // the farthest on top
        for (std::size_t i = 0; i < m_choices.size(); ++i)
        {
            const auto distance = market.GetDistanceToJump(i);
            if (nearest.size() == CANDIDATES && distance < nearest.top().first)
            {
                nearest.pop();
            }
            if (nearest.size() < CANDIDATES && m_lines.GetLines(i).size() > 1)
            {
                nearest.emplace(distance, i);
            }
        }
        std::vector<std::size_t> players;
        for (; !nearest.empty(); nearest.pop())
        {
            players.push_back(nearest.top().second);
        }
        return players;
    }

    /// Changes that might lower Phi at all, the most promising first: weak duality bounds them.
    std::vector<Change> GetPromising(const std::vector<std::size_t>& players) const
    {
        std::vector<Change> changes;
        for (const auto i : players)
        {
            const auto lines = m_lines.GetLines(i);
            const auto now = m_water.GetPricedCost(i, lines[m_choices[i]]);
            for (uint32_t k = 0; k < lines.size(); ++k)
            {
                const auto gain = now - m_water.GetPricedCost(i, lines[k]);
                if (gain > 0 && k != m_choices[i])
                {
                    changes.push_back({gain, i, k});
                }
            }
        }
        std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
            return std::make_tuple(-a.gain, a.player, a.line) <
                   std::make_tuple(-b.gain, b.player, b.line);
        });
        return changes;
    }

    void ChangeSingleCuts(const std::vector<std::size_t>& players)
    {
        while (true)
        {
            const auto potential = m_water.GetPotential();
            auto least = potential * (1 - WORTHWHILE);
            const Change* best = nullptr;
            const auto changes = GetPromising(players);
            for (const auto& change : changes)
            {
                if (potential - change.gain >= least)
                {
                    break;
                }
                const auto lines = m_lines.GetLines(change.player);
                m_water.Choose(change.player, lines[change.line]);
                m_water.Fill();
                if (m_water.GetPotential() < least)
                {
                    least = m_water.GetPotential();
                    best = &change;
                }
                m_water.Choose(change.player, lines[m_choices[change.player]]);
            }
            if (!best)
            {
                m_water.Fill();
                return;
            }
            Apply(best->player, best->line);
            ++m_rounds;
        }
    }

    void TryAllCombinations()
    {
        const auto n = m_choices.size();
        // what each line costs at the present price beyond the player's cheapest one
        std::vector<std::vector<double>> excess(n);
        double bound = -m_water.GetPrice() * m_game.capacity;
        for (std::size_t i = 0; i < n; ++i)
        {
            for (const auto& line : m_lines.GetLines(i))
            {
                excess[i].push_back(m_water.GetPricedCost(i, line));
            }
            const auto cheapest = *std::min_element(excess[i].begin(), excess[i].end());
            for (auto& cost : excess[i])
            {
                cost -= cheapest;
            }
            bound += cheapest;
        }
        auto best = m_choices;
        auto least = m_water.GetPotential() * (1 - WORTHWHILE);
        auto trial = m_water;
        auto choices = m_choices;
        // depth first; no combination's Phi is below the bound plus its excesses
        const auto descend = [&](const auto& self, std::size_t i, double atLeast) -> void {
            if (atLeast >= least)
            {
                return;
            }
            if (i == n)
            {
                trial.Fill();
                if (trial.GetPotential() < least)
                {
                    least = trial.GetPotential();
                    best = choices;
                }
                return;
            }
            const auto lines = m_lines.GetLines(i);
            for (uint32_t k = 0; k < lines.size(); ++k)
            {
                choices[i] = k;
                trial.Choose(i, lines[k]);
                self(self, i + 1, atLeast + excess[i][k]);
            }
        };
        descend(descend, 0, bound);
        if (best != m_choices)
        {
            ++m_rounds;
        }
        for (std::size_t i = 0; i < n; ++i)
        {
            m_choices[i] = best[i];
            m_water.Choose(i, m_lines.GetLines(i)[best[i]]);
        }
        m_water.Fill();
    }

    /// The line and the gain, relative to its cost, of one player's best response.
    std::pair<uint32_t, double> Respond(std::size_t i, double unused) const
    {
        const auto price = m_game.players[i].usagePriceS;
        const auto share = m_water.GetShare(i);
        const auto cap = std::min(1.0, share + unused);
        const auto cost = [&](const ResponseLine& line, double phi) {
            return line.workS > 0 ? line.baseS + line.workS / phi + price * phi : line.baseS;
        };
        const auto lines = m_lines.GetLines(i);
        const auto now = cost(lines[m_choices[i]], share);
        auto least = now;
        auto best = m_choices[i];
        for (uint32_t k = 0; k < lines.size(); ++k)
        {
            const auto wanted = lines[k].rootWork / std::sqrt(price);
            const auto there = cost(lines[k], std::min(cap, wanted));
            if (there < least)
            {
                least = there;
                best = k;
            }
        }
        return {best, now > 0 ? (now - least) / now : 0.0};
    }

    /// Whoever gains most moves, then the capacity is divided anew; both lower Phi.
    void MoveToBestResponses()
    {
        while (true)
        {
            double load = 0;
            for (std::size_t i = 0; i < m_choices.size(); ++i)
            {
                load += m_water.GetShare(i);
            }
            const auto unused = std::max(0.0, m_game.capacity - load);
            auto mover = m_choices.size();
            uint32_t line = 0;
            auto most = WORTHWHILE;
            for (std::size_t i = 0; i < m_choices.size(); ++i)
            {
                const auto [response, gain] = Respond(i, unused);
                if (gain > most && response != m_choices[i])
                {
                    std::tie(mover, line, most) = std::make_tuple(i, response, gain);
                }
            }
            ++m_rounds;
            if (mover == m_choices.size())
            {
                return;
            }
            Apply(mover, line);
        }
    }

    const Game& m_game;
    const ResponseLines& m_lines;
    WaterFilling m_water;
    std::vector<uint32_t> m_choices;
    uint32_t m_rounds{0};
};

} // namespace

Outcome
SolveEquilibrium(const Game& game)
{
    CheckGame(game);
    if (game.players.empty() || game.capacity <= 0)
    {
        Outcome without;
        for (const auto& player : game.players)
        {
            without.decisions.push_back(GetBestResponse(player, player.usagePriceS, 0.0));
        }
        return without;
    }
    const ResponseLines lines(game.players);
    const Market market(game, lines);
    return HandOut(game, lines, market).GetOutcome(market);
}

} // namespace surgery
} // namespace ns3
