/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/equilibrium/market.h"
#include "test/support/bundled-game.h"
#include "test/support/random-game.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What a player demands at a shadow price: the unclipped share of its cheapest line, found among
/// all its lines; of two that are as good the one with less work.
double
DemandSlowly(const std::vector<Line>& lines, double unitPriceS)
{
    auto least = std::numeric_limits<double>::infinity();
    double demand = 0;
    for (const auto& line : lines)
    {
        const auto cost =
            line.baseS + line.switchingS + 2 * std::sqrt(line.workS) * std::sqrt(unitPriceS);
        if (cost < least)
        {
            least = cost;
            demand = line.workS > 0 ? std::sqrt(line.workS / unitPriceS) : 0.0;
        }
    }
    return demand;
}

/// All lines that are best at some share of at most the whole server, by exhaustive comparison.
std::vector<Line>
FindUsefulLines(const Player& player)
{
    std::vector<Line> lines;
    ForEachLine(player, [&](const Line& line) { lines.push_back(line); });
    std::vector<Line> useful;
    for (const auto& line : lines)
    {
        // inverse shares from low to high at which none of the others costs less
        double low = 1;
        auto high = std::numeric_limits<double>::infinity();
        for (const auto& other : lines)
        {
            const auto dearer = (line.baseS + line.switchingS) - (other.baseS + other.switchingS);
            const auto work = other.workS - line.workS;
            if (work > 0)
            {
                low = std::max(low, dearer / work);
            }
            else if (work < 0)
            {
                high = std::min(high, dearer / work);
            }
            else if (dearer > 0)
            {
                high = 0;
            }
        }
        if (low < high)
        {
            useful.push_back(line);
        }
    }
    return useful;
}

/// The least price at which demand fits, by bisection, with a scan of all lines of all players.
double
ClearSlowly(const Game& game)
{
    std::vector<std::vector<Line>> lines;
    for (const auto& player : game.players)
    {
        lines.push_back(FindUsefulLines(player));
    }
    const auto fits = [&](double price) {
        double load = 0;
        for (std::size_t i = 0; i < lines.size() && load <= game.capacity; ++i)
        {
            load += DemandSlowly(lines[i], game.players[i].usagePriceS + price);
        }
        return load <= game.capacity;
    };
    if (fits(0))
    {
        return 0;
    }
    double low = 0;
    double high = 1;
    while (!fits(high))
    {
        low = high;
        high *= 4;
    }
    while (low == 0 || high / low > 1 + 1e-14)
    {
        const auto middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
        {
            break;
        }
        (fits(middle) ? high : low) = middle;
    }
    return high;
}

/// Expect the price and, at it, the same demand as an exhaustive scan finds.
void
ExpectMarket(const Game& game)
{
    const ResponseLines lines(game.players);
    const Market market(game, lines);
    const auto price = ClearSlowly(game);
    EXPECT_NEAR(market.GetPrice(), price, 1e-12 * price);
    const auto outcome = SolveEquilibrium(game);
    EXPECT_EQ(outcome.shadowPriceS, market.GetPrice());
    const auto certificate = Evaluate(game, outcome);
    EXPECT_LE(certificate.maxRegret, 1e-9);
    EXPECT_LE(certificate.load, game.capacity * (1 + 1e-12));
    EXPECT_GE(certificate.dualGap, -1e-12 * certificate.potential);
}

TEST(Market, ClearsAtThePriceThatBisectionFinds)
{
    for (const std::size_t players : {1, 3, 20, 300})
    {
        for (uint64_t seed = 1; seed <= 30; ++seed)
        {
            SCOPED_TRACE(std::to_string(players) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            auto game = MakeBundledGame(random, players);
            ExpectMarket(game);
            AddSwitchingCosts(random, game);
            game.capacity = DrawLog(random, 1e-2, 1);
            ExpectMarket(game);
        }
    }
}

TEST(Market, ClearsAtThatPriceAmongEqualsToo)
{
    for (const std::size_t players : {2, 50, 5000})
    {
        for (uint64_t seed = 1; seed <= 10; ++seed)
        {
            const auto kinds = 1 + seed % 3;
            SCOPED_TRACE(std::to_string(players) + " devices of " + std::to_string(kinds) +
                         " kinds, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            ExpectMarket(MakeGameOfKinds(random, kinds, players));
        }
    }
}

TEST(Market, ClearsAtThatPriceAmong100000DifferentLinks)
{
    for (uint64_t seed = 1; seed <= 2; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ExpectMarket(MakeBundledGame(random, 100000));
    }
}

TEST(Contenders, HoldTheBestLineAtAnyPriceAndShare)
{
    std::size_t all = 0;
    std::size_t contenders = 0;
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = seed % 2 == 0 ? MakeBundledGame(random, 5) : MakeRandomGame(random, 5, 9);
        AddSwitchingCosts(random, game);
        for (auto& player : game.players)
        {
            player.link.uplinkBps = DrawLog(random, 1e3, 1e12);
            player.link.hostByteS = random() % 2 == 0 ? 0 : DrawLog(random, 1e-10, 1e-6);
            player.weights = {DrawLog(random, 1, 9),
                              DrawLog(random, 1, 9),
                              DrawLog(random, 1, 9),
                              DrawLog(random, 1, 9)};
            std::vector<Line> few;
            CollectContenders(player, few);
            contenders += few.size();
            ForEachLine(player, [&](const Line&) { ++all; });
            for (int probe = 0; probe < 20; ++probe)
            {
                const auto price = DrawLog(random, 1e-6, 1e6);
                const auto cap = probe % 2 == 0 ? 1.0 : DrawLog(random, 1e-6, 1);
                const auto cost = [&](const Line& line) {
                    return GetCost(line, GetBestShare(line, price, cap), price) + line.switchingS;
                };
                auto least = std::numeric_limits<double>::infinity();
                uint32_t best = 0;
                ForEachLine(player, [&](const Line& line) {
                    if (cost(line) < least)
                    {
                        least = cost(line);
                        best = line.cut;
                    }
                });
                const auto found =
                    std::min_element(few.begin(), few.end(), [&](const Line& a, const Line& b) {
                        return cost(a) < cost(b);
                    });
                ASSERT_NE(found, few.end());
                EXPECT_EQ(found->cut, best);
                EXPECT_EQ(cost(*found), least);
            }
        }
    }
    EXPECT_LT(contenders, 0.8 * static_cast<double>(all)) << "hardly any cut was left out";
}

} // namespace
