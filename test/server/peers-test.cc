/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/client-connections.h"
#include "test/support/listen.h"
#include "test/support/raw-connection.h"
#include "test/support/star-network.h"

#include "ns3/error-model.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint32_t STRANGE = 77; ///< id of a server that the test plays

/// Two servers that know each other, and a node from which the test says what it likes.
class PeersTest : public SimulatorFixture
{
  protected:
    /// @param outages of the second server
    void Build(const std::string& outages = "")
    {
        m_network = std::make_unique<StarNetwork>(2, "100Mbps", MilliSeconds(1));
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
        const auto second = m_network->GetDeviceNode(1);
        m_secondId = second->GetId();
        const auto address = second->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
        m_first = m_network->InstallServer([&](MecServerHelper& helper) {
            std::ostringstream peers;
            peers << address << ":4600";
            helper.SetAttribute("Peers", StringValue(peers.str()));
            if (m_orchestrator)
            {
                helper.SetAttribute("Orchestrator", StringValue("10.0.0.2:4600"));
            }
        });
        m_firstId = m_network->GetServerNode()->GetId();
        MecServerHelper helper(InetSocketAddress(Ipv4Address::GetAny(), 4600));
        std::ostringstream peers;
        peers << m_network->GetServerAddress(1).GetIpv4() << ":4600";
        helper.SetAttribute("Peers", StringValue(peers.str()));
        helper.SetAttribute("Processor", StringValue("server-8-core"));
        if (m_orchestrator)
        {
            helper.SetAttribute("Orchestrator", StringValue(peers.str()));
        }
        helper.SetAttribute("Outages", StringValue(outages));
        const auto applications = helper.Install(second);
        helper.AssignStreams(applications, 1500);
        m_second = DynamicCast<MecServer>(applications.Get(0));
        for (const auto& server : {m_first, m_second})
        {
            Listen(server, "Timestep", [this](const TimestepRecord& record) {
                m_records[record.server].push_back(record);
            });
            Listen(
                server->GetConnections(),
                "ProtocolError",
                [this](const Address&, const std::string& reason) { m_errors.push_back(reason); });
        }
        Wait(MilliSeconds(100));
    }

    /// A device that may choose, at the first server.
    void AddChoosingDevice()
    {
        Hello hello;
        hello.deviceId = 10;
        hello.dnn = "alexnet";
        hello.processor = "jetson-nano";
        hello.attendance = Attendance::CHOOSING;
        m_device = ConnectRaw(m_network->GetDeviceNode(0), m_network->GetServerAddress(0));
        m_device->Send(hello);
        hello.role = ConnectionRole::DATA;
        m_data = ConnectRaw(m_network->GetDeviceNode(0), m_network->GetServerAddress(0));
        m_data->Send(hello);
        KeepAlive();
    }

    /// The device reports twice a second.
    void KeepAlive()
    {
        State state;
        state.deviceId = 10;
        state.uplinkBps = 1e8;
        state.downlinkBps = 1e8;
        m_device->Send(state);
        Simulator::Schedule(MilliSeconds(500), [this]() { KeepAlive(); });
    }

    /// What the device heard of a server since some instant.
    std::vector<Announce> GetHeard(uint32_t server, Time since = Seconds(0)) const
    {
        std::vector<Announce> heard;
        for (const auto& announce : m_device->Get<Announce>())
        {
            if (announce.server == server && announce.sentNs >= since.GetNanoSeconds())
            {
                heard.push_back(announce);
            }
        }
        return heard;
    }

    /// A connection over which a server that the test plays introduced itself.
    std::shared_ptr<RawConnection> AddPeer(uint32_t id = STRANGE)
    {
        const auto peer = ConnectRaw(m_network->GetDeviceNode(0), m_network->GetServerAddress(0));
        peer->Send(Peer{id});
        Wait();
        return peer;
    }

    /// What that server announces.
    static Announce MakeAnnounce(uint64_t sequence, Time sent = Simulator::Now())
    {
        Announce announce;
        announce.server = STRANGE;
        announce.sequence = sequence;
        announce.sentNs = sent.GetNanoSeconds();
        announce.address = "10.9.9.9:4600";
        announce.processor = "server-t4";
        announce.shadowPriceS = static_cast<double>(sequence);
        return announce;
    }

    bool m_orchestrator{false};              ///< whether the first server plans for both
    std::unique_ptr<StarNetwork> m_network;  ///< all nodes
    Ptr<MecServer> m_first;                  ///< in the middle
    Ptr<MecServer> m_second;                 ///< at the second leaf
    uint32_t m_firstId{0};                   ///< its node id
    uint32_t m_secondId{0};                  ///< its node id
    std::shared_ptr<RawConnection> m_device; ///< control connection of the device
    std::shared_ptr<RawConnection> m_data;   ///< its data connection
    std::map<uint32_t, std::vector<TimestepRecord>> m_records; ///< by server
    std::vector<std::string> m_errors;                         ///< of the servers
};

