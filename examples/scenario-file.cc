/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-file.h"

#include "scenario-variants.h"

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/dnn-profile.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-json-field.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

using namespace ns3::surgery;

namespace
{

/// Where a number may lie, in words too.
struct Range
{
    double least;     ///< the least that is allowed
    double most;      ///< the most that is allowed
    std::string text; ///< both, with the unit
};

// Far beyond anything real, and narrow enough that no latency or cost overflows.
const Range RATE_RANGE{1e-3, 1e18, "a number of bit/s, 1e-3 to 1e18"};
const Range TIME_RANGE{0, 1e9, "a number of seconds, 0 to 1e9"};
const Range CAPACITY_RANGE{0, 1, "a number, 0 to 1"};
const Range REQUEST_RANGE{0, 1e6, "a number of requests per second, 0 to 1e6"};
const Range VARIATION_RANGE{0, 1e6, "a number, 0 to 1e6"};
/// How a device reaches a server.
const std::vector<std::string> LINK_FIELDS{"uplink_bps", "downlink_bps", "delay_s"};

/// Runs a function, and adds the place to the error that it throws.
template <class Action>
auto
At(const std::string& place, const Action& action)
{
    try
    {
        return action();
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(place + ": " + error.what());
    }
}

double
GetNumber(const JsonField& field, const Range& range)
{
    return field.GetNumber(range.least, range.most, range.text);
}

/// Turns a scenario's JSON into a game.
class ScenarioReader
{
  public:
    /// @param folder from where relative paths are
    explicit ScenarioReader(const std::string& folder)
        : m_library(folder)
    {
    }

    Scenario Read(const JsonField& root)
    {
        root.CheckFields({"server", "servers", "devices", "waiting"});
        if (root.Has("servers") && root.Has("server"))
        {
            root["servers"].Reject("cannot be beside \"server\"");
        }
        if (root.Has("servers"))
        {
            AddServers(root["servers"]);
        }
        else
        {
            root["server"].CheckFields({"processor"});
            AddServer("", root["server"]);
        }
        m_scenario.weighsWaiting = root.Has("waiting") && root["waiting"].GetFlag();
        if (m_scenario.weighsWaiting && m_processors.size() > 1)
        {
            root["waiting"].Reject("needs one server: among several, costs are plain");
        }
        const auto devices = root["devices"].GetItems();
        if (devices.empty())
        {
            root["devices"].Reject("must be a list of at least one device");
        }
        for (const auto& device : devices)
        {
            AddDevice(device);
        }
        return std::move(m_scenario);
    }

  private:
    /// A processor by name, by path or written out.
    std::shared_ptr<const Processor> GetProcessor(const JsonField& field)
    {
        if (field.IsText())
        {
            return At(field.GetPlace(), [&] { return m_library.GetProcessor(field.GetText()); });
        }
        return std::make_shared<const Processor>(ParseProcessor(field));
    }

    /// Several servers, by name.
    void AddServers(const JsonField& servers)
    {
        m_hasNames = true;
        for (const auto& item : servers.GetItems())
        {
            item.CheckFields({"name", "processor", "capacity"});
            const auto name = item["name"].GetName();
            const auto server = item.At(item.GetPlace() + " (\"" + name + "\")");
            if (std::find(m_servers.begin(), m_servers.end(), name) != m_servers.end())
            {
                server["name"].Reject("is used twice");
            }
            m_servers.push_back(name);
            AddServer(name, server);
        }
        if (m_servers.empty())
        {
            servers.Reject("must be a list of at least one server");
        }
    }

    void AddServer(const std::string& name, const JsonField& server)
    {
        m_processors.push_back(GetProcessor(server["processor"]));
        m_scenario.servers.push_back({name, m_processors.back()->GetName()});
        m_scenario.game.capacities.push_back(
            server.Has("capacity") ? GetNumber(server["capacity"], CAPACITY_RANGE) : 1.0);
    }

    /// Equal devices share a frontier at a server's processor.
    std::shared_ptr<const PartitionFrontier> GetFrontier(const JsonField& device,
                                                         const Variant& variant,
                                                         const Processor& processor,
                                                         const Processor& server,
                                                         double leastInverseShare)
    {
        auto key = variant.dnn + device["processor"].ToJson() + server.GetName();
        auto& frontier = m_frontiers[{std::move(key), variant.encoding, leastInverseShare}];
        if (!frontier)
        {
            frontier = At(device.GetPlace(), [&] {
                return std::make_shared<const PartitionFrontier>(
                    LayerCosts(m_library.GetDnn(variant.dnn), processor, server, variant.encoding),
                    leastInverseShare);
            });
        }
        return frontier;
    }

    /// What a device may run at a server.
    Options MakeDeviceOptions(const JsonField& device,
                              const Variants& variants,
                              const Processor& processor,
                              const Processor& server,
                              const ActivityWeights& weights)
    {
        const auto least = GetLeastInverseShare(weights);
        std::vector<Option> options;
        for (const auto& variant : variants)
        {
            options.push_back(
                {GetFrontier(device, variant, processor, server, least), variant.penaltyS});
        }
        return std::make_shared<const std::vector<Option>>(std::move(options));
    }

