/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-dnn.h"

#include "ns3/dnn-chain-cuts.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace
{

using namespace ns3::surgery;

/// Whether a cut is nowhere worse than another.
bool
IsAsGood(const Cut& a, const Cut& b)
{
    return a.deviceSeconds <= b.deviceSeconds && a.serverSeconds <= b.serverSeconds &&
           a.uploadBytes <= b.uploadBytes;
}

TEST(ChainCuts, PointsAreWhatTheCutsCost)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto costs = MakeTestCosts(MakeRandomLayers(random, 12));
        const auto points = FindChainPoints(costs);
        ASSERT_EQ(points.size(), costs.GetDnn().GetSize());
        for (std::size_t layer = 0; layer < points.size(); ++layer)
        {
            const auto cut = MakeChainCut(costs, layer);
            EXPECT_NEAR(points[layer].deviceSeconds, cut.deviceSeconds, 1e-12);
            EXPECT_NEAR(points[layer].serverSeconds, cut.serverSeconds, 1e-12);
            EXPECT_EQ(points[layer].uploadBytes, static_cast<double>(cut.uploadBytes));
        }
    }
}

TEST(ChainCuts, ParetoCutsAreThoseThatNoOtherBeats)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto costs = MakeTestCosts(MakeRandomLayers(random, 12));
        const auto cuts = FindParetoChainCuts(costs);
        for (std::size_t layer = 0; layer < costs.GetDnn().GetSize(); ++layer)
        {
            const auto cut = MakeChainCut(costs, layer);
            EXPECT_EQ(std::count_if(cuts.begin(),
                                    cuts.end(),
                                    [&](const auto& other) { return IsAsGood(*other, cut); }) > 0,
                      true);
        }
        for (const auto& cut : cuts)
        {
            EXPECT_EQ(std::count_if(cuts.begin(),
                                    cuts.end(),
                                    [&](const auto& other) { return IsAsGood(*other, *cut); }),
                      1);
        }
        EXPECT_TRUE(
            std::any_of(cuts.begin(), cuts.end(), [](const auto& cut) { return cut->isLocal; }));
    }
}

} // namespace
