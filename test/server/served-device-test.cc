/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/served-device.h"
#include "test/support/random-game.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class ServedDeviceTest : public SimulatorFixture
{
  protected:
    /// A random DNN's frontier.
    static std::shared_ptr<const PartitionFrontier> MakeFrontier(std::mt19937_64& random)
    {
        return std::make_shared<const PartitionFrontier>(
            MakeTestCosts(MakeRandomLayers(random, 8)));
    }

    /// A HELLO of device 5.
    static Hello MakeHello(ConnectionRole role = ConnectionRole::CONTROL)
    {
        Hello hello;
        hello.deviceId = 5;
        hello.role = role;
        hello.dnn = "test";
        hello.usagePriceS = 0.01;
        hello.cutHysteresis = 0.2;
        return hello;
    }

    /// A STATE with random links.
    static State MakeState(std::mt19937_64& random)
    {
        State state;
        state.uplinkBps = DrawLog(random, 1e6, 1e8);
        state.downlinkBps = DrawLog(random, 1e6, 1e8);
        state.uplinkDelayS = DrawLog(random, 1e-4, 1e-2);
        state.downlinkDelayS = DrawLog(random, 1e-4, 1e-2);
        state.requestRatePerS = DrawLog(random, 1, 100);
        return state;
    }

    /// An ACTIVATION. @param inference its id @param deviceLayers where it is cut
    static Activation MakeActivation(uint64_t inference, CutLayers deviceLayers = {})
    {
        Activation activation;
        activation.inference = inference;
        activation.attempt = 2;
        activation.sentNs = 0;
        activation.deviceLayers = std::move(deviceLayers);
        activation.workS = 0.25;
        activation.resultBytes = 77;
        return activation;
    }

    /// Do something at some time. @param time when @param what what
    template <class Function>
    static void At(Time time, Function what)
    {
        Simulator::Schedule(time, what);
    }
};

TEST_F(ServedDeviceTest, IsInTheGameAsItIntroducedItselfAndReported)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ServedDevice device;
        const auto frontier = MakeFrontier(random);
        device.HandleHello(MakeHello(), MakeOptions(frontier));
        EXPECT_FALSE(device.HasState());
        const auto state = MakeState(random);
        device.HandleState(state, 100);
        EXPECT_TRUE(device.HasState());
        const auto player = device.MakePlayer(0.5, Seconds(1));
        EXPECT_EQ(player.device, 5u);
        ASSERT_TRUE(player.options);
        EXPECT_EQ(player.options->size(), 1u);
        EXPECT_EQ(player.options->front().frontier, frontier);
        EXPECT_EQ(player.options, device.GetOptions());
        EXPECT_EQ(player.link.uplinkBps, state.uplinkBps);
        EXPECT_EQ(player.link.downlinkBps, state.downlinkBps);
        EXPECT_EQ(player.link.uplinkDelayS, state.uplinkDelayS);
        EXPECT_EQ(player.link.downlinkDelayS, state.downlinkDelayS);
        EXPECT_EQ(player.requestRatePerS, state.requestRatePerS);
        EXPECT_EQ(player.usagePriceS, 0.01);
        EXPECT_FALSE(player.currentCut);
        EXPECT_EQ(player.switchingCostS, 0);
    }
}

TEST_F(ServedDeviceTest, KeepsToItselfWhatItDecidesItself)
{
    std::mt19937_64 random(1);
    ServedDevice device;
    device.HandleHello(MakeHello(), nullptr);
    device.HandleState(MakeState(random), 100);
    const auto player = device.MakePlayer(0.5, Seconds(1));
    EXPECT_EQ(player.device, 5u);
    EXPECT_FALSE(player.options);
    EXPECT_EQ(player.link.uplinkBps, 0);
    const auto grant = device.MakeGrant(player, {nullptr, 0.3}, 0.7, 1);
    EXPECT_EQ(grant.nextShare, 0.3);
    EXPECT_EQ(grant.shadowPriceS, 0.7);
    EXPECT_TRUE(grant.deviceLayers.empty());
    const auto job = device.AddJob(MakeActivation(1), 10, Time(0));
    EXPECT_EQ(job.work, MilliSeconds(250)) << "as it says";
    EXPECT_EQ(device.MakeResult(device.FinishJob(1, Time(0), Time(0))).GetPayloadBytes(), 77u);
}

