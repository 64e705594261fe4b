/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

double
GetPricedBase(const Cut& cut, const Link& link, const ActivityWeights& weights, double penaltyS)
{
    return GetWeightedBase(cut, link, weights) + penaltyS;
}

Line
MakeLine(const Player& player, const Cut& cut, uint32_t option, uint32_t index)
{
    Line line;
    line.baseS =
        GetPricedBase(cut, player.link, player.weights, (*player.options)[option].penaltyS);
    line.switchingS = GetSwitchingCost(player, cut);
    line.workS = player.weights.idle * cut.serverSeconds;
    line.option = option;
    line.cut = index;
    if (WeighsWaiting(player))
    {
        line.waiting = {player.requestRatePerS,
                        player.gapVariation,
                        GetSlowestFixedStage(cut, player.link),
                        cut.serverSeconds};
    }
    return line;
}

Line
MakeLine(const Player& player, const Decision& decision)
{
    return MakeLine(player, *decision.cut, decision.option, 0);
}

const std::shared_ptr<const Cut>&
GetCut(const Player& player, uint32_t option, uint32_t cut)
{
    const auto& frontier = *(*player.options)[option].frontier;
    const auto& cuts = frontier.GetCuts();
    return cut < cuts.size() ? cuts[cut]
                             : frontier.GetFamily(&FindParetoChainCuts)[cut - cuts.size()];
}

double
GetCost(const Line& line, double share, double unitPriceS)
{
    const auto cost = GetLatency(line.baseS, line.workS, share) + unitPriceS * share;
    return HasWaiting(line.waiting)
               ? cost + GetWaitingTime(line.waiting, GetSlowestStage(line.waiting, share))
               : cost;
}

double
GetBestShare(const Line& line, double unitPriceS, double cap)
{
    if (HasWaiting(line.waiting))
    {
        return std::min(cap, GetBestShare(line.waiting, line.workS, unitPriceS));
    }
    const auto wanted = line.workS > 0 ? std::sqrt(line.workS / unitPriceS) : 0;
    return std::min(cap, wanted);
}

double
GetMarginalPrice(const Line& line, double share)
{
    return GetMarginalPrice(line.waiting, line.workS, share);
}

} // namespace surgery
} // namespace ns3
