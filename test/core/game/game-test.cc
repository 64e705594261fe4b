/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/large-dnn.h"
#include "test/support/random-game.h"
#include "test/support/slow-search.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equal-shares.h"
#include "ns3/surgery-equilibrium.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

namespace
{

using namespace ns3::surgery;

/// The least potential there is: all combinations of all cuts.
double
SearchAllCuts(const Game& game)
{
    std::vector<std::vector<Cut>> all;
    std::vector<std::vector<const Cut*>> cuts;
    for (const auto& player : game.players)
    {
        all.push_back(EnumerateCuts(player.options->front().frontier->GetCosts()));
        cuts.emplace_back();
        for (const auto& cut : all.back())
        {
            cuts.back().push_back(&cut);
        }
        if (player.currentCut)
        {
            cuts.back().push_back(player.currentCut.get()); // known by its address
        }
    }
    return SearchExhaustively(game, cuts);
}

/// Half of the games have switching costs.
void
AddSwitchingCostsToOddSeeds(uint64_t seed, std::mt19937_64& random, Game& game)
{
    if (seed % 2 == 1)
    {
        AddSwitchingCosts(random, game);
    }
}

TEST(Equilibrium, NobodyRegretsAndNothingIsOverbooked)
{
    for (uint64_t seed = 1; seed <= 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 6, 12);
        AddSwitchingCostsToOddSeeds(seed, random, game);
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_LE(certificate.maxRegret, 1e-9);
        EXPECT_LE(certificate.load, 1 + 1e-12);
        EXPECT_GE(certificate.dualGap, -1e-9 * certificate.potential);
        // the gap has two parts: what players pay beyond their cheapest choice, and unsold capacity
        const auto excess = certificate.dualGap - certificate.unsoldS;
        const auto paid = certificate.potential + outcome.shadowPriceS * certificate.load;
        EXPECT_GE(excess, -1e-9 * certificate.potential);
        EXPECT_LE(excess, certificate.largestExcess * paid + 1e-9 * certificate.potential);
        EXPECT_GE(outcome.shadowPriceS, 0);
        for (const auto& decision : outcome.decisions)
        {
            EXPECT_EQ(decision.share > 0, decision.cut->serverSeconds > 0);
        }
    }
}

TEST(Equilibrium, ReachesTheLeastPotentialOfAllCutsAndShares)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 4, 5);
        AddSwitchingCostsToOddSeeds(seed, random, game);
        const auto certificate = Evaluate(game, SolveEquilibrium(game));
        const auto least = SearchAllCuts(game);
        EXPECT_NEAR(certificate.potential, least, 1e-6 * least);
    }
}

TEST(Equilibrium, IsNearTheDualBoundForManyPlayers)
{
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 50 + random() % 151, 12);
        AddSwitchingCostsToOddSeeds(seed, random, game);
        const auto certificate = Evaluate(game, SolveEquilibrium(game));
        EXPECT_LE(certificate.maxRegret, 1e-9);
        EXPECT_LE(certificate.load, 1 + 1e-12);
        EXPECT_LE(certificate.dualGap, 0.005 * certificate.dualBound);
    }
}

TEST(Equilibrium, LonePlayerGetsItsOwnOptimum)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1, 10);
        const auto& player = game.players[0];
        auto least = std::numeric_limits<double>::infinity();
        for (const auto& cut : EnumerateCuts(player.options->front().frontier->GetCosts()))
        {
            const auto wanted = std::sqrt(cut.serverSeconds / player.usagePriceS);
            const auto share = cut.serverSeconds > 0 ? std::min(1.0, wanted) : 0.0;
            least = std::min(least, GetCost(cut, player.link, share, player.usagePriceS));
        }
        EXPECT_NEAR(Evaluate(game, SolveEquilibrium(game)).potential, least, 1e-9 * least);
    }
}

TEST(Equilibrium, OrderOfThePlayersChangesNothing)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 2 + random() % 40, 10);
        AddSwitchingCostsToOddSeeds(seed, random, game);
        std::vector<std::size_t> order(game.players.size());
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), random);
        Game shuffled;
        for (const auto i : order)
        {
            shuffled.players.push_back(game.players[i]);
        }
        const auto one = SolveEquilibrium(game);
        const auto other = SolveEquilibrium(shuffled);
        EXPECT_NEAR(one.shadowPriceS, other.shadowPriceS, 1e-12 + 1e-9 * one.shadowPriceS);
        for (std::size_t k = 0; k < order.size(); ++k)
        {
            EXPECT_EQ(one.decisions[order[k]].cut, other.decisions[k].cut);
            EXPECT_NEAR(one.decisions[order[k]].share, other.decisions[k].share, 1e-9);
        }
    }
}

