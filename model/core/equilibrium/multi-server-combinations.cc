/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "multi-server-combinations.h"

#include "server-pool.h"
#include "worthwhile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Largest number of combinations, and of beginnings of combinations, that are looked at.
constexpr uint32_t MOST_COMBINATIONS = 20000;

/// The potential of a combination, s.
double
GetPotential(const MultiServerLines& lines,
             const std::vector<double>& capacities,
             const std::vector<uint32_t>& choices)
{
    std::vector<ServerPool> pools;
    for (const auto capacity : capacities)
    {
        pools.emplace_back(capacity, lines.HaveEqualPrices());
    }
    double potential = 0;
    for (std::size_t i = 0; i < choices.size(); ++i)
    {
        const auto& line = lines.GetLines(i)[choices[i]];
        pools[line.server].Join({line.rootWork, lines.GetUsagePrice(i)});
        potential += line.baseS;
    }
    for (const auto& pool : pools)
    {
        potential += pool.GetCost();
    }
    return potential;
}

} // namespace

std::vector<uint32_t>
FindBestCombination(const MultiServerLines& lines,
                    const std::vector<double>& capacities,
                    const std::vector<double>& prices,
                    const std::vector<uint32_t>& choices)
{
    const auto n = choices.size();
    // what each line costs at the prices beyond the device's cheapest one, the cheapest first
    std::vector<std::vector<std::pair<double, uint32_t>>> excess(n);
    double bound = -std::inner_product(prices.begin(), prices.end(), capacities.begin(), 0.0);
    for (std::size_t i = 0; i < n; ++i)
    {
        const auto own = lines.GetLines(i);
        for (uint32_t k = 0; k < own.size(); ++k)
        {
            const auto price = lines.GetUsagePrice(i) + prices[own[k].server];
            excess[i].emplace_back(MultiServerLines::GetCost(own[k], std::sqrt(price)), k);
        }
        std::sort(excess[i].begin(), excess[i].end());
        const auto cheapest = excess[i].front().first;
        for (auto& one : excess[i])
        {
            one.first -= cheapest;
        }
        bound += cheapest;
    }
    auto best = choices;
    auto least = GetPotential(lines, capacities, choices) * (1 - WORTHWHILE);
    std::vector<uint32_t> trial(n);
    uint32_t looked = 0;
    const auto descend = [&](const auto& self, std::size_t i, double atLeast) -> void {
        if (i == n)
        {
            const auto potential = GetPotential(lines, capacities, trial);
            if (potential < least)
            {
                least = potential;
                best = trial;
            }
            return;
        }
        for (const auto& [more, line] : excess[i])
        {
            if (atLeast + more >= least || ++looked > MOST_COMBINATIONS)
            {
                return;
            }
            trial[i] = line;
            self(self, i + 1, atLeast + more);
        }
    };
    descend(descend, 0, bound);
    return best;
}

} // namespace surgery
} // namespace ns3
