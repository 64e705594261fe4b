/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/dnn-partition-frontier.h"
#include "ns3/surgery-latency.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Which cut of a frontier to run.
enum class Which
{
    ALL_ON_SERVER, ///< only the input stays on the device
    LEAST_UPLOAD,  ///< the interior cut with the fewest bytes to send
    DEEPEST,       ///< the interior cut with the least work on the server
};

struct Combination
{
    std::string dnn;
    std::string processor;
    Which which;
    double share;
    double rateBps;
    Time delay;
    uint64_t inputBytes;
};

bool
IsInterior(const Cut& cut)
{
    const auto deviceLayers = std::count(cut.deviceLayers.begin(), cut.deviceLayers.end(), true);
    return !cut.isLocal && deviceLayers > 1;
}

std::shared_ptr<const Cut>
Choose(const PartitionFrontier& frontier, Which which)
{
    if (which == Which::ALL_ON_SERVER)
    {
        return frontier.GetOffloadedCut();
    }
    std::shared_ptr<const Cut> chosen;
    for (const auto& cut : frontier.GetCuts())
    {
        const auto better =
            !chosen || (which == Which::LEAST_UPLOAD && cut->uploadBytes < chosen->uploadBytes);
        if (IsInterior(*cut) && better)
        {
            chosen = cut;
        }
    }
    return chosen;
}

class LatencyValidation : public SimulatorFixture
{
};

TEST_F(LatencyValidation, LoneInferenceOverLosslessLinkTakesWhatTheModelSays)
{
    const std::vector<Combination> combinations{
        {"resnet50", "raspberry-pi-4", Which::ALL_ON_SERVER, 0.05, 50e6, MilliSeconds(2), 150528},
        {"resnet50", "raspberry-pi-4", Which::LEAST_UPLOAD, 0.0003, 1.1e6, MilliSeconds(20), 0},
        {"alexnet", "raspberry-pi-4", Which::LEAST_UPLOAD, 0.01, 5.85e6, MilliSeconds(10), 0},
        {"alexnet", "raspberry-pi-3b", Which::DEEPEST, 0.005, 1.1e6, MilliSeconds(20), 0},
        {"vgg19", "raspberry-pi-4", Which::ALL_ON_SERVER, 0.2, 18.88e6, MilliSeconds(5), 30000},
        {"vgg19", "jetson-nano", Which::ALL_ON_SERVER, 1.0, 100e6, MilliSeconds(1), 150528},
        {"squeezenet", "raspberry-pi-4", Which::LEAST_UPLOAD, 0.01, 18.88e6, MilliSeconds(5), 0},
        {"squeezenet",
         "raspberry-pi-3b",
         Which::ALL_ON_SERVER,
         0.05,
         18.88e6,
         MilliSeconds(5),
         30000},
        {"inception-v1",
         "phone-cpu",
         Which::ALL_ON_SERVER,
         0.02,
         18.88e6,
         MilliSeconds(10),
         150528},
        {"densenet121", "raspberry-pi-4", Which::ALL_ON_SERVER, 0.1, 50e6, MilliSeconds(2), 150528},
    };
    ProfileLibrary library;
    std::set<std::string> interiorCuts;
    int sharesBelowOne = 0;
    for (const auto& c : combinations)
    {
        const PartitionFrontier frontier(LayerCosts(library.GetDnn(c.dnn),
                                                    *library.GetProcessor(c.processor),
                                                    *library.GetProcessor("server-t4"),
                                                    {c.inputBytes, 32}));
        const auto cut = Choose(frontier, c.which);
        ASSERT_TRUE(cut);
        const auto label = GetCutLabel(frontier.GetCosts().GetDnn(), cut->deviceLayers);
        SCOPED_TRACE(c.dnn + " cut at " + label);
        if (IsInterior(*cut))
        {
            interiorCuts.insert(c.dnn + label);
        }
        sharesBelowOne += c.share < 1;

        // what TCP over this link gives an application: 1448 of 1490 bytes
        const auto goodput = c.rateBps * 1448 / 1490;
        const Link link{goodput, goodput, c.delay.GetSeconds(), c.delay.GetSeconds()};
        const auto predicted = GetLatency(*cut, link, c.share);
        EXPECT_GE(cut->serverSeconds / c.share, 0.2 * predicted);

        std::ostringstream rate;
        rate << static_cast<uint64_t>(c.rateBps) << "bps";
        StarNetwork network(1, rate.str(), c.delay);
        network.InstallServer([&](MecServerHelper& helper) {
            const auto rule = [&](const Game& game) {
                return Outcome{{game.players.size(), Decision{cut, c.share}}, 0, 0};
            };
            helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
        });
        const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue(c.dnn));
            helper.SetAttribute("Processor", StringValue(c.processor));
            helper.SetAttribute("InputBytes", UintegerValue(c.inputBytes));
            helper.SetAttribute("InputBits", UintegerValue(32)); // as the frontier above has it
            helper.SetAttribute("MaxRequests", UintegerValue(6));
            // the first request comes once the cut is granted, none while another is under way
            helper.SetAttribute("ThinkTime",
                                StringValue("ns3::ConstantRandomVariable[Constant=2]"));
        });
        std::vector<double> measured;
        Listen(client, "Inference", [&](const InferenceRecord& record) {
            ASSERT_EQ(record.outcome, InferenceOutcome::COMPLETED);
            ASSERT_EQ(record.cut, label);
            ASSERT_TRUE((record.deviceStart - record.created).IsZero());
            measured.push_back(GetMeasuredLatency(record).GetSeconds());
        });
        Simulator::Stop(Seconds(120));
        Simulator::Run();
        Simulator::Destroy();
        ASSERT_EQ(measured.size(), 6u);
        std::cout << std::setprecision(4) << c.dnn << " cut at " << label << ", share " << c.share
                  << ", " << c.rateBps / 1e6 << " Mbit/s: T = " << predicted << " s, measured "
                  << measured.back() << " s, first transfer " << measured.front() << " s\n";
        EXPECT_NEAR(measured.back(), predicted, 0.03 * predicted);
    }
    EXPECT_GE(interiorCuts.size(), 3u);
    EXPECT_GE(sharesBelowOne, 3);
}

} // namespace
