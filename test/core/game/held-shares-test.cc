/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-held-shares.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace
{

using namespace ns3::surgery;

/// A game whose players hold shares that sum to at most 1, and others hold the rest of the load.
struct Scenario
{
    Game game;
    HeldShares held;

    explicit Scenario(uint64_t seed)
    {
        std::mt19937_64 random(seed);
        const auto players = 1 + random() % 8;
        game = MakeRandomGame(random, players, 8);
        double left = random() % 4 == 0 ? 1 : DrawLog(random, 0.05, 1);
        const auto others = random() % 2 == 0 ? 0 : 0.2 * left;
        held.load = others;
        left -= others;
        for (std::size_t i = 0; i < players; ++i)
        {
            const auto share = random() % 3 == 0 ? 0 : left * DrawLog(random, 0.01, 0.9);
            left -= share;
            held.shares.push_back(share);
            held.areLost.push_back(share > 0 && random() % 5 == 0);
            held.load += share;
        }
    }
};

TEST(HeldShares, NeverSumToMoreThanTheServer)
{
    int askedAgain = 0;
    for (uint64_t seed = 1; seed <= 2000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Scenario scenario(seed);
        const auto& held = scenario.held;
        auto game = scenario.game;
        std::size_t calls = 0;
        const auto outcome = DecideAroundHeldShares(game, held, [&](const Game& now) {
            ++calls;
            return SolveEquilibrium(now);
        });
        // what each player blocks once the decision is in effect
        auto load = held.load;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto share = outcome.decisions[i].share;
            const auto isHeld = held.areLost[i] || share == 0;
            load += share - (isHeld ? 0 : held.shares[i]);
        }
        EXPECT_LE(load, 1 + 1e-9);
        EXPECT_LE(calls, game.players.size() + 1);
        askedAgain += calls > 1;
    }
    EXPECT_GT(askedAgain, 100) << "or else nothing of this was tried";
}

TEST(HeldShares, AreAllThereToGiveIfNobodyLosesOne)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Scenario scenario(seed);
        std::fill(scenario.held.areLost.begin(), scenario.held.areLost.end(), false);
        double others = scenario.held.load;
        for (const auto share : scenario.held.shares)
        {
            others -= share;
        }
        int calls = 0;
        auto game = scenario.game;
        DecideAroundHeldShares(game, scenario.held, [&](const Game& now) {
            ++calls;
            Outcome outcome;
            for (const auto& player : now.players)
            {
                const auto part = now.capacity / static_cast<double>(now.players.size());
                outcome.decisions.push_back(
                    {player.options->front().frontier->GetLocalCut(), part});
            }
            return outcome;
        });
        EXPECT_EQ(calls, 1);
        EXPECT_NEAR(game.capacity, 1 - others, 1e-12);
    }
}

TEST(HeldShares, OfWhoLosesThemAreNotGivenToOthers)
{
    Scenario scenario(1);
    auto& game = scenario.game;
    game.players.resize(1, game.players[0]);
    game.players.push_back(game.players[0]);
    const HeldShares held{0.6, {0.4, 0.2}, {false, false}};
    // the first player gets nothing, the second one everything there is
    const auto outcome = DecideAroundHeldShares(game, held, [](const Game& now) {
        const auto cut = now.players[0].options->front().frontier->GetLocalCut();
        Outcome decided;
        decided.decisions = {{cut, 0.0}, {cut, now.capacity}};
        return decided;
    });
    EXPECT_NEAR(game.capacity, 0.6, 1e-12);
    EXPECT_NEAR(outcome.decisions[1].share, 0.6, 1e-12);
}

/// What CheckOutcome says of one decision for a game of one player.
std::string
FindFault(const Game& game, const Outcome& outcome)
{
    try
    {
        CheckOutcome(game, outcome);
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

TEST(CheckOutcome, NamesWhatIsWrong)
{
    std::mt19937_64 random(3);
    auto game = MakeRandomGame(random, 1, 6);
    game.capacity = 0.5;
    const auto cut = game.players[0].options->front().frontier->GetLocalCut();
    const auto outcome = [&](std::shared_ptr<const Cut> where, double share) {
        Outcome made;
        made.decisions = {{std::move(where), share}};
        return made;
    };
    auto other = std::make_shared<Cut>(*cut);
    other->deviceLayers.push_back(true);
    EXPECT_EQ(FindFault(game, outcome(cut, 0.5)), "");
    EXPECT_NE(FindFault(game, Outcome()).find("0 decisions for 1"), std::string::npos);
    EXPECT_NE(FindFault(game, outcome(nullptr, 0.5)).find("a cut"), std::string::npos);
    EXPECT_NE(FindFault(game, outcome(other, 0.5)).find("a cut"), std::string::npos);
    EXPECT_NE(FindFault(game, outcome(cut, -0.1)).find("share >= 0"), std::string::npos);
    EXPECT_NE(FindFault(game, outcome(cut, std::nan(""))).find("share >= 0"), std::string::npos);
    EXPECT_NE(FindFault(game, outcome(cut, 0.51)).find("more than the capacity"),
              std::string::npos);
}

} // namespace
