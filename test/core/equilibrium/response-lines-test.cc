/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"
#include "test/support/slow-search.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-response-lines.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A game whose players mostly have two options.
Game
MakeGame(std::mt19937_64& random, std::size_t players)
{
    auto game = MakeRandomGame(random, players, 7);
    AddOptions(random, game, 7);
    if (random() % 3 > 0)
    {
        AddSwitchingCosts(random, game);
    }
    return game;
}

/// All cuts of all options of a player.
std::vector<const Cut*>
GetAllCuts(const Player& player)
{
    std::vector<const Cut*> cuts;
    for (const auto& option : *player.options)
    {
        for (const auto& cut : option.frontier->GetCuts())
        {
            cuts.push_back(cut.get());
        }
    }
    return cuts;
}

/// What a player pays for a cut, its switching cost included.
double
GetWhole(const Player& player, const Cut& cut, double share, double unitPriceS)
{
    return GetCost(cut, player.link, share, unitPriceS) + GetSwitchingCost(player, cut);
}

/// The least that a player pays if it may take no more than a share.
double
GetLeast(const Player& player, double unitPriceS, double cap)
{
    auto least = std::numeric_limits<double>::infinity();
    for (const auto* cut : GetAllCuts(player))
    {
        const auto wanted =
            cut->serverSeconds > 0 ? std::sqrt(cut->serverSeconds / unitPriceS) : 0.0;
        least = std::min(least, GetWhole(player, *cut, std::min(cap, wanted), unitPriceS));
    }
    return least;
}

/// Run a test on players of many random games.
template <class Check>
void
ForEachPlayer(Check check)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        std::mt19937_64 random(seed);
        const auto game = MakeGame(random, 3);
        const ResponseLines lines(game.players);
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            SCOPED_TRACE("seed " + std::to_string(seed) + ", player " + std::to_string(i));
            check(random, game.players[i], lines.GetLines(i), lines.GetSteps(i));
        }
    }
}

TEST(ResponseLines, AreTheLowerEnvelopeOfAllCutsOfAllOptions)
{
    ForEachPlayer([](auto& random, const Player& player, const auto& lines, const auto&) {
        for (int probe = 0; probe < 20; ++probe)
        {
            const auto share = probe == 0 ? 1.0 : DrawLog(random, 1e-5, 1);
            auto least = std::numeric_limits<double>::infinity();
            for (const auto* cut : GetAllCuts(player))
            {
                least = std::min(least, GetWhole(player, *cut, share, 0));
            }
            auto envelope = std::numeric_limits<double>::infinity();
            for (const auto& line : lines)
            {
                envelope = std::min(envelope, line.baseS + line.workS / share);
            }
            EXPECT_NEAR(envelope, least, 1e-12 * least) << "share " << share;
        }
    });
}

TEST(ResponseLines, AreEachBestSomewhereAndInOrder)
{
    ForEachPlayer([](auto&, const Player&, const auto& lines, const auto&) {
        ASSERT_GT(lines.size(), 0u);
        EXPECT_EQ(lines[0].workS, 0) << "without a share there must be something to do";
        auto before = std::numeric_limits<double>::infinity();
        for (std::size_t k = 1; k < lines.size(); ++k)
        {
            EXPECT_GT(lines[k].workS, lines[k - 1].workS);
            // the inverse share below which the line beats the one before it
            const auto meet =
                (lines[k - 1].baseS - lines[k].baseS) / (lines[k].workS - lines[k - 1].workS);
            EXPECT_GT(meet, 1) << "it is best beyond the whole server only";
            EXPECT_LT(meet, before) << "the line before is best nowhere";
            before = meet;
        }
    });
}

TEST(ResponseLines, NameTheCutTheyStandFor)
{
    uint32_t second = 0;
    ForEachPlayer([&](auto&, const Player& player, const auto& lines, const auto&) {
        for (const auto& line : lines)
        {
            const auto& cut = GetCut(player, line.option, line.cut);
            EXPECT_EQ(line.workS, cut->serverSeconds);
            EXPECT_EQ(line.rootWork, std::sqrt(line.workS));
            EXPECT_EQ(line.baseS,
                      GetBaseLatency(*cut, player.link) + GetSwitchingCost(player, *cut));
            second += line.option;
        }
    });
    EXPECT_GT(second, 100u) << "hardly any line is of a second option";
}

TEST(ResponseLines, StepsTellTheBestLineAtEachPrice)
{
    ForEachPlayer([](auto& random, const Player& player, const auto& lines, const auto& steps) {
        ASSERT_GT(steps.size(), 0u);
        for (std::size_t s = 1; s < steps.size(); ++s)
        {
            EXPECT_LT(steps[s].fromPriceS, steps[s - 1].fromPriceS);
            EXPECT_GT(steps[s].rootWork, steps[s - 1].rootWork);
        }
        EXPECT_TRUE(std::isinf(steps[steps.size() - 1].fromPriceS));
        for (int probe = 0; probe < 20; ++probe)
        {
            const auto price = DrawLog(random, 1e-9, 1e6);
            const auto unit = player.usagePriceS + price;
            const auto cost = [&](const ResponseLine& line) {
                return line.baseS + 2 * line.rootWork * std::sqrt(unit);
            };
            const auto* step = steps.begin();
            while (price < step->fromPriceS)
            {
                ++step;
            }
            EXPECT_EQ(step->rootWork, lines[step->line].rootWork);
            for (const auto& line : lines)
            {
                EXPECT_LE(cost(lines[step->line]), cost(line) * (1 + 1e-12)) << "at " << price;
            }
            // among all cuts too, unless it would take more than the whole server
            if (lines[step->line].rootWork <= std::sqrt(unit))
            {
                const auto least = GetLeast(player, unit, 1);
                EXPECT_NEAR(cost(lines[step->line]), least, 1e-12 * least);
            }
        }
    });
}

