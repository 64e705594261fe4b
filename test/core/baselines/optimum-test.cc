/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"
#include "test/support/slow-search.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-dads.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-iao.h"
#include "ns3/surgery-neurosurgeon.h"
#include "ns3/surgery-optimum.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A random game with capacities, switching costs and request rates of all kinds.
Game
MakeWildGame(std::mt19937_64& random, std::size_t players, std::size_t maxLayers)
{
    auto game = MakeRandomGame(random, players, maxLayers);
    game.capacity = random() % 4 == 0 ? DrawLog(random, 1e-2, 1) : 1.0;
    if (random() % 2 == 0)
    {
        AddSwitchingCosts(random, game);
    }
    for (auto& player : game.players)
    {
        player.requestRatePerS = random() % 2 == 0 ? 0.0 : DrawLog(random, 0.1, 1e3);
    }
    // equal devices change their cuts at the same price
    for (std::size_t i = 1; i < players && random() % 3 > 0; ++i)
    {
        game.players[i] = game.players[random() % i];
    }
    return game;
}

/// Every other scheduler's sum of latencies is at least that of the optimum.
void
ExpectNobodyBetter(const Game& game)
{
    const auto outcome = DecideOptimum(game);
    const auto certificate = Evaluate(game, outcome);
    EXPECT_LE(certificate.load, game.capacity * (1 + 1e-12));
    const auto sum = GetUnpricedSum(game, outcome);
    const auto bound = GetUnpricedBound(game, outcome.shadowPriceS);
    EXPECT_GE(sum, bound * (1 - 1e-9));
    if (game.players.size() >= 50)
    {
        EXPECT_LE(sum, bound * 1.005);
    }
    const auto expectLess = [&](const Outcome& other) {
        EXPECT_LE(sum, GetUnpricedSum(game, other) * (1 + 1e-9));
    };
    expectLess(DecideLocalOnly(game));
    expectLess(DecideServerOnly(game));
    expectLess(DecideIao(game));
    expectLess(SolveEquilibrium(game));
    for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
    {
        expectLess(DecideNeurosurgeon(game, among));
        expectLess(DecideDads(game, among));
    }
}

TEST(Optimum, IsTheBestOfAllCutsAndShares)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1 + random() % 4, 5);
        auto plain = game;
        std::vector<std::vector<Cut>> all;
        std::vector<std::vector<const Cut*>> cuts;
        for (auto& player : plain.players)
        {
            player.usagePriceS = 0;
            all.push_back(EnumerateCuts(player.options->front().frontier->GetCosts()));
            cuts.emplace_back();
            for (const auto& cut : all.back())
            {
                cuts.back().push_back(&cut);
            }
        }
        const auto least = SearchExhaustively(plain, cuts);
        EXPECT_NEAR(GetUnpricedSum(game, DecideOptimum(game)), least, 1e-6 * least);
    }
}

TEST(Optimum, NobodyHasLessLatencyInAll)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ExpectNobodyBetter(MakeWildGame(random, 1 + random() % 20, 10));
    }
}

TEST(Optimum, NobodyHasLessLatencyInAllAmongMany)
{
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ExpectNobodyBetter(MakeWildGame(random, 10 + random() % 191, 10));
    }
}

TEST(Optimum, PricesAndSwitchingCostsDoNotMatter)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 6, 5);
        const auto before = GetUnpricedSum(game, DecideOptimum(game));
        AddSwitchingCosts(random, game);
        for (auto& player : game.players)
        {
            player.usagePriceS = DrawLog(random, 1e-4, 1);
        }
        EXPECT_NEAR(GetUnpricedSum(game, DecideOptimum(game)), before, 1e-6 * before);
    }
}

TEST(Optimum, FewAndNoCapacity)
{
    EXPECT_TRUE(DecideOptimum(Game()).decisions.empty());
    std::mt19937_64 random(5);
    auto game = MakeRandomGame(random, 5, 8);
    game.capacity = 0;
    const auto certificate = Evaluate(game, DecideOptimum(game));
    EXPECT_EQ(certificate.load, 0);
    for (const auto latency : certificate.latenciesS)
    {
        EXPECT_TRUE(std::isfinite(latency));
    }
}

} // namespace
