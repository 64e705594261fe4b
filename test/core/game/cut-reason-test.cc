/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-equilibrium.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace
{

using namespace ns3::surgery;

/// A device's answer to a price, and the reason for its change against an earlier one.
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

TEST(CutReason, IsTheInputThatChanged)
{
    std::map<CutReason, int> count;
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
        const auto reason = ExplainCut(after.player,
                                       before.player.link,
                                       before.priceS,
                                       after.decision,
                                       after.priceS);
        ++count[reason];
        EXPECT_EQ(reason == CutReason::KEPT, after.decision.cut == before.decision.cut);
        // one that did not change is never the reason, and a best response is nobody else's
        EXPECT_TRUE(isLink || reason != CutReason::LINK);
        EXPECT_TRUE(isPrice || reason != CutReason::PRICE);
        EXPECT_TRUE((isLink && isPrice) || reason != CutReason::LINK_AND_PRICE);
        EXPECT_NE(reason, CutReason::SCHEDULER);
        EXPECT_NE(reason, CutReason::FIRST_GRANT);
    }
    for (const auto reason :
         {CutReason::KEPT, CutReason::LINK, CutReason::PRICE, CutReason::LINK_AND_PRICE})
    {
        EXPECT_GT(count[reason], 10) << GetReasonName(reason);
    }
}

TEST(CutReason, IsTheSchedulerIfTheCutIsWorse)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto player = MakeRandomGame(random, 1, 10).players[0];
        const auto price = DrawLog(random, 1e-4, 10);
        const auto best = Respond(player, price, nullptr, 0);
        EXPECT_EQ(ExplainCut(best.player, player.link, price, best.decision, price),
                  CutReason::FIRST_GRANT);
        const auto& cuts = player.options->front().frontier->GetCuts();
        const auto& other = cuts[random() % cuts.size()];
        if (other != best.decision.cut)
        {
            const auto kept = Respond(player, price, best.decision.cut, 1e-6);
            EXPECT_EQ(ExplainCut(kept.player, player.link, price, Decision{other}, price),
                      CutReason::SCHEDULER);
        }
    }
}

TEST(CutReason, PriceIsWhatTheShareShows)
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
