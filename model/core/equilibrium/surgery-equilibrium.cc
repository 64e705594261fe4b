/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-equilibrium.h"

#include "market.h"
#include "worthwhile.h"

#include "ns3/surgery-cut-search.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-response-lines.h"

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

/// Number of players near a jump that may change their cut to use capacity that is left over.
constexpr std::size_t CANDIDATES = 16;

/// Steps 2 and 3 of SolveEquilibrium: from the market's cuts to an equilibrium.
class HandOut
{
  public:
    HandOut(const Game& game, const ResponseLines& lines, const Market& market)
        : m_game(game),
          m_lines(lines),
          m_search(game, lines)
    {
        std::vector<uint32_t> choices;
        choices.reserve(game.players.size());
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            choices.push_back(market.GetChoice(i));
        }
        m_search.Start(std::move(choices));
        m_isComplete = m_search.TryAllCombinations();
        if (!m_isComplete)
        {
            m_search.ChangeSingleCuts(GetNearest(market));
        }
        MoveToBestResponses();
    }

    /// Search again from the cuts that the players run now, and keep what is worse by no more than
    /// rounding.
    void TryCurrentCuts(const Market& market)
    {
        if (m_isComplete)
        {
            return; // all that there is was tried
        }
        const auto found = m_search.GetChoices();
        const auto potential = m_search.GetWater().GetPotential();
        auto choices = found;
        for (std::size_t i = 0; i < choices.size(); ++i)
        {
            choices[i] = FindCurrentLine(i, choices[i]);
        }
        m_search.Start(std::move(choices));
        m_search.ChangeSingleCuts(GetNearest(market));
        MoveToBestResponses();
        if (m_search.GetWater().GetPotential() > potential * (1 + WORTHWHILE))
        {
            m_search.Start(found);
        }
    }

    Outcome GetOutcome(const Market& market) const
    {
        auto outcome = m_search.GetOutcome();
        outcome.shadowPriceS = market.GetPrice();
        outcome.rounds = market.GetRounds() + m_search.GetRounds() + m_rounds;
        return outcome;
    }

  private:
    /// The line of the cut that a player runs now, or another one if it can never be best.
    uint32_t FindCurrentLine(std::size_t i, uint32_t other) const
    {
        const auto lines = m_lines.GetLines(i);
        for (uint32_t k = 0; k < lines.size(); ++k)
        {
            if (GetCut(m_game.players[i], lines[k].option, lines[k].cut) ==
                m_game.players[i].currentCut)
            {
                return k;
            }
        }
        return other;
    }

    /// The players nearest to a jump of their demand.
    std::vector<std::size_t> GetNearest(const Market& market) const
    {
        std::priority_queue<std::pair<double, std::size_t>> nearest; // the farthest on top
        for (std::size_t i = 0; i < m_game.players.size(); ++i)
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

    /// The line and the gain, relative to its cost, of one player's best response.
    std::pair<uint32_t, double> Respond(std::size_t i, double unused) const
    {
        const auto price = m_game.players[i].usagePriceS;
        const auto share = m_search.GetWater().GetShare(i);
        const auto cap = std::min(1.0, share + unused);
        const auto cost = [&](const ResponseLine& line, double phi) {
            return line.workS > 0 ? line.baseS + line.workS / phi + price * phi : line.baseS;
        };
        const auto lines = m_lines.GetLines(i);
        const auto now = cost(lines[m_search.GetChoices()[i]], share);
        auto least = now;
        auto best = m_search.GetChoices()[i];
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

    /// The player that gains most moves, then the capacity is divided anew; both steps lower Phi.
    void MoveToBestResponses()
    {
        while (true)
        {
            double load = 0;
            for (std::size_t i = 0; i < m_game.players.size(); ++i)
            {
                load += m_search.GetWater().GetShare(i);
            }
            const auto unused = std::max(0.0, m_game.capacity - load);
            auto mover = m_game.players.size();
            uint32_t line = 0;
            auto most = WORTHWHILE;
            for (std::size_t i = 0; i < m_game.players.size(); ++i)
            {
                const auto [response, gain] = Respond(i, unused);
                if (gain > most && response != m_search.GetChoices()[i])
                {
                    std::tie(mover, line, most) = std::make_tuple(i, response, gain);
                }
            }
            ++m_rounds;
            if (mover == m_game.players.size())
            {
                return;
            }
            m_search.Change(mover, line);
        }
    }

    const Game& m_game;
    const ResponseLines& m_lines;
    CutSearch m_search;
    uint32_t m_rounds{0};
    bool m_isComplete{false};
};

/// Solve a game, steadily or not.
Outcome
Solve(const Game& game, bool steadily)
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
    HandOut handOut(game, lines, market);
    if (steadily)
    {
        handOut.TryCurrentCuts(market);
    }
    return handOut.GetOutcome(market);
}

} // namespace

Outcome
SolveEquilibrium(const Game& game)
{
    return Solve(game, false);
}

Outcome
SolveEquilibriumSteadily(const Game& game)
{
    return Solve(game, true);
}

} // namespace surgery
} // namespace ns3
