/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/granted-cut.h"
#include "test/support/bundled-game.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A change of the cut in effect.
struct CutChange
{
    CutLayers from;   ///< the old cut
    CutLayers to;     ///< the new one
    CutReason reason; ///< why
};

class GrantedCutTest : public SimulatorFixture
{
  protected:
    /// Make a new one. @param costs of its DNN @param bidder null if the server decides
    void Build(LayerCosts costs, std::unique_ptr<Bidder> bidder = nullptr)
    {
        DeviceVariant variant;
        variant.costs = m_costs = std::make_shared<const LayerCosts>(std::move(costs));
        Build({variant}, ActivityWeights(), std::move(bidder));
    }

    /// Make a new one. @param variants of the device @param weights what a second costs it
    /// @param bidder null if the server decides
    void Build(std::vector<DeviceVariant> variants,
               const ActivityWeights& weights,
               std::unique_ptr<Bidder> bidder)
    {
        m_changes.clear();
        m_granted = std::make_unique<GrantedCut>(
            std::make_shared<const std::vector<DeviceVariant>>(std::move(variants)),
            weights,
            std::move(bidder),
            GrantedCut::ChangedCallback(
                [this](const CutPlan& from, const CutPlan& to, CutReason reason) {
                    EXPECT_EQ(m_granted->GetPlan()->deviceLayers, from.deviceLayers)
                        << "it is already in effect";
                    m_changes.push_back({from.deviceLayers, to.deviceLayers, reason});
                }));
    }

    /// Make a new one for a random DNN.
    void Build(std::mt19937_64& random)
    {
        Build(MakeTestCosts(MakeRandomLayers(random, 8)));
    }

    const DnnGraph& GetDnn() const
    {
        return m_costs->GetDnn();
    }

    /// Any flags: often a cut, often none.
    CutLayers DrawFlags(std::mt19937_64& random) const
    {
        auto deviceLayers = GetLocalLayers(GetDnn());
        if (random() % 8 == 0)
        {
            deviceLayers.push_back(true); // of another DNN
        }
        const auto from = random() % deviceLayers.size();
        for (auto v = from; v < deviceLayers.size(); ++v)
        {
            deviceLayers[v] = random() % 4 == 0;
        }
        return deviceLayers;
    }

    /// A cut of the DNN.
    CutLayers DrawCut(std::mt19937_64& random) const
    {
        while (true)
        {
            const auto deviceLayers = DrawFlags(random);
            if (IsCut(GetDnn(), deviceLayers))
            {
                return deviceLayers;
            }
        }
    }

    /// A GRANT of a cut.
    static Grant MakeGrant(CutLayers deviceLayers, double share = 0.5)
    {
        Grant grant;
        grant.sequence = 1;
        grant.deviceLayers = std::move(deviceLayers);
        grant.currentShare = share;
        grant.reason = CutReason::LINK;
        return grant;
    }

    std::shared_ptr<const LayerCosts> m_costs; ///< of the only variant
    std::unique_ptr<GrantedCut> m_granted;     ///< what is tested
    std::vector<CutChange> m_changes;          ///< as it told
};

TEST_F(GrantedCutTest, IsLocalUntilThereIsAGrant)
{
    std::mt19937_64 random(1);
    Build(random);
    EXPECT_FALSE(m_granted->IsGranted());
    EXPECT_FALSE(m_granted->IsOwnDecision());
    EXPECT_TRUE(m_granted->GetPlan()->isLocal);
    EXPECT_EQ(m_granted->GetPlan()->label, LOCAL_CUT_LABEL);
    EXPECT_EQ(m_granted->GetShare(), 0);
    EXPECT_EQ(m_granted->GetLastGrant().sequence, 0u);
    EXPECT_TRUE(m_granted->GetGrantDelay().IsStrictlyNegative());
    EXPECT_FALSE(m_granted->GetPlayer({}).options);
}

TEST_F(GrantedCutTest, TakesExactlyTheCutsOfItsDnn)
{
    uint32_t refused = 0;
    for (uint64_t seed = 1; seed <= 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Build(random);
        if (seed % 2 == 0)
        {
            m_granted->Accept(MakeGrant(DrawCut(random), 0.25), {});
            m_changes.clear();
        }
        const auto before = m_granted->GetPlan();
        const auto share = m_granted->GetShare();
        auto grant = MakeGrant(DrawFlags(random), 0.75);
        grant.sequence = 7;
        const auto isCut = IsCut(GetDnn(), grant.deviceLayers);
        EXPECT_EQ(m_granted->Accept(grant, {}), isCut);
        if (!isCut)
        {
            ++refused;
            EXPECT_EQ(m_granted->GetPlan(), before) << "what was refused changed something";
            EXPECT_EQ(m_granted->GetShare(), share);
            EXPECT_NE(m_granted->GetLastGrant().sequence, 7u);
            EXPECT_TRUE(m_changes.empty());
            continue;
        }
        const auto expected = MakeCut(*m_costs, grant.deviceLayers);
        const auto& plan = *m_granted->GetPlan();
        EXPECT_EQ(plan.deviceLayers, expected.deviceLayers);
        EXPECT_EQ(plan.deviceS, expected.deviceSeconds);
        EXPECT_EQ(plan.uploadBytes, expected.uploadBytes);
        EXPECT_EQ(plan.label, GetCutLabel(GetDnn(), grant.deviceLayers));
        EXPECT_EQ(m_granted->GetShare(), 0.75);
        EXPECT_EQ(m_granted->GetLastGrant().sequence, 7u);
    }
    EXPECT_GT(refused, 50u);
}

