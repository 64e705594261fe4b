/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"
#include "test/support/slow-search.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-dads.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-iao.h"
#include "ns3/surgery-neurosurgeon.h"
#include "ns3/surgery-optimum.h"

#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What every outcome of the game must hold.
void
ExpectEquilibrium(const Game& game, const Certificate& certificate)
{
    EXPECT_LE(certificate.maxRegret, 1e-9);
    EXPECT_LE(certificate.load, 1 + 1e-12);
    EXPECT_GE(certificate.dualGap, -1e-9 * certificate.potential);
    if (game.players.size() >= 50)
    {
        EXPECT_LE(certificate.dualGap, 0.005 * certificate.dualBound);
    }
}

/// The game's equilibrium, and that of the same game with switching costs.
void
ExpectEquilibria(std::mt19937_64& random, Game& game)
{
    ExpectEquilibrium(game, Evaluate(game, SolveEquilibrium(game)));
    AddSwitchingCosts(random, game);
    ExpectEquilibrium(game, Evaluate(game, SolveEquilibrium(game)));
}

TEST(BundledGame, IsAnEquilibriumAndNearTheBound)
{
    for (const std::size_t players : {6, 12, 50, 100})
    {
        for (uint64_t seed = 1; seed <= 40; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            auto game = MakeBundledGame(random, players);
            ExpectEquilibria(random, game);
        }
    }
}

TEST(BundledGame, IsAnEquilibriumAmongEqualsToo)
{
    // equal devices change their cuts at the same price: some may, others may not
    for (const std::size_t players : {2, 6, 12, 50, 100, 400})
    {
        for (uint64_t seed = 1; seed <= 90; ++seed)
        {
            const auto kinds = 1 + seed % 3;
            SCOPED_TRACE(std::to_string(players) + " devices of " + std::to_string(kinds) +
                         " kinds, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            auto game = MakeGameOfKinds(random, kinds, players);
            ExpectEquilibria(random, game);
        }
    }
}

TEST(BundledGame, IsAnEquilibriumAmongNearlyEqualToo)
{
    for (const auto spread : {1e-12, 1e-6, 1e-2})
    {
        for (uint64_t seed = 1; seed <= 60; ++seed)
        {
            SCOPED_TRACE("spread " + std::to_string(spread) + ", seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            Game game;
            game.players.assign(100, MakePlayer(random, Pick(random, SERVERS)));
            for (auto& player : game.players)
            {
                player.link.uplinkBps *= 1 + spread * DrawLog(random, 0.1, 1);
            }
            ExpectEquilibria(random, game);
        }
    }
}

TEST(BundledGame, ReachesTheLeastPotentialOfFewDevices)
{
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeBundledGame(random, 2 + seed % 3);
        if (seed % 2 == 1)
        {
            AddSwitchingCosts(random, game);
        }
        std::vector<std::vector<const Cut*>> cuts;
        std::size_t combinations = 1;
        for (const auto& player : game.players)
        {
            cuts.emplace_back();
            for (const auto& cut : player.options->front().frontier->GetCuts())
            {
                cuts.back().push_back(cut.get());
            }
            combinations *= cuts.back().size();
        }
        if (combinations > 200000)
        {
            continue;
        }
        const auto least = SearchExhaustively(game, cuts);
        EXPECT_NEAR(Evaluate(game, SolveEquilibrium(game)).potential, least, 1e-6 * least);
    }
}

TEST(BundledGame, CostsLessOnAverageThanUnderAnyOtherScheduler)
{
    for (const std::size_t players : {1, 6, 12, 50, 100})
    {
        for (uint64_t seed = 1; seed <= 40; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            auto game = MakeBundledGame(random, players);
            if (seed % 2 == 1)
            {
                AddSwitchingCosts(random, game);
            }
            const auto dds = Evaluate(game, SolveEquilibrium(game)).potential * (1 - 1e-9);
            const auto n = static_cast<double>(players);
            const auto dadsAll = DecideAtShare(game, 1 / n);
            const auto parts = static_cast<double>(CountEqualShares(game));
            const auto dadsSome = DecideAtShare(game, 1 / parts);
            EXPECT_LE(dds, Evaluate(game, dadsAll).potential);
            EXPECT_LE(dds, Evaluate(game, dadsSome).potential);
            EXPECT_LE(dds, Evaluate(game, DecideServerOnly(game)).potential);
            EXPECT_LE(dds, Evaluate(game, DecideLocalOnly(game)).potential);
        }
    }
}

TEST(BundledGame, CutsOfTheChainAreNearlyAsFastAsMinimumCuts)
{
    for (const std::size_t players : {1, 6, 12, 50, 100})
    {
        for (uint64_t seed = 1; seed <= 40; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            const auto game = MakeBundledGame(random, players);
            const auto chain = Evaluate(game, DecideNeurosurgeon(game, EqualShares::AMONG_ALL));
            const auto dads = Evaluate(game, DecideDads(game, EqualShares::AMONG_ALL));
            for (std::size_t i = 0; i < players; ++i)
            {
                EXPECT_GE(chain.latenciesS[i], dads.latenciesS[i] * (1 - 1e-9));
                EXPECT_LE(chain.latenciesS[i], dads.latenciesS[i] * 1.1);
            }
        }
    }
}

TEST(BundledGame, NobodyHasLessLatencyInAllThanTheOptimum)
{
    for (const std::size_t players : {2, 6, 12, 50, 100, 200})
    {
        for (uint64_t seed = 1; seed <= 40; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            const auto game = MakeBundledGame(random, players);
            const auto optimum = DecideOptimum(game);
            const auto sum = GetUnpricedSum(game, optimum);
            const auto bound = GetUnpricedBound(game, optimum.shadowPriceS);
            EXPECT_GE(sum, bound * (1 - 1e-9));
            EXPECT_LE(sum, bound * (players < 50 ? 1.5 : 1.005));
            const auto least = sum * (1 - 1e-9);
            EXPECT_LE(least, GetUnpricedSum(game, SolveEquilibrium(game)));
            EXPECT_LE(least, GetUnpricedSum(game, DecideIao(game)));
            EXPECT_LE(least, GetUnpricedSum(game, DecideServerOnly(game)));
            for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
            {
                EXPECT_LE(least, GetUnpricedSum(game, DecideNeurosurgeon(game, among)));
                EXPECT_LE(least, GetUnpricedSum(game, DecideDads(game, among)));
            }
        }
    }
}

} // namespace
