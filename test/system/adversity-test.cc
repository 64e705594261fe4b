/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/boolean.h"
#include "ns3/surgery-baselines.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Adversity : public SimulatorFixture
{
};

TEST_F(Adversity, OverlappingOutagesAreOne)
{
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper& helper) {
        helper.SetAttribute("Outages", StringValue("4s+3s 2s+3s 7s+1s 3s+1s 20s+1s"));
    });
    const auto actor = Watch(network.InstallClient(0, [](InferenceClientHelper&) {}));
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    std::set<int> seconds;
    for (const auto& grant : actor->grants)
    {
        seconds.insert(static_cast<int>(grant.GetSeconds()));
    }
    for (int second = 3; second < 30; ++second)
    {
        const auto isAway = second < 8 || second == 20;
        const auto isComing = second < 10 || second == 21 || second == 22;
        EXPECT_TRUE(isAway || isComing || seconds.count(second) > 0) << second;
        EXPECT_TRUE(!isAway || seconds.count(second) == 0) << second;
    }
}

TEST_F(Adversity, ServerAtOneAddressComesBackAfterAnOutage)
{
    StarNetwork network(2, "1Mbps", MilliSeconds(50));
    MecServerHelper helper(network.GetServerAddress(0));
    helper.SetAttribute("Outages", StringValue("3s+10ms 5s+1s"));
    helper.SetScheduler("server-only");
    helper.Install(network.GetServerNode());
    const auto actor = Watch(network.InstallClient(0, [](InferenceClientHelper&) {}));
    Simulator::Stop(Seconds(12));
    Simulator::Run();
    ASSERT_FALSE(actor->grants.empty());
    EXPECT_GT(actor->grants.back(), Seconds(11));
}

TEST_F(Adversity, ConnectionThatNeverSaysHelloIsClosed)
{
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper&) {});
    auto socket = Socket::CreateSocket(network.GetDeviceNode(0), TcpSocketFactory::GetTypeId());
    Time closed = NanoSeconds(-1);
    const Callback<void, Ptr<Socket>> note([&](Ptr<Socket>) { closed = Simulator::Now(); });
    Simulator::Schedule(Seconds(1), [&] {
        socket->Bind();
        socket->SetCloseCallbacks(note, note);
        socket->Connect(network.GetServerAddress(0));
    });
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    EXPECT_GT(closed, Seconds(5));
    EXPECT_LT(closed, Seconds(6));
}

TEST_F(Adversity, WorkIsNotStuckOnAServerThatForgotItsDevice)
{
    // The server gives everything, is away for less than a lease, and gives nothing thereafter.
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    const auto server = network.InstallServer([](MecServerHelper& helper) {
        const auto rule = [](const Game& game) {
            return Simulator::Now() < Seconds(10) ? DecideServerOnly(game) : DecideLocalOnly(game);
        };
        helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
        helper.SetAttribute("Outages", StringValue("10s+200ms"));
    });
    const auto actor = Watch(network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("vgg19"));
        helper.SetAttribute("InputBytes", UintegerValue(500000));
    }));
    actor->client->SetStopTime(Seconds(40));
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    EXPECT_EQ(actor->client->GetDropped(), 0u);
    EXPECT_EQ(server->GetProtocolErrors(), 0u);
    Time last;
    for (std::size_t i = 0; i < actor->records.size(); ++i)
    {
        EXPECT_LT(actor->ends[i] - last, Seconds(12)) << i; // locally it takes 4.6 s
        last = actor->ends[i];
    }
}

TEST_F(Adversity, DecisionForAnotherDnnIsNotApplied)
{
    // A client leaves, and one of the same id comes, while a decision is under way.
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    const auto server = network.InstallServer([](MecServerHelper& helper) {
        helper.SetScheduler(
            "server-only[DecisionDelay=ns3::ConstantRandomVariable[Constant=0.45]]");
    });
    const auto first = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
        helper.SetAttribute("InputBytes", UintegerValue(1000));
    });
    first->SetStopTime(Seconds(5.01));
    const auto second = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("densenet121"));
        helper.SetAttribute("InputBytes", UintegerValue(1000));
    });
    second->SetStartTime(Seconds(5.1));
    second->SetStopTime(Seconds(20));
    const auto actor = Watch(second);
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    EXPECT_EQ(second->GetConnection()->GetReconnections(), 0u);
    EXPECT_GT(actor->grants.size(), 20u);
    EXPECT_EQ(server->GetProtocolErrors(), 0u);
}

