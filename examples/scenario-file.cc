/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-file.h"

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/dnn-profile.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

using namespace ns3::surgery;

namespace
{

using nlohmann::json;

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
const Range BYTES_RANGE{1, 9007199254740992.0, "a whole number of bytes, 1 to 2^53"};

[[noreturn]] void
Reject(const std::string& place, const std::string& what)
{
    throw std::invalid_argument(place + ": " + what);
}

/// Does what may complain, and says where.
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
        Reject(place, error.what());
    }
}

/// Expects an object without keys that would be ignored.
void
CheckKeys(const json& object, const std::string& place, const std::vector<std::string>& known)
{
    std::string list;
    for (const auto& key : known)
    {
        list += (list.empty() ? "" : ", ") + key;
    }
    if (!object.is_object())
    {
        Reject(place, "must be an object with the fields " + list);
    }
    for (const auto& entry : object.items())
    {
        if (std::find(known.begin(), known.end(), entry.key()) == known.end())
        {
            Reject(place, "unknown field \"" + entry.key() + "\": use " + list);
        }
    }
}

const json&
GetField(const json& object, const std::string& place, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end())
    {
        Reject(place, "field \"" + std::string(key) + "\" is missing");
    }
    return *found;
}

std::string
GetText(const json& object, const std::string& place, const std::string& key)
{
    const auto& value = GetField(object, place, key.c_str());
    if (!value.is_string() || value.get<std::string>().empty())
    {
        Reject(place + ": " + key, "must be a string, not empty");
    }
    return value.get<std::string>();
}

double
GetNumber(const json& object, const std::string& place, const std::string& key, const Range& range)
{
    const auto& value = GetField(object, place, key.c_str());
    const auto number = value.is_number() ? value.get<double>() : std::nan("");
    if (!(number >= range.least && number <= range.most))
    {
        Reject(place + ": " + key, "must be " + range.text);
    }
    return number;
}

Encoding
GetEncoding(const json& device, const std::string& place)
{
    Encoding encoding;
    if (device.contains("input_bytes"))
    {
        const auto bytes = GetNumber(device, place, "input_bytes", BYTES_RANGE);
        if (bytes != std::floor(bytes))
        {
            Reject(place + ": input_bytes", "must be " + BYTES_RANGE.text);
        }
        encoding.inputBytes = static_cast<uint64_t>(bytes);
    }
    if (device.contains("activation_bits"))
    {
        const auto& bits = device.at("activation_bits");
        if (bits != 8 && bits != 16 && bits != 32)
        {
            Reject(place + ": activation_bits", "must be 8, 16 or 32");
        }
        encoding.activationBits = bits.get<uint32_t>();
    }
    return encoding;
}

/// Turns a scenario's JSON into a game.
class ScenarioReader
{
  public:
    explicit ScenarioReader(std::string source)
        : m_source(std::move(source))
    {
    }

    Scenario Read(const json& root)
    {
        CheckKeys(root, m_source, {"server", "devices"});
        const auto& server = GetField(root, m_source, "server");
        const auto place = m_source + ": server";
        CheckKeys(server, place, {"processor"});
        m_server = GetProcessor(server, place);
        m_scenario.server = m_server->GetName();

        const auto& devices = GetField(root, m_source, "devices");
        if (!devices.is_array() || devices.empty())
        {
            Reject(m_source + ": devices", "must be a list of at least one device");
        }
        for (std::size_t i = 0; i < devices.size(); ++i)
        {
            AddDevice(devices[i], m_source + ": devices[" + std::to_string(i) + "]");
        }
        return std::move(m_scenario);
    }

