/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"
#include "test/support/watched-client.h"

#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4.h"
#include "ns3/net-device.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/ppp-header.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-client-server-helper.h"
#include "ns3/uinteger.h"
#include "ns3/waypoint-mobility-model.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// One attachment of a station.
struct Attachment
{
    Time time;
    uint32_t accessPoint;
};

/// Stations that walk back and forth along a row of access points, and what was seen of them.
class RoamingRun
{
  public:
    struct Settings
    {
        uint32_t stations{5};
        std::string network{"wifi[AccessPoints=3]"};
        double reach{50};    ///< they turn at +-reach, m
        double speed{15};    ///< m/s
        double duration{22}; ///< s
        Time away;           ///< station 0 is out of coverage from 6 s on for so long
        Time timeout{Seconds(10)};
    };

    explicit RoamingRun(const Settings& settings)
        : m_settings(settings)
    {
        NodeContainer stations(settings.stations);
        NodeContainer server(1);
        for (uint32_t i = 0; i < settings.stations; ++i)
        {
            Walk(stations.Get(i), i);
        }
        m_network = AccessNetwork::Create(settings.network);
        m_network->Install(stations, server.Get(0));
        m_network->AssignStreams(1000);
        Listen(m_network, "Attached", [this](uint32_t node, uint32_t accessPoint) {
            m_attachments[node].push_back({Simulator::Now(), accessPoint});
        });
        Listen(m_network, "Detached", [this](uint32_t node, uint32_t accessPoint) {
            m_detachments[node].push_back({Simulator::Now(), accessPoint});
        });
        Listen(m_network->GetBackhaul().Get(1), "PromiscSniffer", [this](Ptr<const Packet> packet) {
            HandleBackhaul(packet);
        });

        MecServerHelper servers(m_network->GetListeningAddress(4600));
        servers.SetScheduler("server-only"); // so that every device has something to send
        const auto serverApplications = servers.Install(server);
        MecServerHelper::AssignStreams(serverApplications, 5000000);
        m_server = DynamicCast<MecServer>(serverApplications.Get(0));
        InferenceClientHelper clients(m_network->GetServerAddress(4600));
        clients.SetAttribute("InputBytes", UintegerValue(150528));
        clients.SetAttribute("ThinkTime", StringValue("ns3::ExponentialRandomVariable[Mean=0.2]"));
        clients.SetAttribute("RequestTimeout", TimeValue(settings.timeout));
        for (uint32_t i = 0; i < settings.stations; ++i)
        {
            auto application = clients.Install(stations.Get(i));
            application.Start(MilliSeconds(500 + 20 * i));
            application.Stop(Seconds(settings.duration));
            InferenceClientHelper::AssignStreams(application, 6000000 + 10 * i);
            m_actors.push_back(Watch(DynamicCast<InferenceClient>(application.Get(0))));
            m_actors.back()->timeout = settings.timeout;
        }
    }

    ~RoamingRun()
    {
        m_network->Dispose();
        Simulator::Destroy();
    }

    void Run()
    {
        Simulator::Stop(Seconds(m_settings.duration + 1));
        Simulator::Run();
    }

    /// The access points that a station joined, in order.
    const std::vector<Attachment>& GetAttachments(uint32_t station) const
    {
        return Get(m_attachments, station);
    }

    /// The access points that a station left, in order.
    const std::vector<Attachment>& GetDetachments(uint32_t station) const
    {
        return Get(m_detachments, station);
    }

    const Actor& GetActor(uint32_t station) const
    {
        return *m_actors.at(station);
    }

    /// Expect that every request ended in time and is accounted for, most of them well.
    void CheckRequests() const
    {
        uint64_t created = 0;
        uint64_t completed = 0;
        for (const auto& actor : m_actors)
        {
            created += actor->client->GetCreated();
            completed += actor->client->GetCompleted();
            EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
            EXPECT_EQ(actor->client->GetCreated(), actor->records.size());
            for (std::size_t k = 0; k < actor->records.size(); ++k)
            {
                const auto& record = actor->records[k];
                EXPECT_LE(actor->ends[k] - record.created, m_settings.timeout);
                EXPECT_TRUE(record.outcome != InferenceOutcome::DROPPED || !record.reason.empty());
            }
        }
        EXPECT_GE(completed, 0.95 * created) << created;
        EXPECT_EQ(m_server->GetProtocolErrors(), 0u);
    }

    /// Expect that tensors move again soon after a station joined an access point.
    void CheckSilences() const
    {
        const auto limit = Seconds(5);
        for (uint32_t i = 0; i < m_actors.size(); ++i)
        {
            for (const auto& attachment : GetAttachments(i))
            {
                if (attachment.time + limit < Seconds(m_settings.duration))
                {
                    EXPECT_LE(GetSilence(i, attachment.time), limit)
                        << "station " << i << " at " << attachment.time.GetSeconds();
                }
            }
        }
    }

