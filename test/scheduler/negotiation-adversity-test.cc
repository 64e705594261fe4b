/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/negotiated-network.h"

#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/surgery-device-demand.h"
#include "ns3/surgery-server-processor.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr double TIMESTEP_S = 0.5;
constexpr double DEADLINE_S = 0.4; ///< the default: four fifths of a timestep
constexpr uint32_t DEVICE_COUNT = 12;
constexpr int TIMESTEPS = 40;

/// Devices that work and negotiate; whatever happens to them, the server keeps its time and its
/// capacity, and nobody is stuck.
class NegotiationAdversity : public SimulatorFixture
{
  protected:
    /// Let a device ask for inferences all the time.
    static void Work(InferenceClientHelper& helper)
    {
        helper.SetAttribute("ThinkTime", StringValue("ns3::ConstantRandomVariable[Constant=0.4]"));
        helper.SetAttribute("RequestTimeout", TimeValue(Seconds(10)));
    }

    /// Count what a client ends, by timestep.
    void Watch(Ptr<InferenceClient> client)
    {
        Listen(client, "Inference", [this](const InferenceRecord& record) {
            if (record.outcome == InferenceOutcome::COMPLETED)
            {
                m_completed[record.device].push_back(Simulator::Now());
            }
        });
    }

    /// Run and check what must hold whatever happens. @return mean of Phi over the server's, less 1
    double Play(NegotiatedNetwork& scenario)
    {
        // a Ptr in its own trace sink would keep it for good
        auto* processor = PeekPointer(scenario.server->GetServerProcessor());
        Listen(processor, "ShareChanged", [processor](uint32_t, double, double) {
            EXPECT_LE(processor->GetLoad(), 1 + 1e-12);
        });
        scenario.Observe();
        for (auto it = scenario.clients.Begin(); it != scenario.clients.End(); ++it)
        {
            Watch(DynamicCast<InferenceClient>(*it));
        }
        scenario.Run(Seconds(TIMESTEP_S * (TIMESTEPS + 1)) - MilliSeconds(1));
        // every timestep ends with grants by its deadline
        EXPECT_EQ(scenario.timesteps.size(), static_cast<std::size_t>(TIMESTEPS));
        for (std::size_t t = 0; t < scenario.timesteps.size(); ++t)
        {
            EXPECT_LE(scenario.timesteps[t].time,
                      Seconds(TIMESTEP_S * (static_cast<double>(t) + 1) + DEADLINE_S));
            EXPECT_LE(scenario.timesteps[t].load, 1 + 1e-12);
        }
        double excess = 0;
        int games = 0;
        for (const auto& game : scenario.games)
        {
            if (game.time > Seconds(3)) // all have connected
            {
                EXPECT_LE(game.load, 1 + 1e-12);
                excess += game.potentialS / game.serverPotentialS - 1;
                ++games;
            }
        }
        excess /= std::max(games, 1);
        RecordProperty("mean_excess_of_phi", std::to_string(excess));
        return excess;
    }

    /// Expect that a device completed an inference in every span of some seconds.
    void ExpectNotStuck(uint32_t device, Time from, Time until, Time span = Seconds(5))
    {
        auto last = from;
        for (const auto& at : m_completed[device])
        {
            if (at > from)
            {
                EXPECT_LE(at - last, span) << "device " << device << " at " << last;
                last = at;
            }
        }
        EXPECT_LE(until - last, span) << "device " << device;
    }

    std::map<uint32_t, std::vector<Time>> m_completed; ///< by device
};

TEST_F(NegotiationAdversity, Calm)
{
    NegotiatedNetwork scenario(1, DEVICE_COUNT, "20Mbps", MilliSeconds(5));
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        scenario.AddDevice(i, Work);
    }
    EXPECT_LE(Play(scenario), 0.01);
    for (const auto& entry : m_completed)
    {
        ExpectNotStuck(entry.first, Seconds(1), Seconds(20));
    }
    EXPECT_EQ(m_completed.size(), DEVICE_COUNT);
}

TEST_F(NegotiationAdversity, OnePacketInTenIsLost)
{
    NegotiatedNetwork scenario(1, DEVICE_COUNT, "20Mbps", MilliSeconds(5));
    scenario.LosePackets(DEVICE_COUNT, 0.1);
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        scenario.AddDevice(i, Work);
    }
    Play(scenario);
    for (const auto& entry : m_completed)
    {
        // uploads crawl: RequestTimeout, and one more inference
        ExpectNotStuck(entry.first, Seconds(1), Seconds(20), Seconds(12));
    }
    EXPECT_EQ(m_completed.size(), DEVICE_COUNT);
}

TEST_F(NegotiationAdversity, LinksOfAHundredMilliseconds)
{
    NegotiatedNetwork scenario(1, DEVICE_COUNT, "20Mbps", MilliSeconds(100));
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        scenario.AddDevice(i, Work);
    }
    EXPECT_LE(Play(scenario), 0.05);
    for (const auto& entry : m_completed)
    {
        ExpectNotStuck(entry.first, Seconds(1), Seconds(20));
    }
    EXPECT_EQ(m_completed.size(), DEVICE_COUNT);
}

