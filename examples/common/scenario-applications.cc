/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-applications.h"

#include "ns3/boolean.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-device-energy-helper.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-number-file.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/surgery-socket-text.h"
#include "ns3/uinteger.h"

#include <stdexcept>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint16_t PORT = 4600;

/// The first random stream of each part, far enough apart for 10,000 devices.
constexpr int64_t SERVER_STREAMS = 9000000;
constexpr int64_t CLIENT_STREAMS = 10000000;

/// Install the servers. @param scenario the settings @param scheduler by name
/// @param servers the servers' nodes, by site @param parts what is there, and what is installed
void
InstallServers(const MobileScenario& scenario,
               const std::string& scheduler,
               const NodeContainer& servers,
               MobileScenario::Parts& parts)
{
    MecServerHelper helper(parts.network->GetListeningAddress(PORT));
    helper.SetAttribute("Timestep", TimeValue(scenario.timestep));
    helper.SetScheduler(scheduler);
    const auto& sites = scenario.plan.GetSites();
    for (uint32_t i = 0; i < servers.GetN(); ++i)
    {
        const auto processor = i < sites.size() ? sites[i].processor : "";
        const auto isAway = scenario.outagesOf.empty() || scenario.outagesOf == sites.at(i).name;
        helper.SetAttribute("Outages", StringValue(isAway ? scenario.serverOutages : ""));
        helper.SetAttribute("Processor",
                            StringValue(processor.empty() ? scenario.server : processor));
        parts.servers.Add(helper.Install(servers.Get(i)));
    }
    // devices that keep their server need not hear of others
    if (parts.sites && ServerChoice::Create(scenario.choice)->WantsOffers())
    {
        parts.sites->ConnectPeers(parts.servers);
        if (scenario.choice.rfind("joint", 0) == 0) // somebody has to plan
        {
            const auto planner = GetSocketText(parts.sites->GetServerAddress(PORT, 0));
            for (uint32_t i = 0; i < parts.servers.GetN(); ++i)
            {
                parts.servers.Get(i)->SetAttribute("Orchestrator", StringValue(planner));
            }
        }
    }
    MecServerHelper::AssignStreams(parts.servers, SERVER_STREAMS);
}

/// @param battery a number of J @param radioPower three numbers of W with commas between
/// @return what installs such batteries
/// @throws std::invalid_argument if they are something else
DeviceEnergyHelper
MakeBatteries(const std::string& battery, const std::string& radioPower)
{
    const auto capacityJ = ToNumber(battery);
    if (!capacityJ)
    {
        throw std::invalid_argument("must be a number of joules, not " + QuoteUserText(battery));
    }
    std::vector<double> powers;
    for (const auto& power : Split(radioPower, ','))
    {
        powers.push_back(ToNumber(power).value_or(-1));
    }
    if (powers.size() != 3)
    {
        throw std::invalid_argument("must be three numbers with commas between, not " +
                                    QuoteUserText(radioPower));
    }
    DeviceEnergyHelper batteries(*capacityJ);
    batteries.SetRadioPower({powers[0], powers[1], powers[2]});
    return batteries;
}

} // namespace

void
CheckBattery(const std::string& battery)
{
    if (!battery.empty())
    {
        MakeBatteries(battery, "0,0,0");
    }
}

void
CheckRadioPower(const std::string& power)
{
    MakeBatteries("1", power);
}

void
CheckChoice(const std::string& choice)
{
    try
    {
        ServerChoice::Create(choice);
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(std::string("--choice: ") + error.what());
    }
}

void
InstallApplications(const MobileScenario& scenario,
                    const std::string& scheduler,
                    const NodeContainer& servers,
                    MobileScenario::Parts& parts)
{
    InstallServers(scenario, scheduler, servers, parts);
    InferenceClientHelper clientHelper(parts.network->GetServerAddress(PORT));
    if (DynamicCast<MecServer>(parts.servers.Get(0))->GetScheduler()->IsDecentralized())
    {
        clientHelper.SetAttribute("Mode", StringValue("decentralized"));
    }
    if (parts.sites)
    {
        clientHelper.SetChoice(scenario.choice);
    }
    if (scenario.inputBytes > 0)
    {
        clientHelper.SetAttribute("InputBytes", UintegerValue(scenario.inputBytes));
    }
    clientHelper.SetAttribute("ActivationBits", UintegerValue(scenario.activationBits));
    clientHelper.SetAttribute("UsagePrice", TimeValue(scenario.usagePrice));
    clientHelper.SetAttribute("ThinkTime", StringValue(scenario.thinkTime));
    if (!scenario.interval.empty())
    {
        clientHelper.SetAttribute("OpenLoop", BooleanValue(true));
        clientHelper.SetAttribute("Interval", StringValue(scenario.interval));
    }
    if (!scenario.deadline.IsZero())
    {
        clientHelper.SetAttribute("Deadline", TimeValue(scenario.deadline));
    }
    if (scenario.dropLate)
    {
        clientHelper.SetAttribute("DropLate", BooleanValue(true));
    }
    if (!scenario.estimator.empty())
    {
        clientHelper.SetAttribute("UplinkEstimator", StringValue(scenario.estimator));
        clientHelper.SetAttribute("DownlinkEstimator", StringValue(scenario.estimator));
    }
    for (uint32_t i = 0; i < scenario.devices; ++i)
    {
        clientHelper.SetAttribute("Dnn", StringValue(scenario.GetDnn(i)));
        clientHelper.SetAttribute("Processor", StringValue(scenario.GetProcessor(i)));
        auto client = clientHelper.Install(parts.mobiles.Get(i));
        // if all stations ask for the server's address at once, their broadcasts collide
        client.Start(FIRST_START + MilliSeconds(20 * i));
        parts.clients.Add(client);
    }
    if (parts.sites)
    {
        parts.sites->SetRemotes(parts.clients, parts.servers);
    }
    if (!scenario.battery.empty())
    {
        MakeBatteries(scenario.battery, scenario.radioPower).Install(parts.clients);
    }
    parts.clients.Stop(scenario.duration);
    InferenceClientHelper::AssignStreams(parts.clients, CLIENT_STREAMS);
    MecServerHelper::TellMeasurements(parts.servers, parts.clients);
}