    /// How long after an instant the next large segment reached the server.
    Time GetSilence(uint32_t station, Time since) const
    {
        const auto& times = m_segments.at(station);
        const auto next = std::lower_bound(times.begin(), times.end(), since);
        return (next == times.end() ? Seconds(m_settings.duration) : *next) - since;
    }

    /// The longest time between two large segments.
    Time GetLongestSilence(uint32_t station) const
    {
        const auto& times = m_segments.at(station);
        Time longest;
        for (std::size_t k = 1; k < times.size(); ++k)
        {
            longest = std::max(longest, times[k] - times[k - 1]);
        }
        return longest;
    }

  private:
    static const std::vector<Attachment>& Get(
        const std::map<uint32_t, std::vector<Attachment>>& from,
        uint32_t station)
    {
        static const std::vector<Attachment> none;
        const auto found = from.find(station);
        return found == from.end() ? none : found->second;
    }

    /// Back and forth between -reach and +reach, each from another place.
    void Walk(Ptr<Node> node, uint32_t index) const
    {
        auto mobility = CreateObject<WaypointMobilityModel>();
        node->AggregateObject(mobility);
        const auto reach = m_settings.reach;
        const auto y = 3.0 + index;
        auto x = -reach + 2 * reach * index / m_settings.stations;
        auto direction = 1.0;
        auto time = 0.0;
        mobility->AddWaypoint(Waypoint(Seconds(0), Vector(x, y, 0)));
        if (m_settings.away.IsStrictlyPositive() && index == 0)
        {
            const Vector home(x, y, 0);
            const Vector nowhere(x, 1000, 0);
            mobility->AddWaypoint(Waypoint(Seconds(6), home));
            mobility->AddWaypoint(Waypoint(Seconds(6.1), nowhere));
            mobility->AddWaypoint(Waypoint(Seconds(6) + m_settings.away, nowhere));
            mobility->AddWaypoint(Waypoint(Seconds(6.1) + m_settings.away, home));
            return;
        }
        while (time < m_settings.duration + 2)
        {
            time += (reach - direction * x) / m_settings.speed;
            x = direction * reach;
            direction = -direction;
            mobility->AddWaypoint(Waypoint(Seconds(time), Vector(x, y, 0)));
        }
    }

    /// Note the large segments that reach the server.
    void HandleBackhaul(Ptr<const Packet> captured)
    {
        auto packet = captured->Copy();
        PppHeader ppp;
        packet->RemoveHeader(ppp);
        Ipv4Header ipv4;
        packet->RemoveHeader(ipv4);
        TcpHeader tcp;
        packet->RemoveHeader(tcp);
        if (tcp.GetDestinationPort() != 4600 || packet->GetSize() < 1000)
        {
            return;
        }
        uint8_t bytes[4];
        ipv4.GetSource().Serialize(bytes);
        m_segments[bytes[3] - 1].push_back(Simulator::Now());
    }

    Settings m_settings;
    Ptr<AccessNetwork> m_network;
    Ptr<MecServer> m_server;
    std::vector<std::shared_ptr<Actor>> m_actors;
    std::map<uint32_t, std::vector<Attachment>> m_attachments;
    std::map<uint32_t, std::vector<Attachment>> m_detachments;
    std::map<uint32_t, std::vector<Time>> m_segments;
};

/// Several seeds: its number is that of the run.
class WifiRoamingSeeds : public SimulatorFixture, public testing::WithParamInterface<uint64_t>
{
};

TEST_P(WifiRoamingSeeds, StationsUnderLoadMoveBackAndForth)
{
    SCOPED_TRACE("run " + std::to_string(GetParam()));
    RngSeedManager::SetRun(GetParam());
    RoamingRun run{RoamingRun::Settings()};
    run.Run();
    run.CheckRequests();
    run.CheckSilences();
    for (uint32_t i = 0; i < 5; ++i)
    {
        SCOPED_TRACE("station " + std::to_string(i));
        const auto& joined = run.GetAttachments(i);
        const auto& left = run.GetDetachments(i);
        ASSERT_GE(joined.size(), 4u); // three transitions
        ASSERT_EQ(joined.size(), left.size() + 1);
        bool returned = false;
        for (std::size_t k = 1; k < joined.size(); ++k)
        {
            EXPECT_NE(joined[k].accessPoint, joined[k - 1].accessPoint);
            EXPECT_EQ(left[k - 1].accessPoint, joined[k - 1].accessPoint);
            EXPECT_EQ(left[k - 1].time, joined[k].time); // nothing in between
            returned |= k > 1 && joined[k].accessPoint == joined[k - 2].accessPoint;
        }
        EXPECT_TRUE(returned);
        EXPECT_GT(run.GetActor(i).client->GetCompleted(), 20u);
    }
}

