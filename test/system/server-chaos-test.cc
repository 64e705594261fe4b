/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/client-connections.h"
#include "test/support/loss.h"
#include "test/support/many-servers.h"
#include "test/support/simulator-fixture.h"

#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

const Time CALM = Seconds(18);  ///< when adversity has ended
const Time LEAVE = Seconds(40); ///< when all devices stop

/// Several servers, devices that choose among them, and whatever may go wrong, at random, over
/// wires or fluid links.
class ServerChaos : public SimulatorFixture, public testing::WithParamInterface<bool>
{
  protected:
    /// @return a real number in [low, high)
    double Real(double low, double high)
    {
        return std::uniform_real_distribution<>(low, high)(m_random);
    }

    /// @return an integer in [low, high]
    uint32_t Integer(uint32_t low, uint32_t high)
    {
        return std::uniform_int_distribution<uint32_t>(low, high)(m_random);
    }

    /// @return true now and then
    bool Chance(double probability)
    {
        return Real(0, 1) < probability;
    }

    /// @return one of them
    std::string Pick(const std::vector<std::string>& values)
    {
        return values[Integer(0, static_cast<uint32_t>(values.size()) - 1)];
    }

    /// @return outages before the calm, for an attribute
    std::string MakeOutages()
    {
        std::string outages;
        for (auto left = Integer(0, 2); left > 0; --left)
        {
            const auto length = Chance(0.5) ? Integer(100, 1500) : Integer(500, 9000);
            const auto latest = static_cast<uint32_t>(CALM.GetMilliSeconds()) - length;
            outages += std::to_string(Integer(0, latest)) + "ms+" + std::to_string(length) + "ms ";
        }
        return outages;
    }

    /// Let nothing arrive over a link for random times. @param losses of its directions
    void CutAtRandom(const std::vector<Loss>& losses)
    {
        const auto directions = Chance(0.3) ? 1u : losses.size();
        auto now = Real(0, 12);
        for (auto length = Real(0.1, 6); now + length < CALM.GetSeconds(); length = Real(0.1, 6))
        {
            for (std::size_t i = 0; i < directions; ++i)
            {
                Simulator::Schedule(Seconds(now), [loss = losses[i]] { loss(1); });
                Simulator::Schedule(Seconds(now + length), [loss = losses[i]] { loss(0); });
            }
            now += length + Real(0.5, 10);
        }
    }

    /// Add a device with all that may be at random. @param network where @param device its index
    /// @param site its server
    void AddDevice(ManyServers& network, uint32_t device, uint32_t site);

    /// Play a scenario, and check all that must hold in any. @param seed of it
    /// @return how often devices changed their server
    std::size_t Play(uint32_t seed);

    std::mt19937 m_random;   ///< of the scenario
    uint64_t m_offloaded{0}; ///< inferences that a server completed
};

void
ServerChaos::AddDevice(ManyServers& network, uint32_t device, uint32_t site)
{
    const auto isOpen = Chance(0.5);
    const auto actor = network.AddClient(
        device,
        site,
        Pick({"nearest", "fastest", "dds", "joint"}),
        [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue(Pick({"alexnet", "squeezenet", "resnet50"})));
            helper.SetAttribute("Processor",
                                StringValue(Pick({"raspberry-pi-4", "jetson-nano", "phone-cpu"})));
            helper.SetAttribute("Handover", StringValue(Pick({"finish", "redo"})));
            helper.SetAttribute("InputBytes", UintegerValue(Integer(10000, 60000)));
            helper.SetAttribute("ActivationBits", UintegerValue(8u << Integer(0, 2)));
            helper.SetAttribute("FirstLease", TimeValue(Seconds(Integer(2, 5))));
            helper.SetAttribute("RequestTimeout", TimeValue(Seconds(Chance(0.3) ? 4 : 60)));
            helper.SetAttribute("OpenLoop", BooleanValue(isOpen));
            helper.SetAttribute("Interval",
                                StringValue("ns3::UniformRandomVariable[Min=0.1|Max=0.6]"));
            helper.SetAttribute("ThinkTime",
                                StringValue("ns3::UniformRandomVariable[Min=0.02|Max=0.3]"));
        });
    InferenceClientHelper::AssignStreams(ApplicationContainer(actor->client), 100 * device);
    actor->start = Chance(0.6) ? Seconds(0) : Seconds(Real(0, 15));
    actor->stop = Chance(0.25) ? actor->start + Seconds(Real(0.01, 25)) : LEAVE;
    actor->client->SetStartTime(actor->start);
    actor->client->SetStopTime(actor->stop);
    // it walks about, and now and then nobody knows where it is
    const auto where = std::make_shared<uint32_t>(network.GetId(site));
    for (auto at = Real(1, 8); at < LEAVE.GetSeconds(); at += Real(1, 8))
    {
        const auto servers = static_cast<uint32_t>(network.servers.size());
        const auto next = Chance(0.1) ? 5000 : network.GetId(Integer(0, servers - 1));
        Simulator::Schedule(Seconds(at), [where, next]() { *where = next; });
    }
    actor->client->SetSite(Callback<uint32_t>([where]() { return *where; }));
}

