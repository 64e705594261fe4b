/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cut-families.h"

#include "ns3/dnn-chain-cuts.h"
#include "ns3/dnn-partition-frontier.h"

#include <algorithm>
#include <cstddef>

namespace ns3
{
namespace surgery
{

Cuts
FindChainCuts(const LayerCosts& costs)
{
    const auto points = FindChainPoints(costs);
    const auto findBest = [&](double x, double y) {
        const auto cost = [&](const ChainPoint& point) {
            return point.deviceSeconds + point.uploadBytes * x + point.serverSeconds * y;
        };
        const auto best = std::min_element(
            points.begin(),
            points.end(),
            [&](const ChainPoint& a, const ChainPoint& b) { return cost(a) < cost(b); });
        return MakeChainCut(costs, static_cast<std::size_t>(best - points.begin()));
    };
    return FrontierSearch(costs, 0, findBest).GetCuts();
}

Cuts
FindWeightedCuts(const LayerCosts& costs)
{
    return PartitionFrontier(costs, 0).GetCuts();
}

} // namespace surgery
} // namespace ns3
