/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-cut-cause.h"
#include "ns3/surgery-equilibrium.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace
{

using namespace ns3::surgery;

/// A device's answer to a price, and the cause for its change against an earlier one.
struct Answer
{
    Player player;
    double priceS;
    Decision decision;
};

Answer
Respond(Player player, double priceS, const std::shared_ptr<const Cut>& current, double switching)
{
    player.currentCut = current;
    player.switchingCostS = switching;
    return {player, priceS, GetBestResponse(player, priceS, 1)};
}

TEST(CutCause, IsTheInputThatChanged)
{
    std::map<CutCause, int> count;
    for (uint64_t seed = 1; seed <= 3000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 10).players[0];
        const auto price = DrawLog(random, 1e-4, 10);
        const auto switching = seed % 2 == 0 ? 0.0 : DrawLog(random, 1e-4, 1e-1);
        const auto before = Respond(player, price, nullptr, 0);
        auto moved = player;
        const auto isLink = seed % 3 != 0;
        const auto isPrice = seed % 3 != 1;
        moved.link.uplinkBps *= isLink ? DrawLog(random, 0.05, 20) : 1;
        const auto newPrice = price * (isPrice ? DrawLog(random, 0.02, 50) : 1);
        const auto after = Respond(moved, newPrice, before.decision.cut, switching);
        const auto cause = ExplainCut(after.player,
                                      before.player.link,
                                      before.priceS,
                                      after.decision,
                                      after.priceS);
        ++count[cause];
        EXPECT_EQ(cause == CutCause::KEPT, after.decision.cut == before.decision.cut);
        // one that did not change is never the cause, and a best response is nobody else's
        EXPECT_TRUE(isLink || cause != CutCause::LINK);
        EXPECT_TRUE(isPrice || cause != CutCause::PRICE);
        EXPECT_TRUE((isLink && isPrice) || cause != CutCause::LINK_AND_PRICE);
        EXPECT_NE(cause, CutCause::SCHEDULER);
        EXPECT_NE(cause, CutCause::FIRST);
    }
    for (const auto cause :
         {CutCause::KEPT, CutCause::LINK, CutCause::PRICE, CutCause::LINK_AND_PRICE})
    {
        EXPECT_GT(count[cause], 10) << static_cast<int>(cause);
    }
}

TEST(CutCause, IsTheSchedulerIfTheCutIsWorse)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 10).players[0];
        const auto price = DrawLog(random, 1e-4, 10);
        const auto best = Respond(player, price, nullptr, 0);
        EXPECT_EQ(ExplainCut(best.player, player.link, price, best.decision, price),
                  CutCause::FIRST);
        const auto& cuts = player.options->front().frontier->GetCuts();
        const auto& other = cuts[random() % cuts.size()];
        if (other != best.decision.cut)
        {
            const auto kept = Respond(player, price, best.decision.cut, 1e-6);
            EXPECT_EQ(ExplainCut(kept.player, player.link, price, Decision{other}, price),
                      CutCause::SCHEDULER);
        }
    }
}

TEST(CutCause, PriceIsWhatTheShareShows)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 8).players[0];
        const auto price = DrawLog(random, 1e-3, 10);
        const auto decision = GetBestResponse(player, price, 1);
        const auto lambda = price - player.usagePriceS;
        EXPECT_NEAR(GetUnitPrice(player, decision, lambda), price, 1e-9 * price);
    }
}

} // namespace
