/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-file.h"

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/dnn-profile.h"
#include "ns3/surgery-json-field.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
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

Encoding
GetEncoding(const JsonField& device)
{
    Encoding encoding;
    if (device.Has("input_bytes"))
    {
        encoding.inputBytes = device["input_bytes"].GetBytes(1);
    }
    if (device.Has("activation_bits"))
    {
        const auto field = device["activation_bits"];
        const std::string allowed = "8, 16 or 32";
        const auto bits = field.GetNumber(8, 32, allowed);
        if (bits != 8 && bits != 16 && bits != 32)
        {
            field.Reject("must be " + allowed);
        }
        encoding.activationBits = static_cast<uint32_t>(bits);
    }
    return encoding;
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
        root.CheckFields({"server", "devices"});
        const auto server = root["server"];
        server.CheckFields({"processor"});
        m_server = GetProcessor(server["processor"]);
        m_scenario.server = m_server->GetName();

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

    /// Equal devices share a frontier.
    std::shared_ptr<const PartitionFrontier> GetFrontier(const JsonField& device,
                                                         std::shared_ptr<const DnnGraph> dnn,
                                                         const Processor& processor)
    {
        const auto encoding = GetEncoding(device);
        auto key = device["dnn"].ToJson() + device["processor"].ToJson();
        auto& frontier = m_frontiers[{std::move(key), encoding}];
        if (!frontier)
        {
            frontier = At(device.GetPlace(), [&] {
                return std::make_shared<const PartitionFrontier>(
                    LayerCosts(std::move(dnn), processor, *m_server, encoding));
            });
        }
        return frontier;
    }

    void AddDevice(const JsonField& item)
    {
        item.CheckFields({"name",
                          "dnn",
                          "processor",
                          "uplink_bps",
                          "downlink_bps",
                          "delay_s",
                          "rho",
                          "input_bytes",
                          "activation_bits"});
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

        Player player;
        player.link.uplinkBps = GetNumber(device["uplink_bps"], RATE_RANGE);
        player.link.downlinkBps = GetNumber(device["downlink_bps"], RATE_RANGE);
        if (device.Has("delay_s"))
        {
            player.link.uplinkDelayS = GetNumber(device["delay_s"], TIME_RANGE);
            player.link.downlinkDelayS = player.link.uplinkDelayS;
        }
        player.usagePriceS = GetNumber(device["rho"], TIME_RANGE);
        player.options = MakeOptions(GetFrontier(device, dnn, *processor));
        m_scenario.game.players.push_back(std::move(player));
        m_scenario.devices.push_back({name, dnn->GetName(), processor->GetName()});
    }

    ProfileLibrary m_library;
    std::shared_ptr<const Processor> m_server;
    std::set<std::string> m_names;
    std::map<std::pair<std::string, Encoding>, std::shared_ptr<const PartitionFrontier>>
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
