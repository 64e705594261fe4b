/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/count-sockets.h"
#include "test/support/loss.h"
#include "test/support/many-servers.h"
#include "test/support/raw-server.h"
#include "test/support/simulator-fixture.h"

#include "ns3/callback.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/nstime.h"
#include "ns3/object-vector.h"
#include "ns3/simulator.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-messages.h"
#include "ns3/tcp-l4-protocol.h"

#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint32_t DEVICE = 1000;  ///< id of the first device
constexpr uint32_t NOWHERE = 5000; ///< id of no server

/// All choices that hear of other servers and follow no orchestrator.
const std::vector<std::string> CHOICES{"nearest", "fastest", "dds"};

/// What goes wrong where devices may choose, and that they stay where they are, over wires or fluid
/// links.
class ChoiceAdversity : public SimulatorFixture, public testing::WithParamInterface<bool>
{
  protected:
    /// Run to an instant. @param stop then
    static void RunUntil(Time stop)
    {
        Simulator::Stop(stop - Simulator::Now());
        Simulator::Run();
    }

    /// @param server a node id @return what a client asks that is at its site
    static Callback<uint32_t> MakeSite(uint32_t server)
    {
        return Callback<uint32_t>([server]() { return server; });
    }

    /// Some inferences per second, so that a run takes little time. @param helper of the client
    static void Slow(InferenceClientHelper& helper)
    {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
        helper.SetAttribute("InputBytes", UintegerValue(20000));
        helper.SetAttribute("ThinkTime", StringValue("ns3::ConstantRandomVariable[Constant=0.3]"));
    }

    /// Every request ends once, or is in flight. @param network what there is
    static void CheckAccounts(const ManyServers& network)
    {
        for (const auto& actor : network.actors)
        {
            EXPECT_EQ(GetTotal(*actor), actor->client->GetCreated());
            EXPECT_GT(actor->client->GetCompleted(), 5u);
            EXPECT_EQ(actor->client->GetDropped(), 0u);
            std::set<uint64_t> ids;
            for (const auto& record : actor->records)
            {
                EXPECT_TRUE(ids.insert(record.id).second) << "inference " << record.id << " twice";
            }
        }
        for (const auto& server : network.servers)
        {
            EXPECT_EQ(server->GetProtocolErrors(), 0u);
        }
    }

    /// @param node a node @return how many sockets it has, in TCP whatever their state
    static std::size_t CountSockets(Ptr<Node> node)
    {
        if (GetParam())
        {
            return CountOpenSockets(node);
        }
        ObjectVectorValue sockets;
        node->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
        return sockets.GetN();
    }

    /// A network. @param servers how many @param sites of devices
    static ManyServers MakeNetwork(uint32_t servers, const std::vector<uint32_t>& sites)
    {
        return ManyServers(
            servers,
            sites,
            [](MecServerHelper&) {},
            GetParam());
    }

    /// Lose everything for a while. @param losses of a link @param from when @param length how long
    static void Cut(const std::vector<Loss>& losses, Time from, Time length)
    {
        for (const auto& loss : losses)
        {
            Simulator::Schedule(from, [loss] { loss(1); });
            Simulator::Schedule(from + length, [loss] { loss(0); });
        }
    }

    /// A device at a server that the test plays, in a network with two others.
    struct Played
    {
        ManyServers network;                  ///< servers 0 and 1, and two devices at 0
        std::unique_ptr<RawServer> server;    ///< on the node of device 1
        std::shared_ptr<Actor> actor;         ///< at the played server
        std::shared_ptr<RawConnection> first; ///< its first control connection
        uint64_t sequence{0};                 ///< of grants and of the own announcements

        Played()
            : network(MakeNetwork(2, {0, 0}))
        {
        }

        /// @return the played server's node id
        uint32_t GetId() const
        {
            return network.GetDeviceNode(1)->GetId();
        }

        /// @return the text of its address
        std::string GetAddress() const
        {
            return GetSocketText(network.GetDeviceAddress(1, 4700));
        }

        /// Grant nothing for two seconds, and announce this server, twice a second.
        void Serve()
        {
            Simulator::Schedule(MilliSeconds(500), &Played::Serve, this);
            const auto control = server->FindControl(DEVICE);
            if (!control)
            {
                return;
            }
            first = first ? first : control;
            Grant grant;
            grant.sequence = ++sequence;
            grant.leaseNs = Seconds(2).GetNanoSeconds();
            grant.deviceLayers.assign(ProfileLibrary().GetDnn("squeezenet")->GetSize(), true);
            control->Send(grant);
            control->Send(MakeOffer(GetId(), sequence, GetAddress()));
        }
    };

    /// An announcement. @param server of whom @param sequence its number @param address where
    static Announce MakeOffer(uint32_t server, uint64_t sequence, const std::string& address)
    {
        Announce offer;
        offer.server = server;
        offer.sequence = sequence;
        offer.address = address;
        offer.processor = "server-t4";
        return offer;
    }