TEST(Equilibrium, FitsACapacityBelowOne)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1 + random() % 30, 8);
        AddSwitchingCostsToOddSeeds(seed, random, game);
        game.capacity = seed % 4 == 0 ? 0.0 : 0.001 * static_cast<double>(random() % 1000);
        const auto certificate = Evaluate(game, SolveEquilibrium(game));
        EXPECT_LE(certificate.load, game.capacity * (1 + 1e-12));
        EXPECT_LE(certificate.maxRegret, 1e-9);
    }
}

TEST(Equilibrium, CheaperUsageIsNeverDearerForTheLonePlayer)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1, 10);
        double lastCost = 0;
        auto lastShare = 1.0;
        for (const auto rho : {0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0})
        {
            game.players[0].usagePriceS = rho;
            const auto outcome = SolveEquilibrium(game);
            const auto cost = Evaluate(game, outcome).potential;
            EXPECT_GE(cost, lastCost * (1 - 1e-12));
            EXPECT_LE(outcome.decisions[0].share, lastShare + 1e-12);
            lastCost = cost;
            lastShare = outcome.decisions[0].share;
        }
    }
}

TEST(SwitchingCost, IsWorthPayingOnlyForAGainThatExceedsIt)
{
    int stayed = 0;
    int moved = 0;
    for (uint64_t seed = 1; seed <= 400; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeRandomGame(random, 1, 10);
        auto& player = game.players[0];
        const auto priced = [&](const Cut& cut) {
            const auto wanted = std::sqrt(cut.serverSeconds / player.usagePriceS);
            const auto share = cut.serverSeconds > 0 ? std::min(1.0, wanted) : 0.0;
            return GetCost(cut, player.link, share, player.usagePriceS);
        };
        const auto free = SolveEquilibrium(game).decisions[0].cut;
        const auto& cuts = player.options->front().frontier->GetCuts();
        player.currentCut = cuts[random() % cuts.size()];
        const auto gain = priced(*player.currentCut) - priced(*free);
        for (const auto factor : {0.0, 0.99, 1.01, 100.0})
        {
            player.switchingCostS = factor * gain;
            const auto outcome = SolveEquilibrium(game);
            const auto certificate = Evaluate(game, outcome);
            const auto& cut = outcome.decisions[0].cut;
            if (gain > 1e-9)
            {
                EXPECT_EQ(cut, factor < 1 ? free : player.currentCut) << factor;
                ++(factor < 1 ? moved : stayed);
            }
            // what the device is told, and the sum over devices, are without it
            EXPECT_DOUBLE_EQ(certificate.costsS[0], priced(*cut));
            const auto paid = cut == player.currentCut ? 0.0 : player.switchingCostS;
            EXPECT_DOUBLE_EQ(certificate.switchingS, paid);
            EXPECT_DOUBLE_EQ(certificate.potential, priced(*cut) + paid);
        }
    }
    EXPECT_GT(stayed, 100);
    EXPECT_GT(moved, 100);
}

TEST(SwitchingCost, CostsAllTogetherNoMoreThanIfEverybodyPaid)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto free = MakeRandomGame(random, 1 + random() % 60, 10);
        auto game = free;
        AddSwitchingCosts(random, game);
        double most = 0;
        for (const auto& player : game.players)
        {
            most += player.switchingCostS;
        }
        const auto damped = Evaluate(free, SolveEquilibrium(game));
        const auto best = Evaluate(free, SolveEquilibrium(free));
        // the solver itself may miss the least potential by the dual gap
        EXPECT_LE(damped.potential, best.potential + most + std::max(0.0, best.dualGap));
    }
}

TEST(SwitchingCost, ChangesNothingWithoutACurrentCutAndForCutsOfAnotherDnn)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto free = MakeRandomGame(random, 1 + random() % 30, 8);
        auto game = free;
        for (auto& player : game.players)
        {
            player.switchingCostS = 1;
            if (random() % 2 == 0)
            {
                player.currentCut =
                    std::make_shared<const Cut>(*player.options->front().frontier->GetLocalCut());
            }
        }
        const auto one = SolveEquilibrium(free);
        const auto other = SolveEquilibrium(game);
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            EXPECT_EQ(one.decisions[i].cut, other.decisions[i].cut);
            EXPECT_NEAR(one.decisions[i].share, other.decisions[i].share, 1e-9);
        }
    }
}

TEST(BestResponse, BeatsEveryShareOnAGrid)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 8).players[0];
        const auto price = DrawLog(random, 1e-4, 1);
        const auto cap = std::uniform_real_distribution<>(0.01, 1)(random);
        const auto best = GetBestResponse(player, price, cap);
        const auto cost = GetCost(*best.cut, player.link, best.share, price);
        EXPECT_LE(best.share, cap);
        for (const auto& cut : EnumerateCuts(player.options->front().frontier->GetCosts()))
        {
            for (int step = 1; step <= 100; ++step)
            {
                const auto share = cut.serverSeconds > 0 ? cap * step / 100 : 0.0;
                EXPECT_LE(cost, GetCost(cut, player.link, share, price) * (1 + 1e-12));
            }
        }
    }
}

