/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LARGE_DNN_H
#define LARGE_DNN_H

#include "random-dnn.h"
#include "random-game.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A layer with random costs.
inline TestLayer
MakeLayer(std::mt19937_64& random, std::vector<std::size_t> inputs)
{
    return {std::move(inputs),
            DrawLog(random, 1e-3, 1e-2),
            DrawLog(random, 1e-5, 1e-4),
            static_cast<uint64_t>(DrawLog(random, 1e3, 1e5))};
}

/// A chain.
inline std::vector<TestLayer>
MakeChain(std::mt19937_64& random, std::size_t layers)
{
    std::vector<TestLayer> chain{{{}, 0, 0, 600000}};
    while (chain.size() < layers)
    {
        chain.push_back(MakeLayer(random, {chain.size() - 1}));
    }
    return chain;
}

/// Branches of unequal layers that read one tensor, and a layer that reads all their ends.
inline std::vector<TestLayer>
MakeFan(std::mt19937_64& random, std::size_t branches, std::size_t length)
{
    std::vector<TestLayer> fan{{{}, 0, 0, 600000}};
    std::vector<std::size_t> ends;
    for (std::size_t branch = 0; branch < branches; ++branch)
    {
        for (std::size_t i = 0; i < length; ++i)
        {
            fan.push_back(MakeLayer(random, {i == 0 ? 0 : fan.size() - 1}));
        }
        ends.push_back(fan.size() - 1);
    }
    fan.push_back(MakeLayer(random, ends));
    return fan;
}

/// Layers that read up to 10 of the earlier ones, of the last few or of all.
inline std::vector<TestLayer>
MakeDense(std::mt19937_64& random, std::size_t layers, std::size_t reach)
{
    std::vector<TestLayer> dense{{{}, 0, 0, 600000}};
    while (dense.size() < layers)
    {
        std::set<std::size_t> inputs;
        for (auto edges = 1 + random() % 10; edges > 0; --edges)
        {
            inputs.insert(dense.size() - 1 - random() % std::min(dense.size(), reach));
        }
        dense.push_back(MakeLayer(random, {inputs.begin(), inputs.end()}));
    }
    return dense;
}

/** @} */

#endif // LARGE_DNN_H