    /// @param choice of the device @param site where it is: a server's index, or nowhere
    /// @param outages of the other servers @return a device that is served
    static std::unique_ptr<Played> Play(const std::string& choice,
                                        uint32_t site = NOWHERE,
                                        const std::string& outages = "")
    {
        auto played = std::make_unique<Played>();
        for (const auto& server : played->network.servers)
        {
            server->SetAttribute("Outages", StringValue(outages));
        }
        const auto node = played->network.GetDeviceNode(1);
        played->server = std::make_unique<RawServer>(node, 4700);
        const auto address = played->network.GetDeviceAddress(1, 4700);
        played->actor = played->network.AddClient(0, 0, choice, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Remote", AddressValue(address));
            helper.SetAttribute("Dnn", StringValue("squeezenet"));
            helper.SetAttribute("FirstLease", TimeValue(Seconds(3)));
        });
        played->actor->client->SetSite(
            MakeSite(site == NOWHERE ? NOWHERE : played->network.GetId(site)));
        played->Serve();
        RunUntil(Seconds(2));
        EXPECT_TRUE(played->first);
        EXPECT_FALSE(played->actor->grants.empty());
        return played;
    }
};

TEST_P(ChoiceAdversity, WrongAnnouncementsMoveNobody)
{
    for (const auto& choice : CHOICES)
    {
        SCOPED_TRACE(choice);
        const auto played = Play(choice);
        const auto& control = *played->first;
        const auto real = GetSocketText(played->network.addresses[1]);
        const auto sockets = CountSockets(played->network.GetDeviceNode(0));
        uint64_t sequence = 0;
        for (int round = 0; round < 20; ++round)
        {
            ++sequence;
            for (const std::string address : {"",
                                              "nonsense",
                                              "10.0.0.1",
                                              "10.0.0.1:0",
                                              "10.0.0.1:70000",
                                              "0.0.0.0:4600",
                                              "127.0.0.1:4600",
                                              "255.255.255.255:4600",
                                              "224.0.0.1:4600",
                                              "10.9.9.9:4600",
                                              "[::]:4600",
                                              "[::1]:4600",
                                              "[2001:db8::1]:4600",
                                              "[ff02::1]:4600",
                                              "another server's"})
            {
                const auto isReal = address == "another server's";
                control.Send(MakeOffer(NOWHERE, ++sequence, isReal ? real : address));
            }
            // of a device as server, of this server elsewhere, of nobody
            control.Send(MakeOffer(played->network.GetDeviceNode(0)->GetId(), ++sequence, real));
            control.Send(MakeOffer(std::numeric_limits<uint32_t>::max(), ++sequence, real));
            control.Send(
                MakeOffer(std::numeric_limits<uint32_t>::max(), ++sequence, "10.9.9.9:4600"));
            RunUntil(Simulator::Now() + MilliSeconds(500));
        }
        EXPECT_TRUE(played->network.migrations.empty());
        EXPECT_EQ(played->actor->client->GetConnection()->GetReconnections(), 0u);
        EXPECT_EQ(control.closed, 0);
        EXPECT_LE(CountSockets(played->network.GetDeviceNode(0)), sockets);
        CheckAccounts(played->network);
        Simulator::Destroy();
    }
}

TEST_P(ChoiceAdversity, LateOldAndDoubledAnnouncementsMoveNobody)
{
    for (const auto& choice : CHOICES)
    {
        SCOPED_TRACE(choice);
        // at the site of a server that is off
        const auto played = Play(choice, 1, "1+100");
        const auto* network = &played->network;
        const auto id = network->GetId(1);
        const auto real = GetSocketText(network->addresses[1]);
        const auto& control = *played->first;
        for (int round = 0; round < 20; ++round)
        {
            auto late = MakeOffer(id, 10, real);
            late.ageNs = round % 2 == 0 ? Seconds(3600).GetNanoSeconds()
                                        : std::numeric_limits<int64_t>::max();
            control.Send(late);                   // old
            control.Send(late);                   // doubled
            control.Send(MakeOffer(id, 9, real)); // overtaken
            auto delayed = MakeOffer(id, 10 + round % 2, real);
            delayed.sentNs = 0; // when the simulation began
            control.SendForged(delayed);
            RunUntil(Simulator::Now() + MilliSeconds(500));
            if (choice == "nearest") // it visits nobody
            {
                EXPECT_EQ(CountSockets(network->GetDeviceNode(0)), 2u);
            }
        }
        EXPECT_TRUE(network->migrations.empty());
        EXPECT_EQ(played->actor->client->GetConnection()->GetReconnections(), 0u);
        EXPECT_EQ(control.closed, 0);
        CheckAccounts(*network);
        Simulator::Destroy();
    }
}

TEST_P(ChoiceAdversity, WhatCannotBeReadClosesTheConnectionAndLosesNothing)
{
    for (const auto& choice : CHOICES)
    {
        SCOPED_TRACE(choice);
        const auto played = Play(choice);
        // age, at byte 20 of the body, and the field after it: both negative
        played->first->SendForged(MakeOffer(played->network.GetId(1), 1, "10.0.0.1:4600"),
                                  20,
                                  std::vector<uint8_t>(8, 0xff));
        RunUntil(Seconds(12));
        EXPECT_EQ(played->first->closed, 1);
        EXPECT_TRUE(played->network.migrations.empty());
        EXPECT_EQ(played->actor->client->GetConnection()->GetReconnections(), 1u);
        EXPECT_GT(played->actor->grants.back(), Seconds(11)) << "it is served again";
        CheckAccounts(played->network);
        Simulator::Destroy();
    }
}

