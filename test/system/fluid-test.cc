/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/simulator-fixture.h"
#include "test/support/watched-client.h"

#include "ns3/application-container.h"
#include "ns3/boolean.h"
#include "ns3/node-container.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-fluid-access-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A simulation.
struct Setting
{
    std::string network;          ///< as AccessNetwork::Create has it
    uint32_t devices{12};         ///< how many
    double seconds{30};           ///< of simulated time
    bool isOpen{false};           ///< whether requests do not wait for results
    std::string scheduler{"dds"}; ///< by name
    std::string outages{};        ///< of the server
    /// changes the network before it runs
    std::function<void(FluidAccessNetwork&)> change{};
};

/// What came of it.
struct Outcomes
{
    uint64_t completed{0};                  ///< inferences
    uint64_t offloaded{0};                  ///< of these
    uint64_t dropped{0};                    ///< inferences
    double latencyS{0};                     ///< mean of the completed
    uint64_t digest{14695981039346656037u}; ///< of all instants (FNV-1a)
    uint64_t reconnections{0};              ///< of all devices
    uint64_t events{0};                     ///< of the simulator
};

class Fluid : public SimulatorFixture
{
  protected:
    /// Run a simulation, and check its accounts. @param setting what happens
    static Outcomes Run(const Setting& setting)
    {
        NodeContainer mobiles(setting.devices);
        NodeContainer server(1);
        const auto network = AccessNetwork::Create(setting.network);
        network->Install(mobiles, server.Get(0));
        network->AssignStreams(1000);
        if (setting.change)
        {
            setting.change(*DynamicCast<FluidAccessNetwork>(network));
        }
        MecServerHelper serverHelper(network->GetListeningAddress(4600));
        serverHelper.SetScheduler(setting.scheduler);
        serverHelper.SetAttribute("Outages", StringValue(setting.outages));
        const auto servers = serverHelper.Install(server);
        MecServerHelper::AssignStreams(servers, 100000);
        const std::vector<std::string> dnns{"resnet50", "squeezenet", "mobilenet-v2"};
        std::vector<std::shared_ptr<Actor>> actors;
        ApplicationContainer clients;
        for (uint32_t i = 0; i < setting.devices; ++i)
        {
            InferenceClientHelper clientHelper(network->GetServerAddress(4600));
            clientHelper.SetAttribute("Dnn", StringValue(dnns[i % dnns.size()]));
            clientHelper.SetAttribute("OpenLoop", BooleanValue(setting.isOpen));
            clientHelper.SetAttribute(
                "Interval",
                StringValue("ns3::ExponentialRandomVariable[Mean=1|Bound=10]"));
            clientHelper.SetAttribute("ThinkTime",
                                      StringValue("ns3::UniformRandomVariable[Min=0.2|Max=0.6]"));
            auto client = clientHelper.Install(mobiles.Get(i));
            client.Start(MilliSeconds(20 * i));
            clients.Add(client);
            actors.push_back(Watch(DynamicCast<InferenceClient>(client.Get(0))));
        }
        InferenceClientHelper::AssignStreams(clients, 200000);
        Simulator::Stop(Seconds(setting.seconds));
        Simulator::Run();
        Outcomes outcomes;
        for (const auto& actor : actors)
        {
            EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
            outcomes.completed += actor->client->GetCompleted();
            outcomes.dropped += actor->client->GetDropped();
            outcomes.reconnections += actor->client->GetConnection()->GetReconnections();
            for (const auto& record : actor->records)
            {
                if (record.outcome != InferenceOutcome::COMPLETED)
                {
                    continue;
                }
                outcomes.latencyS += (record.resultReceived - record.created).GetSeconds();
                outcomes.offloaded += !record.serverEnd.IsStrictlyNegative();
                for (const auto number :
                     {record.created.GetNanoSeconds(), record.resultReceived.GetNanoSeconds()})
                {
                    outcomes.digest =
                        (outcomes.digest ^ static_cast<uint64_t>(number)) * 1099511628211u;
                }
            }
        }
        outcomes.latencyS /= static_cast<double>(outcomes.completed);
        outcomes.events = Simulator::GetEventCount();
        Simulator::Destroy();
        return outcomes;
    }
};

