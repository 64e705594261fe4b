/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-server-terms.h"
#include "ns3/surgery-water-filling.h"

#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// The price at which cuts fit a capacity, and Phi then. @param without a player left out
WaterFilling
Fill(const Game& game,
     const Outcome& outcome,
     double capacity,
     std::size_t without = static_cast<std::size_t>(-1))
{
    WaterFilling water(game.players, capacity);
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto line = MakeLine(game.players[i], outcome.decisions[i]);
        if (i != without)
        {
            water.Choose(
                i,
                {line.baseS + line.switchingS, line.workS, std::sqrt(line.workS), 0, 0, 0});
        }
    }
    water.Fill();
    return water;
}

/// A player whose only cut that offloads is the one decided.
Player
Pin(const Player& player, const Decision& decision)
{
    Player pinned = player;
    pinned.currentCut = decision.cut;
    pinned.switchingCostS = 1e6;
    return pinned;
}

TEST(MoveCosts, CurvatureIsTheSlopeOfThePriceInCapacity)
{
    int binding = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeBundledGame(random, 5 + seed);
        game.capacity = DrawLog(random, 0.1, 1);
        const auto outcome = SolveEquilibrium(game);
        const auto terms = GetServerTerms(game, outcome);
        const auto price = Fill(game, outcome, game.capacity).GetPrice();
        EXPECT_NEAR(terms.shadowPriceS, price, 1e-9 * price);
        EXPECT_GT(terms.curvatureS, 0);
        EXPECT_LE(terms.load, game.capacity * (1 + 1e-9));
        if (price > 0)
        {
            ++binding;
            const auto step = 1e-5 * game.capacity;
            const auto slope = (Fill(game, outcome, game.capacity - step).GetPrice() -
                                Fill(game, outcome, game.capacity + step).GetPrice()) /
                               (2 * step);
            EXPECT_NEAR(terms.curvatureS, slope, 1e-5 * slope);
            // the price is the slope of Phi
            const auto loss = (Fill(game, outcome, game.capacity - step).GetPotential() -
                               Fill(game, outcome, game.capacity + step).GetPotential()) /
                              (2 * step);
            EXPECT_NEAR(price, loss, 1e-5 * loss);
        }
    }
    EXPECT_GE(binding, 40);
}

TEST(MoveCosts, AreTheOwnCostWhereNobodyElseIs)
{
    std::mt19937_64 random(1);
    auto game = MakeBundledGame(random, 0);
    auto terms = GetServerTerms(game, SolveEquilibrium(game));
    EXPECT_EQ(terms.shadowPriceS, 0);
    EXPECT_EQ(terms.curvatureS, 0);
    EXPECT_EQ(terms.load, 0);
    // who comes alone has the cost of who is alone
    game.players.push_back(MakePlayer(random, "server-t4"));
    const auto alone = SolveEquilibrium(game);
    const auto phi = Evaluate(game, alone).potential;
    EXPECT_NEAR(GetEntryCost(game.players[0], terms), phi, 1e-9 * phi);
    // and leaving takes it all away
    terms = GetServerTerms(game, alone);
    EXPECT_NEAR(GetLeavingSaving(game.players[0], terms), phi, 1e-9 * phi);
}

TEST(MoveCosts, IsExactForEqualUsagePricesWhileCutsStay)
{
    int joined = 0;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeBundledGame(random, 12 + seed % 20);
        for (auto& player : game.players)
        {
            player.usagePriceS = 1e-3;
        }
        const auto outcome = SolveEquilibrium(game);
        const auto with = Fill(game, outcome, 1);
        const auto terms = GetServerTerms(game, outcome);
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto without = Fill(game, outcome, 1, i);
            if (without.GetPrice() <= 0)
            {
                continue; // the price would fall to 0 on the way
            }
            const auto rise = with.GetPotential() - without.GetPotential();
            const auto pinned = Pin(game.players[i], outcome.decisions[i]);
            EXPECT_NEAR(GetLeavingSaving(pinned, terms), rise, 1e-7 * rise);
            auto others = game;
            auto rest = outcome;
            others.players.erase(others.players.begin() + i);
            rest.decisions.erase(rest.decisions.begin() + i);
            const auto before = GetServerTerms(others, rest);
            EXPECT_NEAR(GetEntryCost(pinned, {before.shadowPriceS, 1, before.curvatureS}),
                        rise,
                        1e-7 * rise);
            ++joined;
        }
    }
    EXPECT_GT(joined, 500);
}

TEST(MoveCosts, SteadySolutionsNeverGetWorse)
{
    int kept = 0;
    for (uint64_t seed = 1; seed <= 400; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeBundledGame(random, 10 + seed % 40);
        const auto before = SolveEquilibriumSteadily(game);
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            game.players[i].currentCut = before.decisions[i].cut;
        }
        // a little of everything changes, then nothing
        for (auto& player : game.players)
        {
            player.link.uplinkBps *= DrawLog(random, 0.8, 1.2);
        }
        const auto fresh = SolveEquilibrium(game);
        const auto steady = SolveEquilibriumSteadily(game);
        const auto certificate = Evaluate(game, steady);
        const auto least = Evaluate(game, fresh).potential;
        EXPECT_LE(certificate.potential, least * (1 + 1e-10));
        EXPECT_LE(certificate.potential, Fill(game, before, 1).GetPotential() * (1 + 1e-10));
        EXPECT_LE(certificate.maxRegret, 1e-9);
        kept += certificate.potential < least * (1 - 1e-9);
    }
    EXPECT_GT(kept, 0) << "a fresh solution was never worse: nothing was tested";
}

} // unnamed namespace
