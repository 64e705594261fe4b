/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/scheduler/dads-scheduler.h"
#include "test/support/listen.h"
#include "test/support/random-game.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/boolean.h"
#include "ns3/surgery-certificate.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Rivals : public SimulatorFixture
{
  protected:
    /// What one run under a scheduler showed.
    struct Seen
    {
        std::vector<TimestepRecord> timesteps;
        uint64_t completed{0};
        uint64_t dropped{0};
        uint32_t heavilyLoaded{0}; ///< DADS's HeavyLoad: most devices
        uint32_t overloaded{0};    ///< DADS's HeavyLoad: most devices
    };

    /// Run AlexNet on Raspberry Pis with 5 Mbit/s each for 10 s. @param interval s, 0: closed loop
    static Seen RunAlexnet(const std::string& scheduler, uint32_t devices, double interval)
    {
        Seen seen;
        {
            StarNetwork network(devices, "5Mbps", MilliSeconds(5));
            const auto server = network.InstallServer(
                [&](MecServerHelper& helper) { helper.SetScheduler(scheduler); });
            Note(server, seen);
            std::vector<Ptr<InferenceClient>> clients;
            for (uint32_t i = 0; i < devices; ++i)
            {
                clients.push_back(network.InstallClient(i, [&](InferenceClientHelper& helper) {
                    Configure(helper, interval);
                }));
            }
            Simulator::Stop(Seconds(10));
            Simulator::Run();
            for (const auto& client : clients)
            {
                seen.completed += client->GetCompleted();
                seen.dropped += client->GetDropped();
            }
        }
        Simulator::Destroy();
        return seen;
    }

    static void Configure(InferenceClientHelper& helper, double interval)
    {
        helper.SetAttribute("Dnn", StringValue("alexnet"));
        helper.SetAttribute("Processor", StringValue("raspberry-pi-4"));
        // small inputs are offloaded; of large ones, sending takes as long as computing
        helper.SetAttribute("InputBytes", UintegerValue(interval > 0 ? 150528 : 30000));
        helper.SetAttribute("OpenLoop", BooleanValue(interval > 0));
        const auto constant = "ns3::ConstantRandomVariable[Constant=" + std::to_string(interval);
        helper.SetAttribute("Interval", StringValue(constant + "]"));
        helper.SetAttribute("MaxQueue", UintegerValue(4));
        const std::string estimator = "ns3::surgery::FittedLinkEstimator[InitialRate=5Mbps]";
        helper.SetAttribute("UplinkEstimator", StringValue(estimator));
        helper.SetAttribute("DownlinkEstimator", StringValue(estimator));
    }

  private:
    static void Note(Ptr<MecServer> server, Seen& seen)
    {
        Listen(server, "Timestep", [&seen](const TimestepRecord& record) {
            seen.timesteps.push_back(record);
        });
        PointerValue scheduler;
        server->GetAttribute("Scheduler", scheduler);
        if (auto dads = scheduler.Get<DadsScheduler>())
        {
            Listen(dads, "HeavyLoad", [&seen](uint32_t devices, uint32_t overloaded) {
                seen.heavilyLoaded = std::max(seen.heavilyLoaded, devices);
                seen.overloaded = std::max(seen.overloaded, overloaded);
            });
        }
    }
};

/// @return the names of the schedulers that decide by themselves
std::vector<std::string>
GetOwnNames()
{
    auto names = SurgeryScheduler::GetNames();
    names.erase(std::remove(names.begin(), names.end(), "external"), names.end());
    return names;
}

TEST_F(Rivals, EverySchedulerRuns)
{
    for (const auto& name : GetOwnNames())
    {
        SCOPED_TRACE(name);
        const auto seen = RunAlexnet(name, 3, 0);
        EXPECT_GT(seen.completed, 0u);
        EXPECT_EQ(seen.dropped, 0u);
        ASSERT_FALSE(seen.timesteps.empty());
        EXPECT_EQ(seen.timesteps.back().devices, 3u);
        for (const auto& timestep : seen.timesteps)
        {
            EXPECT_LE(timestep.load, 1 + 1e-9);
        }
    }
}

TEST_F(Rivals, NoneHasLessLatencyInAllThanTheOptimum)
{
    std::mt19937_64 random(3);
    for (int i = 0; i < 20; ++i)
    {
        const auto game = MakeRandomGame(random, 10 + random() % 50, 8);
        const auto decide = [&](const std::string& name) {
            return GetUnpricedSum(game, SurgeryScheduler::Create(name)->Decide(game));
        };
        const auto least = decide("optimum") * (1 - 1e-9);
        auto names = GetOwnNames();
        names.insert(names.end(),
                     {"dads[AmongOffloading=true]", "neurosurgeon[AmongOffloading=true]"});
        for (const auto& name : names)
        {
            EXPECT_LE(least, decide(name)) << name << ", game " << i;
        }
    }
}

