/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/bidder.h"
#include "test/support/bundled-game.h"
#include "test/support/simulator-fixture.h"
#include "test/support/waiting-game.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A device that plays itself, with what it keeps secret, which a test knows.
struct Device
{
    Bidder::Secrets secrets;
    double factor;
    std::shared_ptr<PartitionFrontierCache> cache;
    std::unique_ptr<Bidder> bidder;

    explicit Device(std::mt19937_64& random, double demandFactor = 1)
        : factor(demandFactor)
    {
        static const auto shared =
            std::make_shared<PartitionFrontierCache>(std::make_shared<ProfileLibrary>());
        cache = shared;
        const auto* dnn = random() % 2 == 0 ? "alexnet" : "squeezenet";
        secrets.processor = Pick(random, DEVICES);
        secrets.variants = {{dnn, {0, random() % 2 == 0 ? 32u : 8u}}};
        secrets.usagePriceS = DrawLog(random, 1e-4, 1e-1);
        secrets.cutHysteresis = random() % 2 == 0 ? 0.0 : DrawLog(random, 1e-2, 1);
        bidder = std::make_unique<Bidder>(secrets, factor, cache);
    }

    const Cuts& GetCuts(const std::string& server) const
    {
        const auto& variant = secrets.variants.front();
        return cache->Get(variant.dnn, secrets.processor, server, variant.encoding)->GetCuts();
    }

    /// What it pays without switching cost for its best cut and share, the share being at most cap.
    double GetLeast(const std::string& server, const Link& link, double price, double cap) const
    {
        auto least = std::numeric_limits<double>::infinity();
        for (const auto& cut : GetCuts(server))
        {
            const auto share = std::min(cap, std::sqrt(cut->serverSeconds / price));
            least = std::min(least, GetCost(*cut, link, share, price));
        }
        return least;
    }

    /// The share of its best cut at a unit price, by looking at all cuts.
    double GetWanted(const std::string& server, const Link& link, double price) const
    {
        auto least = std::numeric_limits<double>::infinity();
        double wanted = 0;
        for (const auto& cut : GetCuts(server))
        {
            // the server may be as large as it likes
            const auto cost =
                GetBaseLatency(*cut, link) + 2 * std::sqrt(cut->serverSeconds * price);
            if (cost < least)
            {
                least = cost;
                wanted = std::sqrt(cut->serverSeconds / price);
            }
        }
        return wanted;
    }
};

Link
DrawLink(std::mt19937_64& random)
{
    return {DrawLog(random, 1e6, 2e8), DrawLog(random, 1e6, 2e8), 1e-3, 1e-3};
}

Price
MakePrice(std::mt19937_64& random, const std::string& server, uint64_t timestep)
{
    Price price;
    price.timestep = timestep;
    price.round = random() % 1000;
    price.processor = server;
    const auto prices = 1 + random() % 10;
    for (uint64_t i = 0; i < prices; ++i)
    {
        price.prices.push_back(i == 0 ? 0.0 : DrawLog(random, 1e-4, 1e2));
    }
    std::sort(price.prices.begin(), price.prices.end());
    return price;
}

/// Run a test on many random devices.
template <class Check>
void
ForEachDevice(Check check)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        check(random, Pick(random, SERVERS));
    }
}

class BidderTest : public SimulatorFixture
{
};

