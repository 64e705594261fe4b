/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-line.h"

#include "line-terms.h"

namespace ns3
{
namespace surgery
{

double
GetPricedBase(const Cut& cut, const Link& link, const ActivityWeights& weights, double penaltyS)
{
    return terms::GetPricedBase(cut, link, weights, penaltyS);
}

Line
MakeLine(const Player& player, const Cut& cut, uint32_t option, uint32_t index)
{
    return terms::MakeLine(player, cut, option, index);
}

Line
MakeLine(const Player& player, const Decision& decision)
{
    return MakeLine(player, *decision.cut, decision.option, 0);
}

double
GetCost(const Line& line, double share, double unitPriceS)
{
    return terms::GetCost(line, share, unitPriceS);
}

double
GetBestShare(const Line& line, double unitPriceS, double cap)
{
    return terms::GetBestShare(line, unitPriceS, cap);
}

void
CollectContenders(const Player& player, std::vector<Line>& lines)
{
    lines.clear();
    terms::VisitContenders(player, [&](const Line& line) { lines.push_back(line); });
}

double
GetMarginalPrice(const Line& line, double share)
{
    return GetMarginalPrice(line.waiting, line.workS, share);
}

} // namespace surgery
} // namespace ns3
