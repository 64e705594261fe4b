/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-fields.h"

#include "client-defaults.h"
#include "scenario-variants.h"
#include "simulation.h"

#include "ns3/surgery-inference-client.h"

#include <set>

using namespace ns3::surgery;

const Range RATE_RANGE{1e-3, 1e18, "a number of bit/s, 1e-3 to 1e18"};
const Range TIME_RANGE{0, 1e9, "a number of seconds, 0 to 1e9"};
const Range CAPACITY_RANGE{0, 1, "a number, 0 to 1"};
const Range REQUEST_RANGE{0, 1e6, "a number of requests per second, 0 to 1e6"};
const Range BATTERY_RANGE{1e-9, 1e12, "a number of J, 1e-9 to 1e12"};
const Range VARIATION_RANGE{0, 1e6, "a number, 0 to 1e6"};
const std::vector<std::string> LINK_FIELDS{"uplink_bps", "downlink_bps", "delay_s"};

namespace
{

/// The most servers of a scenario.
constexpr std::size_t MOST_SERVERS = 100;

const std::vector<std::string> SERVER_FIELDS{"processor",
                                             "capacity",
                                             "scheduler",
                                             "sharing",
                                             "price_policy",
                                             "attributes",
                                             "outages"};

/// @return the fields of a group of devices
std::vector<std::string>
GetGroupFields()
{
    std::vector<std::string> fields{"name", "count", "dnn", "processor", "rho"};
    fields.insert(fields.end(), VARIANT_FIELDS.begin(), VARIANT_FIELDS.end());
    fields.insert(fields.end(), LINK_FIELDS.begin(), LINK_FIELDS.end());
    fields.insert(fields.end(),
                  {"links",
                   "request_rate",
                   "gap_variation",
                   "think_time_s",
                   "interval_s",
                   "request_times",
                   "deadline_s",
                   "drop_late",
                   "battery_j",
                   "estimator",
                   "attributes",
                   "start_s",
                   "mobility",
                   "area_m",
                   "site",
                   "away"});
    return fields;
}

/// @param field a processor, or a list of some @return them, each a text or an object
std::vector<JsonField>
GetProcessors(const JsonField& field)
{
    const auto processors = field.IsList() ? field.GetItems() : std::vector<JsonField>{field};
    if (processors.empty())
    {
        field.Reject("must name at least one processor");
    }
    for (const auto& processor : processors)
    {
        if (!processor.IsObject())
        {
            processor.GetName();
        }
    }
    return processors;
}

/// @param root a scenario @param group of its devices
/// @return whether the devices have a deadline, be it by an attribute
bool
HasDeadline(const JsonField& root, const JsonField& group)
{
    const auto type = InferenceClient::GetTypeId();
    const auto hasDefault = root.Has("simulation") && root["simulation"].Has("defaults") &&
                            root["simulation"]["defaults"].Has(type.GetName() + "::Deadline");
    if (group.Has("deadline_s"))
    {
        return GetNumber(group["deadline_s"], TIME_RANGE) > 0;
    }
    return hasDefault || IsClientDefaultSet("Deadline") ||
           (group.Has("attributes") && group["attributes"].Has("Deadline"));
}

/// Check fields of a group that only a simulation uses. @param root the scenario @param group it
void
CheckGroup(const JsonField& root, const JsonField& group)
{
    if (group.Has("battery_j"))
    {
        GetNumber(group["battery_j"], BATTERY_RANGE);
    }
    if (group.Has("energy_price_s_per_j"))
    {
        group["energy_price_s_per_j"].GetNumber(0, 1e9, "a number of seconds per joule, 0 to 1e9");
    }
    if (group.Has("deadline_s"))
    {
        const auto deadline = GetNumber(group["deadline_s"], TIME_RANGE);
        if (deadline > 0 && deadline < 1e-9)
        {
            group["deadline_s"].Reject("must be 0, or 1e-9 to 1e9 seconds");
        }
    }
    if (group.Has("drop_late") && group["drop_late"].GetFlag() && !HasDeadline(root, group))
    {
        group["drop_late"].Reject("needs \"deadline_s\"");
    }
}

} // namespace

double
GetNumber(const JsonField& field, const Range& range)
{
    return field.GetNumber(range.least, range.most, range.text);
}

std::vector<std::string>
GetTexts(const JsonField& field)
{
    if (!field.IsList())
    {
        return {field.GetName()};
    }
    std::vector<std::string> texts;
    for (const auto& item : field.GetItems())
    {
        texts.push_back(item.GetName());
    }
    if (texts.empty())
    {
        field.Reject("must name at least one");
    }
    return texts;
}

void
CheckWholeScenario(const JsonField& root)
{
    root.CheckFields({"schema",
                      "description",
                      "simulation",
                      "network",
                      "server",
                      "servers",
                      "waiting",
                      "choice",
                      "devices",
                      "outputs"});
    if (root.Has("description"))
    {
        root["description"].GetText();
    }
    if (root.Has("servers") && root.Has("server"))
    {
        root["servers"].Reject("cannot be beside \"server\"");
    }
    if (root.Has("waiting") && root["waiting"].GetFlag() && root.Has("choice"))
    {
        root["waiting"].Reject("cannot be beside \"choice\": among several servers, costs are "
                               "plain");
    }
}

std::vector<JsonField>
GetServers(const JsonField& root)
{
    if (!root.Has("servers"))
    {
        root["server"].CheckFields(SERVER_FIELDS);
        return {root["server"]};
    }
    const auto servers = root["servers"].GetItems();
    if (servers.empty() || servers.size() > MOST_SERVERS)
    {
        root["servers"].Reject("must be a list of 1 to " + std::to_string(MOST_SERVERS) +
                               " servers");
    }
    auto fields = SERVER_FIELDS;
    fields.insert(fields.begin(), "name");
    std::set<std::string> names;
    for (const auto& server : servers)
    {
        server.CheckFields(fields);
        if (!names.insert(server["name"].GetName()).second)
        {
            server["name"].Reject("is used twice");
        }
    }
    return servers;
}

std::vector<GroupMember>
ExpandGroups(const JsonField& root)
{
    const auto fields = GetGroupFields();
    std::vector<GroupMember> members;
    std::set<std::string> names;
    for (const auto& group : root["devices"].GetItems())
    {
        group.CheckFields(fields);
        CheckGroup(root, group);
        const auto name = group["name"].GetName();
        const auto allowed = "a whole number, 1 to " + std::to_string(MOST_DEVICES);
        const auto count =
            group.Has("count") ? group["count"].GetInteger(1, MOST_DEVICES, allowed) : 1;
        const auto dnns = GetTexts(group["dnn"]);
        const auto processors = GetProcessors(group["processor"]);
        if (members.size() + count > MOST_DEVICES)
        {
            root["devices"].Reject("are more than " + std::to_string(MOST_DEVICES) + " in all");
        }
        for (uint32_t i = 0; i < count; ++i)
        {
            auto own = i == 0 ? name : name + "-" + std::to_string(i);
            if (!names.insert(own).second)
            {
                group["name"].Reject("names \"" + own + "\" a second time");
            }
            members.push_back(
                {group, i, own, dnns[i % dnns.size()], processors[i % processors.size()]});
        }
    }
    if (members.empty())
    {
        root["devices"].Reject("must be a list of at least one device");
    }
    return members;
}
