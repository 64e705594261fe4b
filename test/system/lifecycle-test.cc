/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "model/server/client-connections.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/surgery-baselines.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

using Records = std::vector<InferenceRecord>;

class Lifecycle : public SimulatorFixture
{
  protected:
    /// Keep what happens to a client's inferences.
    void Record(Ptr<InferenceClient> client, Records& records)
    {
        Listen(client, "Inference", [&records](const InferenceRecord& record) {
            records.push_back(record);
        });
    }

    /// Nothing is lost, no id twice, and each one ended within its timeout.
    void CheckAccount(Ptr<InferenceClient> client, const Records& records)
    {
        EXPECT_EQ(client->GetCreated(),
                  client->GetCompleted() + client->GetDropped() + client->GetInFlight());
        EXPECT_EQ(records.size(), client->GetCreated());
        std::set<uint64_t> ids;
        for (const auto& record : records)
        {
            EXPECT_TRUE(ids.insert(record.id).second);
            EXPECT_EQ(record.outcome == InferenceOutcome::DROPPED, IsDropReason(record.reason));
        }
    }

    static bool IsDropReason(const std::string& reason)
    {
        return reason == "timeout" || reason == "queue full";
    }
};

TEST_F(Lifecycle, TimelineSumsToLatencyExactly)
{
    const uint32_t devices = 4;
    StarNetwork network(devices, "20Mbps", MilliSeconds(3));
    network.InstallServer([](MecServerHelper&) {});
    std::vector<Records> records(devices);
    std::vector<Ptr<InferenceClient>> clients;
    for (uint32_t i = 0; i < devices; ++i)
    {
        clients.push_back(network.InstallClient(i, [i](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue(i % 2 == 0 ? "squeezenet" : "resnet50"));
            helper.SetAttribute("InputBytes", UintegerValue(30000));
            helper.SetAttribute("OpenLoop", BooleanValue(i >= 2)); // waiting of every kind
            helper.SetAttribute("Interval",
                                StringValue("ns3::ExponentialRandomVariable[Mean=0.06]"));
        }));
        Record(clients[i], records[i]);
        clients[i]->SetStopTime(Seconds(20));
    }
    Simulator::Stop(Seconds(21));
    Simulator::Run();
    std::map<std::string, int> waits;
    for (uint32_t i = 0; i < devices; ++i)
    {
        CheckAccount(clients[i], records[i]);
        EXPECT_GT(clients[i]->GetCompleted(), 20u);
        for (const auto& record : records[i])
        {
            if (record.outcome != InferenceOutcome::COMPLETED)
            {
                continue;
            }
            const auto t = GetTimeline(record);
            const std::vector<Time> segments{t.deviceWaiting,
                                             t.device,
                                             t.uplinkWaiting,
                                             t.uplink,
                                             t.serverWaiting,
                                             t.server,
                                             t.downlink};
            Time sum;
            for (const auto& segment : segments)
            {
                EXPECT_FALSE(segment.IsStrictlyNegative());
                sum += segment;
            }
            EXPECT_EQ(sum, GetMeasuredLatency(record));
            waits["device"] += t.deviceWaiting.IsStrictlyPositive();
            waits["uplink"] += t.uplinkWaiting.IsStrictlyPositive();
            waits["server"] += t.serverWaiting.IsStrictlyPositive();
            waits["offloaded"] += record.cut != "local";
        }
    }
    // or else the sums prove little
    EXPECT_GT(waits["device"], 10);
    EXPECT_GT(waits["offloaded"], 10);
}

