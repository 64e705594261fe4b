/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-profile.h"

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

void
CheckSchema(const JsonField& root, const std::string& expected)
{
    const auto schema = root["schema"];
    if (schema.GetText() != expected)
    {
        schema.Reject("must be \"" + expected + "\"");
    }
}

Accuracy
ParseAccuracy(const JsonField& field)
{
    field.CheckFields({"top1", "source"});
    return {field["top1"].GetNumber(0, 100, "a percentage, 0..100"), field["source"].GetName()};
}

ProcessorPower
ParsePower(const JsonField& field)
{
    field.CheckFields({"busy_w", "idle_w", "source"});
    return {field["busy_w"].GetNumber(), field["idle_w"].GetNumber(), field["source"].GetName()};
}

/// @param name of a field @param field that has it @return the batch size that the name is
std::size_t
ParseBatchSize(const std::string& name, const JsonField& field)
{
    const auto isNumber = !name.empty() && name.size() <= 9 && name.front() != '0' &&
                          name.find_first_not_of("0123456789") == std::string::npos;
    if (!isNumber)
    {
        field.Reject("\"" + name + "\": must be a batch size, a whole number from 1 to 999999999");
    }
    return std::stoul(name);
}

/// @param field of a processor's or a DNN's profile @return how long a batch takes
BatchCost
ParseBatchCost(const JsonField& field)
{
    field.CheckFields({field.Has("seconds") ? "seconds" : "fixed_part", "source"});
    field["source"].GetName();
    if (!field.Has("seconds"))
    {
        return BatchCost(field["fixed_part"].GetNumber(0, 1, "a number, 0..1"));
    }
    std::map<std::size_t, double> seconds;
    for (const auto& [name, value] : field["seconds"].GetNumbers())
    {
        seconds[ParseBatchSize(name, field["seconds"])] = value;
    }
    try
    {
        return BatchCost(seconds);
    }
    catch (const std::invalid_argument& error)
    {
        field.Reject(error.what());
    }
}

DnnLayer
ParseLayer(const JsonField& field, const std::map<std::string, std::size_t>& indexByName)
{
    field.CheckFields({"name", "op", "inputs", "flops", "output_bytes", "weight_bytes", "seconds"});
    DnnLayer layer;
    layer.name = field["name"].GetText();
    layer.op = field["op"].GetText();
    layer.flops = field["flops"].GetNumber();
    layer.outputBytes = field["output_bytes"].GetBytes();
    layer.weightBytes = field["weight_bytes"].GetBytes();
    if (field.Has("seconds"))
    {
        layer.seconds = field["seconds"].GetNumbers();
    }
    for (const auto& input : field["inputs"].GetItems())
    {
        const auto found = indexByName.find(input.GetText());
        if (found == indexByName.end())
        {
            input.Reject("unknown layer \"" + input.GetText() + "\"");
        }
        layer.inputs.push_back(found->second);
    }
    return layer;
}

} // namespace

DnnGraph
ParseDnn(const std::string& text, const std::string& source)
{
    const auto root = JsonField::Parse(text, source);
    root.CheckFields({"schema", "name", "provenance", "accuracy", "batch", "layers"});
    CheckSchema(root, "dnn-surgery/dnn/1");
    std::optional<Accuracy> accuracy;
    if (root.Has("accuracy"))
    {
        accuracy = ParseAccuracy(root["accuracy"]);
    }
    std::map<std::string, BatchCost> batchCosts;
    for (const auto& [processor, field] :
         root.Has("batch") ? root["batch"].GetFields() : std::map<std::string, JsonField>())
    {
        batchCosts[processor] = ParseBatchCost(field);
    }
    const auto name = root["name"].GetText();
    const auto provenance = root.Has("provenance") ? root["provenance"].ToText() : "";
    const auto fields = root["layers"].GetItems();

    std::map<std::string, std::size_t> indexByName;
    for (std::size_t v = 0; v < fields.size(); ++v)
    {
        const auto layerName = fields[v]["name"];
        if (!indexByName.emplace(layerName.GetText(), v).second)
        {
            layerName.Reject("\"" + layerName.GetText() + "\" is used twice");
        }
    }
    std::vector<DnnLayer> layers;
    layers.reserve(fields.size());
    for (const auto& field : fields)
    {
        // people look for a layer by its name
        const auto place = field.GetPlace() + " (\"" + field["name"].GetText() + "\")";
        layers.push_back(ParseLayer(field.At(place), indexByName));
    }
    try
    {
        return DnnGraph(name,
                        provenance,
                        std::move(layers),
                        std::move(accuracy),
                        std::move(batchCosts));
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(source + ": " + error.what());
    }
}

Processor
ParseProcessor(const std::string& text, const std::string& source)
{
    return ParseProcessor(JsonField::Parse(text, source));
}

Processor
ParseProcessor(const JsonField& root)
{
    root.CheckFields({"schema",
                      "name",
                      "source",
                      "flops",
                      "bandwidth_bytes_per_s",
                      "overhead_s",
                      "power",
                      "batch"});
    if (root.Has("schema"))
    {
        CheckSchema(root, "dnn-surgery/processor/1");
    }
    ProcessorSpecification specification;
    specification.name = root["name"].GetText();
    specification.source = root.Has("source") ? root["source"].ToText() : "";
    // all three or none: a processor on which DNNs were measured needs no speeds
    if (root.Has("flops") || root.Has("bandwidth_bytes_per_s") || root.Has("overhead_s"))
    {
        specification.flops = root["flops"].GetNumbers();
        specification.bandwidthBytesPerS = root["bandwidth_bytes_per_s"].GetNumber();
        specification.overheadS = root["overhead_s"].GetNumber();
    }
    if (root.Has("power"))
    {
        specification.power = ParsePower(root["power"]);
    }
    if (root.Has("batch"))
    {
        specification.batch = ParseBatchCost(root["batch"]);
    }
    try
    {
        return Processor(std::move(specification));
    }
    catch (const std::invalid_argument& error)
    {
        root.Reject(error.what());
    }
}

} // namespace surgery
} // namespace ns3
