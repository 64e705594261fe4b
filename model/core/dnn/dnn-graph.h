/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_GRAPH_H
#define DNN_GRAPH_H

#include "ns3/dnn-batch-cost.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/**
 * @defgroup dnn-surgery DNN surgery
 *
 * Deep neural networks cut between mobile devices and a shared edge server.
 */

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * One layer of a DNN: a vertex of its graph, with the one tensor it produces.
 */
struct DnnLayer
{
    std::string name;                      ///< unique, not empty
    std::string op;                        ///< operator, in ONNX's spelling (Conv, Gemm, ...)
    std::vector<std::size_t> inputs;       ///< layers read, by index, each once and earlier
    double flops{0};                       ///< work, FLOP = 2 x multiply-accumulate, >= 0
    uint64_t outputBytes{0};               ///< output tensor at 32 bits, byte, > 0
    uint64_t weightBytes{0};               ///< weights at 32 bits, byte
    std::map<std::string, double> seconds; ///< measured time by processor name, s, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * How often a DNN's first guess is right.
 */
struct Accuracy
{
    double topOnePercent{0}; ///< of a published benchmark, percent, 0..100
    std::string source;      ///< where the figure comes from
};

/**
 * @ingroup dnn-surgery
 *
 * A DNN as the directed acyclic graph of its layers, in topological order.
 *
 * Layer 0 is the input: the sensor's tensor, without work. Every other layer reads at least one
 * earlier layer. Layers that no other layer reads are the results. The graph is valid by
 * construction and never changes.
 */
class DnnGraph
{
  public:
    /**
     * Build and check a graph.
     *
     * @param name the DNN's name
     * @param provenance where the figures come from, free text
     * @param layers at least two layers, in topological order, the input first
     * @param accuracy how often it is right; nothing: not known
     * @param batchCosts how long processors take for batches of it, by their names
     * @throws std::invalid_argument naming the layer and the field that is wrong
     */
    DnnGraph(std::string name,
             std::string provenance,
             std::vector<DnnLayer> layers,
             std::optional<Accuracy> accuracy = std::nullopt,
             std::map<std::string, BatchCost> batchCosts = {});

    /**
     * @return the DNN's name
     */
    const std::string& GetName() const;

    /**
     * @return where the figures come from
     */
    const std::string& GetProvenance() const;

    /**
     * @return how often it is right; nothing if the profile does not tell
     */
    const std::optional<Accuracy>& GetAccuracy() const;

    /**
     * @return how long processors take for batches of it, by their names; empty if the profile does
     *         not tell
     */
    const std::map<std::string, BatchCost>& GetBatchCosts() const;

    /**
     * @return the layers in topological order, the input first
     */
    const std::vector<DnnLayer>& GetLayers() const;

    /**
     * @param layer a layer's index
     * @return the layers that read its output, ascending
     */
    const std::vector<std::size_t>& GetSuccessors(std::size_t layer) const;

    /**
     * @return the number of layers, the input included
     */
    std::size_t GetSize() const;

  private:
    /**
     * Check one layer.
     *
     * @param index its index
     * @throws std::invalid_argument naming the layer and the field that is wrong
     */
    void CheckLayer(std::size_t index) const;

    std::string m_name;                                 ///< the DNN's name
    std::string m_provenance;                           ///< where the figures come from
    std::optional<Accuracy> m_accuracy;                 ///< how often it is right
    std::map<std::string, BatchCost> m_batchCosts;      ///< by processor name
    std::vector<DnnLayer> m_layers;                     ///< in topological order
    std::vector<std::vector<std::size_t>> m_successors; ///< readers of each layer
};

} // namespace surgery
} // namespace ns3

#endif // DNN_GRAPH_H
