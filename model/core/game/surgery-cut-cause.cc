/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-cut-cause.h"

#include "ns3/surgery-line.h"

namespace ns3
{
namespace surgery
{

double
GetUnitPrice(const Player& player, const Decision& decision, double shadowPriceS)
{
    if (decision.share > 0 && decision.share < 1 && decision.cut->serverSeconds > 0)
    {
        return GetMarginalPrice(MakeLine(player, decision), decision.share);
    }
    return player.usagePriceS + shadowPriceS;
}

CutCause
ExplainCut(const Player& player,
           const Link& oldLink,
           double oldPriceS,
           const Decision& decision,
           double newPriceS)
{
    if (!player.currentCut)
    {
        return CutCause::FIRST;
    }
    if (player.currentOption == decision.option &&
        player.currentCut->deviceLayers == decision.cut->deviceLayers)
    {
        return CutCause::KEPT;
    }
    const Decision former{player.currentCut, 0, player.currentOption};
    const auto cost = [&](const Decision& choice, const Link& link, double price) {
        auto there = player;
        there.link = link;
        const auto line = MakeLine(there, choice);
        return GetCost(line, GetBestShare(line, price, 1), price);
    };
    const auto isWorthIt = [&](const Link& link, double price) {
        return cost(decision, link, price) + player.switchingCostS <= cost(former, link, price);
    };
    if (!isWorthIt(player.link, newPriceS))
    {
        return CutCause::SCHEDULER;
    }
    const auto byLink = isWorthIt(player.link, oldPriceS);
    const auto byPrice = isWorthIt(oldLink, newPriceS);
    return byLink == byPrice ? CutCause::LINK_AND_PRICE
                             : (byLink ? CutCause::LINK : CutCause::PRICE);
}

} // namespace surgery
} // namespace ns3
