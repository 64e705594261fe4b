/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-cut-families.h"

#include "ns3/dnn-partition-frontier.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// What a cut behind one layer of the chain costs.
struct ChainPoint
{
    double deviceSeconds; ///< L
    double serverSeconds; ///< E
    double uploadBytes;   ///< X
};

/// One point per layer: this layer and those before it stay on the device.
std::vector<ChainPoint>
FindPoints(const LayerCosts& costs)
{
    const auto& dnn = costs.GetDnn();
    const auto n = dnn.GetSize();
    std::vector<ChainPoint> points(n, ChainPoint{0, 0, 0});
    // a tensor is under way wherever the cut is, from its layer to before its last reader
    std::vector<double> readLast(n, 0.0);
    double device = 0;
    double under = 0;
    for (std::size_t v = 0; v < n; ++v)
    {
        device += costs.GetDeviceSeconds()[v];
        under -= readLast[v];
        const auto& readers = dnn.GetSuccessors(v);
        if (!readers.empty())
        {
            const auto bytes = static_cast<double>(costs.GetTensorBytes()[v]);
            under += bytes;
            readLast[readers.back()] += bytes;
        }
        points[v].deviceSeconds = device;
        points[v].uploadBytes = under;
    }
    double server = 0;
    for (auto v = n; v-- > 0;)
    {
        points[v].serverSeconds = server;
        server += costs.GetServerSeconds()[v];
    }
    return points;
}

} // namespace

Cuts
FindChainCuts(const LayerCosts& costs)
{
    const auto points = FindPoints(costs);
    const auto findBest = [&](double x, double y) {
        const auto cost = [&](const ChainPoint& point) {
            return point.deviceSeconds + point.uploadBytes * x + point.serverSeconds * y;
        };
        const auto best = std::min_element(
            points.begin(),
            points.end(),
            [&](const ChainPoint& a, const ChainPoint& b) { return cost(a) < cost(b); });
        CutLayers deviceLayers(points.size(), false);
        std::fill_n(deviceLayers.begin(), best - points.begin() + 1, true);
        return MakeCut(costs, std::move(deviceLayers));
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