TEST_F(BidderTest, WantsTheShareOfItsBestCutAtEachPrice)
{
    ForEachDevice([](std::mt19937_64& random, const std::string& server) {
        const Device device(random, random() % 3 == 0 ? 1.0 : DrawLog(random, 0.1, 10));
        const auto link = DrawLink(random);
        const auto question = MakePrice(random, server, 1);
        const auto answer = device.bidder->Answer(question, link, {});
        EXPECT_EQ(answer.round, question.round);
        EXPECT_EQ(answer.gainS, 0);
        ASSERT_EQ(answer.shares.size(), question.prices.size());
        for (std::size_t i = 0; i < question.prices.size(); ++i)
        {
            const auto unit = device.secrets.usagePriceS + question.prices[i];
            const auto wanted = device.factor * device.GetWanted(server, link, unit);
            // what it would take beyond the whole server is for nobody to say
            EXPECT_NEAR(std::min(1.0, answer.shares[i] / device.factor),
                        std::min(1.0, wanted / device.factor),
                        1e-9)
                << "price " << question.prices[i];
            EXPECT_TRUE(i == 0 || answer.shares[i] <= answer.shares[i - 1]) << "demand rose";
        }
    });
}

TEST_F(BidderTest, MultipliesAllItAsksForByItsFactor)
{
    ForEachDevice([](std::mt19937_64& random, const std::string& server) {
        const Device honest(random);
        const auto factor = DrawLog(random, 0.1, 10);
        Bidder liar(honest.secrets, factor, honest.cache);
        const auto link = DrawLink(random);
        const auto question = MakePrice(random, server, 1);
        const auto truth = honest.bidder->Answer(question, link, {});
        const auto lie = liar.Answer(question, link, {});
        for (std::size_t i = 0; i < question.prices.size(); ++i)
        {
            EXPECT_DOUBLE_EQ(lie.shares[i], factor * truth.shares[i]);
        }
    });
}

TEST_F(BidderTest, LooksAtTheNetworkOncePerTimestep)
{
    uint32_t changed = 0;
    ForEachDevice([&](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto first = MakePrice(random, server, 1);
        const auto before = device.bidder->Answer(first, DrawLink(random), {});
        const auto link = DrawLink(random);
        EXPECT_EQ(device.bidder->Answer(first, link, {}).shares, before.shares)
            << "answers of one timestep do not fit together";
        auto next = first;
        next.timestep = 2;
        const auto after = device.bidder->Answer(next, link, {});
        changed += after.shares != before.shares ? 1 : 0;
        Bidder fresh(device.secrets, 1, device.cache);
        EXPECT_EQ(after.shares, fresh.Answer(next, link, {}).shares);
    });
    EXPECT_GT(changed, 10u) << "the links do not matter in this test";
}

TEST_F(BidderTest, WeighsTheWaitingOfItsRequests)
{
    constexpr int GRID = 500;
    uint32_t changed = 0;
    ForEachDevice([&](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto link = DrawLink(random);
        const Bidder::Requests requests{DrawLog(random, 1, 100), DrawLog(random, 0.1, 10)};
        const auto question = MakePrice(random, server, 1);
        const auto answer = device.bidder->Answer(question, link, requests);
        const auto player = device.bidder->GetPlayer(link);
        const auto cuts = GetAllCuts(player);
        const auto getLeast = [&](double share, double price) {
            auto least = std::numeric_limits<double>::infinity();
            for (const auto& cut : cuts)
            {
                least = std::min(least, GetCostSlowly(player, *cut, share, price));
            }
            return least;
        };
        for (std::size_t i = 0; i < question.prices.size(); ++i)
        {
            const auto unit = device.secrets.usagePriceS + question.prices[i];
            const auto cost = getLeast(answer.shares[i], unit);
            for (int k = 0; k <= GRID; ++k)
            {
                ASSERT_LE(cost, getLeast(static_cast<double>(k) / GRID, unit) * (1 + 1e-9));
            }
            EXPECT_TRUE(i == 0 || answer.shares[i] <= answer.shares[i - 1]) << "demand rose";
        }
        Bidder plain(device.secrets, 1, device.cache);
        changed += plain.Answer(question, link, {}).shares != answer.shares ? 1 : 0;

        Grant grant;
        grant.nextShare = DrawLog(random, 1e-3, 1);
        device.bidder->Complete(grant, link);
        const auto cut = MakeCut(player.options->front().frontier->GetCosts(), grant.deviceLayers);
        EXPECT_LE(GetCostSlowly(player, cut, grant.nextShare, 0),
                  getLeast(grant.nextShare, 0) * (1 + 1e-12));
        EXPECT_DOUBLE_EQ(grant.latencyS, GetLatency(cut, link, grant.nextShare));
    });
    EXPECT_GT(changed, 50u);
}

