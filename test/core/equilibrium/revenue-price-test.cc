/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"
#include "test/support/random-game.h"
#include "test/support/waiting-game.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-revenue-price.h"
#include "ns3/surgery-welfare.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What all players would rent at a posted price, each by itself.
double
DemandSlowly(const Game& game, double priceS)
{
    double load = 0;
    for (const auto& player : game.players)
    {
        load += GetBestResponse(player, player.usagePriceS + priceS, game.capacity).share;
    }
    return load;
}

/// The most that any price of a fine grid earns, among those at which demand fits.
Sale
SearchGrid(const Game& game)
{
    double high = 1e-6;
    while (DemandSlowly(game, high) > 0)
    {
        high *= 2;
    }
    Sale best;
    for (auto price = high; price > 1e-9; price /= 1.0005)
    {
        const auto load = DemandSlowly(game, price);
        if (load > game.capacity * (1 + 1e-12))
        {
            break;
        }
        if (price * load > best.revenueS)
        {
            best = {price, load, price * load};
        }
    }
    return best;
}

/// A game of one of several kinds.
Game
MakeGame(std::mt19937_64& random, uint64_t seed)
{
    const auto players = 1 + random() % 12;
    auto game =
        seed % 2 == 0 ? MakeBundledGame(random, players) : MakeRandomGame(random, players, 9);
    if (seed % 3 == 0)
    {
        game.capacity = DrawLog(random, 0.1, 1);
    }
    if (seed % 5 == 0)
    {
        AddSwitchingCosts(random, game);
    }
    return game;
}

/// Expect what the price promises: nobody is in anybody's way, whoever decides.
void
ExpectSale(Game game, const Sale& sale)
{
    EXPECT_NEAR(sale.revenueS, sale.priceS * sale.load, 1e-12 * sale.revenueS);
    EXPECT_LE(sale.load, game.capacity * (1 + 1e-12));
    EXPECT_NEAR(GetDemand(game, sale.priceS), sale.load, 1e-12);
    AddPostedPrice(game, sale.priceS);
    const auto outcome = SolveEquilibrium(game);
    const auto certificate = Evaluate(game, outcome);
    EXPECT_LE(certificate.maxRegret, 1e-9);
    EXPECT_NEAR(certificate.load, sale.load, 1e-9);
    EXPECT_NEAR(EvaluateWelfare(game, outcome, sale.priceS).revenueS,
                sale.revenueS,
                1e-9 * sale.revenueS);
}

TEST(RevenuePrice, EarnsWhatAFineGridOfPricesDoesIn200RandomGames)
{
    std::size_t sold = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeGame(random, seed);
        const auto sale = FindRevenuePrice(game);
        const auto grid = SearchGrid(game);
        EXPECT_GE(sale.revenueS, grid.revenueS * (1 - 1e-8));
        EXPECT_LE(sale.revenueS, grid.revenueS * (1 + 1e-3) + 1e-12);
        ExpectSale(game, sale);
        sold += sale.load > 0 ? 1 : 0;
    }
    EXPECT_GT(sold, 150U) << "hardly any game has a price";
}

TEST(RevenuePrice, EarnsThatMuchWhereWaitingIsWeighed)
{
    for (uint64_t seed = 1; seed <= 40; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 5, 7);
        AddRequests(random, game);
        const auto sale = FindRevenuePrice(game);
        const auto grid = SearchGrid(game);
        EXPECT_GE(sale.revenueS, grid.revenueS * (1 - 1e-8));
        EXPECT_LE(sale.revenueS, grid.revenueS * (1 + 1e-3) + 1e-12);
        AddPostedPrice(game, sale.priceS);
        EXPECT_LE(Evaluate(game, SolveEquilibrium(game)).maxRegret, 1e-9);
    }
}

TEST(RevenuePrice, IsTheLargestThatOneDevicePays)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1, 9);
        const auto& player = game.players[0];
        auto without = player.options->front().frontier->GetLocalCut()->deviceSeconds;
        ForEachLine(player, [&](const Line& line) { // layers may take a server no time
            without = line.workS > 0 ? without : std::min(without, line.baseS);
        });
        // the price at which the last cut costs as much as no server: rho + p = (L - B)^2 / (4 E),
        // or L - B - E with the whole server, if the device would like to have even more
        double last = 0;
        ForEachLine(player, [&](const Line& line) {
            const auto saved = without - line.baseS;
            if (line.workS > 0 && saved > line.workS)
            {
                const auto unit =
                    saved < 2 * line.workS ? saved - line.workS : saved * saved / (4 * line.workS);
                last = std::max(last, unit - player.usagePriceS);
            }
        });
        EXPECT_NEAR(GetDemand(game, last * (1 + 1e-8)), 0, 1e-15);
        const auto sale = FindRevenuePrice(game);
        EXPECT_EQ(sale.load > 0, last > 0);
        EXPECT_LE(sale.priceS, last * (1 + 1e-12));
        if (last > 0)
        {
            const auto price = last * (1 - 1e-8);
            EXPECT_GE(sale.revenueS, price * GetDemand(game, price) * (1 - 1e-7));
        }
    }
}

TEST(RevenuePrice, SellsToAsManyEqualsAsFit)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1, 9);
        const auto one = FindRevenuePrice(game);
        game.players.resize(40, game.players[0]);
        const auto all = FindRevenuePrice(game);
        if (one.load == 0)
        {
            EXPECT_EQ(all.load, 0);
            continue;
        }
        // at the price for one, at least one of them is served; all of them, if they fit
        EXPECT_GE(all.revenueS, one.revenueS * (1 - 1e-12));
        EXPECT_GE(all.revenueS,
                  one.revenueS * std::min(40.0, std::floor(1 / one.load)) * (1 - 1e-6));
        EXPECT_LE(all.load, 1 + 1e-12);
        AddPostedPrice(game, all.priceS);
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_LE(certificate.maxRegret, 1e-9);
        EXPECT_GE(certificate.load, all.load * (1 - 1e-6));
    }
}

TEST(RevenuePrice, IsNoneWhereNothingCanBeSold)
{
    EXPECT_EQ(FindRevenuePrice(Game()).revenueS, 0);
    std::mt19937_64 random(1);
    auto game = MakeRandomGame(random, 5, 9);
    game.capacity = 0;
    const auto sale = FindRevenuePrice(game);
    EXPECT_EQ(sale.priceS, 0);
    EXPECT_EQ(sale.load, 0);
}

TEST(RevenuePrice, DemandNeverRisesWithThePrice)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeGame(random, seed);
        auto before = GetDemand(game, 0);
        for (double price = 1e-6; price < 1e3; price *= 1.3)
        {
            const auto demand = GetDemand(game, price);
            EXPECT_LE(demand, before * (1 + 1e-12));
            EXPECT_NEAR(demand, DemandSlowly(game, price), 1e-12);
            before = demand;
        }
    }
}

TEST(RevenuePrice, RefusesAMalformedGame)
{
    Game game;
    game.capacity = 2;
    EXPECT_THROW(FindRevenuePrice(game), std::invalid_argument);
}

} // namespace
