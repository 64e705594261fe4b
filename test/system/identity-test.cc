/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/ipv4.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/surgery-server-processor.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Identity : public SimulatorFixture
{
};

/// A client in the middle of a star, and a server at the end of each of its wires.
class ManyServers
{
  public:
    StarNetwork network;
    std::vector<Ptr<MecServer>> servers;
    std::vector<InetSocketAddress> addresses;
    Ptr<InferenceClient> client;
    std::shared_ptr<Actor> actor;

    /// @param schedulers one per server
    explicit ManyServers(const std::vector<std::string>& schedulers)
        : network(static_cast<uint32_t>(schedulers.size()), "100Mbps", MilliSeconds(2)),
          m_jobs(schedulers.size())
    {
        for (uint32_t i = 0; i < schedulers.size(); ++i)
        {
            const auto node = network.GetDeviceNode(i);
            addresses.emplace_back(node->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal(), 4600);
            MecServerHelper helper(InetSocketAddress(Ipv4Address::GetAny(), 4600));
            helper.SetScheduler(schedulers[i]);
            servers.push_back(DynamicCast<MecServer>(helper.Install(node).Get(0)));
            Listen(servers.back()->GetServerProcessor(),
                   "JobFinished",
                   [this, i](const ServerJob&, Time) { ++m_jobs[i]; });
        }
        InferenceClientHelper helper(addresses[0]);
        client = DynamicCast<InferenceClient>(helper.Install(network.GetServerNode()).Get(0));
        actor = Watch(client);
    }

    /// How many jobs a server has done, as its processor says.
    long CountServed(uint32_t server) const
    {
        return m_jobs[server];
    }

  private:
    std::vector<long> m_jobs; ///< done, by server
};

TEST_F(Identity, AddressesLeadToTheirNodes)
{
    const StarNetwork network(3, "10Mbps", MilliSeconds(1));
    for (uint32_t i = 0; i < 3; ++i)
    {
        const auto address = network.GetServerAddress(i);
        EXPECT_EQ(FindNode(address), network.GetServerNode()->GetId());
        EXPECT_EQ(FindNode(address.GetIpv4()), network.GetServerNode()->GetId());
        const auto own = network.GetDeviceNode(i)->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
        EXPECT_EQ(FindNode(InetSocketAddress(own, 1)), network.GetDeviceNode(i)->GetId());
    }
    EXPECT_EQ(FindNode(InetSocketAddress(Ipv4Address("9.9.9.9"), 1)), NO_NODE);
    EXPECT_EQ(FindNode(Address()), NO_NODE);
}

TEST_F(Identity, RecordsNameTheServer)
{
    ManyServers scenario({"dds", "dds"});
    const auto node = scenario.network.GetDeviceNode(0)->GetId();
    uint32_t records = 0;
    const auto check = [&](uint32_t server) {
        EXPECT_EQ(server, node);
        ++records;
    };
    Listen(scenario.servers[0], "Timestep", [&](const TimestepRecord& record) {
        check(record.server);
    });
    Listen(scenario.servers[0], "Granted", [&](const GrantRecord& r) { check(r.server); });
    Listen(scenario.client, "CutChanged", [&](const CutChangeRecord& r) { check(r.server); });
    Listen(scenario.client, "LinkEstimated", [&](const LinkRecord& r) { check(r.server); });
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    EXPECT_GT(records, 16u);
    EXPECT_GT(scenario.CountServed(0), 3);
}

TEST_F(Identity, ClientTurnsToAnotherServer)
{
    // from a server that decides to one at which devices decide, and on to a third
    ManyServers scenario({"dds", "decentralized-dds", "server-only"});
    for (uint32_t i = 1; i < 3; ++i)
    {
        Simulator::Schedule(Seconds(5 * i), [&scenario, i] {
            scenario.client->SetAttribute("Remote", AddressValue(scenario.addresses[i]));
        });
    }
    Simulator::Stop(Seconds(15));
    Simulator::Run();
    for (uint32_t i = 0; i < 3; ++i)
    {
        EXPECT_GT(scenario.CountServed(i), 5) << i;
        EXPECT_EQ(scenario.servers[i]->GetProtocolErrors(), 0u) << i;
    }
    EXPECT_EQ(GetTotal(*scenario.actor), scenario.client->GetCreated());
    EXPECT_EQ(scenario.client->GetDropped(), 0u);
}

TEST_F(Identity, IsRefusedToASecondClient)
{
    StarNetwork network(2, "10Mbps", MilliSeconds(1));
    network.InstallServer([](MecServerHelper&) {});
    for (uint32_t i = 0; i < 2; ++i)
    {
        network.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("DeviceId", UintegerValue(7));
        });
    }
    const auto message = RunForError(Seconds(1));
    EXPECT_NE(message.find("DeviceId: 7"), std::string::npos) << message;
    EXPECT_NE(message.find("node 1"), std::string::npos) << message;
}

TEST_F(Identity, IsFreeAgainAfterTheStop)
{
    StarNetwork network(2, "10Mbps", MilliSeconds(1));
    network.InstallServer([](MecServerHelper&) {});
    for (uint32_t i = 0; i < 2; ++i)
    {
        const auto client = network.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("DeviceId", UintegerValue(7));
        });
        client->SetStartTime(Seconds(2 * i));
        client->SetStopTime(Seconds(2 * i + 1));
    }
    EXPECT_EQ(RunForError(Seconds(5)), "");
}

} // namespace
