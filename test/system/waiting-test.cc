/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/scheduler/dds-scheduler.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-latency.h"
#include "ns3/surgery-waiting.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A device with a fixed cut and share, requests that do not wait, and no limit of its queue.
class WaitingOnWires : public SimulatorFixture
{
  protected:
    /// One cut over a lossless link.
    struct Setting
    {
        std::string dnn;        ///< of the device, a Raspberry Pi 4
        uint64_t inputBytes{0}; ///< of the input tensor
        double share{0};        ///< of a T4
        double rateBps{0};      ///< of the link
    };

    /// What was measured and what was to be expected.
    struct Latencies
    {
        double measured{0};   ///< mean, s
        double closedForm{0}; ///< T + W, s
        double lindley{0};    ///< mean of a tandem with the same requests, s
    };

    /// Run it. @param setting the cut @param use of the slowest stage @param requests how many
    /// @param interval between two requests, with MEAN for their mean
    static Latencies Run(const Setting& setting,
                         double use,
                         uint32_t requests,
                         std::string interval,
                         double gapVariation)
    {
        ProfileLibrary library;
        const PartitionFrontier frontier(LayerCosts(library.GetDnn(setting.dnn),
                                                    *library.GetProcessor("raspberry-pi-4"),
                                                    *library.GetProcessor("server-t4"),
                                                    {setting.inputBytes, 32}));
        const auto cut = frontier.GetOffloadedCut();
        // what TCP over this link gives an application: 1448 of 1490 bytes
        const auto goodput = setting.rateBps * 1448 / 1490;
        const Link link{goodput, goodput, 0.002, 0.002};
        const auto stage = GetSlowestStage(*cut, link, setting.share);
        const auto mean = std::to_string(stage / use);
        interval.replace(interval.find("MEAN"), 4, mean);

        StarNetwork network(1,
                            std::to_string(static_cast<uint64_t>(setting.rateBps)) + "bps",
                            MilliSeconds(2));
        network.InstallServer([&](MecServerHelper& helper) {
            const auto rule = [&](const Game& game) {
                return Outcome{{game.players.size(), Decision{cut, setting.share}}, 0, 0};
            };
            helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
        });
        const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue(setting.dnn));
            helper.SetAttribute("Processor", StringValue("raspberry-pi-4"));
            helper.SetAttribute("InputBytes", UintegerValue(setting.inputBytes));
            helper.SetAttribute("OpenLoop", BooleanValue(true));
            helper.SetAttribute("Interval", StringValue(interval));
            helper.SetAttribute("MaxRequests", UintegerValue(requests));
            helper.SetAttribute("MaxQueue", UintegerValue(1000000));
            helper.SetAttribute("MaxOffloads", UintegerValue(1000000));
            helper.SetAttribute("RequestTimeout", TimeValue(Seconds(1e6)));
        });
        std::map<Time, Time> latencies; // by creation
        Listen(client, "Inference", [&](const InferenceRecord& record) {
            ASSERT_EQ(record.outcome, InferenceOutcome::COMPLETED);
            if (record.created > Seconds(5)) // granted by then
            {
                latencies[record.created] = GetMeasuredLatency(record);
            }
        });
        Simulator::Stop(Seconds(1.1 * requests * std::stod(mean) + 30));
        Simulator::Run();
        Simulator::Destroy();

        Latencies result;
        const std::vector<double> stages{
            cut->deviceSeconds,
            // near saturation a little counts: the header of the message, and what acknowledges the
            // result
            8 * static_cast<double>(cut->uploadBytes + 53) / goodput + 8 * 2 * 42 / setting.rateBps,
            cut->serverSeconds / setting.share,
            8 * static_cast<double>(cut->resultBytes) / goodput,
        };
        std::vector<double> free(stages.size(), 0.0);
        const auto count = static_cast<double>(latencies.size());
        for (const auto& [created, latency] : latencies)
        {
            auto end = created.GetSeconds();
            for (std::size_t s = 0; s < stages.size(); ++s)
            {
                end = std::max(end, free[s]) + stages[s];
                free[s] = end;
            }
            const auto delays = link.uplinkDelayS + link.downlinkDelayS;
            result.lindley += (end - created.GetSeconds() + delays) / count;
            result.measured += latency.GetSeconds() / count;
        }
        result.closedForm = GetLatency(*cut, link, setting.share) +
                            GetWaitingTime({use / stage, gapVariation, stage, 0}, stage);
        std::cout << setting.dnn << ", use " << use << ": measured " << result.measured
                  << " s, T + W " << result.closedForm << " s, Lindley " << result.lindley
                  << " s\n";
        EXPECT_GT(count, 0.7 * requests);
        return result;
    }

    /// The server is the slowest stage.
    const Setting server{"squeezenet", 6000, 0.02, 50e6};
    /// The uplink is; with so many bytes the headers of messages and packets hardly count.
    const Setting uplink{"squeezenet", 30000, 0.2, 20e6};
    const std::string poisson{"ns3::ExponentialRandomVariable[Mean=MEAN]"};
};