std::size_t
ServerChaos::Play(uint32_t seed)
{
    SCOPED_TRACE("seed " + std::to_string(seed));
    m_random.seed(seed);
    std::vector<uint32_t> sites(Integer(2, 6));
    const auto count = Integer(2, 4);
    for (auto& site : sites)
    {
        site = Integer(0, count - 1);
    }
    const auto timestep = MilliSeconds(Integer(200, 700));
    const auto admission = Chance(0.8);
    const auto hasPlanner = Chance(0.5);
    const auto memory = Chance(0.3) ? uint64_t{300000000} : uint64_t{0};
    const auto configure = [&](MecServerHelper& helper) {
        helper.SetAttribute("Timestep", TimeValue(timestep));
        helper.SetAttribute("Admission", BooleanValue(admission));
        helper.SetAttribute("ModelMemory", UintegerValue(memory));
        helper.SetAttribute("DeviceTimeout", TimeValue(Seconds(Integer(3, 10))));
    };
    ManyServers network(count, sites, configure, GetParam());
    for (const auto& server : network.servers)
    {
        server->SetAttribute("Outages", StringValue(MakeOutages()));
        if (hasPlanner)
        {
            server->SetAttribute("Orchestrator", StringValue(GetSocketText(network.addresses[0])));
        }
        // one that held itself would never go
        auto* processor = PeekPointer(server->GetServerProcessor());
        Listen(server->GetServerProcessor(),
               "ShareChanged",
               [processor](uint32_t device, double, double share) {
                   EXPECT_LE(processor->GetLoad(), 1 + 1e-12);
                   EXPECT_EQ(processor->GetShare(device), share);
               });
        Listen(server, "Timestep", [](const TimestepRecord& record) {
            EXPECT_LE(record.load, 1 + 1e-12);
        });
        Listen(server->GetConnections(),
               "ProtocolError",
               [](const Address&, const std::string& reason) { ADD_FAILURE() << reason; });
    }
    for (uint32_t a = 0; a < count; ++a)
    {
        for (uint32_t b = a + 1; b < count; ++b)
        {
            CutAtRandom(network.GetBackhaulLosses(a, b));
        }
    }
    for (uint32_t i = 0; i < sites.size(); ++i)
    {
        if (Chance(0.5))
        {
            CutAtRandom(network.GetLosses(i));
        }
        AddDevice(network, i, sites[i]);
    }
    for (auto at = Seconds(0.1); at < LEAVE + Seconds(5); at += Seconds(0.7))
    {
        Simulator::Schedule(at, [&network] {
            for (const auto& actor : network.actors)
            {
                EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor)) << Simulator::Now();
            }
        });
    }
    Simulator::Stop(LEAVE + Seconds(60));
    Simulator::Run();

    for (const auto& server : network.servers)
    {
        EXPECT_EQ(server->GetProtocolErrors(), 0u);
        EXPECT_NEAR(server->GetServerProcessor()->GetLoad(), 0, 1e-12) << "all have left";
    }
    for (const auto& record : network.migrations)
    {
        EXPECT_NE(record.from, record.to);
        EXPECT_GE(record.time, record.asked);
    }
    for (const auto& actor : network.actors)
    {
        SCOPED_TRACE("device " + std::to_string(actor->client->GetDeviceId()));
        EXPECT_EQ(actor->records.size(), actor->client->GetCreated());
        std::set<uint64_t> ids;
        std::map<InferenceOutcome, uint64_t> outcomes;
        for (const auto& record : actor->records)
        {
            EXPECT_TRUE(ids.insert(record.id).second) << "inference " << record.id << " twice";
            ++outcomes[record.outcome];
            m_offloaded += record.outcome == InferenceOutcome::COMPLETED &&
                           !record.serverEnd.IsStrictlyNegative();
        }
        EXPECT_EQ(outcomes[InferenceOutcome::COMPLETED], actor->client->GetCompleted());
        EXPECT_EQ(outcomes[InferenceOutcome::DROPPED], actor->client->GetDropped());
        EXPECT_EQ(outcomes[InferenceOutcome::IN_FLIGHT], actor->client->GetInFlight());
        if (actor->stop < LEAVE)
        {
            continue;
        }
        // who stayed is served again, after the longest FirstLease and retries of TCP
        auto last = CALM + Seconds(11);
        for (const auto& grant : actor->grants)
        {
            if (grant > last)
            {
                EXPECT_LE(grant - last, Seconds(2)) << "until " << grant;
                last = grant;
            }
        }
        EXPECT_GE(last, LEAVE - Seconds(2));
    }
    const auto moves = network.migrations.size();
    Simulator::Destroy();
    return moves;
}

TEST_P(ServerChaos, EveryAccountIsRightAndEverybodyIsServedAgain)
{
    std::size_t moves = 0;
    for (uint32_t seed = 1; seed <= 20; ++seed)
    {
        moves += Play(seed);
        if (HasFailure())
        {
            return;
        }
    }
    EXPECT_GT(moves, 100u);
    EXPECT_GT(m_offloaded, 5000u);
}

INSTANTIATE_TEST_SUITE_P(Networks, ServerChaos, testing::Bool(), [](const auto& tested) {
    return tested.param ? "fluid" : "tcp";
});

} // namespace
