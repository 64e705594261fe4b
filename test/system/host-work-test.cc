/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint64_t INPUT_BYTES = 200000;

const Time DEVICE_TIME = MilliSeconds(30); //!< of the device for a message
const Time SERVER_TIME = MilliSeconds(10); //!< of the server
constexpr double DEVICE_NS = 200;          //!< of the device for a byte
constexpr double SERVER_NS = 50;           //!< of the server

class HostWorks : public SimulatorFixture
{
  protected:
    /// Run one device that offloads everything.
    /// @param measures whether its links hold host work @param mode of the decision
    /// @param change what else is special @param seconds of simulated time
    std::shared_ptr<Actor> Run(bool measures,
                               const std::string& mode = "server-side",
                               const std::function<void(StarNetwork&)>& change = {},
                               double seconds = 20)
    {
        StarNetwork network(1, "20Mbps", MilliSeconds(2));
        m_server = network.InstallServer([&](MecServerHelper& helper) {
            helper.SetAttribute("HostTime", TimeValue(SERVER_TIME));
            helper.SetAttribute("HostTimePerByte", DoubleValue(SERVER_NS));
            if (mode != "server-side")
            {
                helper.SetAttribute("Scheduler",
                                    StringValue("ns3::surgery::DecentralizedDdsScheduler"));
            }
        });
        const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("vgg19"));
            helper.SetAttribute("Processor", StringValue("raspberry-pi-3b"));
            helper.SetAttribute("InputBytes", UintegerValue(INPUT_BYTES));
            helper.SetAttribute("HostTime", TimeValue(DEVICE_TIME));
            helper.SetAttribute("HostTimePerByte", DoubleValue(DEVICE_NS));
            helper.SetAttribute("MeasureHostWork", BooleanValue(measures));
            helper.SetAttribute("Mode", StringValue(mode));
            helper.SetAttribute("ThinkTime",
                                StringValue("ns3::ConstantRandomVariable[Constant=0.3]"));
        });
        auto actor = Watch(client);
        Listen(client, "LinkEstimated", [this](const LinkRecord& record) {
            m_uplinkBps = record.uplinkBps;
        });
        if (change)
        {
            change(network);
        }
        client->SetStopTime(Seconds(seconds));
        Simulator::Stop(Seconds(seconds + 1));
        Simulator::Run();
        return actor;
    }

    /// Check that segments sum to the latency, and that host work is what the attributes say.
    static void CheckSegments(const InferenceRecord& record)
    {
        const auto t = GetTimeline(record);
        EXPECT_EQ(t.deviceWaiting + t.device + t.uplinkWaiting + t.uplink + t.serverWaiting +
                      t.server + t.downlink + t.hostWork,
                  GetMeasuredLatency(record));
        for (const auto& segment : {t.uplinkWaiting, t.uplink, t.serverWaiting, t.downlink})
        {
            EXPECT_FALSE(segment.IsStrictlyNegative());
        }
        const auto bytes = static_cast<double>(record.uplinkBytes + record.downlinkBytes);
        const auto expected =
            2 * (DEVICE_TIME + SERVER_TIME).GetSeconds() + 1e-9 * (DEVICE_NS + SERVER_NS) * bytes;
        EXPECT_NEAR(t.hostWork.GetSeconds(), expected, 1e-8);
        EXPECT_TRUE(t.serverWaiting.IsZero());
    }

    Ptr<MecServer> m_server;
    double m_uplinkBps{0};
};

TEST_F(HostWorks, AreASegmentOfTheirOwnAndPartOfThePrediction)
{
    for (const std::string mode : {"server-side", "decentralized"})
    {
        const auto actor = Run(false, mode);
        int offloaded = 0;
        double error = 1;
        for (const auto& record : actor->records)
        {
            if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local")
            {
                ++offloaded;
                CheckSegments(record);
                error = GetServiceLatency(record).GetSeconds() / record.predicted.GetSeconds() - 1;
            }
        }
        EXPECT_GE(offloaded, 15) << mode;
        EXPECT_LE(std::abs(error), 0.03) << mode;
        // the transfer's clock starts after it
        EXPECT_NEAR(m_uplinkBps, 20e6 * 1448 / 1490, 0.6e6) << mode;
        Simulator::Destroy();
    }
}