TEST(BestResponse, IsTheBestOfAllCutsOfAllOptions)
{
    ForEachPlayer([](auto& random, const Player& player, const auto&, const auto&) {
        for (int probe = 0; probe < 10; ++probe)
        {
            const auto price = DrawLog(random, 1e-6, 1e2);
            const auto cap = probe == 0 ? 1.0 : DrawLog(random, 1e-4, 1);
            const auto decision = GetBestResponse(player, price, cap);
            ASSERT_TRUE(decision.cut);
            ASSERT_LT(decision.option, player.options->size());
            const auto& cuts = (*player.options)[decision.option].frontier->GetCuts();
            EXPECT_EQ(std::count(cuts.begin(), cuts.end(), decision.cut), 1);
            EXPECT_LE(decision.share, cap);
            const auto cost = GetWhole(player, *decision.cut, decision.share, price);
            const auto least = GetLeast(player, price, cap);
            EXPECT_NEAR(cost, least, 1e-12 * least);
            for (const auto* cut : GetAllCuts(player))
            {
                const auto share = cap * DrawLog(random, 1e-3, 1);
                EXPECT_GE(GetWhole(player, *cut, share, price), cost * (1 - 1e-12));
            }
        }
    });
}

TEST(Options, AreScoredAsBruteForceScoresThem)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeGame(random, 1 + random() % 5);
        Outcome outcome;
        outcome.shadowPriceS = DrawLog(random, 1e-6, 10);
        double potential = 0;
        double load = 0;
        for (const auto& player : game.players)
        {
            const auto option = static_cast<uint32_t>(random() % player.options->size());
            const auto& cuts = (*player.options)[option].frontier->GetCuts();
            const auto& cut = cuts[random() % cuts.size()];
            const auto most = 1.0 / static_cast<double>(game.players.size());
            const auto share = cut->serverSeconds > 0 ? most * DrawLog(random, 1e-3, 1) : 0.0;
            outcome.decisions.push_back({cut, share, option});
            potential += GetWhole(player, *cut, share, player.usagePriceS);
            load += share;
        }
        double regret = 0;
        double bound = -outcome.shadowPriceS * game.capacity;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto& player = game.players[i];
            const auto& decision = outcome.decisions[i];
            const auto cost = GetWhole(player, *decision.cut, decision.share, player.usagePriceS);
            const auto least =
                GetLeast(player, player.usagePriceS, decision.share + game.capacity - load);
            regret = std::max(regret, (cost - least) / cost);
            bound += GetLeast(player, player.usagePriceS + outcome.shadowPriceS, 1);
        }
        const auto certificate = Evaluate(game, outcome);
        EXPECT_NEAR(certificate.potential, potential, 1e-12 * potential);
        EXPECT_NEAR(certificate.load, load, 1e-12);
        EXPECT_NEAR(certificate.maxRegret, regret, 1e-9);
        EXPECT_NEAR(certificate.dualBound, bound, 1e-9 * potential);
        EXPECT_LE(certificate.dualBound, potential);
    }
}

TEST(Options, AreChosenAmongInEquilibrium)
{
    uint32_t second = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto game = MakeGame(random, 1 + random() % (seed % 5 == 0 ? 60 : 3));
        game.capacity = random() % 2 == 0 ? 1.0 : DrawLog(random, 1e-2, 1);
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_LE(certificate.maxRegret, 1e-9);
        EXPECT_LE(certificate.load, game.capacity * (1 + 1e-12));
        EXPECT_GE(certificate.dualGap, -1e-9 * certificate.potential);
        std::vector<std::vector<const Cut*>> cuts;
        double combinations = 1;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto& decision = outcome.decisions[i];
            const auto& option = (*game.players[i].options)[decision.option];
            const auto& its = option.frontier->GetCuts();
            EXPECT_EQ(std::count(its.begin(), its.end(), decision.cut), 1);
            second += decision.option;
            cuts.push_back(GetAllCuts(game.players[i]));
            combinations *= static_cast<double>(cuts.back().size());
        }
        if (combinations <= 1000)
        {
            const auto least = SearchExhaustively(game, cuts);
            EXPECT_NEAR(certificate.potential, least, 1e-9 * least);
        }
    }
    EXPECT_GT(second, 100u) << "hardly anybody took a second option";
}

TEST(Options, MayComeInAnyOrderAndTwice)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeGame(random, 1 + random() % 4);
        auto other = game;
        for (auto& player : other.players)
        {
            auto options = *player.options;
            options.push_back(options.front());
            std::shuffle(options.begin(), options.end(), random);
            player.options = std::make_shared<const std::vector<Option>>(options);
        }
        const auto potential = Evaluate(game, SolveEquilibrium(game)).potential;
        EXPECT_NEAR(Evaluate(other, SolveEquilibrium(other)).potential,
                    potential,
                    1e-9 * potential);
    }
}

} // namespace
