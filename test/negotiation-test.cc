/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "negotiated-network.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint32_t DEVICE_COUNT = 50;

class Negotiation : public SimulatorFixture
{
};

TEST_F(Negotiation, ReachesTheServersEquilibrium)
{
    double excess = 0;
    uint32_t games = 0;
    for (uint64_t seed = 1; seed <= 10; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SetUp();
        NegotiatedNetwork scenario(seed, DEVICE_COUNT);
        scenario.AddDevices(DEVICE_COUNT);
        scenario.Observe();
        scenario.Run(MilliSeconds(1200));
        ASSERT_EQ(scenario.games.size(), 2u);
        for (std::size_t t = 0; t < 2; ++t)
        {
            const auto& record = scenario.negotiations[t];
            const auto& game = scenario.games[t];
            EXPECT_EQ(game.devices, DEVICE_COUNT);
            EXPECT_TRUE(record.isExact);
            EXPECT_EQ(record.fresh, DEVICE_COUNT);
            EXPECT_EQ(record.late + record.ignored, 0u);
            EXPECT_NEAR(game.priceS / game.serverPriceS, 1, 1e-3);
            EXPECT_LE(record.priceRounds, t == 0 ? 4u : 3u);
            EXPECT_LE(record.load, 1 + 1e-12);
            excess += game.potentialS / game.serverPotentialS - 1;
            ++games;
        }
    }
    EXPECT_LE(excess / games, 1e-3);
}

} // namespace
