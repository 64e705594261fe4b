/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-document.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

using namespace ns3::surgery;
using nlohmann::json;

const std::string SCENARIO_SCHEMA = "dnn-surgery/scenario/1";

namespace
{

/// A step of a path: a field's name, or an item's index.
struct Step
{
    std::string name;     ///< of a field; empty: an item
    std::size_t index{0}; ///< of an item
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

/// Split a part of a path between dots, NAME or NAME[INDEX]... @param part it
/// @param steps added to @return whether it is one
bool
AddSteps(const std::string& part, std::vector<Step>& steps)
{
    auto bracket = part.find('[');
    if (part.empty() || bracket == 0)
    {
        return false;
    }
    steps.push_back({part.substr(0, bracket)});
    while (bracket != std::string::npos && bracket < part.size())
    {
        const auto end = part.find(']', bracket);
        const auto digits = part.substr(bracket + 1, end - bracket - 1);
        if (part[bracket] != '[' || end == std::string::npos || digits.empty() ||
            digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos)
        {
            return false;
        }
        steps.push_back({"", std::stoul(digits)});
        bracket = end + 1;
    }
    return true;
}

/// @param path as in complaints @return its steps; none if it is no path
std::vector<Step>
SplitPath(const std::string& path)
{
    static const std::set<std::string> ofNames{"attributes", "defaults", "config"};
    std::vector<Step> steps;
    for (std::size_t begin = 0; begin <= path.size();)
    {
        if (!steps.empty() && ofNames.count(steps.back().name) > 0 && begin < path.size())
        {
            steps.push_back({path.substr(begin)}); // names of ns-3 may have brackets and dots
            return steps;
        }
        const auto end = std::min(path.find('.', begin), path.size());
        if (!AddSteps(path.substr(begin, end - begin), steps))
        {
            return {};
        }
        begin = end + 1;
    }
    return steps;
}

/// @param text what a user wrote @return it as JSON, or else as text
json
ToValue(const std::string& text)
{
    try
    {
        JsonField::Parse(text, ""); // refuses depths that others do not survive
        return json::parse(text);
    }
    catch (const std::invalid_argument&)
    {
        return text;
    }
}

/// Change a document. @param document it @param change PATH=VALUE
void
Change(json& document, const std::string& change)
{
    const auto equals = change.find('=');
    const auto steps = SplitPath(change.substr(0, equals));
    if (equals == std::string::npos || steps.empty())
    {
        throw std::invalid_argument("--set: must be PATH=VALUE, such as devices[0].count=20, not "
                                    "\"" +
                                    change + "\"");
    }
    const auto refuse = [&](const std::string& why) {
        throw std::invalid_argument("--set=" + change + ": " + why);
    };
    auto* place = &document;
    json* around = nullptr;
    for (const auto& step : steps)
    {
        around = place;
        if (step.name.empty())
        {
            if (!place->is_array() || step.index > place->size())
            {
                refuse(place->is_array() ? "there are " + std::to_string(place->size()) +
                                               " items, the first is [0]"
                                         : "[" + std::to_string(step.index) + "] is in no list");
            }
            if (step.index == place->size())
            {
                place->push_back(nullptr);
            }
            place = &(*place)[step.index];
            continue;
        }
        if (!place->is_object() && !place->is_null())
        {
            refuse("\"" + step.name + "\" is in no object");
        }
        place = &(*place)[step.name];
    }
    *place = ToValue(change.substr(equals + 1));
    if (place->is_null())
    {
        around->is_array() ? around->erase(steps.back().index)
                           : static_cast<void>(around->erase(steps.back().name));
    }
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

ScenarioDocument
ReadScenarioDocument(const std::string& path, const std::vector<std::string>& changes)
{
    const auto source = path == "-" ? std::string("standard input") : path;
    const auto text = ReadText(path);
    auto root = JsonField::Parse(text, source);
    if (!changes.empty())
    {
        auto document = json::parse(text);
        for (const auto& change : changes)
        {
            Change(document, change);
        }
        root =
            JsonField::Parse(document.dump(-1, ' ', false, json::error_handler_t::replace), source);
    }
    ScenarioDocument scenario{root,
                              path == "-" ? ""
                                          : std::filesystem::path(path).parent_path().string()};
    if (root.Has("schema"))
    {
        scenario.isWhole = true;
        scenario.root = root.WithPaths();
        if (!root["schema"].IsText() || root["schema"].GetText() != SCENARIO_SCHEMA)
        {
            scenario.root["schema"].Reject("must be \"" + SCENARIO_SCHEMA + "\"");
        }
    }
    return scenario;
}

std::string
ResolvePath(const std::string& name, const std::string& folder)
{
    return (std::filesystem::path(folder) / name).string();
}

std::string
ResolveProfile(const std::string& name, const std::string& folder)
{
    const auto isPath =
        name.find('/') != std::string::npos || std::filesystem::path(name).extension() == ".json";
    return isPath ? ResolvePath(name, folder) : name;
}

std::string
ResolveIfBeside(const std::string& name, const std::string& folder)
{
    auto path = ResolvePath(name, folder);
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) ? path : name;
}