TEST_F(NegotiationAdversity, AThirdOfTheDevicesIsSilent)
{
    NegotiatedNetwork scenario(1, DEVICE_COUNT, "20Mbps", MilliSeconds(5));
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        scenario.AddDevice(i, [i](InferenceClientHelper& helper) {
            Work(helper);
            helper.SetAttribute("AnswersPrices", BooleanValue(i % 3 != 0));
        });
    }
    Play(scenario);
    for (const auto& record : scenario.negotiations)
    {
        for (const auto& share : record.shares)
        {
            EXPECT_EQ(share.share > 0 && (share.device - 1) % 3 == 0, false);
        }
    }
    for (const auto& entry : m_completed)
    {
        ExpectNotStuck(entry.first, Seconds(1), Seconds(20)); // the silent ones work alone
    }
    EXPECT_EQ(m_completed.size(), DEVICE_COUNT);
    // those who talk do as well as if the silent ones were not there
    const auto& last = scenario.negotiations.back();
    EXPECT_TRUE(last.isExact);
    EXPECT_LE(last.end - last.begin, MilliSeconds(200));
}

TEST_F(NegotiationAdversity, DevicesFallSilentForGood)
{
    // links die: the last demand stands for DemandLifetime, then it counts as none
    NegotiatedNetwork scenario(2, DEVICE_COUNT, "20Mbps", MilliSeconds(5));
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        scenario.AddDevice(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("AnswersPrices", BooleanValue(true));
        });
    }
    Simulator::Schedule(Seconds(5.2), [&] { scenario.LosePackets(DEVICE_COUNT / 2, 1.0); });
    Play(scenario);
    for (const auto& record : scenario.negotiations)
    {
        for (const auto& share : record.shares)
        {
            const auto isDead = share.device <= DEVICE_COUNT / 2;
            if (isDead && record.begin > Seconds(5.2 + 2 + TIMESTEP_S))
            {
                EXPECT_EQ(share.share, 0) << share.device << " at " << record.begin;
            }
        }
    }
}

TEST_F(NegotiationAdversity, DevicesJoinAndLeaveInEveryTimestep)
{
    constexpr uint32_t COMERS = 40;
    NegotiatedNetwork scenario(1, COMERS, "20Mbps", MilliSeconds(5));
    std::vector<Time> starts;
    const auto stay = Seconds(6);
    for (uint32_t i = 0; i < COMERS; ++i)
    {
        const auto client = scenario.AddDevice(i, Work);
        // some of them in the middle of a round
        const auto offset = DrawLog(scenario.random, 1e-3, 0.05);
        starts.push_back(Seconds(i < 10 ? 0 : (i - 9) * TIMESTEP_S) + Seconds(offset));
        client->SetStartTime(starts.back());
        client->SetStopTime(starts.back() + (i < 10 ? Seconds((i + 1) * TIMESTEP_S) : stay));
    }
    Play(scenario);
    for (uint32_t i = 10; i < COMERS - 6; ++i)
    {
        const auto until = std::min(starts[i] + stay, Seconds(20));
        ExpectNotStuck(scenario.clients.Get(i)->GetNode()->GetId(), starts[i], until);
    }
    uint32_t played = 0;
    for (const auto& record : scenario.negotiations)
    {
        played = std::max(played, static_cast<uint32_t>(record.shares.size()));
    }
    EXPECT_GE(played, 8u);
}

TEST_F(NegotiationAdversity, ASlowDeviceHoldsNobodyUpAndIsHeardLate)
{
    NegotiatedNetwork scenario(1, DEVICE_COUNT, "20Mbps", MilliSeconds(2));
    scenario.network.GetLink(0).Get(0)->GetChannel()->SetAttribute("Delay",
                                                                   TimeValue(MilliSeconds(60)));
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        scenario.AddDevice(i); // they negotiate only, so that nothing else is late
    }
    EXPECT_LE(Play(scenario), 0.02);
    uint32_t served = 0;
    for (std::size_t t = 4; t < scenario.negotiations.size(); ++t)
    {
        const auto& record = scenario.negotiations[t];
        EXPECT_EQ(record.shares.size(), DEVICE_COUNT);
        EXPECT_LE(record.end - record.begin, MilliSeconds(100));
        EXPECT_GT(record.late, 0u);
        EXPECT_EQ(record.ignored, 0u);
        EXPECT_EQ(record.stale, 1u);
        served += record.shares.front().share > 0;
    }
    const auto slow = DynamicCast<InferenceClient>(scenario.clients.Get(0))->GetPlayer();
    const auto wants = DeviceDemand(slow).GetResponse(scenario.negotiations.back().priceS).share;
    EXPECT_EQ(served > 0, wants > 0) << "its last answers stand";
}

TEST_F(NegotiationAdversity, ALiarBreaksNoCapacity)
{
    for (const auto factor : {0.0, 4.0, 1e6})
    {
        SCOPED_TRACE("factor " + std::to_string(factor));
        SetUp();
        NegotiatedNetwork scenario(1, DEVICE_COUNT, "20Mbps", MilliSeconds(5));
        for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
        {
            scenario.AddDevice(i, [&](InferenceClientHelper& helper) {
                Work(helper);
                helper.SetAttribute("DemandFactor", DoubleValue(i == 0 ? factor : 1.0));
            });
        }
        Play(scenario);
    }
}

} // namespace
