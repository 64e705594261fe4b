/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/partition/min-cut.h"
#include "test/support/random-game.h"

#include "ns3/dnn-partition-frontier.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

/**
 * @defgroup dnn-surgery-tests Tests of DNN surgery
 * @ingroup dnn-surgery
 * @ingroup tests
 */

namespace
{

using namespace ns3::surgery;

/// The least cost among cuts given by value or by pointer.
template <class Cuts>
double
GetLeastCost(const Cuts& cuts, double x, double y)
{
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& cut : cuts)
    {
        if constexpr (std::is_same_v<std::decay_t<decltype(cut)>, Cut>)
        {
            least = std::min(least, GetObjective(cut, x, y));
        }
        else
        {
            least = std::min(least, GetObjective(*cut, x, y));
        }
    }
    return least;
}

TEST(MinCut, ServerNeverFeedsTheDevice)
{
    // i->{a,u}, a->x, {u,x}->v; without arcs back to what is read, the minimum reads "19"
    const auto costs = MakeTestCosts({{{}, 0, 0, 1000},
                                      {{0}, 1, .1, 2},
                                      {{0}, 5, .5, 1000},
                                      {{1}, 100, 1, 3},
                                      {{2, 3}, 10, 1, 1}});
    MinCut minCut(costs);
    const auto cut = minCut.Solve(1.0, 1.0);
    EXPECT_DOUBLE_EQ(GetObjective(cut, 1.0, 1.0), 116.0);
    EXPECT_TRUE(cut.isLocal);
    EXPECT_DOUBLE_EQ(GetLeastCost(EnumerateCuts(costs), 1.0, 1.0), 116.0);
}

TEST(MinCut, TensorWithSeveralReadersIsPaidOnce)
{
    // one cheap layer, then three readers that are far too slow for the device
    const auto costs = MakeTestCosts(
        {{{}, 0, 0, 1000}, {{0}, 1, 1, 10}, {{1}, 100, 1, 1}, {{1}, 100, 1, 1}, {{1}, 100, 1, 1}});
    MinCut minCut(costs);
    const auto cut = minCut.Solve(1.0, 1.0);
    EXPECT_EQ(cut.uploadBytes, 10u);
    EXPECT_DOUBLE_EQ(GetObjective(cut, 1.0, 1.0), 1 + 10 + 3);
}

TEST(MinCut, RejectsArgumentsOutOfRange)
{
    const auto costs = MakeTestCosts({{{}, 0, 0, 1}, {{0}, 1, 1, 1}});
    MinCut minCut(costs);
    EXPECT_THROW(minCut.Solve(-1.0, 1.0), std::invalid_argument);
    EXPECT_THROW(minCut.Solve(1.0, std::nan("")), std::invalid_argument);
    EXPECT_THROW(minCut.Solve(std::numeric_limits<double>::infinity(), 1.0), std::invalid_argument);
}

TEST(PartitionFrontier, EqualsMinCutEqualsExhaustiveSearchOnRandomDags)
{
    for (uint64_t seed = 1; seed <= 1000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto costs = MakeTestCosts(MakeRandomLayers(random, 12));
        const auto all = EnumerateCuts(costs);
        const PartitionFrontier frontier(costs);
        MinCut minCut(costs);
        for (int probe = 0; probe < 10; ++probe)
        {
            const auto x = 8 / DrawLog(random, 1e5, 1e10);
            const auto y = 1 / DrawLog(random, 1e-4, 1);
            const auto exhaustive = GetLeastCost(all, x, y);
            EXPECT_NEAR(GetLeastCost(frontier.GetCuts(), x, y), exhaustive, 1e-9 * exhaustive);
            EXPECT_NEAR(GetObjective(minCut.Solve(x, y), x, y), exhaustive, 1e-9 * exhaustive);
        }
        EXPECT_TRUE(frontier.GetLocalCut()->isLocal);
        EXPECT_LE(frontier.GetMinCuts(), 4 * frontier.GetCuts().size() + 4);
    }
}

TEST(PartitionFrontier, HoldsNothingThatCanNeverWin)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const PartitionFrontier frontier(MakeTestCosts(MakeRandomLayers(random, 10)));
        const auto& cuts = frontier.GetCuts();
        for (std::size_t i = 1; i < cuts.size(); ++i)
        {
            for (std::size_t j = 0; j < cuts.size(); ++j)
            {
                const bool dominated = cuts[j]->deviceSeconds < cuts[i]->deviceSeconds &&
                                       cuts[j]->uploadBytes < cuts[i]->uploadBytes &&
                                       cuts[j]->serverSeconds < cuts[i]->serverSeconds;
                EXPECT_FALSE(dominated);
            }
        }
    }
}

