/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/many-servers.h"
#include "test/support/simulator-fixture.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// How long a GRANT holds in some tests.
const Time LEASE = MilliSeconds(300);

/// Sets that servers run everything, and are soon missed.
void
ConfigureServer(MecServerHelper& helper)
{
    helper.SetAttribute("Scheduler", StringValue("ns3::surgery::ServerOnlyScheduler"));
    helper.SetAttribute("Timestep", TimeValue(MilliSeconds(100)));
    helper.SetAttribute("LeaseTime", TimeValue(LEASE));
}

/// Sets that a device has inferences under way whose tensors take 2 s to send.
void
ConfigureBacklog(InferenceClientHelper& helper)
{
    helper.SetAttribute("OpenLoop", BooleanValue(true));
    helper.SetAttribute("Interval", StringValue("ns3::ConstantRandomVariable[Constant=0.02]"));
    helper.SetAttribute("Dnn", StringValue("mobilenet-v3-small"));
    helper.SetAttribute("InputBits", UintegerValue(32)); // 600 kB, 48 ms each
    helper.SetAttribute("MaxOffloads", UintegerValue(40));
}

class Migration : public SimulatorFixture
{
  protected:
    /// Run to an instant. @param stop then
    static void RunUntil(Time stop)
    {
        Simulator::Stop(stop - Simulator::Now());
        Simulator::Run();
    }

    /// A site that changes. @return what a client asks
    static Callback<uint32_t> MakeSite(const std::shared_ptr<uint32_t>& site)
    {
        return Callback<uint32_t>([site]() { return *site; });
    }

    /// Every request ends once, or is in flight. @param network what there is
    static void CheckAccounts(const ManyServers& network)
    {
        for (const auto& actor : network.actors)
        {
            EXPECT_EQ(GetTotal(*actor), actor->client->GetCreated());
            std::set<uint64_t> ids;
            for (const auto& record : actor->records)
            {
                EXPECT_TRUE(ids.insert(record.id).second) << "inference " << record.id << " twice";
            }
            EXPECT_EQ(ids.size(), actor->client->GetCompleted() + actor->client->GetDropped());
        }
        for (const auto& server : network.servers)
        {
            EXPECT_EQ(server->GetProtocolErrors(), 0u);
        }
    }

    /// How many inferences a server ended after an instant. @param actor the device
    /// @param server its node id @param from the instant
    static long CountServed(const Actor& actor, uint32_t server, Time from)
    {
        return std::count_if(actor.records.begin(), actor.records.end(), [&](const auto& record) {
            return record.server == server && record.serverEnd > from &&
                   record.outcome == InferenceOutcome::COMPLETED;
        });
    }
};

TEST_F(Migration, NearestFollowsTheSite)
{
    ManyServers network(3, {0, 0, 0});
    auto site = std::make_shared<uint32_t>(network.GetId(0));
    for (uint32_t i = 0; i < 3; ++i)
    {
        network.AddClient(i, 0, "nearest")->client->SetSite(MakeSite(site));
    }
    RunUntil(Seconds(5));
    EXPECT_TRUE(network.migrations.empty());
    *site = network.GetId(2);
    RunUntil(Seconds(10));
    *site = network.GetId(1);
    RunUntil(Seconds(15));
    CheckAccounts(network);
    ASSERT_EQ(network.migrations.size(), 6u);
    for (std::size_t i = 0; i < 6; ++i)
    {
        const auto& record = network.migrations[i];
        EXPECT_EQ(record.from, network.GetId(i < 3 ? 0 : 2));
        EXPECT_EQ(record.to, network.GetId(i < 3 ? 2 : 1));
        EXPECT_EQ(record.reason, "nearest");
        EXPECT_EQ(record.handover, Handover::FINISH);
        EXPECT_GE(record.time, record.asked);
        EXPECT_FALSE(record.gap.IsNegative());
        EXPECT_LT(record.gap, Seconds(2));
        // asked within an interval, granted within two timesteps
        EXPECT_LT(record.time, Seconds(i < 3 ? 5 : 10) + MilliSeconds(1600));
    }
    for (const auto& actor : network.actors)
    {
        EXPECT_GT(CountServed(*actor, network.GetId(0), Seconds(0)), 5);
        EXPECT_GT(CountServed(*actor, network.GetId(2), Seconds(6)), 5);
        EXPECT_GT(CountServed(*actor, network.GetId(1), Seconds(11)), 5);
        EXPECT_EQ(CountServed(*actor, network.GetId(0), Seconds(8)), 0);
    }
}

