/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-cut-reason.h"

#include "ns3/surgery-line.h"

namespace ns3
{
namespace surgery
{

std::string
GetReasonName(CutReason reason)
{
    switch (reason)
    {
    case CutReason::KEPT:
        return "kept";
    case CutReason::FIRST_GRANT:
        return "first grant";
    case CutReason::LINK:
        return "link";
    case CutReason::PRICE:
        return "price";
    case CutReason::LINK_AND_PRICE:
        return "link and price";
    case CutReason::SCHEDULER:
        return "scheduler";
    case CutReason::LEASE_EXPIRED:
        return "lease expired";
    case CutReason::MISSED_GRANT:
        return "missed grant";
    case CutReason::SERVER_CHANGED:
        return "server changed";
    case CutReason::MODEL_LOADING:
        return "model loading";
    case CutReason::NO_MEMORY:
        return "no memory";
    case CutReason::MODEL_LOADED:
        return "model loaded";
    }
    return "unknown";
}

double
GetUnitPrice(const Player& player, const Decision& decision, double shadowPriceS)
{
    if (decision.share > 0 && decision.share < 1 && decision.cut->serverSeconds > 0)
    {
        return GetMarginalPrice(MakeLine(player, decision), decision.share);
    }
    return player.usagePriceS + shadowPriceS;
}

CutReason
ExplainCut(const Player& player,
           const Link& oldLink,
           double oldPriceS,
           const Decision& decision,
           double newPriceS)
{
    if (!player.currentCut)
    {
        return CutReason::FIRST_GRANT;
    }
    if (player.currentOption == decision.option &&
        player.currentCut->deviceLayers == decision.cut->deviceLayers)
    {
        return CutReason::KEPT;
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
        return CutReason::SCHEDULER;
    }
    const auto byLink = isWorthIt(player.link, oldPriceS);
    const auto byPrice = isWorthIt(oldLink, newPriceS);
    return byLink == byPrice ? CutReason::LINK_AND_PRICE
                             : (byLink ? CutReason::LINK : CutReason::PRICE);
}

} // namespace surgery
} // namespace ns3