TEST_F(GrantedCutTest, TellsOfEachChangeOnceAndWhy)
{
    const std::vector<CutReason> reasons{CutReason::KEPT,
                                         CutReason::LINK,
                                         CutReason::PRICE,
                                         CutReason::SCHEDULER};
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Build(random);
        const auto local = GetLocalLayers(GetDnn());
        auto inEffect = local;
        auto isGranted = false;
        for (int step = 0; step < 50; ++step)
        {
            m_changes.clear();
            auto next = local;
            auto reason = CutReason::LEASE_EXPIRED;
            const auto isLoss = random() % 3 == 0;
            if (isLoss)
            {
                m_granted->Lose(reason);
            }
            else
            {
                next = DrawCut(random);
                auto grant = MakeGrant(next, static_cast<double>(random() % 3) / 2);
                grant.reason = Pick(random, reasons);
                EXPECT_TRUE(m_granted->Accept(grant, {}));
                EXPECT_EQ(m_granted->GetShare(), grant.currentShare);
                // a cut that is new to the device only is news of a GRANT that it missed
                reason = !isGranted                        ? CutReason::FIRST_GRANT
                         : grant.reason == CutReason::KEPT ? CutReason::MISSED_GRANT
                                                           : grant.reason;
            }
            isGranted = !isLoss;
            EXPECT_EQ(m_granted->IsGranted(), isGranted);
            EXPECT_EQ(m_granted->GetPlan()->deviceLayers, next);
            ASSERT_EQ(m_changes.size(), next == inEffect ? 0u : 1u);
            if (!m_changes.empty())
            {
                EXPECT_EQ(m_changes[0].from, inEffect);
                EXPECT_EQ(m_changes[0].to, next);
                EXPECT_EQ(m_changes[0].reason, reason);
            }
            inEffect = next;
        }
    }
}

TEST_F(GrantedCutTest, RemembersTheLatestGrantUntilItForgetsTheServer)
{
    std::mt19937_64 random(1);
    Build(random);
    Simulator::Schedule(MilliSeconds(30), [&] {
        auto grant = MakeGrant(DrawCut(random));
        grant.sequence = 3;
        grant.sentNs = MilliSeconds(10).GetNanoSeconds();
        m_granted->Accept(grant, {});
    });
    Simulator::Run();
    EXPECT_EQ(m_granted->GetGrantDelay(), MilliSeconds(20));
    m_granted->Lose(CutReason::LEASE_EXPIRED);
    EXPECT_EQ(m_granted->GetShare(), 0);
    EXPECT_EQ(m_granted->GetLastGrant().sequence, 3u) << "it reports what it received";
    EXPECT_EQ(m_granted->GetGrantDelay(), MilliSeconds(20));
    m_granted->ForgetServer();
    EXPECT_EQ(m_granted->GetLastGrant().sequence, 0u);
    EXPECT_TRUE(m_granted->GetGrantDelay().IsStrictlyNegative());
}

TEST_F(GrantedCutTest, IsServedWithAShareOrTheCutOfTheGrant)
{
    uint32_t others = 0;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Build(random);
        m_granted->Accept(MakeGrant(DrawCut(random), 0.1), {});
        const auto earlier = m_granted->GetPlan();
        EXPECT_TRUE(m_granted->IsServed(*earlier));
        m_granted->Accept(MakeGrant(DrawCut(random), 0.1), {});
        EXPECT_TRUE(m_granted->IsServed(*earlier)) << "its share finishes earlier work, too";
        m_granted->Accept(MakeGrant(DrawCut(random), 0), {});
        const auto isSame = earlier->deviceLayers == m_granted->GetPlan()->deviceLayers;
        others += isSame ? 0 : 1;
        EXPECT_EQ(m_granted->IsServed(*earlier), isSame);
        EXPECT_TRUE(m_granted->IsServed(*m_granted->GetPlan())) << "work that takes no time";
        m_granted->Lose(CutReason::LEASE_EXPIRED);
        EXPECT_FALSE(m_granted->IsServed(*earlier));
    }
    EXPECT_GT(others, 20u);
}

