/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/partition/min-cuts.h"
#include "test/support/large-dnn.h"
#include "test/support/random-game.h"

#include "ns3/dnn-partition-frontier.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What fresh min-cuts save over the best cut of a frontier, at random points, as a part.
double
GetLargestGap(std::mt19937_64& random, const PartitionFrontier& frontier, int points)
{
    MinCut fresh(frontier.GetCosts());
    double gap = 0;
    for (int point = 0; point < points; ++point)
    {
        const auto x = point % 7 == 0 ? 0.0 : DrawLog(random, 1e-10, 1e-3);
        const auto y = point % 5 == 0 ? 1.0 : DrawLog(random, 1, 1e5);
        auto found = std::numeric_limits<double>::infinity();
        for (const auto& cut : frontier.GetCuts())
        {
            found = std::min(found, GetObjective(*cut, x, y));
        }
        const auto least = GetObjective(fresh.Solve(x, y), x, y);
        gap = std::max(gap, (found - least) / least);
    }
    return gap;
}

TEST(MinCuts, CostWhatFreshOnesDo)
{
    for (uint64_t seed = 1; seed <= 400; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto costs = MakeTestCosts(seed % 4 == 0   ? MakeFan(random, 1 + random() % 6, 3)
                                         : seed % 4 == 1 ? MakeDense(random, 2 + random() % 40, 3)
                                                         : MakeRandomLayers(random, 30));
        MinCut fresh(costs);
        MinCuts nested(costs);
        for (int point = 0; point < 60; ++point)
        {
            const auto x = point % 7 == 0 ? 0.0 : DrawLog(random, 1e-8, 1e2);
            const auto y = point % 5 == 0 ? 1.0 : DrawLog(random, 1e-3, 1e4);
            const auto least = GetObjective(fresh.Solve(x, y), x, y);
            ASSERT_NEAR(GetObjective(nested.Solve(x, y), x, y), least, 1e-12 * least)
                << "x " << x << ", y " << y;
        }
    }
}

TEST(MinCuts, CutNoGraphWhereALayerDividesAll)
{
    std::mt19937_64 random(1);
    const auto costs = MakeTestCosts(MakeChain(random, 1000));
    MinCuts chain(costs);
    chain.Solve(1e-7, 10);
    EXPECT_EQ(chain.GetWork(), 0u);
}

TEST(MinCuts, LearnFromEachOther)
{
    std::mt19937_64 random(1);
    const auto costs = MakeTestCosts(MakeDense(random, 200, 200));
    MinCuts minCuts(costs);
    minCuts.Solve(1e-8, 100);
    const auto first = minCuts.GetWork();
    EXPECT_GT(first, 100u);
    minCuts.Solve(1.01e-8, 102);
    minCuts.Solve(1.005e-8, 101);
    EXPECT_LT(minCuts.GetWork(), 2 * first + first / 2) << "the third one lies between two others";
    minCuts.Solve(1e-8, 100);
    const auto known = minCuts.GetWork();
    minCuts.Solve(1e-8, 100);
    EXPECT_EQ(minCuts.GetWork(), known) << "was solved before";
}

TEST(Frontier, IsCompleteWhereThatIsCheap)
{
    std::mt19937_64 random(1);
    const PartitionFrontier chain(MakeTestCosts(MakeChain(random, 3000)));
    EXPECT_EQ(chain.GetTolerance(), 0);
    EXPECT_LE(GetLargestGap(random, chain, 100), 1e-9);
    // readers of one tensor, on lines across the plane: n^2 of them, until it is too much
    const PartitionFrontier small(MakeTestCosts(MakeFan(random, 20, 1)));
    const PartitionFrontier large(MakeTestCosts(MakeFan(random, 40, 1)));
    EXPECT_EQ(large.GetTolerance(), 0);
    EXPECT_GT(large.GetCuts().size(), 2.5 * small.GetCuts().size());
    EXPECT_LE(GetLargestGap(random, large, 1000), 1e-9);
}

TEST(Frontier, OfAChainWhoseEveryCutIsBestSomewhereIsSearchedWithATolerance)
{
    // ever smaller tensors, behind equal work each
    std::vector<TestLayer> layers{{{}, 0, 0, 1000000000}};
    while (layers.size() < 6000)
    {
        const auto bytes =
            static_cast<uint64_t>(1e9 / (1 + 0.01 * static_cast<double>(layers.size())));
        layers.push_back({{layers.size() - 1}, 1e-3, 1e-4, bytes});
    }
    const PartitionFrontier chain(MakeTestCosts(layers));
    EXPECT_EQ(chain.GetTolerance(), FrontierSearch::TOLERANCE);
    EXPECT_LT(chain.GetCuts().size(), 3000u);
    std::mt19937_64 random(1);
    EXPECT_LE(GetLargestGap(random, chain, 200), FrontierSearch::TOLERANCE * 1.001);
}

TEST(Frontier, KeepsItsToleranceWhereThereAreTooManyCuts)
{
    std::mt19937_64 random(1);
    for (const auto& layers : {MakeFan(random, 200, 1),
                               MakeFan(random, 32, 20),
                               MakeDense(random, 1000, 100),
                               MakeDense(random, 400, 400)})
    {
        const PartitionFrontier frontier(MakeTestCosts(layers));
        EXPECT_EQ(frontier.GetTolerance(), FrontierSearch::TOLERANCE);
        EXPECT_LT(frontier.GetCuts().size(), 500u);
        const auto gap = GetLargestGap(random, frontier, 1000);
        EXPECT_LE(gap, FrontierSearch::TOLERANCE);
        EXPECT_GT(gap, 0) << "this one need not leave anything out";
    }
}

} // namespace
