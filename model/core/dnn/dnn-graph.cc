/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-graph.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

DnnGraph::DnnGraph(std::string name,
                   std::string provenance,
                   std::vector<DnnLayer> layers,
                   std::optional<Accuracy> accuracy,
                   std::map<std::string, BatchCost> batchCosts)
    : m_name(std::move(name)),
      m_provenance(std::move(provenance)),
      m_accuracy(std::move(accuracy)),
      m_batchCosts(std::move(batchCosts)),
      m_layers(std::move(layers)),
      m_successors(m_layers.size())
{
    if (m_layers.size() < 2)
    {
        throw std::invalid_argument("DNN \"" + m_name +
                                    "\": layers: needs the input and at least "
                                    "one layer of work");
    }
    if (m_accuracy && !(m_accuracy->topOnePercent >= 0 && m_accuracy->topOnePercent <= 100))
    {
        throw std::invalid_argument("DNN \"" + m_name + "\": accuracy: must be in 0..100");
    }
    std::set<std::string> names;
    for (std::size_t v = 0; v < m_layers.size(); ++v)
    {
        auto& inputs = m_layers[v].inputs;
        std::sort(inputs.begin(), inputs.end());
        inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
        CheckLayer(v);
        if (!names.insert(m_layers[v].name).second)
        {
            throw std::invalid_argument("DNN \"" + m_name + "\": layer \"" + m_layers[v].name +
                                        "\": name: used twice");
        }
        for (const auto u : inputs)
        {
            m_successors[u].push_back(v);
        }
    }
}

void
DnnGraph::CheckLayer(std::size_t index) const
{
    const auto& layer = m_layers[index];
    const auto reject = [&](const std::string& what) {
        const auto label =
            layer.name.empty() ? "number " + std::to_string(index) : "\"" + layer.name + "\"";
        throw std::invalid_argument("DNN \"" + m_name + "\": layer " + label + ": " + what);
    };
    if (layer.name.empty())
    {
        reject("name: must not be empty");
    }
    if (layer.outputBytes == 0)
    {
        reject("output_bytes: must be > 0 byte");
    }
    if (!std::isfinite(layer.flops) || layer.flops < 0)
    {
        reject("flops: must be a finite number >= 0");
    }
    for (const auto& [processor, seconds] : layer.seconds)
    {
        if (!std::isfinite(seconds) || seconds < 0)
        {
            reject("seconds[\"" + processor + "\"]: must be a finite number >= 0");
        }
    }
    if (index == 0)
    {
        const bool works = layer.flops > 0 || layer.weightBytes > 0 || !layer.seconds.empty();
        if (works || !layer.inputs.empty())
        {
            reject("the first layer is the input: no inputs, no flops, no weights, no seconds");
        }
        return;
    }
    if (layer.inputs.empty())
    {
        reject("inputs: must name at least one earlier layer");
    }
    if (layer.inputs.back() >= index)
    {
        reject("inputs: must name earlier layers only (topological order, no cycle)");
    }
}

const std::string&
DnnGraph::GetName() const
{
    return m_name;
}

const std::string&
DnnGraph::GetProvenance() const
{
    return m_provenance;
}

const std::optional<Accuracy>&
DnnGraph::GetAccuracy() const
{
    return m_accuracy;
}

const std::map<std::string, BatchCost>&
DnnGraph::GetBatchCosts() const
{
    return m_batchCosts;
}

const std::vector<DnnLayer>&
DnnGraph::GetLayers() const
{
    return m_layers;
}

const std::vector<std::size_t>&
DnnGraph::GetSuccessors(std::size_t layer) const
{
    return m_successors.at(layer);
}

std::size_t
DnnGraph::GetSize() const
{
    return m_layers.size();
}

} // namespace surgery
} // namespace ns3