  private:
    /// A processor by name, by path or written out.
    std::shared_ptr<const Processor> GetProcessor(const json& owner, const std::string& place)
    {
        const auto& value = GetField(owner, place, "processor");
        const auto here = place + ": processor";
        if (value.is_string())
        {
            return At(here, [&] { return m_library.GetProcessor(value.get<std::string>()); });
        }
        const std::vector<std::string> known{"schema",
                                             "name",
                                             "source",
                                             "flops",
                                             "bandwidth_bytes_per_s",
                                             "overhead_s"};
        CheckKeys(value, here, known);
        return std::make_shared<const Processor>(ParseProcessor(value.dump(), here));
    }

    /// Equal devices share a frontier.
    std::shared_ptr<const PartitionFrontier> GetFrontier(const json& device,
                                                         const std::string& place,
                                                         std::shared_ptr<const DnnGraph> dnn,
                                                         const Processor& processor)
    {
        const auto encoding = GetEncoding(device, place);
        auto key = json::array({device.at("dnn"), device.at("processor")}).dump();
        auto& frontier = m_frontiers[{std::move(key), encoding}];
        if (!frontier)
        {
            frontier = At(place, [&] {
                return std::make_shared<const PartitionFrontier>(
                    LayerCosts(std::move(dnn), processor, *m_server, encoding));
            });
        }
        return frontier;
    }

    void AddDevice(const json& device, const std::string& number)
    {
        const std::vector<std::string> known{"name",
                                             "dnn",
                                             "processor",
                                             "uplink_bps",
                                             "downlink_bps",
                                             "delay_s",
                                             "rho",
                                             "input_bytes",
                                             "activation_bits"};
        CheckKeys(device, number, known);
        const auto name = GetText(device, number, "name");
        const auto place = number + " (\"" + name + "\")";
        if (!m_names.insert(name).second)
        {
            Reject(place + ": name", "is used twice");
        }
        const auto dnnName = GetText(device, place, "dnn");
        const auto dnn = At(place + ": dnn", [&] { return m_library.GetDnn(dnnName); });
        const auto processor = GetProcessor(device, place);

        Player player;
        player.link.uplinkBps = GetNumber(device, place, "uplink_bps", RATE_RANGE);
        player.link.downlinkBps = GetNumber(device, place, "downlink_bps", RATE_RANGE);
        if (device.contains("delay_s"))
        {
            player.link.uplinkDelayS = GetNumber(device, place, "delay_s", TIME_RANGE);
            player.link.downlinkDelayS = player.link.uplinkDelayS;
        }
        player.usagePriceS = GetNumber(device, place, "rho", TIME_RANGE);
        player.frontier = GetFrontier(device, place, dnn, *processor);
        m_scenario.game.players.push_back(std::move(player));
        m_scenario.devices.push_back({name, dnn->GetName(), processor->GetName()});
    }

    std::string m_source;
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
    std::error_code error;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, error))
    {
        Reject(path, "cannot read this scenario");
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

json
ParseText(const std::string& text, const std::string& source)
{
    std::string lastKey;
    std::vector<std::set<std::string>> open; // the keys of the objects around
    const auto follow = [&](int depth, json::parse_event_t event, json& value) {
        if (depth > 100)
        {
            Reject(source, "nested more than 100 levels deep");
        }
        switch (event)
        {
        case json::parse_event_t::object_start:
            open.emplace_back();
            break;
        case json::parse_event_t::object_end:
            open.pop_back();
            break;
        case json::parse_event_t::key:
            lastKey = value.get<std::string>();
            if (!open.back().insert(lastKey).second)
            {
                Reject(source, "field \"" + lastKey + "\" stands twice in one object");
            }
            break;
        default:
            break;
        }
        return true;
    };
    try
    {
        return json::parse(text, follow);
    }
    catch (const json::exception& error)
    {
        const auto place = lastKey.empty() ? source : source + ": at or after \"" + lastKey + "\"";
        Reject(place, std::string("not valid JSON: ") + error.what());
    }
}

} // namespace

Scenario
ReadScenario(const std::string& path)
{
    const auto source = path == "-" ? std::string("standard input") : path;
    const auto root = ParseText(ReadText(path), source);
    return ScenarioReader(source).Read(root);
}
