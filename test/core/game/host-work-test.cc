/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-line.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>

namespace
{

using namespace ns3::surgery;

TEST(HostWork, IsPaidAtBothEndsForTensorsAndResult)
{
    Cut cut;
    cut.isLocal = false;
    cut.deviceSeconds = 0.5;
    cut.serverSeconds = 0.25;
    cut.uploadBytes = 1000;
    cut.resultBytes = 24;
    const Link bare{8e6, 16e6, 0.01, 0.02};
    auto link = bare;
    AddHostWork(link, {0.003, 2e-6}, {0.0005, 1e-6});
    EXPECT_DOUBLE_EQ(GetLatency(cut, link, 0.5),
                     GetLatency(cut, bare, 0.5) + 2 * 0.0035 + 3e-6 * 1024);
    EXPECT_DOUBLE_EQ(GetHostSeconds({0.003, 2e-6}, 1000), 0.005);
    EXPECT_EQ(GetSlowestStage(cut, link, 0.5), GetSlowestStage(cut, bare, 0.5));
    cut.isLocal = true;
    EXPECT_EQ(GetLatency(cut, link, 0), GetLatency(cut, bare, 0));
}

TEST(HostWork, ChangesTheBestCutAsSlowerLinksDo)
{
    // T is the same function of a link with host work and of one whose bytes take longer, so a
    // frontier, which holds the best cut for any rate, holds the best cut for any host work
    auto library = std::make_shared<ProfileLibrary>();
    PartitionFrontierCache frontiers(library);
    std::mt19937 random(7);
    const auto draw = [&random](double low, double high) {
        return low * std::pow(high / low, std::uniform_real_distribution<>(0, 1)(random));
    };
    for (const auto* dnn : {"resnet50", "densenet121", "squeezenet"})
    {
        const auto frontier = frontiers.Get(dnn, "raspberry-pi-4", "server-t4", {150528, 32});
        for (int i = 0; i < 200; ++i)
        {
            Player player;
            player.options = MakeOptions(frontier);
            player.link = {draw(1e6, 1e9), draw(1e6, 1e9), 0.001, 0.002};
            auto slower = player;
            const HostWork device{draw(1e-6, 0.1), draw(1e-10, 1e-6)};
            const HostWork server{draw(1e-6, 0.1), draw(1e-10, 1e-6)};
            AddHostWork(player.link, device, server);
            const auto byteS = device.byteS + server.byteS;
            slower.link.uplinkBps = 8 / (8 / slower.link.uplinkBps + byteS);
            slower.link.downlinkBps = 8 / (8 / slower.link.downlinkBps + byteS);
            slower.link.uplinkDelayS += 2 * (device.messageS + server.messageS);
            const auto share = draw(1e-3, 1);
            const auto best = GetBestCutAt(player, share);
            const auto expected = GetBestCutAt(slower, share);
            const auto latency = GetLatency(*best.cut, player.link, best.share);
            EXPECT_NEAR(latency,
                        GetLatency(*expected.cut, slower.link, expected.share),
                        1e-9 * latency);
        }
    }
}

TEST(HostWork, OutOfRangeIsRefused)
{
    for (const auto wrong : {-1.0, std::numeric_limits<double>::quiet_NaN()})
    {
        Link link{1e6, 1e6, 0, 0};
        link.hostS = wrong;
        EXPECT_THROW(CheckLink(link), std::invalid_argument);
        link.hostS = 0;
        link.hostByteS = wrong;
        EXPECT_THROW(CheckLink(link), std::invalid_argument);
    }
}

} // namespace
