/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-chain-cuts.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace ns3
{
namespace surgery
{

std::vector<ChainPoint>
FindChainPoints(const LayerCosts& costs)
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

Cut
MakeChainCut(const LayerCosts& costs, std::size_t layer)
{
    CutLayers deviceLayers(costs.GetDnn().GetSize(), false);
    std::fill_n(deviceLayers.begin(), layer + 1, true);
    return MakeCut(costs, std::move(deviceLayers));
}

Cuts
FindParetoChainCuts(const LayerCosts& costs)
{
    const auto points = FindChainPoints(costs);
    const auto beats = [](const ChainPoint& a, const ChainPoint& b) {
        return a.deviceSeconds <= b.deviceSeconds && a.serverSeconds <= b.serverSeconds &&
               a.uploadBytes <= b.uploadBytes;
    };
    Cuts cuts;
    for (std::size_t v = 0; v < points.size(); ++v)
    {
        auto isBeaten = false;
        for (std::size_t u = 0; u < points.size() && !isBeaten; ++u)
        {
            // of equal points the last one stays, so that all-local does
            isBeaten =
                u != v && beats(points[u], points[v]) && (u > v || !beats(points[v], points[u]));
        }
        if (!isBeaten)
        {
            cuts.push_back(std::make_shared<const Cut>(MakeChainCut(costs, v)));
        }
    }
    return cuts;
}

} // namespace surgery
} // namespace ns3