TEST_F(BidderTest, WeighsNoWaitingOfPeriodicRequests)
{
    ForEachDevice([](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto link = DrawLink(random);
        const auto question = MakePrice(random, server, 1);
        const auto answer = device.bidder->Answer(question, link, {DrawLog(random, 1, 100), 0});
        Bidder plain(device.secrets, 1, device.cache);
        EXPECT_EQ(answer.shares, plain.Answer(question, link, {}).shares);
    });
}

TEST_F(BidderTest, LooksAtItsRequestsOncePerTimestep)
{
    uint32_t changed = 0;
    ForEachDevice([&](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto link = DrawLink(random);
        auto question = MakePrice(random, server, 1);
        const auto before = device.bidder->Answer(question, link, {1, 1});
        EXPECT_EQ(device.bidder->Answer(question, link, {20, 5}).shares, before.shares);
        EXPECT_EQ(device.bidder->GetPlayer(link).requestRatePerS, 1);
        ++question.timestep;
        changed += device.bidder->Answer(question, link, {20, 5}).shares != before.shares ? 1 : 0;
        EXPECT_EQ(device.bidder->GetPlayer(link).requestRatePerS, 20);
    });
    EXPECT_GT(changed, 10u) << "requests do not matter in this test";
}

TEST_F(BidderTest, WantsMoreOfAnOfferOnlyIfItGains)
{
    uint32_t gains = 0;
    ForEachDevice([&](std::mt19937_64& random, const std::string& server) {
        const Device device(random, random() % 2 == 0 ? 1.0 : DrawLog(random, 0.1, 10));
        const auto link = DrawLink(random);
        Offer offer;
        offer.timestep = 1;
        offer.round = random() % 1000;
        offer.share = random() % 3 == 0 ? 0.0 : DrawLog(random, 1e-3, 1);
        offer.leftover = random() % 5 == 0 ? 0.0 : DrawLog(random, 1e-3, 1);
        EXPECT_FALSE(device.bidder->Answer(offer, link, {})) << "it does not know the server yet";
        device.bidder->Answer(MakePrice(random, server, 1), link, {});
        const auto answer = device.bidder->Answer(offer, link, {});
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->round, offer.round);
        ASSERT_EQ(answer->shares.size(), 1u);
        EXPECT_GE(answer->shares[0], offer.share);
        EXPECT_LE(answer->shares[0], std::min(1.0, offer.share + offer.leftover));
        EXPECT_GE(answer->gainS, 0);
        if (answer->gainS > 0)
        {
            ++gains;
            // it gains what its best cut saves; what it has coming is rented whether used or not
            auto now = std::numeric_limits<double>::infinity();
            for (const auto& cut : device.GetCuts(server))
            {
                now = std::min(now,
                               GetLatency(*cut, link, offer.share) +
                                   device.secrets.usagePriceS * offer.share);
            }
            const auto cap = std::min(1.0, offer.share + offer.leftover);
            const auto then = device.GetLeast(server, link, device.secrets.usagePriceS, cap);
            EXPECT_NEAR(answer->gainS, now - then, 1e-9 * now);
        }
    });
    EXPECT_GT(gains, 10u);
}