TEST_F(Lifecycle, ActivationInFlightDelaysNoGrant)
{
    // VGG-19 wholly on the server, its input as 3 MB of floats, over 20 Mbit/s: 1.2 s and more
    StarNetwork network(1, "20Mbps", MilliSeconds(5));
    const auto server =
        network.InstallServer([](MecServerHelper& helper) { helper.SetScheduler("server-only"); });
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("vgg19"));
        helper.SetAttribute("InputBytes", UintegerValue(3000000));
        helper.SetAttribute("ThinkTime", StringValue("ns3::ConstantRandomVariable[Constant=0.7]"));
    });
    std::vector<Time> received;
    Listen(client, "GrantReceived", [&](uint32_t, double, const std::string&) {
        received.push_back(Simulator::Now());
    });
    std::vector<Time> granted;
    Listen(server, "Granted", [&](const GrantRecord& record) { granted.push_back(record.time); });
    Records records;
    Record(client, records);
    client->SetStopTime(Seconds(20));
    Simulator::Stop(Seconds(21));
    Simulator::Run();
    ASSERT_GT(client->GetCompleted(), 5u);
    ASSERT_GE(received.size(), 36u);
    for (std::size_t i = 0; i < received.size(); ++i)
    {
        EXPECT_LT(received[i] - granted[i], MilliSeconds(100));
    }
    // the other direction too: the device's reports come through, or the server would forget it
    EXPECT_EQ(client->GetConnection()->GetReconnections(), 0u);
}

TEST_F(Lifecycle, OutageCostsLatencyOnly)
{
    const uint32_t devices = 3;
    StarNetwork network(devices, "50Mbps", MilliSeconds(2));
    network.InstallServer(
        [](MecServerHelper& helper) { helper.SetAttribute("Outages", StringValue("10s+10s")); });
    std::vector<Records> records(devices);
    std::vector<Ptr<InferenceClient>> clients;
    std::vector<std::vector<Time>> grants(devices);
    for (uint32_t i = 0; i < devices; ++i)
    {
        clients.push_back(network.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("resnet50"));
            helper.SetAttribute("InputBytes", UintegerValue(30000));
        }));
        Record(clients[i], records[i]);
        clients[i]->SetStopTime(Seconds(30));
        Listen(clients[i], "GrantReceived", [&grants, i](uint32_t, double, const std::string&) {
            grants[i].push_back(Simulator::Now());
        });
    }
    Simulator::Stop(Seconds(31));
    Simulator::Run();
    for (uint32_t i = 0; i < devices; ++i)
    {
        CheckAccount(clients[i], records[i]);
        EXPECT_EQ(clients[i]->GetDropped(), 0u);
        bool back = false;
        for (const auto& record : records[i])
        {
            // within one lease (2 s) every device works alone
            const auto alone = record.deviceStart > Seconds(12) && record.deviceStart < Seconds(20);
            EXPECT_TRUE(!alone || record.cut == "local") << record.id;
        }
        for (const auto& grant : grants[i])
        {
            EXPECT_FALSE(grant > Seconds(10.1) && grant < Seconds(20));
            back = back || (grant > Seconds(20) && grant <= Seconds(23));
        }
        EXPECT_TRUE(back);
        EXPECT_NE(records[i].back().cut, "local");
    }
}

