/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/partition/min-cut.h"
#include "test/support/random-game.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-dads.h"
#include "ns3/surgery-neurosurgeon.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// All cuts of the chain: the first layers on the device, one more each time.
std::vector<Cut>
EnumerateChain(const LayerCosts& costs)
{
    std::vector<Cut> cuts;
    CutLayers deviceLayers(costs.GetDnn().GetSize(), false);
    for (std::size_t v = 0; v < deviceLayers.size(); ++v)
    {
        deviceLayers[v] = true;
        cuts.push_back(MakeCut(costs, deviceLayers));
    }
    return cuts;
}

/// The least of a measure over cuts.
double
GetLeast(const std::vector<Cut>& cuts, const std::function<double(const Cut&)>& measure)
{
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& cut : cuts)
    {
        least = std::min(least, measure(cut));
    }
    return least;
}

/// What holds under equal shares: all who offload have the same share, nothing is overbooked.
void
ExpectEqualShares(const Game& game, const Outcome& outcome, EqualShares among)
{
    double share = 0;
    std::size_t offloading = 0;
    for (const auto& decision : outcome.decisions)
    {
        EXPECT_EQ(decision.share > 0, decision.cut->serverSeconds > 0 && game.capacity > 0);
        if (decision.share > 0)
        {
            EXPECT_TRUE(share == 0 || share == decision.share);
            share = decision.share;
            ++offloading;
        }
    }
    const auto n = static_cast<double>(game.players.size());
    if (offloading > 0 && among == EqualShares::AMONG_ALL)
    {
        EXPECT_DOUBLE_EQ(share, game.capacity / n);
    }
    EXPECT_GE(offloading > 0 ? share : game.capacity / n, game.capacity / n * (1 - 1e-12));
    EXPECT_LE(Evaluate(game, outcome).load, game.capacity * (1 + 1e-12));
}

/// Games of all capacities, some with request rates.
Game
MakeLoadedGame(std::mt19937_64& random, std::size_t players, std::size_t maxLayers)
{
    auto game = MakeRandomGame(random, players, maxLayers);
    game.capacity = random() % 10 == 0 ? 0.0 : random() % 3 == 0 ? DrawLog(random, 1e-3, 1) : 1.0;
    for (auto& player : game.players)
    {
        player.requestRatePerS = random() % 4 == 0 ? 0.0 : DrawLog(random, 0.1, 1e3);
    }
    return game;
}

TEST(Neurosurgeon, IsTheBestOfTheChain)
{
    for (uint64_t seed = 1; seed <= 1000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeLoadedGame(random, 1 + random() % 6, 14);
        for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
        {
            const auto outcome = DecideNeurosurgeon(game, among);
            ExpectEqualShares(game, outcome, among);
            double given = game.capacity / static_cast<double>(game.players.size());
            for (const auto& decision : outcome.decisions)
            {
                given = std::max(given, decision.share);
            }
            for (std::size_t i = 0; i < game.players.size(); ++i)
            {
                const auto& player = game.players[i];
                const auto& decision = outcome.decisions[i];
                const auto least =
                    GetLeast(EnumerateChain(player.options->front().frontier->GetCosts()),
                             [&](const Cut& cut) { return GetLatency(cut, player.link, given); });
                EXPECT_NEAR(GetLatency(*decision.cut, player.link, decision.share),
                            least,
                            1e-9 * least);
            }
        }
    }
}

TEST(Neurosurgeon, NeverBeatsTheMinimumCut)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1 + random() % 10, 12);
        const auto chain = Evaluate(game, DecideNeurosurgeon(game, EqualShares::AMONG_ALL));
        const auto dads = Evaluate(game, DecideDads(game, EqualShares::AMONG_ALL));
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            EXPECT_LE(dads.latenciesS[i], chain.latenciesS[i] * (1 + 1e-9));
        }
    }
}

TEST(Dads, IsTheFastestCutUnderLightLoad)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeLoadedGame(random, 1 + random() % 6, 10);
        for (auto& player : game.players)
        {
            player.requestRatePerS = random() % 2 == 0 ? 0.0 : 1e-3;
        }
        for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
        {
            const auto outcome = DecideDads(game, among);
            ExpectEqualShares(game, outcome, among);
            EXPECT_EQ(outcome.heavilyLoaded, 0u);
            const auto share = GetEqualShare(game, among, GetBestCutAt);
            for (std::size_t i = 0; i < game.players.size(); ++i)
            {
                const auto& player = game.players[i];
                const auto least =
                    GetLeast(EnumerateCuts(player.options->front().frontier->GetCosts()),
                             [&](const Cut& cut) { return GetLatency(cut, player.link, share); });
                const auto& decision = outcome.decisions[i];
                EXPECT_NEAR(GetLatency(*decision.cut, player.link, decision.share),
                            least,
                            1e-9 * least);
            }
        }
    }
}

