/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RANDOM_DNN_H
#define RANDOM_DNN_H

#include "ns3/dnn-cut.h"
#include "ns3/dnn-graph.h"
#include "ns3/dnn-layer-costs.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// What a hand-made or random layer is made of.
struct TestLayer
{
    std::vector<std::size_t> inputs; ///< layers read
    double deviceSeconds;            ///< measured on the processor "device"
    double serverSeconds;            ///< measured on the processor "server"
    uint64_t bytes;                  ///< output tensor
};

/// A processor whose roofline is not used, because all layers have measured times.
inline ns3::surgery::Processor
MakeTestProcessor(const std::string& name)
{
    return ns3::surgery::Processor({name, "test", {{"default", 1e9}}, 1e9, 0});
}

/// A DNN with measured seconds; layers[0] is the input.
inline std::shared_ptr<const ns3::surgery::DnnGraph>
MakeTestDnn(const std::vector<TestLayer>& layers)
{
    std::vector<ns3::surgery::DnnLayer> made;
    for (std::size_t v = 0; v < layers.size(); ++v)
    {
        ns3::surgery::DnnLayer layer;
        layer.name = "layer" + std::to_string(v);
        layer.op = v == 0 ? "Input" : "Conv";
        layer.inputs = layers[v].inputs;
        layer.outputBytes = layers[v].bytes;
        if (v > 0)
        {
            layer.seconds = {{"device", layers[v].deviceSeconds},
                             {"server", layers[v].serverSeconds}};
        }
        made.push_back(layer);
    }
    return std::make_shared<const ns3::surgery::DnnGraph>("test", "made by a test", made);
}

/// The costs of a DNN on the two test processors.
inline ns3::surgery::LayerCosts
MakeTestCosts(const std::vector<TestLayer>& layers)
{
    return ns3::surgery::LayerCosts(MakeTestDnn(layers),
                                    MakeTestProcessor("device"),
                                    MakeTestProcessor("server"),
                                    {});
}

/// The objective of a min-cut, computed apart from the library: x = seconds per byte, y = inverse
/// share.
inline double
GetObjective(const ns3::surgery::Cut& cut, double x, double y)
{
    return cut.deviceSeconds + static_cast<double>(cut.uploadBytes) * x + cut.serverSeconds * y;
}

/// A random DAG of 2 to maxLayers layers, the input included; ties and zeros are frequent.
inline std::vector<TestLayer>
MakeRandomLayers(std::mt19937_64& random, std::size_t maxLayers)
{
    const auto below = [&random](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    const bool coarse = below(3) == 0; // whole numbers: ties
    const auto seconds = [&](double scale) {
        if (below(6) == 0)
        {
            return 0.0;
        }
        return coarse ? scale * static_cast<double>(1 + below(3))
                      : scale * std::exponential_distribution<>(1.0)(random);
    };
    std::vector<TestLayer> layers(2 + below(maxLayers - 1));
    for (std::size_t v = 0; v < layers.size(); ++v)
    {
        for (std::size_t u = 0; u < v; ++u)
        {
            if (below(v) < 2)
            {
                layers[v].inputs.push_back(u);
            }
        }
        if (v > 0 && layers[v].inputs.empty())
        {
            layers[v].inputs.push_back(below(v));
        }
        layers[v].deviceSeconds = v > 0 ? seconds(0.1) : 0.0;
        layers[v].serverSeconds = v > 0 ? seconds(0.01) : 0.0;
        layers[v].bytes = coarse ? 1000 * (1 + below(4)) : 1 + below(200000);
    }
    return layers;
}

/// All cuts, by trying all 2^(n-1) sets.
inline std::vector<ns3::surgery::Cut>
EnumerateCuts(const ns3::surgery::LayerCosts& costs)
{
    const auto n = costs.GetDnn().GetSize();
    std::vector<ns3::surgery::Cut> cuts;
    for (std::size_t mask = 0; mask < (std::size_t{1} << (n - 1)); ++mask)
    {
        ns3::surgery::CutLayers deviceLayers(n, true);
        for (std::size_t v = 1; v < n; ++v)
        {
            deviceLayers[v] = (mask >> (v - 1)) & 1;
        }
        if (ns3::surgery::IsCut(costs.GetDnn(), deviceLayers))
        {
            cuts.push_back(ns3::surgery::MakeCut(costs, deviceLayers));
        }
    }
    return cuts;
}

/** @} */

#endif // RANDOM_DNN_H