TEST_F(PeersTest, ADeviceHearsOfAllServersAfterEachTimestep)
{
    Build();
    AddChoosingDevice();
    Wait(Seconds(5));
    const auto own = GetHeard(m_firstId);
    const auto passed = GetHeard(m_secondId);
    EXPECT_GE(own.size(), 9U);
    EXPECT_GE(passed.size(), 9U);
    for (std::size_t i = 0; i < own.size(); ++i)
    {
        EXPECT_EQ(own[i].ageNs, 0);
        EXPECT_EQ(own[i].processor, "server-t4");
        EXPECT_EQ(own[i].address, "10.0.0.2:4600");
        EXPECT_TRUE(i == 0 || own[i].sequence == own[i - 1].sequence + 1);
    }
    EXPECT_EQ(own.back().devices, 1U);
    EXPECT_GT(own.back().load, 0);
    EXPECT_GT(own.back().curvatureS, 0);
    for (std::size_t i = 0; i < passed.size(); ++i)
    {
        EXPECT_GT(passed[i].ageNs, 0);
        EXPECT_LE(passed[i].ageNs, MilliSeconds(502).GetNanoSeconds());
        EXPECT_EQ(passed[i].processor, "server-8-core");
        EXPECT_EQ(passed[i].load, 0);
        EXPECT_TRUE(i == 0 || passed[i].sequence > passed[i - 1].sequence);
    }
    // what it costs is told
    uint64_t choice = 0;
    for (const auto& record : m_records[m_firstId])
    {
        choice += record.choiceBytes;
    }
    uint64_t heard = 0;
    for (const auto& announce : m_device->Get<Announce>())
    {
        heard += SurgeryHeader(announce).GetMessageBytes();
    }
    // what came after the last timestep is still to be told
    EXPECT_LE(choice, heard);
    EXPECT_GE(choice + SurgeryHeader(passed.back()).GetMessageBytes(), heard);
    EXPECT_EQ(m_records[m_secondId].back().choiceBytes, 0U);
    for (const auto& [server, records] : m_records)
    {
        Announce announce;
        announce.address = "10.0.0.2:4600";
        announce.processor = server == m_firstId ? "server-t4" : "server-8-core";
        EXPECT_EQ(records.back().peerBytes, SurgeryHeader(announce).GetMessageBytes());
    }
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(PeersTest, APeerThatIsDownIsForgottenAndFoundAgain)
{
    Build("5s+10s");
    AddChoosingDevice();
    Wait(Seconds(25));
    EXPECT_FALSE(GetHeard(m_secondId, Seconds(4)).empty());
    for (const auto& announce : GetHeard(m_secondId, Seconds(5)))
    {
        const auto sent = NanoSeconds(announce.sentNs);
        EXPECT_TRUE(sent <= Seconds(7.1) || sent >= Seconds(15)) << sent;
        EXPECT_LE(announce.ageNs, Seconds(2).GetNanoSeconds());
    }
    // it comes back with the next attempt and its first timestep
    const auto again = GetHeard(m_secondId, Seconds(10));
    ASSERT_FALSE(again.empty());
    EXPECT_LE(again.front().sentNs, Seconds(17.1).GetNanoSeconds());
    EXPECT_GE(again.size(), 15U);
    EXPECT_TRUE(m_errors.empty());
    EXPECT_EQ(m_device->closed, 0);
}

TEST_F(PeersTest, APeerThatCannotBeReachedIsFoundAgain)
{
    Build();
    AddChoosingDevice();
    // 10 s during which nothing arrives at the second server and back
    std::vector<Ptr<RateErrorModel>> losses;
    const auto ends = m_network->GetLink(1);
    for (uint32_t i = 0; i < ends.GetN(); ++i)
    {
        const auto loss = CreateObject<RateErrorModel>();
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->SetRate(1);
        loss->Disable();
        ends.Get(i)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
        losses.push_back(loss);
    }
    Simulator::Schedule(Seconds(5) - Simulator::Now(), [&]() {
        std::for_each(losses.begin(), losses.end(), [](const auto& loss) { loss->Enable(); });
    });
    Simulator::Schedule(Seconds(15) - Simulator::Now(), [&]() {
        std::for_each(losses.begin(), losses.end(), [](const auto& loss) { loss->Disable(); });
    });
    Wait(Seconds(25));
    const auto lost = GetHeard(m_secondId, Seconds(7.1));
    ASSERT_FALSE(lost.empty());
    EXPECT_GE(lost.front().sentNs, Seconds(15).GetNanoSeconds());
    // attempts are 1 s apart: TCP alone would wait for more than 10 s
    EXPECT_LE(lost.front().sentNs, Seconds(17.1).GetNanoSeconds());
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(PeersTest, LateOldAndDoubledAnnouncementsAreDropped)
{
    Build();
    AddChoosingDevice();
    const auto peer = AddPeer();
    Wait(Seconds(3));
    peer->SendForged(MakeAnnounce(5));
    peer->SendForged(MakeAnnounce(4));
    auto doubled = MakeAnnounce(5);
    doubled.shadowPriceS = 9;
    peer->SendForged(doubled);
    peer->SendForged(MakeAnnounce(6, Simulator::Now() - Seconds(2.5)));
    Wait(Seconds(1));
    const auto heard = GetHeard(STRANGE);
    ASSERT_GE(heard.size(), 1U);
    for (const auto& announce : heard)
    {
        EXPECT_EQ(announce.sequence, 5U);
        EXPECT_EQ(announce.shadowPriceS, 5);
    }
    EXPECT_TRUE(m_errors.empty());
    EXPECT_EQ(peer->closed, 0);
    Wait(Seconds(3));
    EXPECT_TRUE(GetHeard(STRANGE, Simulator::Now() - Seconds(1)).empty()) << "too old now";
}

TEST_F(PeersTest, AFaultClosesItsConnectionOnly)
{
    Build();
    AddChoosingDevice();
    const auto good = AddPeer(78);
    std::size_t faults = 0;
    const auto expect = [&](const RawConnection& end, const std::string& what) {
        Wait(MilliSeconds(50));
        EXPECT_EQ(end.closed, 1) << what;
        EXPECT_EQ(m_errors.size(), ++faults) << what;
        EXPECT_EQ(m_device->closed, 0) << what;
        EXPECT_EQ(good->closed, 0) << what;
    };
    for (const std::string what : {"server", "address", "age", "own id"})
    {
        const auto peer = AddPeer();
        auto announce = MakeAnnounce(1);
        announce.server = what == "server" ? 78 : what == "own id" ? m_firstId : STRANGE;
        announce.address = what == "address" ? "nowhere" : announce.address;
        announce.ageNs = what == "age" ? 1 : 0;
        peer->SendForged(announce);
        expect(*peer, what);
    }
    // fields out of range: sequence 0, an instant to come, a negative age, load and price NaN
    const std::vector<uint8_t> zeros(8, 0);
    const std::vector<uint8_t> ones(8, 0xff);
    std::vector<uint8_t> late(8, 0);
    late[0] = 0x70;
    const std::size_t price =
        32 + std::string("10.9.9.9:4600").size() + std::string("server-t4").size();
    for (const auto& [offset, bytes] :
         std::vector<std::pair<std::size_t, std::vector<uint8_t>>>{{4, zeros},
                                                                   {12, late},
                                                                   {20, ones},
                                                                   {price, ones},
                                                                   {price + 8, ones},
                                                                   {price + 16, ones}})
    {
        const auto peer = AddPeer();
        peer->SendForged(MakeAnnounce(1), offset, bytes);
        expect(*peer, "offset " + std::to_string(offset));
    }
    auto peer = AddPeer();
    peer->Send(Peer{STRANGE});
    expect(*peer, "a second PEER");
    peer = AddPeer();
    peer->Send(Hello());
    expect(*peer, "HELLO of a peer");
    peer = AddPeer();
    peer->Send(State());
    expect(*peer, "STATE of a peer");
    peer = AddPeer();
    peer->Send(Grant());
    expect(*peer, "GRANT of a peer");
    peer = AddPeer(m_firstId);
    expect(*peer, "PEER with the server's own id");
    peer = ConnectRaw(m_network->GetDeviceNode(0), m_network->GetServerAddress(0));
    peer->Send(MakeAnnounce(1));
    expect(*peer, "ANNOUNCE before PEER");
    Hello hello;
    hello.deviceId = 11;
    hello.dnn = "alexnet";
    hello.processor = "jetson-nano";
    peer = ConnectRaw(m_network->GetDeviceNode(0), m_network->GetServerAddress(0));
    peer->Send(hello);
    peer->Send(MakeAnnounce(1));
    expect(*peer, "ANNOUNCE of a device");
    EXPECT_TRUE(GetHeard(STRANGE).empty());
    // a new connection of a peer replaces its old one, which is no fault
    AddPeer(78);
    EXPECT_EQ(good->closed, 1);
    EXPECT_EQ(m_errors.size(), faults);
}

TEST_F(PeersTest, RandomBytesOfAPeerHarmNobodyElse)
{
    Build();
    AddChoosingDevice();
    std::mt19937_64 random(1);
    std::size_t closed = 0;
    for (int i = 0; i < 150; ++i)
    {
        const auto peer = AddPeer();
        const auto announce = MakeAnnounce(1 + random() % 100);
        const auto size =
            SurgeryHeader(announce).GetSerializedSize() - SurgeryHeader::PREAMBLE_BYTES;
        peer->SendForged(announce,
                         random() % size,
                         std::vector<uint8_t>(1, static_cast<uint8_t>(random())));
        Wait();
        closed += peer->closed;
        peer->stream->Close();
    }
    EXPECT_GT(closed, 20U);
    EXPECT_LT(closed, 150U);
    EXPECT_EQ(m_errors.size(), closed);
    EXPECT_EQ(m_device->closed, 0);
    EXPECT_FALSE(GetHeard(m_secondId, Simulator::Now() - Seconds(1)).empty());
}

TEST_F(PeersTest, TheOrchestratorMovesDevicesOfAllServers)
{
    m_orchestrator = true;
    Build();
    AddChoosingDevice();
    // a crowd at the second server, which visits the first
    std::vector<std::shared_ptr<RawConnection>> controls;
    const auto second = InetSocketAddress(
        m_network->GetDeviceNode(1)->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal(),
        4600);
    const Address first = m_network->GetServerAddress(0);
    std::vector<std::shared_ptr<RawConnection>> all;
    for (uint32_t id = 20; id < 28; ++id)
    {
        for (const auto attendance : {Attendance::CHOOSING, Attendance::VISITING})
        {
            const auto isServed = attendance == Attendance::CHOOSING;
            const auto end =
                ConnectRaw(m_network->GetDeviceNode(0), isServed ? Address(second) : first);
            Hello hello;
            hello.deviceId = id;
            hello.dnn = "vgg19";
            hello.processor = "raspberry-pi-3b";
            hello.usagePriceS = 1e-3;
            hello.attendance = attendance;
            end->Send(hello);
            State state;
            state.deviceId = id;
            state.uplinkBps = 1e8;
            state.downlinkBps = 1e8;
            end->Send(state);
            all.push_back(end);
            if (isServed)
            {
                controls.push_back(end);
            }
        }
    }
    Wait(Seconds(2));
    std::size_t moved = 0;
    for (const auto& control : controls)
    {
        for (const auto& move : control->Get<Move>())
        {
            EXPECT_EQ(move.server, m_firstId);
            EXPECT_EQ(move.address, "10.0.0.2:4600");
            ++moved;
            break;
        }
    }
    EXPECT_GT(moved, 0U);
    EXPECT_LT(moved, 8U);
    EXPECT_TRUE(m_device->Get<Move>().empty());
    EXPECT_TRUE(m_errors.empty());
    // only the orchestrator takes reports, and only of their sender
    const auto peer = AddPeer();
    Report report;
    report.server = 78;
    peer->Send(report);
    Wait();
    EXPECT_EQ(peer->closed, 1);
}

TEST_F(PeersTest, BadAddressesAreOneLine)
{
    const auto complain = [](const std::string& peers) -> std::string {
        try
        {
            CreateObject<MecServer>()->SetAttribute("Peers", StringValue(peers));
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(complain("10.1.1.1:4600, [2001:db8::1]:4600 10.1.1.2:4600"), "");
    EXPECT_EQ(complain("10.1.1.1:1 10.1.1.2"),
              "MecServer: Peers: \"10.1.1.2\" is no address with a port, such as 10.1.1.1:4600 or "
              "[2001:db8::1]:4600");
    EXPECT_EQ(complain("10.1.1.1:1,10.1.1.1:1"), "MecServer: Peers: 10.1.1.1:1 comes twice");
    for (const std::string scheduler : {"DdsScheduler", "DecentralizedDdsScheduler"})
    {
        m_network = std::make_unique<StarNetwork>(1, "100Mbps", MilliSeconds(1));
        m_network->InstallServer([&](MecServerHelper& helper) {
            helper.SetAttribute("Scheduler", StringValue("ns3::surgery::" + scheduler));
            helper.SetAttribute(
                "Peers",
                StringValue(scheduler == "DdsScheduler" ? "10.0.0.2:4600" : "10.0.0.3:4600"));
        });
        EXPECT_EQ(RunForError(Seconds(1)),
                  scheduler == "DdsScheduler"
                      ? "MecServer: Peers: 10.0.0.2:4600 is this server itself"
                      : "MecServer: Peers: devices that decide themselves can use one server only");
    }
}

} // unnamed namespace
