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

Line
MakeLine(const Player& player, const Cut& cut, uint32_t option, uint32_t index)
{
    Line line;
    line.baseS =
        GetWeightedBase(cut, player.link, player.weights) + (*player.options)[option].penaltyS;
    line.switchingS = GetSwitchingCost(player, cut);
    line.workS = player.weights.idle * cut.serverSeconds;
    line.option = option;
    line.cut = index;
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
    return (*player.options)[option].frontier->GetCuts()[cut];
}

double
GetCost(const Line& line, double share, double unitPriceS)
{
    return GetLatency(line.baseS, line.workS, share) + unitPriceS * share;
}

double
GetBestShare(const Line& line, double unitPriceS, double cap)
{
    const auto wanted = line.workS > 0 ? std::sqrt(line.workS / unitPriceS) : 0;
    return std::min(cap, wanted);
}

} // namespace surgery
} // namespace ns3
