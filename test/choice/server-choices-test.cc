/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/surgery-server-choice.h"

#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A device that knows three servers, 10, 20 and 30; all alike, and measured. 10 serves it.
ChoiceView
MakeView(uint64_t seed = 1)
{
    std::mt19937_64 random(seed);
    ChoiceView view;
    view.device = 7;
    view.inputBytes = 100000;
    view.resultBytes = 1000;
    const auto player = MakeRandomGame(random, 1, 8).players[0];
    for (const uint32_t server : {10, 20, 30})
    {
        ServerOffer offer;
        offer.server = server;
        offer.isServing = server == 10;
        offer.isMeasured = true;
        offer.player = player;
        offer.player.usagePriceS = 1e-3;
        offer.player.link = {1e8, 1e8, 1e-3, 1e-3};
        offer.terms = {0.01, 1, 0.022};
        view.servers.push_back(offer);
    }
    return view;
}

/// @return where a choice moves to; 0: it stays
uint32_t
Ask(const std::string& choice, const ChoiceView& view)
{
    const auto move = ServerChoice::Create(choice)->Choose(view);
    return move ? move->server : 0;
}

TEST(ServerChoices, StayWhereNothingIsBetter)
{
    for (const auto& name : ServerChoice::GetNames())
    {
        EXPECT_EQ(Ask(name, MakeView()), 0u) << name;
    }
}

TEST(ServerChoices, FixedStaysWhateverHappens)
{
    auto view = MakeView();
    view.servers[0].isServing = false;
    view.servers[1].isNearest = true;
    view.servers[1].player.link.uplinkBps = 1e10;
    EXPECT_EQ(Ask("fixed", view), 0u);
}

TEST(ServerChoices, NearestFollowsTheAttachment)
{
    auto view = MakeView();
    view.servers[2].isNearest = true;
    EXPECT_EQ(Ask("nearest", view), 30u);
    view.servers[0].isServing = false;
    view.servers[2].isServing = true;
    EXPECT_EQ(Ask("nearest", view), 0u);
    // nowhere attached and no server: any server
    view.servers[2].isServing = false;
    view.servers[2].isNearest = false;
    EXPECT_EQ(Ask("nearest", view), 10u);
    view.servers.clear();
    EXPECT_EQ(Ask("nearest", view), 0u);
}

TEST(ServerChoices, FastestComparesWhatWasMeasured)
{
    auto view = MakeView();
    view.servers[1].player.link.uplinkBps = 2e8;
    view.servers[2].player.link.uplinkBps = 3e8;
    EXPECT_EQ(Ask("fastest", view), 30u);
    view.servers[2].isMeasured = false;
    EXPECT_EQ(Ask("fastest", view), 20u);
    // 9 ms instead of 11.08 ms are less than a tenth faster
    view.servers[1].player.link = {1e8, 1e8, 0.9e-3, 1e-3};
    EXPECT_EQ(Ask("fastest", view), 0u);
    // without a server, a guess is better than none
    view.servers[0].isServing = false;
    view.servers[2].isMeasured = false;
    EXPECT_EQ(Ask("fastest", view), 30u);
}

TEST(ServerChoices, DdsAsksForAdmissionWithItsGain)
{
    int moves = 0;
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto view = MakeView(seed);
        view.servers[1].terms = {};
        const auto move = ServerChoice::Create("dds")->Choose(view);
        const auto saved = GetLeavingSaving(view.servers[0].player, view.servers[0].terms);
        const auto cost = GetEntryCost(view.servers[1].player, view.servers[1].terms);
        EXPECT_EQ(move.has_value(), cost < 0.985 * saved);
        if (move)
        {
            ++moves;
            EXPECT_EQ(move->server, 20u);
            EXPECT_TRUE(move->asksAdmission);
            EXPECT_NEAR(move->gainS, saved - cost, 1e-12);
        }
    }
    EXPECT_GT(moves, 5);
}

TEST(ServerChoices, DdsWantsMoreOfAServerEachTimeItLeftIt)
{
    int games = 0;
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto view = MakeView(seed);
        view.servers[1].terms = {};
        const auto saved = GetLeavingSaving(view.servers[0].player, view.servers[0].terms);
        const auto cost = GetEntryCost(view.servers[1].player, view.servers[1].terms);
        const auto gain = 1 - cost / saved;
        if (!(saved > 0 && gain > 1e-3 && gain < 0.99))
        {
            continue;
        }
        ++games;
        const auto dds = ServerChoice::Create("dds");
        dds->SetAttribute("Hysteresis", DoubleValue(gain / 8));
        const auto swap = [&view] {
            std::swap(view.servers[0].isServing, view.servers[1].isServing);
            std::swap(view.servers[0].terms, view.servers[1].terms);
        };
        const auto ask = [&] {
            const auto move = dds->Choose(view);
            return move ? move->server : 0;
        };
        EXPECT_EQ(ask(), 20u);
        swap();
        EXPECT_EQ(ask(), 10u) << "left it once: half of the gain is enough";
        swap();
        EXPECT_EQ(ask(), 20u);
        swap();
        EXPECT_EQ(ask(), 0u) << "left it twice: it would have to be worth twice as much";
        view.servers[2].terms = view.servers[0].terms;
        EXPECT_EQ(ask(), 30u) << "another server, which it never left";
        view.servers[2].terms = view.servers[1].terms;
        Simulator::Stop(Seconds(10.1));
        Simulator::Run();
        EXPECT_EQ(ask(), 10u) << "forgotten";
    }
    EXPECT_GT(games, 5);
    Simulator::Destroy();
}

TEST(ServerChoices, DdsMovesOnlyToWhatItKnows)
{
    auto view = MakeView();
    view.servers[0].terms = {10, 1, 20};
    ASSERT_NE(Ask("dds", view), 0u);
    for (auto i : {1, 2})
    {
        view.servers[i].isMeasured = false;
    }
    EXPECT_EQ(Ask("dds", view), 0u) << "the network is not measured";
    for (auto i : {1, 2})
    {
        view.servers[i].isMeasured = true;
        view.servers[i].player.options = nullptr;
    }
    EXPECT_EQ(Ask("dds", view), 0u) << "the processor is not known";
}

TEST(ServerChoices, ADeviceWithoutServerDoesNotAskForAdmission)
{
    auto view = MakeView();
    view.servers.erase(view.servers.begin());
    view.servers[0].terms = {10, 1, 20};
    const auto move = ServerChoice::Create("dds")->Choose(view);
    ASSERT_TRUE(move);
    EXPECT_EQ(move->server, 30u);
    EXPECT_FALSE(move->asksAdmission);
}

TEST(ServerChoices, AreFoundByName)
{
    EXPECT_EQ(ServerChoice::Create("ns3::surgery::DdsServerChoice")->GetInstanceTypeId().GetName(),
              "ns3::surgery::DdsServerChoice");
    for (const std::string name : {"", "Nearest", "ns3::surgery::MecServer"})
    {
        EXPECT_THROW(ServerChoice::Create(name), std::invalid_argument) << name;
    }
}

} // namespace
