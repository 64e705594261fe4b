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

namespace ns3
{
namespace surgery
{

ServerTerms
GetServerTerms(const Game& game, const Outcome& outcome)
{
    ServerTerms terms;
    TotalDemand demand;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto workS = MakeLine(game.players[i], outcome.decisions[i]).workS;
        terms.load += outcome.decisions[i].share;
        if (workS > 0)
        {
            demand.Add(std::sqrt(workS), game.players[i].usagePriceS);
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
        const auto workS = MakeLine(game.players[i], outcome.decisions[i]).workS;
        const auto unitPrice = game.players[i].usagePriceS + terms.shadowPriceS;
        slope += std::sqrt(workS) / (2 * std::pow(unitPrice, 1.5));
    }
    terms.curvatureS = std::isfinite(slope) ? 1 / slope : 0.0;
    return terms;
}

} // namespace surgery
} // namespace ns3