TEST_F(WaitingOnWires, IsThatOfTheClosedForm)
{
    for (const auto use : {0.3, 0.7})
    {
        const auto latencies = Run(server, use, 20000, poisson, 1);
        EXPECT_NEAR(latencies.measured, latencies.closedForm, 0.02 * latencies.measured);
        EXPECT_NEAR(latencies.measured, latencies.lindley, 0.02 * latencies.measured);
    }
}

TEST_F(WaitingOnWires, IsThatOfLindleysRecursionNearSaturation)
{
    for (const auto use : {0.8, 0.9})
    {
        for (const auto& setting : {server, uplink})
        {
            const auto latencies = Run(setting, use, 3000, poisson, 1);
            EXPECT_NEAR(latencies.measured, latencies.lindley, 0.02 * latencies.measured);
        }
    }
}

TEST_F(WaitingOnWires, IsNoneOfPeriodicRequests)
{
    const std::string periodic{"ns3::ConstantRandomVariable[Constant=MEAN]"};
    const auto latencies = Run(server, 0.95, 1000, periodic, 0);
    EXPECT_NEAR(latencies.measured, latencies.closedForm, 0.02 * latencies.measured);
}

/// The scheduler dds, which remembers what it knew of the gaps between requests.
class WatchedDds : public DdsScheduler
{
  public:
    /// @param waiting attribute Waiting @return the scheduler
    static Ptr<WatchedDds> Make(bool waiting)
    {
        const auto scheduler = CreateObject<WatchedDds>();
        scheduler->SetAttribute("Waiting", BooleanValue(waiting));
        return scheduler;
    }

    Outcome Decide(const Game& game) override
    {
        variation = 0;
        for (const auto& player : game.players)
        {
            variation += player.gapVariation / static_cast<double>(game.players.size());
        }
        return DdsScheduler::Decide(game);
    }

    double variation{0}; ///< mean of the devices, in the last game
};

/// One VGG-19 among SqueezeNets whose requests do not wait: plain costs saturate the light ones.
class WaitingScheduler : public SimulatorFixture
{
  protected:
    /// What a scheduler achieved.
    struct Achieved
    {
        double latencyS{0};  ///< mean of the completed, s
        double completed{0}; ///< of all requests that ended, 0..1
    };