TEST_F(GrantedCutTest, WorksAloneOnTheVariantThatCostsLeast)
{
    const auto make = [](double seconds, double penaltyS, uint32_t index) {
        DeviceVariant variant;
        variant.variant.dnn = "number " + std::to_string(index);
        variant.variant.penaltyS = penaltyS;
        variant.costs = std::make_shared<const LayerCosts>(
            MakeTestCosts({{{}, 0, 0, 1000}, {{0}, seconds, seconds / 10, 4}}));
        variant.facts.index = index;
        return variant;
    };
    const std::vector<DeviceVariant> variants{make(3, 0, 0), make(2, 0.5, 1), make(1, 3, 2)};
    Build(variants, ActivityWeights(), nullptr);
    EXPECT_EQ(m_granted->GetPlan()->variant.index, 1U);
    Build(variants, {4, 1, 1, 1}, nullptr); // energy matters: the shortest one
    EXPECT_EQ(m_granted->GetPlan()->variant.index, 2U);
    EXPECT_EQ(m_granted->GetPlan()->dnn, "number 2");

    Grant grant; // of the same cut, of another variant
    grant.currentShare = 0.5;
    grant.deviceLayers = {true, true};
    grant.variant = 1;
    EXPECT_TRUE(m_granted->Accept(grant, Link()));
    ASSERT_EQ(m_changes.size(), 1U);
    EXPECT_EQ(m_granted->GetPlan()->variant.index, 1U);
    EXPECT_EQ(m_granted->GetPlan()->deviceS, 2);
    grant.variant = 3;
    EXPECT_FALSE(m_granted->Accept(grant, Link())) << "there is no such variant";
    m_granted->Lose(CutReason::LEASE_EXPIRED);
    EXPECT_EQ(m_granted->GetPlan()->variant.index, 2U);
}

TEST_F(GrantedCutTest, LetsADeviceThatDecidesItselfPickItsCut)
{
    for (uint64_t seed = 1; seed <= 20; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Bidder::Secrets secrets;
        const auto* dnn = seed % 2 == 0 ? "alexnet" : "squeezenet";
        secrets.variants = {{dnn, Encoding()}};
        secrets.processor = Pick(random, DEVICES);
        secrets.usagePriceS = DrawLog(random, 1e-4, 1e-1);
        secrets.cutHysteresis = 0.1;
        const auto cache =
            std::make_shared<PartitionFrontierCache>(std::make_shared<ProfileLibrary>());
        const auto makeBidder = [&] { return std::make_unique<Bidder>(secrets, 1.0, cache); };
        const auto costs = cache->Get(dnn, secrets.processor, secrets.processor, {})->GetCosts();
        Build(costs, makeBidder());
        EXPECT_TRUE(m_granted->IsOwnDecision());
        const Link link{DrawLog(random, 3e6, 2e8), DrawLog(random, 3e6, 2e8), 1e-3, 1e-3};

        Grant grant; // the cut is the device's own
        grant.currentShare = 0.5;
        grant.nextShare = 0.5;
        EXPECT_FALSE(m_granted->Answer(Offer(), link, {})) << "it knows no price yet";
        EXPECT_TRUE(m_granted->Accept(grant, link));
        EXPECT_TRUE(m_granted->GetPlan()->isLocal) << "it does not know the server yet";

        Price price;
        price.round = 4;
        price.processor = "server-t4";
        price.prices = {0, 0.1};
        const auto answer = m_granted->Answer(price, link, {});
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->round, 4u);
        EXPECT_EQ(answer->shares.size(), 2u);
        const auto player = m_granted->GetPlayer(link);
        ASSERT_TRUE(player.options);
        EXPECT_TRUE(m_granted->Accept(grant, link));
        const auto settled = DeviceDemand(player).Settle(0.5);
        const auto plan = m_granted->GetPlan();
        EXPECT_EQ(plan->deviceLayers, settled.cut->deviceLayers);
        EXPECT_EQ(plan->workS, settled.cut->serverSeconds);
        EXPECT_EQ(m_granted->GetLastGrant().latencyS, GetLatency(*settled.cut, link, 0.5));
        EXPECT_EQ(m_granted->GetPlayer(link).currentCut->deviceLayers, plan->deviceLayers);

        m_granted->Lose(CutReason::SERVER_CHANGED);
        EXPECT_FALSE(m_granted->GetPlayer(link).currentCut) << "it may take any cut next";
        m_granted->SetBidder(nullptr);
        EXPECT_FALSE(m_granted->IsOwnDecision());
        EXPECT_FALSE(m_granted->GetPlayer(link).options);
    }
}

} // namespace