TEST_F(Adversity, AnImpostorHarmsOnlyWhomItPlays)
{
    StarNetwork network(2, "10Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper& helper) { helper.SetScheduler("server-only"); });
    std::vector<std::shared_ptr<Actor>> actors;
    for (const auto i : {0, 1})
    {
        actors.push_back(Watch(network.InstallClient(i, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("alexnet"));
            helper.SetAttribute("RequestTimeout", TimeValue(Seconds(10)));
        })));
        actors.back()->timeout = Seconds(10);
        actors.back()->client->SetStopTime(Seconds(30));
    }
    // introduces itself as device 0 again and again, with another DNN
    const auto impostor = CreateObject<ServerConnection>();
    impostor->SetCallbacks(ServerConnection::MessageCallback([](const SurgeryHeader&, uint64_t) {}),
                           ServerConnection::StatusCallback([](bool) {}),
                           ServerConnection::StartedCallback([](const SurgeryHeader&) {}));
    Hello hello;
    hello.deviceId = network.GetDeviceNode(0)->GetId();
    hello.dnn = "squeezenet";
    hello.processor = "raspberry-pi-4";
    Simulator::Schedule(Seconds(1), [&] {
        impostor->Start(network.GetDeviceNode(0), network.GetServerAddress(0), hello);
    });
    Simulator::Stop(Seconds(40));
    Simulator::Run();
    EXPECT_GT(impostor->GetReconnections(), 5u);
    EXPECT_GT(actors[0]->client->GetConnection()->GetReconnections(), 5u);
    for (const auto& actor : actors)
    {
        EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
        for (const auto& record : actor->records)
        {
            if (record.outcome != InferenceOutcome::COMPLETED)
            {
                continue;
            }
            const auto t = GetTimeline(record);
            EXPECT_FALSE(t.uplinkWaiting.IsStrictlyNegative()) << record.id;
            EXPECT_FALSE(t.downlink.IsStrictlyNegative()) << record.id;
        }
    }
    EXPECT_GT(actors[1]->client->GetCompleted(), 20u);
    EXPECT_EQ(actors[1]->client->GetConnection()->GetReconnections(), 0u);
    impostor->Dispose();
}

TEST_F(Adversity, SchedulerThatBreaksItsContractIsNamed)
{
    const auto run = [](const TestScheduler::Rule& rule) {
        StarNetwork network(2, "10Mbps", MilliSeconds(5));
        network.InstallServer([&](MecServerHelper& helper) {
            helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
        });
        network.InstallClient(0, [](InferenceClientHelper&) {});
        network.InstallClient(1, [](InferenceClientHelper&) {});
        return RunForError(Seconds(3));
    };
    EXPECT_NE(run([](const Game&) { return Outcome(); }).find("decisions"), std::string::npos);
    const auto greedy = [](const Game& game) {
        auto outcome = DecideServerOnly(game);
        for (auto& decision : outcome.decisions)
        {
            decision.share *= 1.5;
        }
        return outcome;
    };
    EXPECT_NE(run(greedy).find("capacity"), std::string::npos);
}

TEST_F(Adversity, CutThatCannotBeServedEndsInTimeouts)
{
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    const auto server = network.InstallServer([](MecServerHelper& helper) {
        const auto rule = [](const Game& game) {
            auto outcome = DecideServerOnly(game);
            for (auto& decision : outcome.decisions)
            {
                decision.share = 0;
            }
            return outcome;
        };
        helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
    });
    const auto actor = Watch(network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
        helper.SetAttribute("RequestTimeout", TimeValue(Seconds(2)));
    }));
    actor->client->SetStopTime(Seconds(20));
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    EXPECT_GE(actor->client->GetDropped(), 8u);
    EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
    EXPECT_EQ(server->GetProtocolErrors(), 0u);
}

TEST_F(Adversity, EndlessLeaseIsALease)
{
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper& helper) {
        helper.SetScheduler("server-only");
        helper.SetAttribute("LeaseTime", TimeValue(Time::Max()));
        helper.SetAttribute("DeviceTimeout", TimeValue(Time::Max()));
    });
    const auto actor = Watch(network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
        helper.SetAttribute("RequestTimeout", TimeValue(Time::Max()));
    }));
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_EQ(actor->client->GetConnection()->GetReconnections(), 0u);
    EXPECT_GT(actor->client->GetCompleted(), 5u);
}

} // namespace
