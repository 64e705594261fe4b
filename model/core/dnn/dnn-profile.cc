/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-profile.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

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

} // namespace surgery
} // namespace ns3