    static Link GetLink(const JsonField& field)
    {
        Link link;
        link.uplinkBps = GetNumber(field["uplink_bps"], RATE_RANGE);
        link.downlinkBps = GetNumber(field["downlink_bps"], RATE_RANGE);
        if (field.Has("delay_s"))
        {
            link.uplinkDelayS = GetNumber(field["delay_s"], TIME_RANGE);
            link.downlinkDelayS = link.uplinkDelayS;
        }
        return link;
    }

    /// A device's links: its own fields, or one object per server that it reaches.
    std::map<std::size_t, Link> GetLinks(const JsonField& device)
    {
        if (!m_hasNames)
        {
            return {{0, GetLink(device)}};
        }
        const auto field = device["links"];
        field.CheckFields(m_servers);
        std::map<std::size_t, Link> links;
        for (std::size_t s = 0; s < m_servers.size(); ++s)
        {
            if (field.Has(m_servers[s]))
            {
                field[m_servers[s]].CheckFields(LINK_FIELDS);
                links.emplace(s, GetLink(field[m_servers[s]]));
            }
        }
        if (links.empty())
        {
            field.Reject("must name at least one server");
        }
        return links;
    }

    void AddDevice(const JsonField& item)
    {
        std::vector<std::string> fields{"name", "dnn", "processor"};
        const std::vector<std::string> own{"links"};
        const auto& more = m_hasNames ? own : LINK_FIELDS;
        fields.insert(fields.end(), more.begin(), more.end());
        fields.emplace_back("rho");
        fields.insert(fields.end(), VARIANT_FIELDS.begin(), VARIANT_FIELDS.end());
        fields.insert(fields.end(), {"request_rate", "gap_variation"});
        item.CheckFields(fields);
        const auto name = item["name"].GetName();
        const auto device = item.At(item.GetPlace() + " (\"" + name + "\")");
        if (!m_names.insert(name).second)
        {
            device["name"].Reject("is used twice");
        }
        const auto dnnField = device["dnn"];
        const auto dnnName = dnnField.GetName();
        const auto dnn = At(dnnField.GetPlace(), [&] { return m_library.GetDnn(dnnName); });
        const auto processor = GetProcessor(device["processor"]);
        const auto variants = ReadVariants(device, m_library);
        const auto power = ReadPower(device, *processor);
        const auto weights = power ? power->weights : ActivityWeights();

        const auto links = GetLinks(device);
        const auto usagePriceS = GetNumber(device["rho"], TIME_RANGE);
        const auto requestRatePerS =
            device.Has("request_rate") ? GetNumber(device["request_rate"], REQUEST_RANGE) : 0.0;
        const auto gapVariation =
            device.Has("gap_variation") ? GetNumber(device["gap_variation"], VARIATION_RANGE) : 0.0;
        ServersOfDevice players(m_processors.size());
        for (const auto& [server, link] : links)
        {
            players[server].link = link;
            players[server].usagePriceS = usagePriceS;
            players[server].weights = weights;
            players[server].requestRatePerS = requestRatePerS;
            players[server].gapVariation = m_scenario.weighsWaiting ? gapVariation : 0.0;
            players[server].options =
                MakeDeviceOptions(device, variants, *processor, *m_processors[server], weights);
        }
        m_scenario.game.devices.push_back(std::move(players));
        m_scenario.devices.push_back({name,
                                      dnn->GetName(),
                                      processor->GetName(),
                                      variants,
                                      power ? std::optional(power->powerW) : std::nullopt});
    }

    ProfileLibrary m_library;
    bool m_hasNames{false};                                     ///< whether servers have names
    std::vector<std::string> m_servers;                         ///< their names
    std::vector<std::shared_ptr<const Processor>> m_processors; ///< of the servers
    std::set<std::string> m_names;
    std::map<std::tuple<std::string, Encoding, double>, std::shared_ptr<const PartitionFrontier>>
        m_frontiers;
    Scenario m_scenario;
};

std::string
ReadText(const std::string& path)
{
    if (path == "-")
    {
        return {std::istreambuf_iterator<char>(std::cin), {}};
    }
    CheckScenario(path);
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

void
CheckScenario(const std::string& path)
{
    if (path.empty())
    {
        throw std::invalid_argument("needs a file (--help shows an example)");
    }
    std::error_code error;
    if (path != "-" && (!std::ifstream(path) || std::filesystem::is_directory(path, error)))
    {
        throw std::invalid_argument(path + ": cannot read this scenario");
    }
}

Scenario
ReadScenario(const std::string& path)
{
    const auto source = path == "-" ? std::string("standard input") : path;
    const auto folder = path == "-" ? "" : std::filesystem::path(path).parent_path().string();
    return ScenarioReader(folder).Read(JsonField::Parse(ReadText(path), source));
}
