/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/scission-table.h"

#include "ns3/surgery-latency.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// The chain of Scission's VGG-19 up to a layer. @param rows how many layers @return the DNN
std::shared_ptr<const DnnGraph>
MakeChain(std::size_t rows)
{
    std::vector<DnnLayer> layers{{"picture", "Input", {}, 0, 602112, 0, {}}};
    for (std::size_t v = 0; v < rows; ++v)
    {
        const auto& row = SCISSION_LAYERS[v];
        DnnLayer layer{row.name, "Layer", {v}, 0, row.outputBytes, 0, {}};
        for (std::size_t m = 0; m < row.seconds.size(); ++m)
        {
            layer.seconds[SCISSION_MACHINES[m]] = row.seconds[m];
        }
        layers.push_back(layer);
    }
    return std::make_shared<DnnGraph>("vgg19", "Scission", layers);
}

/// A machine that only has measured times. @param name its name @return the machine
Processor
Measured(const std::string& name)
{
    return Processor({name, "Scission", {}, 0, 0});
}

/// Layers that run on three machines, one after the other, and how long they take.
struct Placement
{
    double latencyS;
    std::string edge;
    std::string cloud;
    int deviceLast;
    int edgeLast;
};

/**
 * Place VGG-19 on a device, an edge and a cloud. What the edge hands to the cloud is the result of
 * the chain up to there, so the first two machines and both hops are one latency of ours, whose
 * downlink is the hop to the cloud; what the cloud runs comes on top.
 */
Placement
Place(const std::string& edge, const std::string& cloud, std::size_t onDevice, std::size_t onEdge)
{
    // 200 kB/s to the edge, 6.25 MB/s from there, and a ping for each hop, as Scission's example
    // has
    const Link link{8 * 200e3, 8 * 6.25e6, 0.0667, 0.02};
    const auto chain = MakeChain(onDevice + onEdge);
    const LayerCosts costs(chain, Measured(SCISSION_MACHINES[0]), Measured(edge), {});
    CutLayers layers(chain->GetSize(), false);
    std::fill_n(layers.begin(), onDevice + 1, true);
    const auto latency = GetLatency(MakeCut(costs, layers), link, 1);

    const auto whole = MakeChain(SCISSION_LAYERS.size());
    const auto times = Measured(cloud).GetLayerSeconds(*whole);
    const auto rest = times.begin() + chain->GetSize();
    return {std::accumulate(rest, times.end(), latency),
            edge,
            cloud,
            SCISSION_LAYERS[onDevice - 1].number,
            SCISSION_LAYERS[onDevice + onEdge - 1].number};
}

TEST(Latency, RanksThreeMachinesAsScissionPublished)
{
    // its question: the edge runs layer 10, the cloud runs layer 16
    std::vector<Placement> all;
    for (const auto& edge : {"2500", "vm2Core"})
    {
        for (const auto& cloud : {"6700k(GPU)", "6700k(NoGPU)"})
        {
            for (std::size_t onDevice = 1; onDevice <= 9; ++onDevice)
            {
                for (std::size_t last = 10; last <= 15; ++last)
                {
                    all.push_back(Place(edge, cloud, onDevice, last - onDevice));
                }
            }
        }
    }
    ASSERT_EQ(all.size(), 216u);
    std::sort(all.begin(), all.end(), [](const Placement& a, const Placement& b) {
        return a.latencyS < b.latencyS;
    });
    // its answer: the five best, to four decimals
    const std::vector<Placement> published{{9.0106, "vm2Core", "6700k(GPU)", 6, 11},
                                           {9.0594, "2500", "6700k(GPU)", 6, 11},
                                           {9.0721, "vm2Core", "6700k(NoGPU)", 6, 11},
                                           {9.1209, "2500", "6700k(NoGPU)", 6, 11},
                                           {9.1511, "vm2Core", "6700k(GPU)", 6, 12}};
    for (std::size_t rank = 0; rank < published.size(); ++rank)
    {
        const auto& is = all[rank];
        const auto& be = published[rank];
        EXPECT_EQ(std::tie(is.edge, is.cloud, is.deviceLast, is.edgeLast),
                  std::tie(be.edge, be.cloud, be.deviceLast, be.edgeLast))
            << "rank " << rank + 1;
        EXPECT_EQ(std::lround(1e4 * is.latencyS), std::lround(1e4 * be.latencyS));
    }
}

} // namespace
