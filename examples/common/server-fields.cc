/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-fields.h"

#include "scenario-applications.h"
#include "scenario-document.h"
#include "scenario-fields.h"
#include "scenario-values.h"

#include "ns3/address.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-price-policy.h"

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

const Range TIMEOUT_RANGE{1e-3, 1e9, "a number of seconds, 0.001 to 1e9"};

/// @param field a server's scheduler @param folder where relative paths start
/// @param server gets it
void
ReadScheduler(const JsonField& field, const std::string& folder, SimulatedServer& server)
{
    if (!field.IsObject())
    {
        server.scheduler = field.GetName();
        return;
    }
    if (!field.Has("command"))
    {
        field.CheckFields({"name", "attributes"});
        server.scheduler = field["name"].GetName();
        if (field.Has("attributes"))
        {
            server.schedulerAttributes = ReadAttributes(field["attributes"]);
        }
        return;
    }
    // a program that is asked at each timestep
    field.CheckFields({"command", "timeout_s", "advice"});
    server.scheduler = "external";
    if (!field["command"].IsList())
    {
        field["command"].Reject("must be a list: the program and its arguments");
    }
    auto command = GetTexts(field["command"]);
    for (auto& word : command)
    {
        word = ResolveIfBeside(word, folder);
    }
    server.schedulerAttributes.emplace_back("Command", nlohmann::json(command).dump());
    if (field.Has("timeout_s"))
    {
        server.schedulerAttributes.emplace_back(
            "Timeout",
            ToAttribute(GetTime(field["timeout_s"], TIMEOUT_RANGE)));
    }
    if (field.Has("advice"))
    {
        server.schedulerAttributes.emplace_back("Advice", field["advice"].GetName());
    }
}

/// @param field a server's price policy @param isDecentralized whether devices decide themselves
/// @return the policy by name
std::string
ReadPricePolicy(const JsonField& field, bool isDecentralized)
{
    const auto name = field.GetName();
    const auto policy = At(field.GetPlace(), [&] { return PricePolicy::Create(name); });
    if (isDecentralized && policy->NeedsPlayers())
    {
        field.Reject("must know the devices, and devices that decide themselves tell nothing of "
                     "themselves");
    }
    return name;
}

/// @param scheduler by name, and known @throws std::invalid_argument if it does not weigh waiting
void
CheckWeighsWaiting(const std::string& scheduler)
{
    TypeId::AttributeInformation unused;
    const auto type = DecisionProcess::Create(scheduler)->GetInstanceTypeId();
    if (!type.LookupAttributeByName("Waiting", &unused))
    {
        throw std::invalid_argument("the scheduler \"" + scheduler + "\" has no attribute Waiting");
    }
}

/// @param field a server @param server gets the attributes that are there
void
ReadOwnAttributes(const JsonField& field, SimulatedServer& server)
{
    if (field.Has("sharing"))
    {
        const auto sharing = field["sharing"].GetName();
        server.attributes.emplace_back("ServerProcessor", At(field["sharing"].GetPlace(), [&] {
                                           return GetSharing(sharing);
                                       }));
    }
    if (field.Has("attributes"))
    {
        MecServerHelper helper{Address()};
        const auto others =
            ReadAttributes(field["attributes"],
                           [&helper, &field](const std::string& name, const std::string& text) {
                               if (name == "Local" || name == "Scheduler" || name == "Processor" ||
                                   name == "Outages" || name == "PricePolicy" ||
                                   (name == "ServerProcessor" && field.Has("sharing")))
                               {
                                   throw std::invalid_argument(
                                       "is set by the simulation, or by a field of the server");
                               }
                               helper.SetAttribute(name, StringValue(text));
                           });
        server.attributes.insert(server.attributes.end(), others.begin(), others.end());
    }
    if (field.Has("outages"))
    {
        server.attributes.emplace_back("Outages", GetOutages(field["outages"]));
    }
}

} // namespace

std::vector<SimulatedServer>
ReadServers(const JsonField& root,
            const std::string& folder,
            ProfileLibrary& library,
            std::size_t sites)
{
    const auto fields = GetServers(root);
    if (root.Has("servers") && fields.size() != sites)
    {
        root["servers"].Reject("must be as many as network.sites, " + std::to_string(sites) +
                               ", not " + std::to_string(fields.size()));
    }
    std::vector<SimulatedServer> servers;
    bool isDecentralized = false;
    for (const auto& field : fields)
    {
        SimulatedServer server;
        server.processor = ReadProcessor(field["processor"], folder, library).second;
        if (field.Has("capacity"))
        {
            GetNumber(field["capacity"], CAPACITY_RANGE);
        }
        if (field.Has("scheduler"))
        {
            ReadScheduler(field["scheduler"], folder, server);
        }
        if (root.Has("waiting") && root["waiting"].GetFlag())
        {
            At(root["waiting"].GetPlace(), [&] { CheckWeighsWaiting(server.scheduler); });
            server.schedulerAttributes.emplace_back("Waiting", "true");
        }
        ReadOwnAttributes(field, server);
        const auto place = (field.Has("scheduler") ? field["scheduler"] : field).GetPlace();
        const auto isOwn = At(place, [&] { return CheckScheduler(server); });
        if (!servers.empty() && isOwn != isDecentralized)
        {
            field.Reject("must have a decentralized scheduler, or another one, as the first "
                         "server has");
        }
        isDecentralized = isOwn;
        if (field.Has("price_policy"))
        {
            server.pricePolicy = ReadPricePolicy(field["price_policy"], isDecentralized);
        }
        servers.push_back(std::move(server));
    }
    return servers;
}

std::vector<std::pair<std::string, std::shared_ptr<const Processor>>>
ReadServerProcessors(const JsonField& root, const std::string& folder, ProfileLibrary& library)
{
    std::vector<std::pair<std::string, std::shared_ptr<const Processor>>> processors;
    std::set<std::string> known;
    for (const auto& server : GetServers(root))
    {
        const auto field = server["processor"];
        const auto [processor, text] = ReadProcessor(field, folder, library);
        if (known.insert(text).second)
        {
            processors.emplace_back(field.GetPlace(), processor);
        }
    }
    return processors;
}