INSTANTIATE_TEST_SUITE_P(Runs, WifiRoamingSeeds, testing::Values(1, 2, 3, 4));

class WifiRoamingTest : public SimulatorFixture
{
};

TEST_F(WifiRoamingTest, ShortRetransmissionTimeoutsDoAsWell)
{
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    RoamingRun run{RoamingRun::Settings()};
    run.Run();
    run.CheckRequests();
    run.CheckSilences();
}

TEST_F(WifiRoamingTest, BridgesFollowAStationThatOnlyReceives)
{
    NodeContainer station(1);
    NodeContainer server(1);
    auto mobility = CreateObject<ConstantVelocityMobilityModel>();
    mobility->SetPosition(Vector(-40, 0, 0));
    mobility->SetVelocity(Vector(8, 0, 0));
    station.Get(0)->AggregateObject(mobility);
    const auto network = AccessNetwork::Create("wifi[AccessPoints=3]");
    network->Install(station, server.Get(0));
    network->AssignStreams(1000);
    std::vector<Time> joined;
    Listen(network, "Attached", [&](uint32_t, uint32_t) { joined.push_back(Simulator::Now()); });
    PacketSinkHelper sink("ns3::UdpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 9));
    const auto sinks = sink.Install(station);
    std::vector<Time> received;
    Listen(sinks.Get(0), "Rx", [&](Ptr<const Packet>, const Address&) {
        received.push_back(Simulator::Now());
    });
    const auto ipv4 = station.Get(0)->GetObject<Ipv4>();
    UdpClientHelper udp(ipv4->GetAddress(1, 0).GetLocal(), 9);
    udp.SetAttribute("Interval", TimeValue(MilliSeconds(20)));
    udp.SetAttribute("MaxPackets", UintegerValue(1000000));
    auto sources = udp.Install(server.Get(0));
    sources.Start(Seconds(1));
    Simulator::Stop(Seconds(11));
    Simulator::Run();
    ASSERT_EQ(joined.size(), 3u);
    ASSERT_GT(received.size(), 450u);
    EXPECT_GT(received.back(), Seconds(10.9));
    for (std::size_t k = 1; k < received.size(); ++k)
    {
        EXPECT_LT(received[k] - received[k - 1], MilliSeconds(200)) << received[k].GetSeconds();
    }
    network->Dispose();
}

TEST_F(WifiRoamingTest, StationsThatWaitForMissedBeaconsMoveToo)
{
    RoamingRun::Settings settings;
    settings.stations = 3;
    settings.network = "wifi[AccessPoints=2|Spacing=80|RoamingMargin=1000]";
    settings.duration = 32;
    RoamingRun run(settings);
    run.Run();
    run.CheckRequests();
    run.CheckSilences();
    for (uint32_t i = 0; i < settings.stations; ++i)
    {
        SCOPED_TRACE("station " + std::to_string(i));
        EXPECT_GE(run.GetAttachments(i).size(), 4u);
        EXPECT_GE(run.GetDetachments(i).size(), 3u);
    }
}

TEST_F(WifiRoamingTest, AStationThatLeavesCoverageWorksAloneAndComesBack)
{
    for (const auto* network : {"wifi", "wifi[AccessPoints=3]"})
    {
        SCOPED_TRACE(network);
        RoamingRun::Settings settings;
        settings.stations = 3;
        settings.network = network;
        settings.reach = 30;
        settings.speed = 5;
        settings.duration = 36;
        settings.away = Seconds(20);
        RoamingRun run(settings);
        run.Run();
        run.CheckRequests();
        const auto& actor = run.GetActor(0);
        EXPECT_EQ(actor.client->GetDropped(), 0u);
        uint32_t alone = 0;
        uint32_t servedAfter = 0;
        for (const auto& record : actor.records)
        {
            const auto isCompleted = record.outcome == InferenceOutcome::COMPLETED;
            const auto isAway = record.created > Seconds(9) && record.created < Seconds(25);
            EXPECT_TRUE(!isAway || record.cut == "local");
            alone += isCompleted && isAway;
            servedAfter += isCompleted && record.created > Seconds(26) && record.cut != "local";
        }
        EXPECT_GE(alone, 10u);
        EXPECT_GE(servedAfter, 10u);
        // it gets grants again within 5 s, and the others hardly notice that it went
        EXPECT_GE(std::count_if(actor.grants.begin(),
                                actor.grants.end(),
                                [](Time at) { return at > Seconds(26) && at < Seconds(31); }),
                  1);
        EXPECT_LT(run.GetLongestSilence(1), Seconds(4));
        EXPECT_LT(run.GetLongestSilence(2), Seconds(4));
    }
}

} // namespace