TEST_F(Rivals, OptimumTellsItsDualGap)
{
    std::mt19937_64 random(4);
    const auto game = MakeRandomGame(random, 60, 8);
    const auto optimum = SurgeryScheduler::Create("optimum");
    int calls = 0;
    Listen(optimum, "DualGap", [&calls](double sum, double bound) {
        EXPECT_GE(sum, bound * (1 - 1e-9));
        EXPECT_LE(sum, bound * 1.005);
        ++calls;
    });
    optimum->Decide(game);
    EXPECT_EQ(calls, 1);
}

/// The schedulers that give equal shares, in a strength, and what each of two devices gets that
/// offload beside two that do not.
const std::vector<std::pair<std::string, double>> STRENGTHS{
    {"dads", 0.25},
    {"dads[AmongOffloading=true]", 0.5},
    {"neurosurgeon", 0.25},
    {"neurosurgeon[AmongOffloading=true]", 0.5},
};

TEST_F(Rivals, AttributesPickTheStrength)
{
    // all on the server takes .1 s and 8 ms of sending, on the device 1 s
    const auto costs = MakeTestCosts({{{}, 0, 0, 1000}, {{0}, 1, .1, 1}});
    Game game{{4, Player()}, 1};
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        game.players[i].options = MakeOptions(std::make_shared<const PartitionFrontier>(costs));
        game.players[i].link = {i < 2 ? 1e6 : 1e3, 1e6, 0, 0};
    }
    for (const auto& [name, share] : STRENGTHS)
    {
        SCOPED_TRACE(name);
        const auto outcome = SurgeryScheduler::Create(name)->Decide(game);
        EXPECT_EQ(outcome.decisions[0].share, share);
        EXPECT_EQ(outcome.decisions[1].share, share);
        EXPECT_TRUE(outcome.decisions[2].cut->isLocal);
        EXPECT_TRUE(outcome.decisions[3].cut->isLocal);
    }
}

TEST_F(Rivals, StrengthIsMeasured)
{
    std::map<std::string, Time> served;
    for (const auto& [name, share] : STRENGTHS)
    {
        SCOPED_TRACE(name);
        StarNetwork network(4, "5Mbps", MilliSeconds(5));
        network.InstallServer([&, text = name](MecServerHelper& helper) {
            helper.SetScheduler(text);
            helper.SetAttribute("Processor", StringValue("server-8-core"));
        });
        std::vector<std::shared_ptr<Actor>> actors;
        for (uint32_t i = 0; i < 4; ++i)
        {
            actors.push_back(Watch(network.InstallClient(i, [i](InferenceClientHelper& helper) {
                Configure(helper, 0);
                const std::string rate = i < 2 ? "5Mbps" : "1kbps"; // as two devices believe
                helper.SetAttribute(
                    "UplinkEstimator",
                    StringValue("ns3::surgery::OracleLinkEstimator[Rate=" + rate + "]"));
            })));
        }
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        for (uint32_t i = 0; i < 4; ++i)
        {
            const auto& records = actors[i]->records;
            ASSERT_GT(records.size(), 1u);
            const auto& last = records[records.size() - 2]; // the one before it was stopped
            ASSERT_EQ(last.outcome, InferenceOutcome::COMPLETED);
            EXPECT_EQ(last.cut == "local", i >= 2);
            if (i < 2)
            {
                EXPECT_EQ(last.share, share);
                served[name] = last.serverEnd - last.serverStart;
            }
        }
        SetUp();
    }
    // twice the share, half the time on the server
    for (const std::string name : {"dads", "neurosurgeon"})
    {
        EXPECT_GT(served[name], MilliSeconds(1));
        EXPECT_NEAR(served[name].GetSeconds(),
                    2 * served[name + "[AmongOffloading=true]"].GetSeconds(),
                    1e-8);
    }
}

TEST_F(Rivals, DadsTurnsToThroughputUnderHeavyLoad)
{
    const auto light = RunAlexnet("dads", 1, 1);
    EXPECT_EQ(light.heavilyLoaded, 0u);
    // the fastest cut has a stage longer than the interval, the cut of DSH has none
    const auto heavy = RunAlexnet("dads", 1, 0.15);
    EXPECT_EQ(heavy.heavilyLoaded, 1u);
    EXPECT_EQ(heavy.overloaded, 0u);
    EXPECT_EQ(heavy.timesteps.back().overloaded, 0u);
    const auto hopeless = RunAlexnet("dads", 1, 0.01);
    EXPECT_EQ(hopeless.overloaded, 1u);
    EXPECT_EQ(hopeless.timesteps.back().overloaded, 1u);
    // what cannot keep up shows under every scheduler
    EXPECT_EQ(RunAlexnet("local-only", 1, 0.01).timesteps.back().overloaded, 1u);
}

} // namespace
