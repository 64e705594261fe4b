/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-cut-search.h"

#include "waiting-lines.h"
#include "waiting-water-filling.h"
#include "worthwhile.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Largest number of combinations of cuts that are all tried.
constexpr double FEW_COMBINATIONS = 4096;

} // namespace

template <class Lines, class Water>
BasicCutSearch<Lines, Water>::BasicCutSearch(const Game& game, const Lines& lines)
    : m_game(game),
      m_lines(lines),
      m_water(lines.GetUsagePrices(), game.capacity)
{
}

template <class Lines, class Water>
void
BasicCutSearch<Lines, Water>::Start(std::vector<uint32_t> choices)
{
    m_choices = std::move(choices);
    for (std::size_t i = 0; i < m_choices.size(); ++i)
    {
        m_water.Choose(i, m_lines.GetLines(i)[m_choices[i]]);
    }
    m_water.Fill();
}

template <class Lines, class Water>
void
BasicCutSearch<Lines, Water>::Change(std::size_t player, uint32_t line)
{
    m_choices[player] = line;
    m_water.Choose(player, m_lines.GetLines(player)[line]);
    m_water.Fill();
}

template <class Lines, class Water>
std::vector<typename BasicCutSearch<Lines, Water>::Trial>
BasicCutSearch<Lines, Water>::GetPromising(const std::vector<std::size_t>& players) const
{
    // weak duality bounds what each gains
    std::vector<Trial> changes;
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
    std::sort(changes.begin(), changes.end(), [](const Trial& a, const Trial& b) {
        return std::make_tuple(-a.gain, a.player, a.line) <
               std::make_tuple(-b.gain, b.player, b.line);
    });
    return changes;
}

template <class Lines, class Water>
void
BasicCutSearch<Lines, Water>::ChangeSingleCuts(const std::vector<std::size_t>& players)
{
    while (true)
    {
        const auto potential = m_water.GetPotential();
        auto least = potential * (1 - WORTHWHILE);
        const Trial* best = nullptr;
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
        Change(best->player, best->line);
        ++m_rounds;
    }
}

template <class Lines, class Water>
bool
BasicCutSearch<Lines, Water>::TryAllCombinations()
{
    const auto n = m_choices.size();
    double combinations = 1;
    for (std::size_t i = 0; i < n; ++i)
    {
        combinations *= static_cast<double>(m_lines.GetLines(i).size());
    }
    if (combinations > FEW_COMBINATIONS)
    {
        return false;
    }
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
    Start(best);
    return true;
}

template <class Lines, class Water>
const std::vector<uint32_t>&
BasicCutSearch<Lines, Water>::GetChoices() const
{
    return m_choices;
}

template <class Lines, class Water>
const Water&
BasicCutSearch<Lines, Water>::GetWater() const
{
    return m_water;
}

template <class Lines, class Water>
uint32_t
BasicCutSearch<Lines, Water>::GetRounds() const
{
    return m_rounds;
}

template <class Lines, class Water>
Outcome
BasicCutSearch<Lines, Water>::GetOutcome() const
{
    Outcome outcome;
    outcome.decisions.reserve(m_choices.size());
    for (std::size_t i = 0; i < m_choices.size(); ++i)
    {
        const auto& line = m_lines.GetLines(i)[m_choices[i]];
        outcome.decisions.push_back(
            {m_lines.GetCut(i, m_choices[i]), m_water.GetShare(i), line.option});
    }
    return outcome;
}

template class BasicCutSearch<ResponseLines, WaterFilling>;
template class BasicCutSearch<WaitingLines, WaitingWaterFilling>;

} // namespace surgery
} // namespace ns3