TEST_P(ChoiceAdversity, AnUnknownServerIsNoneAtAll)
{
    for (const auto& choice : CHOICES)
    {
        SCOPED_TRACE(choice);
        auto network = MakeNetwork(2, {0, 0, 1});
        for (const auto& remote :
             {InetSocketAddress("10.77.77.77", 4600),                   // no such address
              InetSocketAddress(network.addresses[0].GetIpv4(), 4601)}) // nobody listens there
        {
            const auto device = static_cast<uint32_t>(network.actors.size());
            const auto actor =
                network.AddClient(device, 0, choice, [&](InferenceClientHelper& helper) {
                    helper.SetAttribute("Remote", AddressValue(remote));
                    Slow(helper);
                });
            actor->client->SetSite(MakeSite(network.GetId(1)));
        }
        network.AddClient(2, 1, choice, Slow); // the servers are not to blame
        RunUntil(Seconds(30));
        EXPECT_TRUE(network.migrations.empty());
        EXPECT_TRUE(network.actors[0]->grants.empty());
        EXPECT_TRUE(network.actors[1]->grants.empty());
        EXPECT_FALSE(network.actors[2]->grants.empty());
        CheckAccounts(network);
        Simulator::Destroy();
    }
}

TEST_P(ChoiceAdversity, WhereTheDnnHasNoRoomADeviceComesOnlyIfItDoesNotAsk)
{
    for (const auto& choice : CHOICES)
    {
        SCOPED_TRACE(choice);
        auto network = MakeNetwork(2, {0, 0, 0, 0});
        // the other one is idle, and has no room for any DNN
        network.servers[1]->SetAttribute("ModelMemory", UintegerValue(1000));
        for (uint32_t i = 0; i < 4; ++i)
        {
            const auto actor = network.AddClient(i, 0, choice, Slow);
            actor->client->SetSite(MakeSite(network.GetId(i % 2)));
            actor->client->SetStopTime(Seconds(14)); // only then a change without tensors is traced
        }
        uint32_t refusals = 0;
        Listen(network.servers[1], "Granted", [&](const GrantRecord& record) {
            EXPECT_EQ(record.reason, CutReason::NO_MEMORY);
            EXPECT_EQ(record.share, 0);
            ++refusals;
        });
        RunUntil(Seconds(15));
        CheckAccounts(network);
        if (choice == "nearest")
        {
            EXPECT_EQ(network.migrations.size(), 2u);
            EXPECT_GT(refusals, 10u) << "the table says why these two work alone";
        }
        else
        {
            EXPECT_TRUE(network.migrations.empty());
        }
        Simulator::Destroy();
    }
}

TEST_P(ChoiceAdversity, ANeighborThatIsDownOrAwayForTenSecondsIsMissedByNobody)
{
    for (const bool isAway : {false, true})
    {
        for (const auto& choice : CHOICES)
        {
            SCOPED_TRACE(choice + (isAway ? ", away" : ", down"));
            auto network = MakeNetwork(2, {0, 0, 0, 0});
            if (isAway)
            {
                Cut(network.GetBackhaulLosses(0, 1), Seconds(4), Seconds(10));
            }
            else
            {
                network.servers[1]->SetAttribute("Outages", StringValue("4+10"));
            }
            for (uint32_t i = 0; i < 4; ++i)
            {
                const auto actor = network.AddClient(i, 0, choice, Slow);
                const auto id = network.GetId(0);
                const auto other = network.GetId(1);
                // it asks for the neighbor while that is gone
                actor->client->SetSite(Callback<uint32_t>([id, other]() {
                    const auto now = Simulator::Now();
                    return now > Seconds(5) && now < Seconds(13) ? other : id;
                }));
            }
            RunUntil(Seconds(25));
            CheckAccounts(network);
            for (const auto& record : network.migrations)
            {
                const auto isGone = record.time > Seconds(4.1) && record.time < Seconds(14);
                EXPECT_FALSE(isGone && record.to == network.GetId(1)) << record.time;
            }
            for (const auto& actor : network.actors)
            {
                // nobody is without a grant for longer than its lease and two timesteps
                for (std::size_t k = 1; k < actor->grants.size(); ++k)
                {
                    EXPECT_LE(actor->grants[k] - actor->grants[k - 1], Seconds(3.2))
                        << "until " << actor->grants[k];
                }
                ASSERT_FALSE(actor->grants.empty());
                EXPECT_GT(actor->grants.back(), Seconds(24));
            }
            Simulator::Destroy();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, ChoiceAdversity, testing::Bool(), [](const auto& tested) {
    return tested.param ? "fluid" : "tcp";
});

} // namespace
