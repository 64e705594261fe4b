/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/share-ledger.h"
#include "model/server/share-processor.h"
#include "test/support/listen.h"
#include "test/support/random-game.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"
#include "ns3/surgery-line.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class ShareLedgerTest : public SimulatorFixture
{
  protected:
    static constexpr uint32_t DEVICES = 6; ///< ids from 0

    /// Make everything anew.
    void Build()
    {
        m_processor = CreateObject<ShareProcessor>();
        Listen(m_processor, "ShareChanged", [this](uint32_t, double, double) {
            ++m_changes;
            EXPECT_LE(m_processor->GetLoad(), 1 + 1e-9) << "more than the whole server";
        });
        m_ledger = std::make_unique<ShareLedger>(m_processor);
        m_lastGrant = 0;
        m_removals.clear();
        m_lastJob = 0;
    }

    /// Put shares into effect. @param shares by device @return the first GRANT that tells of them
    uint64_t Apply(const std::map<uint32_t, double>& shares)
    {
        const auto first = m_lastGrant + 1;
        m_ledger->Apply(shares, first);
        m_lastGrant += shares.size();
        return first;
    }

    /// Hand in a job. @param device whose @param work its size
    void Submit(uint32_t device, Time work)
    {
        m_processor->Submit({device, ++m_lastJob, "", {}, work},
                            ServerProcessor::DoneCallback([](const ServerJob&, Time, Time) {}));
    }

    double GetShare(uint32_t device) const
    {
        return m_processor->GetShare(device);
    }

    /// The shares in effect before a decision. @param devices who takes part
    HeldShares GetHeldShares(const std::vector<uint32_t>& devices) const
    {
        return m_ledger->GetHeldShares(MakeGame(devices));
    }

    /// @param devices who takes part @return the game
    static Game MakeGame(const std::vector<uint32_t>& devices)
    {
        static const auto options = MakeOptions(std::make_shared<const PartitionFrontier>(
            MakeTestCosts({{{}, 0, 0, 1}, {{0}, 1, 1, 1}})));
        Game game;
        for (const auto device : devices)
        {
            Player player;
            player.device = device;
            player.options = options;
            game.players.push_back(player);
        }
        return game;
    }

    /// Divide what is left at random; some get nothing.
    static Outcome Decide(std::mt19937_64& random, const Game& game)
    {
        std::vector<double> weights;
        double sum = 0;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            weights.push_back(random() % 2 == 0 ? 0.0 : DrawLog(random, 1e-2, 1));
            sum += weights.back();
        }
        const auto part = random() % 2 == 0 ? 1.0 : DrawLog(random, 0.1, 1);
        Outcome outcome;
        for (const auto weight : weights)
        {
            outcome.decisions.push_back({GetCut(game.players[0], 0, 0),
                                         sum > 0 ? part * game.capacity * weight / sum : 0.0});
        }
        return outcome;
    }

    /// Decide, and put it into effect later; whoever was removed meanwhile is left out.
    void DecideAndApply(std::mt19937_64& random, Time delay)
    {
        std::vector<uint32_t> devices;
        for (uint32_t device = 0; device < DEVICES; ++device)
        {
            if (random() % 4 > 0)
            {
                devices.push_back(device);
            }
        }
        auto game = MakeGame(devices);
        const auto outcome =
            DecideAroundHeldShares(game, m_ledger->GetHeldShares(game), [&](const Game& g) {
                return Decide(random, g);
            });
        std::map<uint32_t, double> shares;
        std::map<uint32_t, uint32_t> removals;
        for (std::size_t i = 0; i < devices.size(); ++i)
        {
            shares[devices[i]] = outcome.decisions[i].share;
            removals[devices[i]] = m_removals[devices[i]];
        }
        Simulator::Schedule(delay, [this, shares, removals] {
            auto known = shares;
            for (const auto& [device, times] : removals)
            {
                if (m_removals[device] != times)
                {
                    known.erase(device);
                }
            }
            Apply(known);
            for (const auto& [device, share] : known)
            {
                EXPECT_TRUE(share == 0 || GetShare(device) == share);
            }
        });
    }

    Ptr<ShareProcessor> m_processor;         ///< where shares are in effect
    std::unique_ptr<ShareLedger> m_ledger;   ///< what is tested
    uint64_t m_lastGrant{0};                 ///< latest GRANT sent
    std::map<uint32_t, uint32_t> m_removals; ///< how often each device was removed
    uint64_t m_lastJob{0};                   ///< latest job
    uint64_t m_changes{0};                   ///< of shares
};

