/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equal-shares.h"
#include "ns3/surgery-iao.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// The latency of a player's fastest cut of all with so many units.
double
GetLatencyWith(const Player& player, const std::vector<Cut>& cuts, double share)
{
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& cut : cuts)
    {
        least = std::min(least, GetLatency(cut, player.link, share));
    }
    return least;
}

/// The least largest latency of three players, all divisions of the units tried.
double
SearchDivisions(const Game& game, uint32_t units)
{
    std::vector<std::vector<double>> latencies;
    for (const auto& player : game.players)
    {
        const auto cuts = EnumerateCuts(player.options->front().frontier->GetCosts());
        latencies.emplace_back();
        for (uint32_t u = 0; u <= units; ++u)
        {
            latencies.back().push_back(GetLatencyWith(player, cuts, game.capacity * u / units));
        }
    }
    auto least = std::numeric_limits<double>::infinity();
    for (uint32_t a = 0; a <= units; ++a)
    {
        for (uint32_t b = 0; a + b <= units; ++b)
        {
            const auto c = units - a - b;
            least = std::min(least, std::max({latencies[0][a], latencies[1][b], latencies[2][c]}));
        }
    }
    return least;
}

double
GetLargestLatency(const Game& game, const Outcome& outcome)
{
    const auto latencies = Evaluate(game, outcome).latenciesS;
    return *std::max_element(latencies.begin(), latencies.end());
}

TEST(Iao, IsTheBestDivisionOfAll)
{
    for (uint64_t seed = 1; seed <= 1000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 3, 8);
        game.capacity = seed % 3 == 0 ? DrawLog(random, 1e-2, 1) : 1.0;
        const auto least = SearchDivisions(game, 8);
        EXPECT_NEAR(GetLargestLatency(game, DecideIao(game, 8)), least, 1e-12 * least);
    }
}

TEST(Iao, GivesWholeUnitsAndNoMoreThanThereAre)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 60, 8);
        game.capacity = seed % 10 == 0 ? 0.0 : seed % 3 == 0 ? DrawLog(random, 1e-2, 1) : 1.0;
        const auto n = game.players.size();
        const auto units = std::max(100.0, 10.0 * static_cast<double>(n));
        const auto outcome = DecideIao(game);
        ASSERT_EQ(outcome.decisions.size(), n);
        for (const auto& decision : outcome.decisions)
        {
            EXPECT_EQ(decision.share > 0, decision.cut->serverSeconds > 0);
            const auto given = game.capacity > 0 ? decision.share / game.capacity * units : 0;
            EXPECT_NEAR(given, std::round(given), 1e-9);
        }
        EXPECT_LE(Evaluate(game, outcome).load, game.capacity * (1 + 1e-12));
    }
}

TEST(Iao, NobodyWaitsLongerThanTheMostDelayedUnderEqualShares)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1 + random() % 60, 8);
        Outcome equal;
        for (const auto& player : game.players)
        {
            equal.decisions.push_back(
                GetBestCutAt(player, 1.0 / static_cast<double>(game.players.size())));
        }
        EXPECT_LE(GetLargestLatency(game, DecideIao(game)),
                  GetLargestLatency(game, equal) * (1 + 1e-9));
    }
}

TEST(Iao, LeavesNothingThatMakesAnybodyFaster)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1 + random() % 8, 8);
        const auto outcome = DecideIao(game, 40);
        const auto certificate = Evaluate(game, outcome);
        const auto left = 1 - certificate.load;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto& player = game.players[i];
            for (int units = 1; units / 40.0 <= left + 1e-9; ++units)
            {
                const auto share = std::min(1.0, outcome.decisions[i].share + units / 40.0);
                const auto more = GetBestCutAt(player, share);
                EXPECT_GE(GetLatency(*more.cut, player.link, more.share),
                          certificate.latenciesS[i] * (1 - 1e-9));
            }
        }
    }
}

TEST(Iao, PassesWhereSingleUnitsStall)
{
    // by itself the cut behind the input pays only with 5 of 8 units and more
    const auto costs = MakeTestCosts({{{}, 0, 0, 1000}, {{0}, 1, .5, 1}});
    Player player;
    player.options = MakeOptions(std::make_shared<const PartitionFrontier>(costs));
    player.link = {1e9, 1e9, 0.1, 0};
    const auto outcome = DecideIao({{player}, 1}, 8);
    EXPECT_DOUBLE_EQ(outcome.decisions[0].share, 1);
    EXPECT_FALSE(outcome.decisions[0].cut->isLocal);
    EXPECT_TRUE(GetBestCutAt(player, 4.0 / 8).cut->isLocal);
}

TEST(Iao, SwitchingCostsDoNotMatter)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 20, 8);
        const auto before = DecideIao(game);
        AddSwitchingCosts(random, game);
        const auto after = DecideIao(game);
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            EXPECT_EQ(before.decisions[i].cut, after.decisions[i].cut);
            EXPECT_EQ(before.decisions[i].share, after.decisions[i].share);
        }
    }
}

TEST(Iao, NobodyPlays)
{
    EXPECT_TRUE(DecideIao(Game()).decisions.empty());
}

} // namespace
