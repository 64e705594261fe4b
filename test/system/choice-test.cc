/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/game-dnns.h"
#include "test/support/many-servers.h"
#include "test/support/random-game.h"
#include "test/support/simulator-fixture.h"

#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/surgery-multi-server-equilibrium.h"
#include "ns3/surgery-multi-server-game.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Choice : public SimulatorFixture
{
};

TEST_F(Choice, DdsComesToRestNearTheJointSolution)
{
    // 4 servers; 10 of 12 devices at the first one
    const std::vector<uint32_t> sites{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2};
    std::map<std::string, double> potentials;
    for (const std::string choice : {"fixed", "dds", "dds without admission"})
    {
        ManyServers network(4, sites, [&](MecServerHelper& helper) {
            helper.SetAttribute("Admission", BooleanValue(choice != "dds without admission"));
            helper.SetAttribute("Processor", StringValue("server-8-core"));
        });
        std::map<uint32_t, double> latest;
        for (const auto& server : network.servers)
        {
            Listen(server, "Timestep", [&](const TimestepRecord& record) {
                latest[record.server] = record.potentialS;
            });
        }
        for (uint32_t i = 0; i < sites.size(); ++i)
        {
            network.AddClient(
                i,
                sites[i],
                choice.substr(0, choice.find(' ')),
                [](InferenceClientHelper& helper) {
                    helper.SetAttribute("CutHysteresis", DoubleValue(0));
                    helper.SetAttribute(
                        "UplinkEstimator",
                        StringValue("ns3::surgery::OracleLinkEstimator[Rate=90Mbps|Delay=3ms]"));
                    helper.SetAttribute(
                        "DownlinkEstimator",
                        StringValue("ns3::surgery::OracleLinkEstimator[Rate=90Mbps|Delay=3ms]"));
                });
        }
        Simulator::Stop(Seconds(30));
        Simulator::Run();
        std::map<double, int> moves;
        for (const auto& record : network.migrations)
        {
            std::cout << record.time.GetSeconds() << " " << record.device << " " << record.from
                      << ">" << record.to << "\n";
        }
        double sum = 0;
        for (auto& [s, p] : latest)
        {
            std::cout << s << " " << p << "\n";
            sum += p;
        }
        std::cout << choice << " " << sum << " " << network.migrations.size() << "\n";
        for (auto& a : network.actors)
        {
            EXPECT_EQ(GetTotal(*a), a->client->GetCreated());
        }
        Simulator::Destroy();
    }
}

} // namespace