TEST_F(ServedDeviceTest, PaysForLeavingItsCutUntilTheLeaseEnds)
{
    uint32_t kept = 0;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ServedDevice device;
        const auto frontier = MakeFrontier(random);
        device.HandleHello(MakeHello(), MakeOptions(frontier));
        device.HandleState(MakeState(random), 100);
        const auto before = device.MakePlayer(0, Seconds(1));
        const auto decision = GetBestResponse(before, before.usagePriceS, 0.5);
        const auto unlimited = std::numeric_limits<double>::infinity();
        const auto latency = seed % 2 == 0 ? 0.4 : unlimited;
        const auto grant = device.MakeGrant(before, decision, 0.7, latency);
        EXPECT_EQ(grant.reason, CutReason::FIRST_GRANT);
        EXPECT_EQ(grant.deviceLayers, decision.cut->deviceLayers);
        EXPECT_EQ(grant.shadowPriceS, 0.7);
        EXPECT_EQ(grant.latencyS, seed % 2 == 0 ? 0.4 : 0) << "0 stands for not known";

        const auto share = decision.share;
        const auto player = device.MakePlayer(share, Seconds(1));
        ASSERT_EQ(player.currentCut, decision.cut);
        EXPECT_DOUBLE_EQ(player.switchingCostS,
                         0.2 * GetCost(*decision.cut, player.link, share, player.usagePriceS));
        EXPECT_EQ(device.MakeGrant(player, decision, 0.7, 1).reason, CutReason::KEPT);
        if (decision.cut->serverSeconds > 0)
        {
            ++kept;
            EXPECT_EQ(device.MakePlayer(0, Seconds(1)).switchingCostS, 0)
                << "without a share its cost is infinite, which no game can count with";
        }
        At(Seconds(1), [&] { EXPECT_TRUE(device.MakePlayer(share, Seconds(1)).currentCut); });
        At(Seconds(1) + NanoSeconds(1), [&] {
            EXPECT_FALSE(device.MakePlayer(share, Seconds(1)).currentCut);
            // who comes back with the same DNN has the GRANT it had, with another one none
            device.HandleHello(MakeHello(), MakeOptions(frontier));
            EXPECT_TRUE(device.MakePlayer(share, Seconds(9)).currentCut);
            device.HandleHello(MakeHello(), MakeOptions(MakeFrontier(random)));
            EXPECT_FALSE(device.MakePlayer(share, Seconds(9)).currentCut);
        });
        Simulator::Run();
        Simulator::Destroy();
    }
    EXPECT_GT(kept, 20u);
}

TEST_F(ServedDeviceTest, IsSilentOnceNothingCameForTooLong)
{
    ServedDevice device;
    const auto timeout = Seconds(10);
    At(Seconds(1), [&] { device.HandleHello(MakeHello(), nullptr); });
    At(Seconds(10), [&] {
        EXPECT_FALSE(device.IsSilent(0, timeout));
        device.HandleSign();
    });
    At(Seconds(19), [&] { EXPECT_FALSE(device.IsSilent(0, timeout)); });
    At(Seconds(20), [&] { EXPECT_TRUE(device.IsSilent(0, timeout)); });
    // tensors on their way
    At(Seconds(30), [&] { EXPECT_FALSE(device.IsSilent(500, timeout)) << "bytes came"; });
    At(Seconds(39), [&] { EXPECT_FALSE(device.IsSilent(500, timeout)); });
    At(Seconds(40), [&] { EXPECT_TRUE(device.IsSilent(500, timeout)) << "no more came"; });
    At(Seconds(50), [&] { EXPECT_FALSE(device.IsSilent(20, timeout)) << "a new connection"; });
    At(Seconds(60), [&] { EXPECT_TRUE(device.IsSilent(0, timeout)) << "that was closed"; });
    Simulator::Run();
}

TEST_F(ServedDeviceTest, TellsHowLongItsStateTook)
{
    std::mt19937_64 random(1);
    ServedDevice device;
    Grant grant;
    device.AddSample(grant);
    EXPECT_EQ(grant.stateBytes, 0u);
    At(Seconds(3), [&] {
        auto state = MakeState(random);
        state.sentNs = Seconds(1).GetNanoSeconds();
        device.HandleState(state, 99);
    });
    Simulator::Run();
    device.AddSample(grant);
    EXPECT_EQ(grant.stateBytes, 99u);
    EXPECT_EQ(NanoSeconds(grant.stateDelayNs), Seconds(2));
}