TEST_F(Lifecycle, LostConnectionIsReplacedAndWorkIsNotDoneTwice)
{
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    const auto server = network.InstallServer([](MecServerHelper& helper) {
        helper.SetScheduler("server-only");
        helper.SetAttribute("LeaseTime", TimeValue(Seconds(30)));
        helper.SetAttribute("DeviceTimeout", TimeValue(Seconds(30)));
    });
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("resnet50"));
        helper.SetAttribute("InputBytes", UintegerValue(600000));
        helper.SetAttribute("ThinkTime", StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
    });
    Records records;
    Record(client, records);
    client->SetStopTime(Seconds(60));
    uint64_t jobs = 0;
    Listen(server->GetServerProcessor(), "JobFinished", [&](const ServerJob&, Time) { ++jobs; });
    // now and then nothing gets through for three seconds: longer than StallTimeout
    auto toServer = DynamicCast<PointToPointNetDevice>(network.GetLink(0).Get(1));
    auto toDevice = DynamicCast<PointToPointNetDevice>(network.GetLink(0).Get(0));
    for (int k = 0; k < 4; ++k)
    {
        for (const auto& device : {toServer, toDevice})
        {
            auto loss = CreateObject<RateErrorModel>();
            loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
            loss->SetRate(1.0);
            auto none = CreateObject<RateErrorModel>();
            none->SetRate(0.0);
            Simulator::Schedule(Seconds(8 + 12 * k),
                                [device, loss] { device->SetReceiveErrorModel(loss); });
            Simulator::Schedule(Seconds(11.5 + 12 * k),
                                [device, none] { device->SetReceiveErrorModel(none); });
        }
    }
    Simulator::Stop(Seconds(61));
    Simulator::Run();
    CheckAccount(client, records);
    EXPECT_GE(client->GetConnection()->GetReconnections(), 3u);
    uint64_t offloaded = 0;
    uint64_t repeated = 0;
    for (const auto& record : records)
    {
        offloaded += record.outcome == InferenceOutcome::COMPLETED && record.cut != "local" &&
                     !record.serverEnd.IsStrictlyNegative();
        repeated += record.attempts > 1;
        if (record.outcome == InferenceOutcome::COMPLETED)
        {
            EXPECT_LE(record.firstByteSent, record.lastByteReceived);
        }
    }
    EXPECT_GT(repeated, 0u);
    EXPECT_GT(offloaded, 20u);
    EXPECT_LE(jobs, offloaded + client->GetInFlight());
}

TEST_F(Lifecycle, TimeoutsAndFullQueuesAreDropsWithAReason)
{
    StarNetwork network(1, "1Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper& helper) { helper.SetScheduler("server-only"); });
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("resnet50"));
        helper.SetAttribute("OpenLoop", BooleanValue(true));
        helper.SetAttribute("Interval", StringValue("ns3::ConstantRandomVariable[Constant=0.05]"));
        helper.SetAttribute("MaxQueue", UintegerValue(3));
        helper.SetAttribute("RequestTimeout", TimeValue(Seconds(2)));
    });
    Records records;
    Record(client, records);
    client->SetStopTime(Seconds(20));
    Simulator::Stop(Seconds(21));
    Simulator::Run();
    CheckAccount(client, records);
    std::map<std::string, int> reasons;
    for (const auto& record : records)
    {
        ++reasons[record.reason];
        if (record.outcome == InferenceOutcome::IN_FLIGHT)
        {
            EXPECT_LE(Seconds(20) - record.created, Seconds(2));
        }
    }
    EXPECT_GT(reasons["timeout"], 0);
    EXPECT_GT(reasons["queue full"], 0);
}

TEST_F(Lifecycle, DeviceTriesAgainAfterABadNetwork)
{
    StarNetwork network(1, "20Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper&) {});
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("resnet50"));
        helper.SetAttribute("InputBytes", UintegerValue(150000));
    });
    Records records;
    Record(client, records);
    const auto setRate = [&network](const std::string& rate) {
        for (uint32_t end = 0; end < 2; ++end)
        {
            DynamicCast<PointToPointNetDevice>(network.GetLink(0).Get(end))
                ->SetDataRate(DataRate(rate));
        }
    };
    Simulator::Schedule(Seconds(10), [&] { setRate("300kbps"); });
    Simulator::Schedule(Seconds(30), [&] { setRate("20Mbps"); });
    client->SetStopTime(Seconds(90));
    Simulator::Stop(Seconds(91));
    Simulator::Run();
    CheckAccount(client, records);
    std::map<std::string, int> offloaded;
    for (const auto& record : records)
    {
        const auto start = record.deviceStart.GetSeconds();
        const auto* when = start < 10 ? "before" : start < 15 || start > 30 ? "" : "while bad";
        offloaded[start > 60 ? "after" : when] += record.cut != "local";
    }
    EXPECT_GT(offloaded["before"], 20);
    EXPECT_LE(offloaded["while bad"], 3);
    EXPECT_GT(offloaded["after"], 100);
}