TEST_F(ShareLedgerTest, AShareGivenBackIsHeldUntilItsDeviceIsIdle)
{
    Build();
    Apply({{0, 0.6}, {1, 0.4}});
    Submit(0, Seconds(1));
    m_ledger->Release(0);
    m_ledger->Release(0); // each report says so again
    m_ledger->Release(2); // has none
    EXPECT_EQ(GetShare(0), 0.6);
    EXPECT_EQ(GetHeldShares({1}).load, 1);
    EXPECT_EQ(GetHeldShares({0}).areLost, std::vector<bool>{true});
    m_ledger->Confirm(0, 0, false);
    Simulator::Stop(Seconds(5));
    Simulator::Run(); // its work is done, but it has not said that it has all results
    EXPECT_EQ(GetShare(0), 0.6);
    m_ledger->Confirm(0, 0, true);
    EXPECT_EQ(GetShare(0), 0) << "no GRANT has to be confirmed";
    EXPECT_EQ(GetShare(1), 0.4);
    // it may come back
    Apply({{0, 0.3}});
    EXPECT_EQ(GetShare(0), 0.3);
    EXPECT_EQ(GetHeldShares({0}).areLost, std::vector<bool>{false});
}

TEST_F(ShareLedgerTest, NeverGivesMoreThanTheWholeServerWhateverHappens)
{
    uint32_t held = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Build();
        // decisions one after the other, and anything else in between, also while one is made
        for (int i = 0; i < 60; ++i)
        {
            const auto delay = MicroSeconds(random() % 9000);
            Simulator::Schedule(MilliSeconds(10 * i),
                                [this, &random, delay] { DecideAndApply(random, delay); });
        }
        for (int i = 0; i < 400; ++i)
        {
            const auto device = static_cast<uint32_t>(random() % DEVICES);
            const auto what = random() % 20;
            const auto number = random();
            Simulator::Schedule(MicroSeconds(random() % 600000),
                                [this, &held, device, what, number] {
                                    if (what < 9)
                                    {
                                        m_ledger->Confirm(device,
                                                          m_lastGrant -
                                                              std::min(m_lastGrant, number % 20),
                                                          number % 3 > 0);
                                    }
                                    else if (what < 19)
                                    {
                                        Submit(device, MicroSeconds(number % 20000));
                                    }
                                    else
                                    {
                                        m_ledger->Remove(device);
                                        ++m_removals[device];
                                        EXPECT_EQ(GetShare(device), 0);
                                    }
                                    const auto shares = GetHeldShares({device});
                                    held += shares.areLost[0] && shares.shares[0] > 0 ? 1 : 0;
                                    EXPECT_LE(m_processor->GetLoad(), 1 + 1e-9);
                                });
        }
        Simulator::Stop(Hours(1)); // work on a tiny share takes longer than ns-3's clock runs
        Simulator::Run();
        Simulator::Destroy();
    }
    EXPECT_GT(held, 1000u) << "hardly any share was on hold";
    EXPECT_GT(m_changes, 10000u);
}

