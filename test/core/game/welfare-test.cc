/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"
#include "test/support/waiting-game.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-revenue-price.h"
#include "ns3/surgery-welfare.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What a player would pay with a share, whichever of its cuts is best for it.
double
GetCostAt(const Player& player, double share)
{
    auto least = std::numeric_limits<double>::infinity();
    ForEachLine(player, [&](const Line& line) {
        least = std::min(least, GetCost(line, share, player.usagePriceS));
    });
    return least;
}

/// The largest envy, each of each other.
double
FindEnvySlowly(const Game& game, const Outcome& outcome)
{
    double largest = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& player = game.players[i];
        const auto& own = outcome.decisions[i];
        const auto cost = GetCost(MakeLine(player, own), own.share, player.usagePriceS);
        for (std::size_t j = 0; j < game.players.size(); ++j)
        {
            if (j != i)
            {
                largest = std::max(largest, cost - GetCostAt(player, outcome.decisions[j].share));
            }
        }
    }
    return largest;
}

TEST(Welfare, HasTheLargestEnvyOfAllPairs)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 8, 9);
        if (seed % 4 == 0)
        {
            AddRequests(random, game);
        }
        if (seed % 4 == 1)
        {
            AddOptions(random, game, 7);
        }
        const auto price = DrawLog(random, 1e-4, 1);
        AddPostedPrice(game, price);
        Outcome outcome;
        double left = game.capacity;
        for (const auto& player : game.players)
        {
            // any shares, some of them equal, with whatever cut
            const auto share = random() % 3 == 0 ? 0 : left * DrawLog(random, 1e-2, 1);
            const auto& cuts = player.options->front().frontier->GetCuts();
            const auto& cut = share > 0 ? cuts[random() % cuts.size()] : cuts.front();
            outcome.decisions.push_back({cut, share});
            left -= share;
        }
        const auto welfare = EvaluateWelfare(game, outcome, price);
        const auto envy = FindEnvySlowly(game, outcome);
        EXPECT_NEAR(welfare.largestEnvyS, envy, 1e-12 * envy);
        const auto equal = DecideServerOnly(game);
        EXPECT_NEAR(EvaluateWelfare(game, equal, price).largestEnvyS,
                    FindEnvySlowly(game, equal),
                    1e-12 * FindEnvySlowly(game, equal));
    }
}

TEST(Welfare, IsSurplusAndRevenueInClosedForm)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 8, 9);
        const auto unpriced = game;
        const auto price = DrawLog(random, 1e-4, 1);
        AddPostedPrice(game, price);
        const auto outcome = SolveEquilibrium(game);
        double load = 0;
        double saved = 0;
        double scale = 0;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto& player = unpriced.players[i];
            const auto& decision = outcome.decisions[i];
            const auto local = player.options->front().frontier->GetLocalCut()->deviceSeconds;
            load += decision.share;
            saved += local - GetLatency(*decision.cut, player.link, decision.share) -
                     player.usagePriceS * decision.share;
            scale += local;
        }
        const auto welfare = EvaluateWelfare(game, outcome, price);
        EXPECT_NEAR(welfare.revenueS, price * load, 1e-12 * scale);
        EXPECT_NEAR(welfare.surplusS, saved - price * load, 1e-12 * scale);
        EXPECT_NEAR(welfare.welfareS, saved, 1e-12 * scale);
        EXPECT_GE(welfare.surplusS, -1e-9 * scale) << "somebody would rather work alone";
    }
}

TEST(Welfare, IsNeverMoreThanWithoutAPrice)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 8, 9);
        const auto free = SolveEquilibrium(game);
        // no outcome has a potential below the dual bound
        const auto slack = Evaluate(game, free).dualGap;
        const auto most = EvaluateWelfare(game, free, 0).welfareS + slack;
        for (double price = 1e-4; price < 10; price *= 3)
        {
            auto priced = game;
            AddPostedPrice(priced, price);
            const auto welfare = EvaluateWelfare(priced, SolveEquilibrium(priced), price);
            EXPECT_LE(welfare.welfareS, most + 1e-9 * std::abs(most));
        }
    }
}

TEST(Welfare, HoldsNoEnvyWhereDemandFits)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 8, 9);
        const auto price = FindRevenuePrice(game).priceS;
        AddPostedPrice(game, price);
        const auto outcome = SolveEquilibrium(game);
        const auto welfare = EvaluateWelfare(game, outcome, price);
        EXPECT_LE(welfare.largestEnvyS, 1e-9 * Evaluate(game, outcome).potential)
            << "everybody may have whatever it likes best";
    }
}

TEST(Welfare, IsNotKnownIfPlayersKeepTheirCutsToThemselves)
{
    Game game;
    game.players.resize(2);
    Outcome outcome;
    outcome.decisions.resize(2);
    outcome.decisions[0].share = 0.25;
    const auto welfare = EvaluateWelfare(game, outcome, 0.4);
    EXPECT_DOUBLE_EQ(welfare.revenueS, 0.1);
    EXPECT_TRUE(std::isnan(welfare.surplusS));
    EXPECT_TRUE(std::isnan(welfare.welfareS));
    EXPECT_TRUE(std::isnan(welfare.largestEnvyS));
    outcome.decisions.pop_back();
    EXPECT_THROW(EvaluateWelfare(game, outcome, 0.4), std::invalid_argument);
}

} // namespace