TEST(Certificate, FindsRegretWhereThereIsSome)
{
    std::mt19937_64 random(3);
    const auto game = MakeRandomGame(random, 5, 8);
    const auto best = Evaluate(game, SolveEquilibrium(game));
    const auto local = Evaluate(game, DecideLocalOnly(game));
    ASSERT_LT(best.potential, local.potential);
    EXPECT_GT(local.maxRegret, 1e-6);
    EXPECT_GT(local.dualGap, 0);
    EXPECT_DOUBLE_EQ(local.load, 0);
}

TEST(Certificate, TellsHowFarCutsMayBeFromAll)
{
    std::mt19937_64 random(1);
    auto game = MakeRandomGame(random, 3, 8);
    EXPECT_EQ(Evaluate(game, SolveEquilibrium(game)).cutTolerance, 0);
    game.players[1].options = MakeOptions(
        std::make_shared<const PartitionFrontier>(MakeTestCosts(MakeFan(random, 200, 1))));
    EXPECT_EQ(Evaluate(game, SolveEquilibrium(game)).cutTolerance, FrontierSearch::TOLERANCE);
}

TEST(Baselines, ServerOnlyKeepsNothingButTheInput)
{
    std::mt19937_64 random(4);
    const auto game = MakeRandomGame(random, 7, 8);
    const auto outcome = DecideServerOnly(game);
    for (const auto& decision : outcome.decisions)
    {
        EXPECT_EQ(
            std::count(decision.cut->deviceLayers.begin(), decision.cut->deviceLayers.end(), true),
            1);
    }
    EXPECT_LE(Evaluate(game, outcome).load, 1 + 1e-12);
}

TEST(Baselines, EqualSharesAreEnoughAndNotMoreThanNeeded)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomGame(random, 1 + random() % 30, 8);
        const auto offloading = [&](std::size_t n) {
            const auto outcome = DecideAtShare(game, 1.0 / static_cast<double>(n));
            return static_cast<std::size_t>(
                std::count_if(outcome.decisions.begin(),
                              outcome.decisions.end(),
                              [](const Decision& decision) { return decision.share > 0; }));
        };
        const auto n = CountEqualShares(game);
        EXPECT_LE(offloading(n), n);
        for (std::size_t less = 1; less < n; ++less)
        {
            EXPECT_GT(offloading(less), less);
        }
    }
}

TEST(Latency, IsTheFormula)
{
    const auto costs = MakeTestCosts({{{}, 0, 0, 1000}, {{0}, 2, .5, 500}, {{1}, 3, .25, 100}});
    const Link link{1e4, 1e3, 0.1, 0.2};
    const auto cut = MakeCut(costs, {true, true, false});
    EXPECT_DOUBLE_EQ(GetLatency(cut, link, 0.5),
                     2 + 0.1 + 8 * 500 / 1e4 + 0.25 / 0.5 + 0.2 + 8 * 100 / 1e3);
    EXPECT_DOUBLE_EQ(GetCost(cut, link, 0.5, 4), GetLatency(cut, link, 0.5) + 2);
    EXPECT_DOUBLE_EQ(GetLatency(MakeCut(costs, {true, true, true}), link, 0), 5);
    EXPECT_TRUE(std::isinf(GetLatency(cut, link, 0)));
}

TEST(Game, RejectsWhatIsOutOfRange)
{
    std::mt19937_64 random(1);
    const auto good = MakeRandomGame(random, 2, 5);
    const auto rejects = [&good](const std::function<void(Game&)>& spoil) {
        auto game = good;
        spoil(game);
        EXPECT_THROW(SolveEquilibrium(game), std::invalid_argument);
    };
    rejects([](Game& game) { game.capacity = 1.5; });
    rejects([](Game& game) { game.capacity = std::nan(""); });
    rejects([](Game& game) { game.players[1].usagePriceS = -1; });
    rejects([](Game& game) { game.players[1].requestRatePerS = -1; });
    rejects([](Game& game) { game.players[1].link.uplinkBps = 0; });
    rejects([](Game& game) { game.players[1].switchingCostS = -1; });
    rejects([](Game& game) {
        game.players[0].link.downlinkBps = std::numeric_limits<double>::infinity();
    });
    rejects([](Game& game) { game.players[0].link.uplinkDelayS = -0.1; });
    rejects([](Game& game) { game.players[0].options = MakeOptions(nullptr); });
    EXPECT_TRUE(SolveEquilibrium(Game()).decisions.empty());
    EXPECT_EQ(SolveEquilibrium(Game()).rounds, 0u);
}

} // namespace
