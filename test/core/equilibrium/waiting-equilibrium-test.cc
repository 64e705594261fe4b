/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"
#include "test/support/waiting-game.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-iao.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-equilibrium.h"
#include "ns3/surgery-multi-server-game.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What every outcome of the game must hold.
void
ExpectEquilibrium(const Game& game, const Outcome& outcome)
{
    const auto certificate = Evaluate(game, outcome);
    EXPECT_LE(certificate.maxRegret, 1e-9);
    EXPECT_LE(certificate.load, game.capacity + 1e-12);
    EXPECT_GE(certificate.dualGap, -1e-9 * certificate.potential);
}

TEST(WaitingEquilibrium, IsAnEquilibriumOfRandomGames)
{
    for (uint64_t seed = 1; seed <= 400; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + seed % 12, 9);
        if (seed % 3 == 0)
        {
            AddOptions(random, game, 9);
        }
        AddRequests(random, game);
        if (seed % 4 == 0)
        {
            AddSwitchingCosts(random, game);
        }
        game.capacity = seed % 5 == 0 ? DrawLog(random, 1e-3, 1) : 1;
        ExpectEquilibrium(game, SolveEquilibrium(game));
        ExpectEquilibrium(game, SolveEquilibriumSteadily(game));
    }
}

TEST(WaitingEquilibrium, IsAnEquilibriumOfManyBundledDnns)
{
    for (const std::size_t players : {3, 12, 50, 200})
    {
        for (uint64_t seed = 1; seed <= 6; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            auto game = MakeBundledGame(random, players);
            AddRequests(random, game);
            const auto outcome = SolveEquilibrium(game);
            ExpectEquilibrium(game, outcome);
            const auto certificate = Evaluate(game, outcome);
            if (players >= 50)
            {
                EXPECT_LE(certificate.dualGap, 0.01 * certificate.dualBound);
            }
            // scored alike, what does not see the queues is worse or the same
            auto blind = game;
            for (auto& player : blind.players)
            {
                player.gapVariation = 0;
            }
            const auto slack = 1 + 1e-9;
            EXPECT_LE(certificate.potential, slack * Evaluate(game, DecideIao(game)).potential);
            EXPECT_LE(certificate.potential,
                      slack * Evaluate(game, SolveEquilibrium(blind)).potential);
        }
    }
}

TEST(WaitingEquilibrium, IsAnEquilibriumAmongEqualsToo)
{
    for (const std::size_t players : {2, 12, 50})
    {
        for (uint64_t seed = 1; seed <= 20; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            auto different = MakeBundledGame(random, 1 + seed % 2);
            AddRequests(random, different);
            Game game;
            for (std::size_t i = 0; i < players; ++i)
            {
                game.players.push_back(different.players[i % different.players.size()]);
            }
            ExpectEquilibrium(game, SolveEquilibrium(game));
        }
    }
}

TEST(WaitingEquilibrium, IsThePlainOneIfNothingVaries)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto plain = MakeRandomGame(random, 5, 9);
        auto periodic = plain;
        auto unknown = plain;
        for (std::size_t i = 0; i < plain.players.size(); ++i)
        {
            periodic.players[i].requestRatePerS = 1e3;
            unknown.players[i].gapVariation = 1;
        }
        const auto expected = SolveEquilibrium(plain);
        for (const auto& game : {periodic, unknown})
        {
            const auto outcome = SolveEquilibrium(game);
            EXPECT_EQ(outcome.shadowPriceS, expected.shadowPriceS);
            EXPECT_EQ(outcome.rounds, expected.rounds);
            for (std::size_t i = 0; i < plain.players.size(); ++i)
            {
                EXPECT_EQ(outcome.decisions[i].cut, expected.decisions[i].cut);
                EXPECT_EQ(outcome.decisions[i].share, expected.decisions[i].share);
            }
        }
    }
}

/// The least that a player pays at each share of a grid, whatever its cut.
std::vector<double>
GetLeastCosts(const Player& player, int grid)
{
    std::vector<double> least(grid + 1, std::numeric_limits<double>::infinity());
    for (const auto& cut : GetAllCuts(player))
    {
        for (int k = 0; k <= grid; ++k)
        {
            least[k] = std::min(
                least[k],
                GetCostSlowly(player, *cut, static_cast<double>(k) / grid, player.usagePriceS));
        }
    }
    return least;
}