TEST_F(ServedDeviceTest, MeasuresTransfersWithoutTheWaitBehindEarlierOnes)
{
    ServedDevice device;
    const auto measure = [&](Time sent) { return device.MeasureUplink(sent.GetNanoSeconds()); };
    At(Seconds(1), [&] { device.HandleHello(MakeHello(ConnectionRole::DATA), nullptr); });
    At(Seconds(4), [&] { EXPECT_EQ(measure(Seconds(2)), Seconds(2)); });
    At(Seconds(5), [&] { EXPECT_EQ(measure(Seconds(3)), Seconds(1)) << "it waited until 4 s"; });
    At(Seconds(9), [&] { EXPECT_EQ(measure(Seconds(6)), Seconds(3)); });
    // on a new connection there is no earlier message to wait behind, and its first one may have
    // been under way beside the HELLO
    At(Seconds(10), [&] { device.HandleHello(MakeHello(ConnectionRole::DATA), nullptr); });
    At(Seconds(12), [&] { EXPECT_EQ(measure(Seconds(9.5)), Seconds(2.5)); });
    Simulator::Run();
}

TEST_F(ServedDeviceTest, TurnsTensorsIntoWorkAndWorkIntoAResult)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ServedDevice device;
        const auto frontier = MakeFrontier(random);
        device.HandleHello(MakeHello(), MakeOptions(frontier));
        const auto& cuts = frontier->GetCuts();
        const auto& cut = *cuts[random() % cuts.size()];
        At(Seconds(1), [&] {
            EXPECT_FALSE(device.FindJob(9));
            const auto job =
                device.AddJob(MakeActivation(9, cut.deviceLayers), 1234, MilliSeconds(40));
            EXPECT_EQ(job.device, 5u);
            EXPECT_EQ(job.inference, 9u);
            EXPECT_EQ(job.dnn, "test");
            EXPECT_EQ(job.deviceLayers, cut.deviceLayers);
            EXPECT_EQ(job.work, Seconds(cut.serverSeconds));
            ASSERT_TRUE(device.FindJob(9));
            EXPECT_TRUE(device.FindJob(9)->end.IsStrictlyNegative());
        });
        Simulator::Run();
        const auto header = device.MakeResult(device.FinishJob(9, Seconds(2), Seconds(3)));
        EXPECT_EQ(device.FindJob(9)->end, Seconds(3));
        EXPECT_EQ(header.GetPayloadBytes(), frontier->GetCosts().GetResultBytes());
        const auto* result = header.GetIf<Result>();
        ASSERT_TRUE(result);
        EXPECT_EQ(result->inference, 9u);
        EXPECT_EQ(result->attempt, 2u);
        EXPECT_EQ(NanoSeconds(result->activationReceivedNs), Seconds(1));
        EXPECT_EQ(NanoSeconds(result->serverStartNs), Seconds(2));
        EXPECT_EQ(NanoSeconds(result->serverEndNs), Seconds(3));
        EXPECT_EQ(result->uplinkMessageBytes, 1234u);
        EXPECT_EQ(NanoSeconds(result->uplinkNs), MilliSeconds(40));
        Simulator::Destroy();
    }
}

TEST_F(ServedDeviceTest, ForgetsTheOldestFinishedWorkAndNoOther)
{
    constexpr std::size_t KEPT = 32;
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        ServedDevice device;
        std::set<uint64_t> open;
        std::set<uint64_t> finished;
        uint64_t last = 0;
        for (int step = 0; step < 300; ++step)
        {
            if (open.empty() || random() % 2 == 0)
            {
                open.insert(++last);
                device.AddJob(MakeActivation(last), 10, Time(0));
                continue;
            }
            const auto done = *std::next(open.begin(), static_cast<int>(random() % open.size()));
            open.erase(done);
            finished.insert(done);
            device.FinishJob(done, Time(0), Time(0));
            device.ForgetOldJobs();
            if (finished.size() > KEPT)
            {
                finished.erase(finished.begin());
            }
            for (uint64_t id = 1; id <= last; ++id)
            {
                EXPECT_EQ(device.FindJob(id) != nullptr, open.count(id) + finished.count(id) > 0)
                    << "inference " << id;
            }
        }
        EXPECT_EQ(finished.size(), KEPT);
    }
}

} // namespace
