/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-server-terms.h"

#include "ns3/surgery-line.h"
#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace ns3
{
namespace surgery
{

ServerTerms
GetServerTerms(const Game& game, const Outcome& outcome)
{
    ServerTerms terms;
    TotalDemand demand;
    std::vector<double> works; // by player, s
    works.reserve(game.players.size());
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        works.push_back(MakeLine(game.players[i], outcome.decisions[i]).workS);
        terms.load += outcome.decisions[i].share;
        if (works[i] > 0)
        {
            demand.Add(std::sqrt(works[i]), game.players[i].usagePriceS);
        }
    }
    terms.load = std::min(1.0, terms.load);
    if (demand.IsEmpty())
    {
        return terms;
    }
    terms.shadowPriceS = game.capacity > 0
                             ? demand.GetClearingPrice(game.capacity, 0, outcome.shadowPriceS)
                             : outcome.shadowPriceS;
    double slope = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto unitPrice = game.players[i].usagePriceS + terms.shadowPriceS;
        slope += std::sqrt(works[i]) / (2 * std::pow(unitPrice, 1.5));
    }
    terms.curvatureS = std::isfinite(slope) ? 1 / slope : 0.0;
    return terms;
}

} // namespace surgery
} // namespace ns3
