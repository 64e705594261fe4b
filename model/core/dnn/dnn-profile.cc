/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-profile.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

using nlohmann::json;

/// A JSON value with the place it stands in, so that every complaint can name it.
class Field
{
  public:
    Field(const json& value, std::string place)
        : m_value(value),
          m_place(std::move(place))
    {
    }

    [[noreturn]] void Reject(const std::string& what) const
    {
        throw std::invalid_argument(m_place + ": " + what);
    }

    Field operator[](const std::string& key) const
    {
        if (!m_value.is_object())
        {
            Reject("must be an object");
        }
        const auto found = m_value.find(key);
        if (found == m_value.end())
        {
            Reject("field \"" + key + "\" is missing");
        }
        return Field(*found, m_place + ": " + key);
    }

    bool Has(const std::string& key) const
    {
        return m_value.is_object() && m_value.contains(key);
    }

    std::string Text() const
    {
        if (!m_value.is_string())
        {
            Reject("must be a string");
        }
        return m_value.get<std::string>();
    }

    double Number() const
    {
        const bool valid = m_value.is_number() && std::isfinite(m_value.get<double>()) &&
                           m_value.get<double>() >= 0;
        if (!valid)
        {
            Reject("must be a finite number >= 0");
        }
        return m_value.get<double>();
    }

    uint64_t Bytes() const
    {
        const auto number = Number();
        // above 2^53 a JSON number no longer counts single bytes
        if (number != std::floor(number) || number > 9007199254740992.0)
        {
            Reject("must be a whole number of bytes, 0 to 2^53");
        }
        return static_cast<uint64_t>(number);
    }

    std::map<std::string, double> Numbers() const
    {
        if (!m_value.is_object())
        {
            Reject("must be an object of numbers");
        }
        std::map<std::string, double> numbers;
        for (const auto& [key, value] : m_value.items())
        {
            numbers[key] = Field(value, m_place + "[\"" + key + "\"]").Number();
        }
        return numbers;
    }

    std::vector<Field> Items() const
    {
        if (!m_value.is_array())
        {
            Reject("must be a list");
        }
        std::vector<Field> items;
        for (std::size_t i = 0; i < m_value.size(); ++i)
        {
            items.emplace_back(m_value[i], m_place + "[" + std::to_string(i) + "]");
        }
        return items;
    }

    /// Free text: a string as it is, anything else as JSON.
    std::string Free() const
    {
        return m_value.is_string() ? m_value.get<std::string>() : m_value.dump();
    }

  private:
    const json& m_value;
    std::string m_place;
};

json
ParseJson(const std::string& text, const std::string& source)
{
    // a profile is 4 levels deep; what is deeper could exhaust the stack
    const auto checkDepth = [&](int depth, json::parse_event_t, json&) {
        if (depth > 100)
        {
            throw std::invalid_argument(source + ": nested more than 100 levels deep");
        }
        return true;
    };
    try
    {
        return json::parse(text, checkDepth);
    }
    catch (const json::exception& error)
    {
        throw std::invalid_argument(source + ": not valid JSON: " + error.what());
    }
}

void
CheckSchema(const Field& root, const std::string& expected)
{
    const auto schema = root["schema"];
    if (schema.Text() != expected)
    {
        schema.Reject("must be \"" + expected + "\"");
    }
}

DnnLayer
ParseLayer(const Field& field, const std::map<std::string, std::size_t>& indexByName)
{
    DnnLayer layer;
    layer.name = field["name"].Text();
    layer.op = field["op"].Text();
    layer.flops = field["flops"].Number();
    layer.outputBytes = field["output_bytes"].Bytes();
    layer.weightBytes = field["weight_bytes"].Bytes();
    if (field.Has("seconds"))
    {
        layer.seconds = field["seconds"].Numbers();
    }
    for (const auto& input : field["inputs"].Items())
    {
        const auto found = indexByName.find(input.Text());
        if (found == indexByName.end())
        {
            input.Reject("unknown layer \"" + input.Text() + "\"");
        }
        layer.inputs.push_back(found->second);
    }
    return layer;
}

