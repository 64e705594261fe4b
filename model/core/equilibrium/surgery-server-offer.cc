/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-server-offer.h"

#include "ns3/surgery-line.h"
#include "ns3/surgery-water-filling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace ns3
{
namespace surgery
{

ServerOffer
GetServerOffer(const Game& game, const Outcome& outcome)
{
    ServerOffer offer;
    TotalDemand demand;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto workS = MakeLine(game.players[i], outcome.decisions[i]).workS;
        offer.load += outcome.decisions[i].share;
        if (workS > 0)
        {
            demand.Add(std::sqrt(workS), game.players[i].usagePriceS);
        }
    }
    offer.load = std::min(1.0, offer.load);
    if (demand.IsEmpty())
    {
        return offer;
    }
    offer.shadowPriceS = game.capacity > 0
                             ? demand.GetClearingPrice(game.capacity, 0, outcome.shadowPriceS)
                             : outcome.shadowPriceS;
    double slope = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto workS = MakeLine(game.players[i], outcome.decisions[i]).workS;
        const auto unitPrice = game.players[i].usagePriceS + offer.shadowPriceS;
        slope += std::sqrt(workS) / (2 * std::pow(unitPrice, 1.5));
    }
    offer.curvatureS = std::isfinite(slope) ? 1 / slope : 0.0;
    return offer;
}

double
GetJoiningCost(const Player& player, const ServerOffer& offer)
{
    const auto unitPrice = player.usagePriceS + offer.shadowPriceS;
    const auto leftover = std::max(0.0, 1 - offer.load);
    auto least = std::numeric_limits<double>::infinity();
    ForEachLine(player, [&](const Line& line) {
        const auto base = line.baseS + line.switchingS;
        if (!(line.workS > 0))
        {
            least = std::min(least, base);
            return;
        }
        // where nobody could make way, there is no more than what is left over
        const auto cap = offer.curvatureS > 0 ? 1.0 : leftover;
        const auto share = std::min(cap, std::sqrt(line.workS / unitPrice));
        const auto taken = std::max(0.0, share - leftover);
        least = std::min(least,
                         base + line.workS / share + unitPrice * share +
                             offer.curvatureS * taken * taken / 2);
    });
    return least;
}

double
GetLeavingGain(const Player& player, const Decision& decision, const ServerOffer& offer)
{
    const auto share = decision.share;
    const auto line = MakeLine(player, decision);
    const auto own = GetCost(line, share, player.usagePriceS) + line.switchingS;
    // the others, as if they all had the usage price that makes kappa what it is
    const auto unitPrice = offer.curvatureS / 2;
    const auto usagePrice = std::max(0.0, unitPrice - offer.shadowPriceS);
    const auto rest = 1 - share;
    if (rest * rest * unitPrice >= usagePrice)
    {
        return own + offer.shadowPriceS * share - unitPrice * share * share;
    }
    const auto root = std::sqrt(unitPrice) - std::sqrt(usagePrice); // the price falls to 0
    return own + rest * root * root;
}

} // namespace surgery
} // namespace ns3