TEST_F(Lifecycle, OverloadKeepsItsGoodput)
{
    // ten requests per second where eight can be sent; what waits too long is dropped, and dropped
    // requests must not take the others' time
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper& helper) { helper.SetScheduler("server-only"); });
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
        helper.SetAttribute("InputBytes", UintegerValue(150000));
        helper.SetAttribute("OpenLoop", BooleanValue(true));
        helper.SetAttribute("Interval", StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
        helper.SetAttribute("RequestTimeout", TimeValue(Seconds(2)));
        helper.SetAttribute("MaxQueue", UintegerValue(8)); // a second's worth
    });
    Records records;
    Record(client, records);
    client->SetStopTime(Seconds(60));
    Simulator::Stop(Seconds(61));
    Simulator::Run();
    CheckAccount(client, records);
    std::map<int, int> completed; // by ten seconds
    for (const auto& record : records)
    {
        if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local")
        {
            ++completed[static_cast<int>(record.resultReceived.GetSeconds() / 10)];
        }
    }
    for (int window = 1; window < 6; ++window)
    {
        EXPECT_GE(completed[window], 70) << window;
    }
}

TEST_F(Lifecycle, ShareThatFallsToZeroIsNotGivenAwayTooEarly)
{
    // the scheduler moves the whole server from one device to the other at every timestep
    StarNetwork network(2, "10Mbps", MilliSeconds(20));
    uint64_t turn = 0;
    Ptr<MecServer> server;
    server = network.InstallServer([&](MecServerHelper& helper) {
        const auto rule = [&turn](const Game& game) {
            auto outcome = DecideLocalOnly(game);
            if (game.players.empty())
            {
                return outcome;
            }
            const auto lucky = turn++ % game.players.size();
            if (game.capacity > 0)
            {
                outcome.decisions[lucky] = {
                    game.players[lucky].options->front().frontier->GetOffloadedCut(),
                    game.capacity};
            }
            return outcome;
        };
        helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
    });
    std::vector<Records> records(2);
    std::vector<Ptr<InferenceClient>> clients;
    for (uint32_t i = 0; i < 2; ++i)
    {
        clients.push_back(network.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("squeezenet"));
            helper.SetAttribute("InputBytes", UintegerValue(100000));
        }));
        Record(clients[i], records[i]);
        clients[i]->SetStopTime(Seconds(30));
    }
    double most = 0;
    uint64_t changes = 0;
    Listen(server->GetServerProcessor(), "ShareChanged", [&](uint32_t, double, double) {
        most = std::max(most, server->GetServerProcessor()->GetLoad());
        ++changes;
    });
    Simulator::Stop(Seconds(31));
    Simulator::Run();
    EXPECT_GT(changes, 20u);
    EXPECT_LE(most, 1 + 1e-12);
    for (uint32_t i = 0; i < 2; ++i)
    {
        CheckAccount(clients[i], records[i]);
        EXPECT_EQ(clients[i]->GetDropped(), 0u);
        EXPECT_LE(clients[i]->GetInFlight(), 1u);
        for (const auto& record : records[i])
        {
            // no job was left waiting for a share
            EXPECT_LT(record.serverEnd - record.lastByteReceived, MilliSeconds(100));
        }
    }
}