TEST_F(Migration, InferencesFinishAtTheOldServerOrAreDoneAgain)
{
    for (const std::string handover : {"finish", "redo"})
    {
        SCOPED_TRACE(handover);
        ManyServers network(2, {0});
        auto site = std::make_shared<uint32_t>(network.GetId(0));
        // so many inferences at once that some are under way at any time
        const auto actor = network.AddClient(0, 0, "nearest", [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Handover", StringValue(handover));
            helper.SetAttribute("OpenLoop", BooleanValue(true));
            helper.SetAttribute("Interval",
                                StringValue("ns3::ConstantRandomVariable[Constant=0.02]"));
            helper.SetAttribute("Dnn", StringValue("vgg16"));
        });
        actor->client->SetSite(MakeSite(site));
        RunUntil(Seconds(5));
        *site = network.GetId(1);
        RunUntil(Seconds(10));
        CheckAccounts(network);
        ASSERT_EQ(network.migrations.size(), 1u);
        const auto& record = network.migrations[0];
        ASSERT_GT(record.inFlight, 0u) << "the test shows nothing";
        long late = 0;
        long again = 0;
        for (const auto& inference : actor->records)
        {
            late += inference.server == network.GetId(0) && inference.serverEnd > record.time;
            again += inference.server == network.GetId(1) && inference.attempts > 1;
        }
        if (handover == "finish")
        {
            EXPECT_GT(late, 0);
            EXPECT_EQ(again, 0);
        }
        else
        {
            EXPECT_EQ(late, 0);
            EXPECT_GT(again, 0);
        }
        Simulator::Destroy();
    }
}

TEST_F(Migration, TheOldServerMayTakeLongerThanALease)
{
    ManyServers network(2, {0}, ConfigureServer);
    auto site = std::make_shared<uint32_t>(network.GetId(0));
    const auto actor = network.AddClient(0, 0, "nearest", [](InferenceClientHelper& helper) {
        ConfigureBacklog(helper);
        helper.SetAttribute("FirstLease", TimeValue(MilliSeconds(500)));
    });
    actor->client->SetSite(MakeSite(site));
    RunUntil(Seconds(3));
    *site = network.GetId(1);
    RunUntil(Seconds(7));
    CheckAccounts(network);
    ASSERT_EQ(network.migrations.size(), 1u);
    EXPECT_GT(CountServed(*actor, network.GetId(0), network.migrations[0].time + Seconds(1)), 0);
    for (const auto& record : actor->records)
    {
        EXPECT_EQ(record.reason.find("finished locally"), std::string::npos) << record.id;
    }
}

TEST_F(Migration, NobodyWaitsLongerThanALeaseForAServerThatDied)
{
    ManyServers network(2, {0}, ConfigureServer);
    network.servers[0]->SetAttribute("Outages", StringValue("4+20"));
    auto site = std::make_shared<uint32_t>(network.GetId(0));
    const auto actor = network.AddClient(0, 0, "nearest", ConfigureBacklog);
    actor->client->SetSite(MakeSite(site));
    RunUntil(Seconds(3));
    *site = network.GetId(1);
    RunUntil(Seconds(7));
    CheckAccounts(network);
    ASSERT_EQ(network.migrations.size(), 1u);
    ASSERT_LT(network.migrations[0].time, Seconds(4));
    auto first = Time::Max();
    for (const auto& record : actor->records)
    {
        if (record.server == network.GetId(0) && record.ended > Seconds(4))
        {
            EXPECT_EQ(record.reason, "finished locally: lease expired") << record.id;
            first = std::min(first, record.ended);
        }
    }
    EXPECT_LE(first, Seconds(4) + LEASE + MilliSeconds(200)) << "and what is left to compute";
}