TEST(PartitionFrontier, FromZeroHoldsEveryWeightedCut)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto costs = MakeTestCosts(MakeRandomLayers(random, 10));
        const auto all = EnumerateCuts(costs);
        const PartitionFrontier frontier(costs, 0.0);
        for (int probe = 0; probe < 10; ++probe)
        {
            const auto x = DrawLog(random, 1e-9, 1e-3);
            const auto y = DrawLog(random, 1e-3, 1e3);
            const auto least = GetLeastCost(all, x, y);
            EXPECT_NEAR(GetLeastCost(frontier.GetCuts(), x, y), least, 1e-9 * least);
        }
    }
}

TEST(PartitionFrontier, EqualsMinCutOnBundledDnns)
{
    ProfileLibrary library;
    std::mt19937_64 random(7);
    const auto server = library.GetProcessor("server-t4");
    const std::vector<std::string> devices{"raspberry-pi-4", "jetson-nano", "xavier-nx"};
    ASSERT_GE(ProfileLibrary::GetDnnNames().size(), 20u);
    for (const auto& name : ProfileLibrary::GetDnnNames())
    {
        for (const Encoding& encoding : {Encoding{0, 32}, Encoding{0, 8}, Encoding{30000, 32}})
        {
            SCOPED_TRACE(name + ", input bytes " + std::to_string(encoding.inputBytes) + ", bits " +
                         std::to_string(encoding.activationBits));
            const auto device = library.GetProcessor(devices[random() % devices.size()]);
            const LayerCosts costs(library.GetDnn(name), *device, *server, encoding);
            const PartitionFrontier frontier(costs);
            EXPECT_EQ(frontier.GetTolerance(), 0);
            EXPECT_LE(frontier.GetMinCuts(), 4 * frontier.GetCuts().size() + 4);
            MinCut minCut(costs);
            for (int probe = 0; probe < 200; ++probe)
            {
                const auto x = 8 / DrawLog(random, 1e5, 1e10);
                const auto y = 1 / DrawLog(random, 1e-4, 1);
                const auto fresh = GetObjective(minCut.Solve(x, y), x, y);
                EXPECT_NEAR(GetLeastCost(frontier.GetCuts(), x, y), fresh, 1e-9 * fresh);
            }
        }
    }
}

TEST(Cut, SendsEachTensorOnceAndNamesIt)
{
    const auto costs =
        MakeTestCosts({{{}, 0, 0, 1000}, {{0}, 1, 1, 10}, {{1}, 1, 1, 20}, {{1, 2}, 1, 1, 30}});
    const auto cut = MakeCut(costs, {true, true, false, false});
    EXPECT_EQ(cut.uploadBytes, 10u);
    EXPECT_EQ(cut.resultBytes, 30u);
    EXPECT_EQ(GetCutLabel(costs.GetDnn(), cut.deviceLayers), "layer1");
    EXPECT_EQ(GetCutLabel(costs.GetDnn(), GetLocalLayers(costs.GetDnn())), "local");
    EXPECT_EQ(MakeCut(costs, GetLocalLayers(costs.GetDnn())).resultBytes, 0u);
    EXPECT_THROW(MakeCut(costs, {true, false, true, true}), std::invalid_argument);
    EXPECT_THROW(MakeCut(costs, {false, false, false, false}), std::invalid_argument);
    EXPECT_THROW(MakeCut(costs, {true, true}), std::invalid_argument);
}

TEST(LayerCosts, EncodingScalesWhatIsSentOnly)
{
    const auto dnn = MakeTestDnn({{{}, 0, 0, 1001}, {{0}, 1, 1, 1001}, {{1}, 1, 1, 7}});
    const auto device = MakeTestProcessor("device");
    const auto server = MakeTestProcessor("server");
    const LayerCosts wide(dnn, device, server, {});
    const LayerCosts narrow(dnn, device, server, {300, 8});
    EXPECT_EQ(wide.GetTensorBytes(), (std::vector<uint64_t>{1001, 1001, 7}));
    EXPECT_EQ(narrow.GetTensorBytes(), (std::vector<uint64_t>{300, 251, 2}));
    EXPECT_EQ(narrow.GetResultBytes(), 2u);
    EXPECT_EQ(wide.GetDeviceSeconds(), narrow.GetDeviceSeconds());
    EXPECT_THROW(LayerCosts(dnn, device, server, {0, 12}), std::invalid_argument);
}

} // namespace
