/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/negotiated-network.h"

#include "ns3/boolean.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint32_t DEVICE_COUNT = 30;

/// Devices in the open loop that play the game themselves: the first timestep's at .5 s is plain,
/// since no GRANT told them to weigh waiting, and the second one's at 1 s is not.
class NegotiationWithWaiting : public SimulatorFixture
{
  protected:
    /// Let them play. @param seed draws them @param waiting attribute Waiting
    /// @param interval between requests, with MEAN for a mean that is drawn
    static std::unique_ptr<NegotiatedNetwork> Play(uint64_t seed,
                                                   bool waiting,
                                                   const std::string& interval)
    {
        const auto* scheduler = waiting ? "decentralized-dds[Waiting=true]" : "decentralized-dds";
        auto scenario = std::make_unique<NegotiatedNetwork>(seed,
                                                            DEVICE_COUNT,
                                                            "100Mbps",
                                                            MilliSeconds(2),
                                                            scheduler);
        for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
        {
            auto own = interval;
            own.replace(own.find("MEAN"), 4, std::to_string(DrawLog(scenario->random, 1e-3, 6e-2)));
            const auto requests = 3 + scenario->random() % 10;
            scenario->AddDevice(i, [&](InferenceClientHelper& helper) {
                helper.SetAttribute("OpenLoop", BooleanValue(true));
                helper.SetAttribute("Interval", StringValue(own));
                // nothing is under way any more in the second timestep
                helper.SetAttribute("MaxRequests", UintegerValue(requests));
                helper.SetAttribute("RequestTimeout", TimeValue(MilliSeconds(100)));
            });
        }
        scenario->Observe();
        scenario->Run(MilliSeconds(1450));
        return scenario;
    }

    const std::string poisson{"ns3::ExponentialRandomVariable[Mean=MEAN]"};
    const std::string periodic{"ns3::ConstantRandomVariable[Constant=MEAN]"};
};

/// Whether a device that wants no share at the price still holds one of the timestep before. It is
/// not free for others, of which the server's solution of the game knows nothing.
bool
HasUnwantedShare(const NegotiationRecord& record)
{
    return std::any_of(
        record.shares.begin(),
        record.shares.end(),
        [](const NegotiatedShare& share) { return share.held > 0 && share.cleared == 0; });
}

TEST_F(NegotiationWithWaiting, ReachesTheServersEquilibrium)
{
    constexpr int SCENARIOS = 30;
    double excess = 0;
    int compared = 0;
    for (uint64_t seed = 1; seed <= SCENARIOS; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SetUp();
        const auto scenario = Play(seed, true, poisson);
        ASSERT_EQ(scenario->games.size(), 2u);
        EXPECT_TRUE(scenario->ignored.empty());
        const auto& record = scenario->negotiations[1];
        EXPECT_TRUE(record.isExact);
        EXPECT_EQ(record.fresh, DEVICE_COUNT);
        EXPECT_EQ(record.late, 0u);
        EXPECT_LE(record.load, 1 + 1e-12);
        const auto& game = scenario->games[1];
        EXPECT_LE(game.maxRegret, 1e-6) << "by its true costs a device would do otherwise";
        if (!HasUnwantedShare(record))
        {
            EXPECT_NEAR(game.priceS / game.serverPriceS, 1, 1e-3);
            EXPECT_GT(game.serverPriceS, 1.01 * scenario->games[0].serverPriceS)
                << "waiting does not matter in this test";
            excess += game.potentialS / game.serverPotentialS - 1;
            ++compared;
        }
    }
    RecordProperty("compared", compared);
    RecordProperty("mean_excess_of_phi", std::to_string(excess / compared));
    EXPECT_GE(compared, SCENARIOS / 2);
    EXPECT_LE(excess / compared, 1e-3);
}

TEST_F(NegotiationWithWaiting, IsThePlainOneOfPeriodicRequests)
{
    for (uint64_t seed = 1; seed <= 5; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::vector<std::vector<double>> outcomes;
        for (const auto waiting : {true, false})
        {
            SetUp();
            const auto scenario = Play(seed, waiting, periodic);
            ASSERT_EQ(scenario->negotiations.size(), 2u);
            const auto& record = scenario->negotiations[1];
            auto& outcome = outcomes.emplace_back();
            outcome.push_back(record.priceS);
            for (const auto& share : record.shares)
            {
                outcome.push_back(share.share);
            }
        }
        EXPECT_EQ(outcomes[0], outcomes[1]);
    }
}

} // namespace
