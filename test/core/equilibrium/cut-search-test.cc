/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"
#include "test/support/slow-search.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-cut-search.h"
#include "ns3/surgery-line.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A random game, the lines of its players, and one of them for each.
struct Setting
{
    Game game;
    ResponseLines lines;
    std::vector<uint32_t> choices;

    Setting(std::mt19937_64& random, std::size_t players)
        : game(MakeGame(random, players)),
          lines(game.players)
    {
        for (std::size_t i = 0; i < players; ++i)
        {
            choices.push_back(static_cast<uint32_t>(random() % lines.GetLines(i).size()));
        }
    }

    static Game MakeGame(std::mt19937_64& random, std::size_t players)
    {
        auto game = MakeRandomGame(random, players, 6);
        AddOptions(random, game, 6);
        AddSwitchingCosts(random, game);
        game.capacity = random() % 2 == 0 ? 1.0 : DrawLog(random, 1e-3, 1);
        return game;
    }

    const Cut* GetLineCut(std::size_t player, uint32_t line) const
    {
        const auto& chosen = lines.GetLines(player)[line];
        return GetCut(game.players[player], chosen.option, chosen.cut).get();
    }

    /// Phi of any choices, by an independent and slow way.
    double GetPotential(const std::vector<uint32_t>& of) const
    {
        std::vector<const Cut*> cuts;
        for (std::size_t i = 0; i < of.size(); ++i)
        {
            cuts.push_back(GetLineCut(i, of[i]));
        }
        return FillSlowly(game, cuts);
    }

    double CountCombinations() const
    {
        double combinations = 1;
        for (std::size_t i = 0; i < choices.size(); ++i)
        {
            combinations *= static_cast<double>(lines.GetLines(i).size());
        }
        return combinations;
    }
};

/// Whether what a search says of itself fits its choices.
void
ExpectConsistent(const Setting& setting, const CutSearch& search)
{
    const auto potential = setting.GetPotential(search.GetChoices());
    EXPECT_NEAR(search.GetWater().GetPotential(), potential, 1e-9 * potential);
    const auto outcome = search.GetOutcome();
    const auto certificate = Evaluate(setting.game, outcome);
    EXPECT_NEAR(certificate.potential, potential, 1e-9 * potential);
    EXPECT_LE(certificate.load, setting.game.capacity * (1 + 1e-12));
    for (std::size_t i = 0; i < setting.choices.size(); ++i)
    {
        EXPECT_EQ(outcome.decisions[i].cut.get(), setting.GetLineCut(i, search.GetChoices()[i]));
    }
}

TEST(CutSearch, FindsTheBestOfFewCombinationsFromAnywhere)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Setting setting(random, 1 + random() % 4);
        if (setting.CountCombinations() > 500)
        {
            continue;
        }
        std::vector<std::vector<const Cut*>> cuts(setting.choices.size());
        for (std::size_t i = 0; i < cuts.size(); ++i)
        {
            for (uint32_t k = 0; k < setting.lines.GetLines(i).size(); ++k)
            {
                cuts[i].push_back(setting.GetLineCut(i, k));
            }
        }
        CutSearch search(setting.game, setting.lines);
        search.Start(setting.choices);
        EXPECT_TRUE(search.TryAllCombinations());
        const auto least = SearchExhaustively(setting.game, cuts);
        EXPECT_NEAR(search.GetWater().GetPotential(), least, 1e-9 * least);
        EXPECT_EQ(search.GetRounds(), search.GetChoices() == setting.choices ? 0u : 1u);
        ExpectConsistent(setting, search);
    }
}

TEST(CutSearch, LeavesTooManyCombinationsAsTheyAre)
{
    uint32_t refused = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Setting setting(random, 8 + random() % 10);
        CutSearch search(setting.game, setting.lines);
        search.Start(setting.choices);
        const auto isTried = search.TryAllCombinations();
        EXPECT_EQ(isTried, setting.CountCombinations() <= 4096);
        if (!isTried)
        {
            ++refused;
            EXPECT_EQ(search.GetChoices(), setting.choices);
            EXPECT_EQ(search.GetRounds(), 0u);
        }
        ExpectConsistent(setting, search);
    }
    EXPECT_GT(refused, 5u) << "the games are too small for this test";
}

TEST(CutSearch, ChangesSingleCutsUntilNoneLowersPhi)
{
    uint32_t rounds = 0;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Setting setting(random, 1 + random() % 12);
        // some may change, the others must not
        std::vector<std::size_t> players(setting.choices.size());
        std::iota(players.begin(), players.end(), 0);
        std::shuffle(players.begin(), players.end(), random);
        players.resize(1 + random() % players.size());
        CutSearch search(setting.game, setting.lines);
        search.Start(setting.choices);
        const auto before = search.GetWater().GetPotential();
        search.ChangeSingleCuts(players);
        rounds += search.GetRounds();
        const auto after = search.GetWater().GetPotential();
        EXPECT_LE(after, before);
        EXPECT_EQ(search.GetRounds() > 0, search.GetChoices() != setting.choices);
        ExpectConsistent(setting, search);
        for (std::size_t i = 0; i < setting.choices.size(); ++i)
        {
            const auto mayChange = std::find(players.begin(), players.end(), i) != players.end();
            if (!mayChange)
            {
                EXPECT_EQ(search.GetChoices()[i], setting.choices[i]) << "player " << i;
                continue;
            }
            for (uint32_t k = 0; k < setting.lines.GetLines(i).size(); ++k)
            {
                auto other = search.GetChoices();
                other[i] = k;
                EXPECT_GE(setting.GetPotential(other), after * (1 - 1e-9))
                    << "player " << i << ", line " << k;
            }
        }
    }
    EXPECT_GT(rounds, 100u) << "there was too little to change for this test";
}

TEST(CutSearch, TakesTheChangeThatLowersPhiMostFirst)
{
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Setting setting(random, 2 + random() % 5);
        std::vector<std::size_t> players(setting.choices.size());
        std::iota(players.begin(), players.end(), 0);
        CutSearch search(setting.game, setting.lines);
        search.Start(setting.choices);
        search.ChangeSingleCuts(players);
        // the steepest way down, every change tried
        auto best = setting.choices;
        auto least = setting.GetPotential(best);
        for (auto from = best; true; from = best)
        {
            for (const auto i : players)
            {
                for (uint32_t k = 0; k < setting.lines.GetLines(i).size(); ++k)
                {
                    auto other = from;
                    other[i] = k;
                    const auto potential = setting.GetPotential(other);
                    if (potential < least * (1 - 1e-9))
                    {
                        least = potential;
                        best = other;
                    }
                }
            }
            if (best == from)
            {
                break;
            }
        }
        EXPECT_NEAR(search.GetWater().GetPotential(), least, 1e-8 * least);
    }
}

TEST(CutSearch, ChangesOneCutAsIfItHadStartedSo)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Setting setting(random, 1 + random() % 12);
        CutSearch search(setting.game, setting.lines);
        search.Start(setting.choices);
        auto choices = setting.choices;
        for (int change = 0; change < 10; ++change)
        {
            const auto player = random() % choices.size();
            choices[player] =
                static_cast<uint32_t>(random() % setting.lines.GetLines(player).size());
            search.Change(player, choices[player]);
            EXPECT_EQ(search.GetChoices(), choices);
        }
        ExpectConsistent(setting, search);
        EXPECT_EQ(search.GetRounds(), 0u) << "nothing was searched";
    }
}

} // namespace