std::filesystem::path
GetProfileDirectory()
{
    if (const char* own = std::getenv("DNN_SURGERY_PROFILES"))
    {
        return own;
    }
#ifdef DNN_SURGERY_SOURCE_PROFILE_DIR
    if (std::filesystem::is_directory(DNN_SURGERY_SOURCE_PROFILE_DIR))
    {
        return DNN_SURGERY_SOURCE_PROFILE_DIR;
    }
#endif
#ifdef DNN_SURGERY_INSTALL_PROFILE_DIR
    return DNN_SURGERY_INSTALL_PROFILE_DIR;
#else
    return "profiles";
#endif
}

std::vector<std::string>
ListNames(const std::string& kind)
{
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(GetProfileDirectory() / kind, error))
    {
        if (entry.path().extension() == ".json")
        {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Find a profile and read it whole; kind is its folder, what its name in messages.
std::pair<std::string, std::string>
ReadProfile(const std::string& nameOrPath, const std::string& kind, const std::string& what)
{
    auto path = std::filesystem::path(nameOrPath);
    if (nameOrPath.find('/') == std::string::npos && path.extension() != ".json")
    {
        path = GetProfileDirectory() / kind / (nameOrPath + ".json");
        if (nameOrPath.empty() || !std::filesystem::exists(path))
        {
            std::string known;
            for (const auto& name : ListNames(kind))
            {
                known += (known.empty() ? "" : ", ") + name;
            }
            throw std::invalid_argument("unknown " + what + " \"" + nameOrPath + "\": use one of " +
                                        known + ", or the path of a .json file");
        }
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (std::filesystem::is_directory(path) || !(text << file.rdbuf()))
    {
        throw std::invalid_argument(path.string() + ": cannot read this " + what + " profile");
    }
    return {text.str(), path.string()};
}

} // namespace

DnnGraph
ParseDnn(const std::string& text, const std::string& source)
{
    const auto document = ParseJson(text, source);
    const Field root(document, source);
    CheckSchema(root, "dnn-surgery/dnn/1");
    const auto name = root["name"].Text();
    const auto provenance = root.Has("provenance") ? root["provenance"].Free() : "";
    const auto fields = root["layers"].Items();

    std::map<std::string, std::size_t> indexByName;
    for (std::size_t v = 0; v < fields.size(); ++v)
    {
        const auto layerName = fields[v]["name"];
        if (!indexByName.emplace(layerName.Text(), v).second)
        {
            layerName.Reject("\"" + layerName.Text() + "\" is used twice");
        }
    }
    std::vector<DnnLayer> layers;
    layers.reserve(fields.size());
    for (const auto& field : fields)
    {
        layers.push_back(ParseLayer(field, indexByName));
    }
    try
    {
        return DnnGraph(name, provenance, std::move(layers));
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(source + ": " + error.what());
    }
}

Processor
ParseProcessor(const std::string& text, const std::string& source)
{
    const auto document = ParseJson(text, source);
    const Field root(document, source);
    if (root.Has("schema"))
    {
        CheckSchema(root, "dnn-surgery/processor/1");
    }
    ProcessorSpecification specification;
    specification.name = root["name"].Text();
    specification.source = root.Has("source") ? root["source"].Free() : "";
    specification.flops = root["flops"].Numbers();
    specification.bandwidthBytesPerS = root["bandwidth_bytes_per_s"].Number();
    specification.overheadS = root["overhead_s"].Number();
    try
    {
        return Processor(std::move(specification));
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(source + ": " + error.what());
    }
}

std::shared_ptr<const DnnGraph>
ProfileLibrary::GetDnn(const std::string& nameOrPath)
{
    auto& dnn = m_dnns[nameOrPath];
    if (!dnn)
    {
        const auto [text, source] = ReadProfile(nameOrPath, "dnn", "DNN");
        dnn = std::make_shared<const DnnGraph>(ParseDnn(text, source));
    }
    return dnn;
}

std::shared_ptr<const Processor>
ProfileLibrary::GetProcessor(const std::string& nameOrPath)
{
    auto& processor = m_processors[nameOrPath];
    if (!processor)
    {
        const auto [text, source] = ReadProfile(nameOrPath, "processor", "processor");
        processor = std::make_shared<const Processor>(ParseProcessor(text, source));
    }
    return processor;
}

std::vector<std::string>
ProfileLibrary::GetDnnNames()
{
    return ListNames("dnn");
}

std::vector<std::string>
ProfileLibrary::GetProcessorNames()
{
    return ListNames("processor");
}

} // namespace surgery
} // namespace ns3