TEST_F(HostWorks, ThatADeviceMeasuresAreInItsLinksAndNotAddedToThem)
{
    const auto actor = Run(true);
    ASSERT_FALSE(actor->records.empty());
    const InferenceRecord* last = nullptr;
    for (const auto& record : actor->records)
    {
        if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local")
        {
            CheckSegments(record);
            last = &record;
        }
    }
    ASSERT_TRUE(last);
    EXPECT_NEAR(GetServiceLatency(*last).GetSeconds() / last->predicted.GetSeconds(), 1, 0.03);
    // 80 ms of transfer and some 90 ms of host work on the tensors
    EXPECT_LT(m_uplinkBps, 12e6);
}

TEST_F(HostWorks, DoNotOccupyTheProcessor)
{
    // a request every 0.5 s, whose host work takes longer: none waits for the processor
    const auto actor = Run(false, "server-side", [this](StarNetwork& network) {
        m_server->SetAttribute(
            "Scheduler",
            PointerValue(CreateObject<TestScheduler>([](const Game& game) {
                Outcome outcome;
                for (const auto& player : game.players)
                {
                    const auto& costs = player.options->front().frontier->GetCosts();
                    CutLayers layers(costs.GetDnn().GetSize(), true);
                    std::fill(layers.end() - 3, layers.end(), false);
                    outcome.decisions.push_back(
                        {std::make_shared<const Cut>(MakeCut(costs, layers)), 1});
                }
                return outcome;
            })));
        const auto client = network.GetDeviceNode(0)->GetApplication(0);
        client->SetAttribute("Dnn", StringValue("squeezenet"));
        client->SetAttribute("HostTime", TimeValue(MilliSeconds(300)));
        client->SetAttribute("OpenLoop", BooleanValue(true));
        client->SetAttribute("Interval", StringValue("ns3::ConstantRandomVariable[Constant=0.5]"));
    });
    int offloaded = 0;
    for (const auto& record : actor->records)
    {
        if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local")
        {
            ++offloaded;
            const auto t = GetTimeline(record);
            EXPECT_TRUE(t.deviceWaiting.IsZero());
            EXPECT_TRUE(t.device.IsStrictlyPositive());
            EXPECT_GT(t.hostWork, MilliSeconds(600));
        }
    }
    EXPECT_GE(offloaded, 30);
}

TEST_F(HostWorks, SurviveDeadLinksAndOutages)
{
    const auto actor = Run(
        false,
        "server-side",
        [this](StarNetwork& network) {
            m_server->SetAttribute("Outages", StringValue("4s+1s 9020ms+500ms"));
            network.GetDeviceNode(0)->GetApplication(0)->SetAttribute("HostTime",
                                                                      TimeValue(MilliSeconds(300)));
            auto device = DynamicCast<PointToPointNetDevice>(network.GetLink(0).Get(0));
            for (const auto& [at, rate] :
                 {std::pair<int, const char*>(12, "1kbps"), {14, "20Mbps"}})
            {
                Simulator::Schedule(Seconds(at), [device, rate = std::string(rate)] {
                    device->SetAttribute("DataRate", StringValue(rate));
                });
            }
        },
        40);
    EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
    EXPECT_EQ(actor->client->GetDropped(), 0u);
    EXPECT_GE(actor->client->GetCompleted(), 10u);
    EXPECT_EQ(m_server->GetProtocolErrors(), 0u);
    for (const auto& record : actor->records)
    {
        if (record.outcome == InferenceOutcome::COMPLETED)
        {
            const auto t = GetTimeline(record);
            EXPECT_EQ(t.deviceWaiting + t.device + t.uplinkWaiting + t.uplink + t.serverWaiting +
                          t.server + t.downlink + t.hostWork,
                      GetMeasuredLatency(record));
        }
    }
}

} // namespace