TEST_F(Fluid, RunsAreTheSameAgain)
{
    const Setting setting{
        "fluid[UplinkMbps=ns3::UniformRandomVariable[Min=5|Max=50]|BackhaulRate=60Mbps]"};
    const auto first = Run(setting);
    SetUp();
    const auto second = Run(setting);
    EXPECT_GT(first.offloaded, 200u);
    EXPECT_EQ(first.digest, second.digest);
    EXPECT_EQ(first.events, second.events);
}

/// Closed and open loop, on links that are not shared, and on a backhaul that is.
class FluidAndWires : public Fluid,
                      public testing::WithParamInterface<std::tuple<bool, const char*>>
{
};

TEST_P(FluidAndWires, HaveTheSameMeanLatency)
{
    const auto& [isOpen, backhaul] = GetParam();
    // each device another rate, the same ones in both networks whatever streams they use
    const auto attributes =
        "[UplinkMbps=ns3::SequentialRandomVariable[Min=5|Max=17]|BackhaulRate=" +
        std::string(backhaul) + "]";
    Setting setting{"wired" + attributes, 12, 30, isOpen};
    const auto wired = Run(setting);
    SetUp();
    setting.network = "fluid" + attributes;
    const auto fluid = Run(setting);
    EXPECT_GT(fluid.offloaded, 150u);
    EXPECT_NEAR(fluid.latencyS, wired.latencyS, 0.03 * wired.latencyS)
        << wired.completed << " and " << fluid.completed << " inferences, " << wired.events
        << " and " << fluid.events << " events";
    EXPECT_LT(10 * fluid.events, wired.events);
}

INSTANTIATE_TEST_SUITE_P(Loops,
                         FluidAndWires,
                         testing::Values(std::make_tuple(false, "1Gbps"),
                                         std::make_tuple(true, "100Mbps")));

TEST_F(Fluid, OutagesEndInReconnection)
{
    // the server away, the backhaul cut, a device's link dead
    const auto seen = Run(
        {"fluid[BackhaulOutages=12s+6s]", 6, 60, false, "server-only", "3s+4s", [](auto& network) {
             Simulator::Schedule(Seconds(30), &FluidLink::SetUp, network.GetUplink(0), false);
             Simulator::Schedule(Seconds(40), &FluidLink::SetUp, network.GetUplink(0), true);
             Simulator::Schedule(Seconds(31), &FluidLink::SetUp, network.GetDownlink(1), false);
             Simulator::Schedule(Seconds(41), &FluidLink::SetUp, network.GetDownlink(1), true);
         }});
    EXPECT_GT(seen.reconnections, 12u);
    EXPECT_GT(seen.offloaded, 100u);
}

TEST_F(Fluid, AccountsAreRightWhateverLinksDo)
{
    for (uint32_t seed = 1; seed <= 10; ++seed)
    {
        SetUp();
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const auto draw = [&random](double from, double to) {
            return std::uniform_real_distribution<>(from, to)(random);
        };
        Setting setting{seed % 2 == 0 ? "fluid" : "fluid[Cells=true|HalfDuplex=true]"};
        setting.isOpen = seed % 3 == 0;
        setting.outages = seed % 4 == 0 ? "5s+3s 6s+1s 15s+500ms" : "";
        setting.change = [&](FluidAccessNetwork& network) {
            for (uint32_t device = 0; device < 12; ++device)
            {
                for (const auto& link : {network.GetUplink(device), network.GetDownlink(device)})
                {
                    for (auto now = draw(0, 8); now < 22; now += draw(0.1, 6))
                    {
                        Simulator::Schedule(Seconds(now), &FluidLink::SetUp, link, false);
                        now += draw(0.01, 3);
                        Simulator::Schedule(Seconds(now), &FluidLink::SetUp, link, true);
                        Simulator::Schedule(Seconds(now),
                                            &FluidLink::SetRate,
                                            link,
                                            std::round(draw(1e6, 1e8)));
                    }
                }
            }
        };
        const auto seen = Run(setting);
        EXPECT_GT(seen.completed, 100u);
        TearDown();
    }
}

} // namespace
