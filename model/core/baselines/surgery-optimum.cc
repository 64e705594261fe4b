/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-optimum.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-cut-search.h"
#include "ns3/surgery-dads.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-iao.h"
#include "ns3/surgery-neurosurgeon.h"
#include "ns3/surgery-response-lines.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// What the other schedulers decide.
std::vector<Outcome>
DecideOtherwise(const Game& game)
{
    std::vector<Outcome> outcomes{SolveEquilibrium(game),
                                  DecideIao(game),
                                  DecideServerOnly(game),
                                  DecideLocalOnly(game)};
    for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
    {
        outcomes.push_back(DecideNeurosurgeon(game, among));
        outcomes.push_back(DecideDads(game, among));
    }
    return outcomes;
}

/// A search that begins with the shares of an outcome: its sum of unpriced costs is no larger.
class Descent
{
  public:
    Descent(const Game& game, const ResponseLines& lines)
        : m_lines(lines),
          m_players(game.players.size()),
          m_search(game, lines)
    {
        std::iota(m_players.begin(), m_players.end(), 0);
    }

    /// Choose cuts for the shares, then shares for the cuts, while that helps.
    void Start(const Outcome& outcome)
    {
        std::vector<uint32_t> choices;
        for (const auto i : m_players)
        {
            choices.push_back(GetFastestLine(i, outcome.decisions[i].share));
        }
        m_search.Start(choices);
        for (auto sum = m_search.GetWater().GetPotential();;)
        {
            for (const auto i : m_players)
            {
                choices[i] = GetFastestLine(i, m_search.GetWater().GetShare(i));
            }
            if (choices == m_search.GetChoices())
            {
                return;
            }
            const auto before = m_search.GetChoices();
            m_search.Start(choices);
            if (m_search.GetWater().GetPotential() >= sum)
            {
                m_search.Start(before);
                return;
            }
            sum = m_search.GetWater().GetPotential();
        }
    }

    /// Change cuts while that helps.
    void Improve()
    {
        if (!m_search.TryAllCombinations())
        {
            m_search.ChangeSingleCuts(m_players);
        }
    }

    double GetSum() const
    {
        return m_search.GetWater().GetPotential();
    }

    Outcome GetOutcome() const
    {
        auto outcome = m_search.GetOutcome();
        outcome.rounds = m_search.GetRounds();
        return outcome;
    }

  private:
    uint32_t GetFastestLine(std::size_t player, double share) const
    {
        const auto lines = m_lines.GetLines(player);
        uint32_t best = 0;
        auto least = lines[0].baseS; // it needs no share
        for (uint32_t k = 1; k < lines.size() && share > 0; ++k)
        {
            const auto latency = lines[k].baseS + lines[k].workS / share;
            if (latency < least)
            {
                least = latency;
                best = k;
            }
        }
        return best;
    }

    const ResponseLines& m_lines;
    std::vector<std::size_t> m_players;
    CutSearch m_search;
};

} // namespace

Outcome
DecideOptimum(const Game& game)
{
    CheckGame(game);
    auto plain = game;
    for (auto& player : plain.players)
    {
        player.usagePriceS = 0;
        player.currentCut = nullptr;
        player.gapVariation = 0;
    }
    auto outcome = SolveEquilibrium(plain);
    if (game.players.empty() || game.capacity <= 0)
    {
        return outcome;
    }
    const ResponseLines lines(plain.players);
    auto best = std::make_unique<Descent>(plain, lines);
    best->Start(outcome);
    auto other = std::make_unique<Descent>(plain, lines);
    for (const auto& start : DecideOtherwise(game))
    {
        other->Start(start);
        if (other->GetSum() < best->GetSum())
        {
            std::swap(best, other);
        }
    }
    best->Improve();
    const auto price = outcome.shadowPriceS;
    const auto rounds = outcome.rounds;
    outcome = best->GetOutcome();
    outcome.shadowPriceS = price;
    outcome.rounds += rounds;
    return outcome;
}

} // namespace surgery
} // namespace ns3
