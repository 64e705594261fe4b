/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-applications.h"

#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-device-energy-helper.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-number-file.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/surgery-socket-text.h"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint16_t PORT = 4600;

/// The first random stream of each part, far enough apart for MOST_DEVICES.
constexpr int64_t SERVER_STREAMS = 9000000;
constexpr int64_t CLIENT_STREAMS = 10000000;

/// @param simulation it @param site index of the server @return the server's settings
const SimulatedServer&
GetServer(const Simulation& simulation, uint32_t site)
{
    return simulation.servers.size() > 1 ? simulation.servers.at(site) : simulation.servers.front();
}

/// Install the servers. @param simulation it @param servers the servers' nodes, by site
/// @param parts what is there, and what is installed
void
InstallServers(const Simulation& simulation, const NodeContainer& servers, SimulationParts& parts)
{
    const MecServerHelper shared(parts.network->GetListeningAddress(PORT));
    for (uint32_t i = 0; i < servers.GetN(); ++i)
    {
        const auto& server = GetServer(simulation, i);
        auto helper = shared;
        helper.SetAttribute("Processor", StringValue(server.processor));
        for (const auto& [name, text] : server.attributes)
        {
            helper.SetAttribute(name, StringValue(text));
        }
        helper.SetScheduler(server.scheduler);
        if (!server.pricePolicy.empty())
        {
            helper.SetPricePolicy(server.pricePolicy);
        }
        const auto installed = helper.Install(servers.Get(i));
        const auto scheduler = DynamicCast<MecServer>(installed.Get(0))->GetScheduler();
        for (const auto& [name, text] : server.schedulerAttributes)
        {
            scheduler->SetAttribute(name, StringValue(text));
        }
        parts.servers.Add(installed);
    }
    // devices that keep their server need not hear of others
    if (parts.sites && ServerChoice::Create(simulation.choice)->WantsOffers())
    {
        parts.sites->ConnectPeers(parts.servers);
        if (simulation.choice.rfind("joint", 0) == 0) // somebody has to plan
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

/// @param battery a number of J @return what installs such batteries
/// @throws std::invalid_argument if it is something else
DeviceEnergyHelper
MakeBatteries(const std::string& battery)
{
    const auto capacityJ = ToNumber(battery);
    if (!capacityJ)
    {
        throw std::invalid_argument("must be a number of joules, not " + QuoteUserText(battery));
    }
    return DeviceEnergyHelper(*capacityJ);
}

/// Give the devices their batteries. @param simulation it @param clients by device
void
InstallBatteries(const Simulation& simulation, const ApplicationContainer& clients)
{
    std::map<double, ApplicationContainer> byCapacity;
    for (uint32_t i = 0; i < clients.GetN(); ++i)
    {
        if (simulation.devices[i].batteryJ)
        {
            byCapacity[*simulation.devices[i].batteryJ].Add(clients.Get(i));
        }
    }
    for (const auto& [capacityJ, some] : byCapacity)
    {
        DeviceEnergyHelper(capacityJ).Install(some);
    }
}

} // namespace

void
CheckBattery(const std::string& battery)
{
    if (!battery.empty())
    {
        MakeBatteries(battery);
    }
}

Attributes
ReadRadioPower(const std::string& power)
{
    const auto words = Split(power, ',');
    if (words.size() != 3)
    {
        throw std::invalid_argument("must be three numbers with commas between, not " +
                                    QuoteUserText(power));
    }
    const auto transmit = ToNumber(words[0]);
    const auto receive = ToNumber(words[1]);
    const auto idle = ToNumber(words[2]);
    if (!transmit || !receive || !idle || *transmit < *idle || *receive < *idle)
    {
        throw std::invalid_argument("must be three numbers of W, the last not more than the "
                                    "others, not " +
                                    QuoteUserText(power));
    }
    constexpr double ANY_J = 1;
    DeviceEnergyHelper(ANY_J).SetRadioPower({*transmit, *receive, *idle}); // knows their range
    return {{"TransmitPower", std::string(words[0])},
            {"ReceivePower", std::string(words[1])},
            {"RadioIdlePower", std::string(words[2])}};
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

std::string
GetSharing(const std::string& sharing)
{
    const auto processor = ServerProcessor::Create(sharing);
    const auto bracket = sharing.find('[');
    return processor->GetInstanceTypeId().GetName() +
           (bracket == std::string::npos ? "" : sharing.substr(bracket));
}

bool
CheckScheduler(const SimulatedServer& server)
{
    const auto scheduler = DecisionProcess::Create(server.scheduler);
    for (const auto& [name, text] : server.schedulerAttributes)
    {
        CheckAttribute(scheduler->GetInstanceTypeId(), name, StringValue(text));
        scheduler->SetAttribute(name, StringValue(text)); // some know more of their values
    }
    for (const auto& [name, text] : server.attributes)
    {
        const auto conflict = name == "ServerProcessor"
                                  ? ServerProcessor::Create(text)->FindConflict(*scheduler)
                                  : "";
        if (!conflict.empty())
        {
            throw std::invalid_argument(conflict);
        }
    }
    return scheduler->IsDecentralized();
}

void
InstallApplications(const Simulation& simulation,
                    const NodeContainer& servers,
                    SimulationParts& parts)
{
    InstallServers(simulation, servers, parts);
    InferenceClientHelper shared(parts.network->GetServerAddress(PORT));
    if (DynamicCast<MecServer>(parts.servers.Get(0))->GetScheduler()->IsDecentralized())
    {
        shared.SetAttribute("Mode", StringValue("decentralized"));
    }
    if (parts.sites)
    {
        shared.SetChoice(simulation.choice);
    }
    for (uint32_t i = 0; i < simulation.devices.size(); ++i)
    {
        const auto& device = simulation.devices[i];
        auto helper = shared;
        for (const auto& [name, text] : device.attributes)
        {
            helper.SetAttribute(name, StringValue(text));
        }
        auto client = helper.Install(parts.mobiles.Get(i));
        client.Start(device.start);
        parts.clients.Add(client);
    }
    if (parts.sites)
    {
        parts.sites->SetRemotes(parts.clients, parts.servers);
    }
    InstallBatteries(simulation, parts.clients);
    parts.clients.Stop(simulation.duration);
    InferenceClientHelper::AssignStreams(parts.clients, CLIENT_STREAMS);
    MecServerHelper::TellMeasurements(parts.servers, parts.clients);
}