TEST(Dads, HeavyLoadIsWithinThreeTimesTheBestSlowestStage)
{
    double worst = 1;
    for (uint64_t seed = 1; seed <= 1000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 12).players[0];
        const auto share = random() % 20 == 0 ? 0.0 : DrawLog(random, 1e-3, 1);
        const auto stage = [&](const Cut& cut) { return GetSlowestStage(cut, player.link, share); };
        const auto steady = GetSteadiestCutAt(player, share);
        const auto least =
            GetLeast(EnumerateCuts(player.options->front().frontier->GetCosts()), stage);
        EXPECT_LE(stage(*steady.cut), 3 * least * (1 + 1e-9));
        EXPECT_LE(stage(*steady.cut), stage(*GetBestCutAt(player, share).cut));
        worst = least > 0 ? std::max(worst, stage(*steady.cut) / least) : worst;
    }
    RecordProperty("worst", std::to_string(worst));
    EXPECT_GT(worst, 1); // else the games are too easy to show anything
}

TEST(Dads, HeavyLoadIsNoWorseThanOnAGridOfWeights)
{
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 12).players[0];
        const auto share = DrawLog(random, 1e-3, 1);
        const auto stage = [&](const Cut& cut) { return GetSlowestStage(cut, player.link, share); };
        const auto& costs = player.options->front().frontier->GetCosts();
        MinCut minCut(costs);
        const auto steady = stage(*GetSteadiestCutAt(player, share).cut);
        for (double alpha = 0.01; alpha <= 101; alpha *= 1.5)
        {
            for (double gamma = 0.01; gamma <= 101; gamma *= 1.5)
            {
                // alpha L + 8 X / b + gamma E / share, divided by alpha
                const auto cut =
                    minCut.Solve(8 / player.link.uplinkBps / alpha, gamma / share / alpha);
                EXPECT_LE(steady, stage(cut) * (1 + 1e-9)) << alpha << ' ' << gamma;
            }
        }
    }
}

TEST(Dads, TurnsToThroughputWhereRequestsComeTooFast)
{
    bool turned = false;
    bool gaveUp = false;
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeLoadedGame(random, 1 + random() % 10, 10);
        for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
        {
            const auto outcome = DecideDads(game, among);
            ExpectEqualShares(game, outcome, among);
            EXPECT_LE(outcome.overloaded, outcome.heavilyLoaded);
            EXPECT_EQ(outcome.overloaded, Evaluate(game, outcome).overloaded);
            turned = turned || outcome.heavilyLoaded > outcome.overloaded;
            gaveUp = gaveUp || outcome.overloaded > 0;
        }
        // at the same shares, fewer devices are overloaded than under DSL
        const auto share = game.capacity / static_cast<double>(game.players.size());
        EXPECT_LE(Evaluate(game, DecideDads(game, EqualShares::AMONG_ALL)).overloaded,
                  Evaluate(game, DecideAtShare(game, share)).overloaded);
    }
    EXPECT_TRUE(turned);
    EXPECT_TRUE(gaveUp);
}

TEST(Dads, CutsForThroughputByHand)
{
    // layers a and b with .4 s each on the device; a local run takes .8 s, sending a's tensor 0.5 s
    const auto costs = MakeTestCosts({{{}, 0, 0, 1000000}, {{0}, .4, .1, 62500}, {{1}, .4, .1, 1}});
    Player player;
    player.options = MakeOptions(std::make_shared<const PartitionFrontier>(costs));
    player.link = {1e6, 1e6, 0, 0};
    player.requestRatePerS = 1;
    const auto decide = [&] { return DecideDads({{player}, 1}, EqualShares::AMONG_ALL); };
    EXPECT_TRUE(decide().decisions[0].cut->isLocal);
    player.requestRatePerS = 1.5; // every .67 s: two stages of .4 and .5 s keep up
    EXPECT_EQ(decide().heavilyLoaded, 1u);
    EXPECT_EQ(decide().overloaded, 0u);
    EXPECT_EQ(decide().decisions[0].cut->deviceLayers, (CutLayers{true, true, false}));
    player.requestRatePerS = 3;
    EXPECT_EQ(decide().overloaded, 1u);
}

TEST(BestEffort, CutsForASpeedAndDividesAllAmongThoseWhoOffload)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeLoadedGame(random, 1 + random() % 6, 10);
        const auto speed = DrawLog(random, 1e-3, 1);
        const auto outcome = DecideBestEffort(game, speed);
        ExpectEqualShares(game, outcome, EqualShares::AMONG_OFFLOADING);
        const auto load = Evaluate(game, outcome).load;
        EXPECT_NEAR(load, load > 0 ? game.capacity : 0, 1e-12) << "nothing is left over";
        for (std::size_t i = 0; i < game.players.size() && game.capacity > 0; ++i)
        {
            const auto& player = game.players[i];
            const auto& cut = *outcome.decisions[i].cut;
            const auto least =
                GetLeast(EnumerateCuts(player.options->front().frontier->GetCosts()),
                         [&](const Cut& other) { return GetLatency(other, player.link, speed); });
            EXPECT_NEAR(GetLatency(cut, player.link, speed), least, 1e-9 * least);
        }
    }
}

TEST(EqualShares, NobodyPlays)
{
    for (const auto among : {EqualShares::AMONG_ALL, EqualShares::AMONG_OFFLOADING})
    {
        EXPECT_TRUE(DecideDads(Game(), among).decisions.empty());
        EXPECT_TRUE(DecideNeurosurgeon(Game(), among).decisions.empty());
    }
}

} // namespace