TEST_F(BidderTest, CompletesAGrantWithTheFastestCutForItsShare)
{
    ForEachDevice([](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto link = DrawLink(random);
        Grant untouched;
        untouched.nextShare = 0.5;
        device.bidder->Complete(untouched, link);
        EXPECT_TRUE(untouched.deviceLayers.empty()) << "it does not know the server yet";
        EXPECT_EQ(device.bidder->GetServerSeconds(0, {}), 0);

        device.bidder->Answer(MakePrice(random, server, 1), link, {});
        Grant grant;
        grant.nextShare = DrawLog(random, 1e-3, 1);
        device.bidder->Complete(grant, link);
        auto least = std::numeric_limits<double>::infinity();
        const Cut* chosen = nullptr;
        for (const auto& cut : device.GetCuts(server))
        {
            least = std::min(least, GetLatency(*cut, link, grant.nextShare));
            chosen = cut->deviceLayers == grant.deviceLayers ? cut.get() : chosen;
        }
        ASSERT_TRUE(chosen);
        EXPECT_DOUBLE_EQ(GetLatency(*chosen, link, grant.nextShare), least);
        EXPECT_DOUBLE_EQ(grant.latencyS, least);
        EXPECT_EQ(grant.reason, CutReason::FIRST_GRANT);
        EXPECT_EQ(device.bidder->GetServerSeconds(0, grant.deviceLayers), chosen->serverSeconds);

        Grant again;
        again.nextShare = grant.nextShare;
        device.bidder->Complete(again, link);
        EXPECT_EQ(again.deviceLayers, grant.deviceLayers);
        EXPECT_EQ(again.reason, CutReason::KEPT);
        device.bidder->Forget();
        device.bidder->Complete(again, link);
        EXPECT_EQ(again.reason, CutReason::FIRST_GRANT) << "it had none that was valid";
    });
}

TEST_F(BidderTest, PaysForLeavingTheCutOfItsGrant)
{
    ForEachDevice([](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto link = DrawLink(random);
        EXPECT_FALSE(device.bidder->GetPlayer(link).options);
        device.bidder->Answer(MakePrice(random, server, 1), link, {});
        EXPECT_FALSE(device.bidder->GetPlayer(link).currentCut);
        Grant grant;
        grant.nextShare = DrawLog(random, 1e-2, 1);
        device.bidder->Complete(grant, link);
        const auto player = device.bidder->GetPlayer(link);
        EXPECT_EQ(player.usagePriceS, device.secrets.usagePriceS);
        ASSERT_TRUE(player.currentCut);
        EXPECT_EQ(player.currentCut->deviceLayers, grant.deviceLayers);
        const auto cost = GetCost(*player.currentCut, link, grant.nextShare, player.usagePriceS);
        EXPECT_DOUBLE_EQ(player.switchingCostS, device.secrets.cutHysteresis * cost);
        device.bidder->Forget();
        EXPECT_FALSE(device.bidder->GetPlayer(link).currentCut);
        EXPECT_EQ(device.bidder->GetPlayer(link).switchingCostS, 0);
    });
}

TEST_F(BidderTest, BeginsAnewWithAnotherServersProcessor)
{
    ForEachDevice([](std::mt19937_64& random, const std::string& server) {
        const Device device(random);
        const auto link = DrawLink(random);
        device.bidder->Answer(MakePrice(random, server, 1), link, {});
        Grant grant;
        grant.nextShare = 0.5;
        device.bidder->Complete(grant, link);
        const auto* const frontier = device.bidder->GetPlayer(link).options->front().frontier.get();

        auto question = MakePrice(random, "no such processor", 1);
        EXPECT_THROW(device.bidder->Answer(question, link, {}), std::invalid_argument);
        EXPECT_TRUE(device.bidder->GetPlayer(link).currentCut) << "it still has its server";

        question.processor = server == SERVERS[0] ? SERVERS[1] : SERVERS[0];
        const auto answer = device.bidder->Answer(question, link, {}); // in the same timestep
        EXPECT_NE(device.bidder->GetPlayer(link).options->front().frontier.get(), frontier);
        EXPECT_FALSE(device.bidder->GetPlayer(link).currentCut) << "a cut of another frontier";
        Bidder fresh(device.secrets, 1, device.cache);
        EXPECT_EQ(answer.shares, fresh.Answer(question, link, {}).shares);
    });
}

} // namespace