TEST_F(ShareLedgerTest, KeepsALostShareUntilItsDeviceKnowsAndIsIdle)
{
    Build();
    Apply({{1, 0.5}, {2, 0.3}});
    const auto loss = Apply({{1, 0}, {2, 0.4}});
    EXPECT_EQ(GetShare(1), 0.5);
    EXPECT_EQ(GetShare(2), 0.4);
    m_ledger->Confirm(1, loss - 1, true);
    EXPECT_EQ(GetShare(1), 0.5) << "it does not know yet";
    m_ledger->Confirm(1, loss, false);
    EXPECT_EQ(GetShare(1), 0.5) << "it has work under way";
    m_ledger->Confirm(2, loss, true);
    EXPECT_EQ(GetShare(2), 0.4) << "it lost nothing";
    EXPECT_EQ(GetShare(1), 0.5) << "another device confirmed";
    m_ledger->Confirm(1, loss, true);
    EXPECT_EQ(GetShare(1), 0);
    EXPECT_DOUBLE_EQ(m_processor->GetLoad(), 0.4);
}

TEST_F(ShareLedgerTest, KeepsALostShareWhileTheServerHasWorkForIt)
{
    Build();
    Apply({{1, 0.5}});
    Submit(1, MilliSeconds(10)); // 20 ms at half of the server
    const auto loss = Apply({{1, 0}});
    m_ledger->Confirm(1, loss, true);
    Simulator::Schedule(MilliSeconds(19), [this] { EXPECT_EQ(GetShare(1), 0.5); });
    Simulator::Schedule(MilliSeconds(21), [this] { EXPECT_EQ(GetShare(1), 0); });
    Simulator::Run();
    EXPECT_DOUBLE_EQ(m_processor->GetWorkDone(), 0.01);
}

TEST_F(ShareLedgerTest, CountsALossFromItsFirstGrant)
{
    Build();
    Apply({{1, 0.5}});
    const auto loss = Apply({{1, 0}});
    EXPECT_GT(Apply({{1, 0}}), loss); // it is told again
    EXPECT_EQ(GetShare(1), 0.5);
    m_ledger->Confirm(1, loss, true);
    EXPECT_EQ(GetShare(1), 0) << "the first GRANT told of it";
}

TEST_F(ShareLedgerTest, ForgetsALossThatIsMadeUpFor)
{
    Build();
    Apply({{1, 0.5}});
    const auto loss = Apply({{1, 0}});
    Apply({{1, 0.2}});
    EXPECT_EQ(GetShare(1), 0.2);
    m_ledger->Confirm(1, loss, true);
    EXPECT_EQ(GetShare(1), 0.2) << "what it confirms is no longer true";
    const auto second = Apply({{1, 0}});
    EXPECT_EQ(GetShare(1), 0.2);
    m_ledger->Confirm(1, loss, true);
    EXPECT_EQ(GetShare(1), 0.2) << "it knows of the first loss only";
    m_ledger->Confirm(1, second, true);
    EXPECT_EQ(GetShare(1), 0);
}

TEST_F(ShareLedgerTest, FreesTheShareOfARemovedDevice)
{
    Build();
    Apply({{1, 0.5}, {2, 0.5}});
    const auto loss = Apply({{1, 0}});
    m_ledger->Remove(1);
    EXPECT_EQ(GetShare(1), 0);
    Apply({{1, 0.5}}); // it came back
    m_ledger->Confirm(1, loss, true);
    EXPECT_EQ(GetShare(1), 0.5) << "it has nothing to do with the one that was removed";
}

TEST_F(ShareLedgerTest, TellsWhatIsHeldByWhom)
{
    Build();
    Apply({{1, 0.5}, {2, 0.25}, {3, 0.125}});
    Apply({{2, 0}});
    const auto held = GetHeldShares({3, 2, 9});
    EXPECT_DOUBLE_EQ(held.load, 0.875) << "those who take no part included";
    EXPECT_EQ(held.shares, (std::vector<double>{0.125, 0.25, 0}));
    EXPECT_EQ(held.areLost, (std::vector<bool>{false, true, false}));
}

TEST_F(ShareLedgerTest, SwapsTheWholeServerWithoutEverExceedingIt)
{
    Build();
    Apply({{1, 0.9}, {2, 0.1}});
    Apply({{1, 0.1}, {2, 0.9}}); // the trace checks the load on the way
    EXPECT_EQ(GetShare(2), 0.9);
    Apply({{1, 0.9}, {2, 0.1}});
    EXPECT_EQ(GetShare(1), 0.9);
}

} // namespace