    static Achieved Run(Ptr<DecisionProcess> scheduler, const std::string& interval, Time end)
    {
        constexpr uint32_t DEVICES = 24;
        StarNetwork network(DEVICES, "100Mbps", MilliSeconds(2));
        network.InstallServer([&](MecServerHelper& helper) {
            helper.SetAttribute("Scheduler", PointerValue(scheduler));
        });
        Achieved achieved;
        double ended = 0;
        double completed = 0;
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            const auto client = network.InstallClient(i, [&](InferenceClientHelper& helper) {
                helper.SetAttribute("Dnn", StringValue(i % 8 == 0 ? "vgg19" : "squeezenet"));
                helper.SetAttribute("Processor", StringValue("raspberry-pi-4"));
                helper.SetAttribute("InputBytes", UintegerValue(30000));
                helper.SetAttribute("OpenLoop", BooleanValue(true));
                helper.SetAttribute("Interval", StringValue(interval));
            });
            Listen(client, "Inference", [&](const InferenceRecord& record) {
                if (record.created < Seconds(3) || record.outcome == InferenceOutcome::IN_FLIGHT)
                {
                    return;
                }
                ++ended;
                if (record.outcome == InferenceOutcome::COMPLETED)
                {
                    ++completed;
                    achieved.latencyS += GetMeasuredLatency(record).GetSeconds();
                }
            });
        }
        Simulator::Stop(end);
        Simulator::Run();
        Simulator::Destroy();
        achieved.latencyS /= completed;
        achieved.completed = completed / ended;
        std::cout << interval << ": " << achieved.latencyS << " s, completed " << achieved.completed
                  << '\n';
        return achieved;
    }
};

TEST_F(WaitingScheduler, IsAheadWherePlainCostsSaturateLightDevices)
{
    const std::string poisson{"ns3::ExponentialRandomVariable[Mean=0.08333]"};
    const auto aware = WatchedDds::Make(true);
    const auto blind = WatchedDds::Make(false);
    const auto waiting = Run(aware, poisson, Seconds(12));
    const auto plain = Run(blind, poisson, Seconds(12));
    const auto iao = Run(DecisionProcess::Create("iao"), poisson, Seconds(12));
    EXPECT_LT(waiting.latencyS, plain.latencyS);
    EXPECT_LT(waiting.latencyS, iao.latencyS);
    EXPECT_GE(waiting.completed, plain.completed);
    EXPECT_GE(waiting.completed, iao.completed - 0.005);
    EXPECT_NEAR(aware->variation, 1, 0.4);
    EXPECT_EQ(blind->variation, 0); // nobody asks
}

TEST_F(WaitingScheduler, IsThePlainOneOfPeriodicRequests)
{
    const std::string periodic{"ns3::ConstantRandomVariable[Constant=0.1]"};
    const auto aware = WatchedDds::Make(true);
    const auto waiting = Run(aware, periodic, Seconds(5));
    const auto plain = Run(WatchedDds::Make(false), periodic, Seconds(5));
    EXPECT_EQ(aware->variation, 0);
    EXPECT_NEAR(waiting.latencyS, plain.latencyS, 0.01 * plain.latencyS);
}

TEST_F(WaitingScheduler, ServesDevicesThatDecideThemselves)
{
    const std::string poisson{"ns3::ExponentialRandomVariable[Mean=0.08333]"};
    const auto run = [&](const std::string& scheduler) {
        return Run(DecisionProcess::Create(scheduler), poisson, Seconds(12));
    };
    const auto waiting = run("decentralized-dds[Waiting=true]");
    const auto plain = run("decentralized-dds");
    const auto server = run("dds[Waiting=true]");
    EXPECT_LT(waiting.latencyS, plain.latencyS);
    EXPECT_GE(waiting.completed, plain.completed);
    EXPECT_NEAR(waiting.latencyS, server.latencyS, 0.1 * server.latencyS);
}

TEST_F(WaitingScheduler, ChangesNothingForDevicesThatDecideThemselvesOfPeriodicRequests)
{
    const std::string periodic{"ns3::ConstantRandomVariable[Constant=0.1]"};
    const auto run = [&](const std::string& scheduler) {
        return Run(DecisionProcess::Create(scheduler), periodic, Seconds(5));
    };
    const auto waiting = run("decentralized-dds[Waiting=true]");
    const auto plain = run("decentralized-dds");
    EXPECT_NEAR(waiting.latencyS, plain.latencyS, 0.01 * plain.latencyS);
    EXPECT_EQ(waiting.completed, plain.completed);
}

} // namespace