TEST_F(Lifecycle, WhatIsNoMessageClosesItsConnectionOnly)
{
    StarNetwork network(2, "10Mbps", MilliSeconds(5));
    const auto server = network.InstallServer([](MecServerHelper&) {});
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
    });
    Records records;
    Record(client, records);
    client->SetStopTime(Seconds(10));
    std::vector<std::string> reasons;
    Listen(server->GetConnections(),
           "ProtocolError",
           [&](const Address&, const std::string& reason) { reasons.push_back(reason); });

    // the other device: random bytes, a message before HELLO, an unknown DNN
    const auto connect = [&](std::function<void(Ptr<Socket>)> talk, Time when) {
        Simulator::Schedule(when, [&network, talk] {
            auto socket =
                Socket::CreateSocket(network.GetDeviceNode(1), TcpSocketFactory::GetTypeId());
            socket->Bind();
            socket->SetConnectCallback(
                Callback<void, Ptr<Socket>>([talk](Ptr<Socket> open) { talk(open); }),
                MakeNullCallback<void, Ptr<Socket>>());
            socket->Connect(network.GetServerAddress(1));
        });
    };
    const auto say = [](const SurgeryHeader& header) {
        return [header](Ptr<Socket> socket) {
            auto packet = Create<Packet>(header.GetPayloadBytes());
            packet->AddHeader(header);
            socket->Send(packet);
        };
    };
    connect(
        [](Ptr<Socket> socket) {
            const std::vector<uint8_t> noise(100, 0x5a);
            socket->Send(Create<Packet>(noise.data(), noise.size()));
        },
        Seconds(2));
    State state;
    state.deviceId = 7;
    connect(say(SurgeryHeader(state)), Seconds(3));
    Hello hello;
    hello.deviceId = 7;
    hello.dnn = "no-such-dnn";
    hello.processor = "raspberry-pi-4";
    connect(say(SurgeryHeader(hello)), Seconds(4));

    Simulator::Stop(Seconds(11));
    Simulator::Run();
    EXPECT_EQ(server->GetProtocolErrors(), 3u);
    ASSERT_EQ(reasons.size(), 3u);
    EXPECT_NE(reasons[2].find("no-such-dnn"), std::string::npos);
    CheckAccount(client, records);
    EXPECT_GT(client->GetCompleted(), 20u);
    EXPECT_EQ(client->GetConnection()->GetReconnections(), 0u);
}

TEST_F(Lifecycle, DecisionTakesSimulatedTime)
{
    StarNetwork network(1, "10Mbps", MilliSeconds(5));
    const auto server = network.InstallServer([](MecServerHelper& helper) {
        helper.SetScheduler("dds[DecisionDelay=ns3::ConstantRandomVariable[Constant=0.07]]");
    });
    network.InstallClient(0, [](InferenceClientHelper&) {});
    std::vector<Time> times;
    Listen(server, "Timestep", [&](const TimestepRecord& record) { times.push_back(record.time); });
    Simulator::Stop(Seconds(3));
    Simulator::Run();
    ASSERT_GE(times.size(), 4u);
    for (std::size_t i = 0; i < times.size(); ++i)
    {
        EXPECT_EQ(times[i], MilliSeconds(500) * static_cast<int64_t>(i + 1) + MilliSeconds(70));
    }
}

TEST_F(Lifecycle, MisconfigurationIsOneClearException)
{
    const auto run = [](const std::function<void(StarNetwork&)>& build) {
        StarNetwork network(1, "10Mbps", MilliSeconds(5));
        build(network);
        return RunForError(Seconds(1));
    };
    const auto clientWith = [&](const std::string& name, const AttributeValue& value) {
        return run([&](StarNetwork& network) {
            network.InstallClient(0, [&](InferenceClientHelper& helper) {
                helper.SetAttribute(name, value);
            });
        });
    };
    EXPECT_NE(clientWith("Dnn", StringValue("unknown-name")).find("unknown-name"),
              std::string::npos);
    EXPECT_NE(clientWith("Processor", StringValue("unknown-name")).find("unknown-name"),
              std::string::npos);
    EXPECT_NE(clientWith("ActivationBits", UintegerValue(12)).find("8, 16 or 32"),
              std::string::npos);
    EXPECT_NE(clientWith("InputBytes", UintegerValue(1 << 30)).find("1 GiB"), std::string::npos);
    const auto serverWith = [&](const std::string& name, const AttributeValue& value) {
        return run([&](StarNetwork& network) {
            network.InstallServer(
                [&](MecServerHelper& helper) { helper.SetAttribute(name, value); });
        });
    };
    EXPECT_NE(serverWith("Processor", StringValue("unknown-name")).find("unknown-name"),
              std::string::npos);
    EXPECT_NE(serverWith("Timestep", TimeValue(Seconds(2))).find("LeaseTime"), std::string::npos);
    EXPECT_THROW(MecServerHelper(Address()).SetScheduler("unknown-name"), std::invalid_argument);
}

} // namespace