TEST(WaitingEquilibrium, ReachesTheLeastPotentialOfTwoDevices)
{
    constexpr int GRID = 2000;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = seed % 2 == 0 ? MakeRandomGame(random, 2, 7) : MakeBundledGame(random, 2);
        AddRequests(random, game);
        const auto first = GetLeastCosts(game.players[0], GRID);
        const auto second = GetLeastCosts(game.players[1], GRID);
        auto least = std::numeric_limits<double>::infinity();
        auto besides = std::numeric_limits<double>::infinity(); // least of the second so far
        for (int k = 0; k <= GRID; ++k)
        {
            besides = std::min(besides, second[k]);
            least = std::min(least, first[GRID - k] + besides);
        }
        const auto outcome = SolveEquilibrium(game);
        double potential = 0;
        for (std::size_t i = 0; i < 2; ++i)
        {
            potential += GetCostSlowly(game.players[i],
                                       *outcome.decisions[i].cut,
                                       outcome.decisions[i].share,
                                       game.players[i].usagePriceS);
        }
        EXPECT_NEAR(Evaluate(game, outcome).potential, potential, 1e-9 * potential);
        EXPECT_LE(potential, least * (1 + 1e-9));
        EXPECT_GE(potential, least * 0.9); // the grid is not that coarse
    }
}

TEST(WaitingEquilibrium, BestResponseIsThatOfAllCutsAndShares)
{
    constexpr int GRID = 4000;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeBundledGame(random, 1);
        AddRequests(random, game);
        const auto& player = game.players[0];
        const auto costs = GetLeastCosts(player, GRID);
        const auto response = GetBestResponse(player, player.usagePriceS, 0.5);
        EXPECT_LE(response.share, 0.5);
        const auto cost = GetCostSlowly(player, *response.cut, response.share, player.usagePriceS);
        EXPECT_LE(cost,
                  *std::min_element(costs.begin(), costs.begin() + GRID / 2 + 1) * (1 + 1e-9));
    }
}

TEST(WaitingEquilibrium, UsesACutInsideTheHullNearSaturation)
{
    // halves of the work that neither end of the chain can carry alone: the cut between them is
    // above the line from one end to the other in L, X and E, and never the fastest
    Player player;
    player.options = MakeOptions(std::make_shared<const PartitionFrontier>(MakeTestCosts({
        {{}, 0, 0, 1000},
        {{0}, 0.5, 0.5, 1100},
        {{1}, 0.5, 0.5, 1000},
    })));
    player.link = {1e6, 1e6, 0, 0};
    player.usagePriceS = 1e-3;
    player.requestRatePerS = 1.7;
    const auto cutOf = [&] {
        const auto outcome = SolveEquilibrium({{player}});
        ExpectEquilibrium({{player}}, outcome);
        return outcome.decisions[0].cut;
    };
    EXPECT_TRUE(cutOf()->isLocal);
    player.gapVariation = 1;
    const auto cut = cutOf();
    EXPECT_EQ(cut->deviceSeconds, 0.5);
    EXPECT_EQ(cut->serverSeconds, 0.5);
}

TEST(WaitingEquilibrium, RejectsABadVariation)
{
    std::mt19937_64 random(1);
    auto game = MakeRandomGame(random, 2, 5);
    for (const auto bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    {
        game.players[1].gapVariation = bad;
        EXPECT_THROW(SolveEquilibrium(game), std::invalid_argument);
    }
}

TEST(WaitingEquilibrium, IsOfOneServer)
{
    std::mt19937_64 random(1);
    auto one = MakeBundledGame(random, 3);
    AddRequests(random, one);
    one.players[0].gapVariation = 1;
    MultiServerGame game;
    game.capacities = {1};
    for (const auto& player : one.players)
    {
        game.devices.push_back({player});
    }
    const auto expected = SolveEquilibrium(one);
    const auto outcome = SolveEquilibrium(game);
    for (std::size_t i = 0; i < one.players.size(); ++i)
    {
        EXPECT_EQ(outcome.decisions[i].decision.cut, expected.decisions[i].cut);
        EXPECT_EQ(outcome.decisions[i].decision.share, expected.decisions[i].share);
    }
    game.capacities = {1, 1};
    for (auto& players : game.devices)
    {
        players.push_back(players.front());
    }
    EXPECT_THROW(SolveEquilibrium(game), std::invalid_argument);
}

} // namespace