TEST_F(Migration, RemoteSendsADeviceToAServerThatItVisits)
{
    ManyServers network(2, {0});
    // it would never move by itself
    const auto actor = network.AddClient(0, 0, "fastest[Hysteresis=1]");
    RunUntil(Seconds(4));
    actor->client->SetAttribute("Remote", AddressValue(network.addresses[1]));
    RunUntil(Seconds(8));
    CheckAccounts(network);
    ASSERT_EQ(network.migrations.size(), 1u);
    EXPECT_EQ(network.migrations[0].to, network.GetId(1));
    EXPECT_GT(CountServed(*actor, network.GetId(1), Seconds(4)), 5);
    EXPECT_EQ(CountServed(*actor, network.GetId(0), Seconds(6)), 0);
}

TEST_F(Migration, AnotherVariantAtTheNewServerIsAChangeOfTheCut)
{
    ManyServers network(2, {0});
    for (uint32_t s = 0; s < 2; ++s)
    {
        const auto rule = [s](const Game& game) {
            Outcome outcome;
            for (const auto& player : game.players)
            {
                const auto cut = (*player.options)[s].frontier->GetOffloadedCut();
                outcome.decisions.push_back({cut, 0.5, s});
            }
            return outcome;
        };
        network.servers[s]->SetAttribute("Scheduler",
                                         PointerValue(CreateObject<TestScheduler>(rule)));
    }
    const auto actor =
        network.AddClient(0, 0, "fastest[Hysteresis=1]", [](InferenceClientHelper& helper) {
            helper.SetAttribute("ActivationBits", StringValue("32,8"));
        });
    std::vector<CutChangeRecord> changes;
    Listen(actor->client, "CutChanged", [&](const CutChangeRecord& record) {
        changes.push_back(record);
    });
    RunUntil(Seconds(4));
    changes.clear();
    actor->client->SetAttribute("Remote", AddressValue(network.addresses[1]));
    RunUntil(Seconds(8));
    ASSERT_EQ(network.migrations.size(), 1u);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].reason, CutReason::SERVER_CHANGED);
    EXPECT_EQ(changes[0].server, network.GetId(1));
    EXPECT_EQ(changes[0].oldCut, changes[0].newCut);
    EXPECT_EQ(changes[0].oldVariant.activationBits, 32u);
    EXPECT_EQ(changes[0].newVariant.activationBits, 8u);
}

TEST_F(Migration, NeighborsServeTheDevicesOfAServerThatIsOff)
{
    for (const std::string choice : {"nearest", "fastest", "dds"})
    {
        SCOPED_TRACE(choice);
        ManyServers network(3, {0, 0, 1, 2}, [](MecServerHelper&) {});
        network.servers[0]->SetAttribute("Outages", StringValue("6+5"));
        for (uint32_t i = 0; i < 4; ++i)
        {
            const auto site = std::vector<uint32_t>{0, 0, 1, 2}[i];
            const auto actor = network.AddClient(i, site, choice);
            const auto id = network.GetId(site);
            // it stays the site of devices 0 and 1 also while the server is off
            actor->client->SetSite(Callback<uint32_t>([id]() { return id; }));
        }
        RunUntil(Seconds(15));
        CheckAccounts(network);
        TimeValue lease;
        network.servers[0]->GetAttribute("LeaseTime", lease);
        TimeValue timestep;
        network.servers[0]->GetAttribute("Timestep", timestep);
        const auto latest = Seconds(6) + lease.Get() + 2 * timestep.Get();
        for (uint32_t i = 0; i < 4; ++i)
        {
            const auto& actor = *network.actors[i];
            const auto served = std::find_if(actor.grants.begin(),
                                             actor.grants.end(),
                                             [&](Time grant) { return grant > Seconds(6.1); });
            ASSERT_NE(served, actor.grants.end());
            EXPECT_LE(*served, latest) << "device " << i;
            for (auto grant = served; grant + 1 != actor.grants.end(); ++grant)
            {
                EXPECT_LT(*(grant + 1) - *grant, lease.Get()) << "device " << i;
            }
            if (choice == "nearest") // the others need not come back
            {
                EXPECT_EQ(CountServed(actor, network.GetId(0), Seconds(6.1)) > 0, i < 2) << i;
            }
        }
        Simulator::Destroy();
    }
}

} // namespace
