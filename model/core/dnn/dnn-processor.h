/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_PROCESSOR_H
#define DNN_PROCESSOR_H

#include "ns3/dnn-batch-cost.h"
#include "ns3/dnn-graph.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a machine draws, without its radios.
 */
struct ProcessorPower
{
    double busyW{0};    ///< while it runs layers, W, >= idleW
    double idleW{0};    ///< while it runs none, W, >= 0
    std::string source; ///< where the figures come from
};

/**
 * @ingroup dnn-surgery
 *
 * What a processor's profile states. Without speeds (flops empty, the rest 0) the processor has
 * measured times only.
 */
struct ProcessorSpecification
{
    std::string name;                    ///< the key of measured times in a DNN's profile
    std::string source;                  ///< where the figures come from
    std::map<std::string, double> flops; ///< effective FLOP/s by operator, > 0; "default" required
    double bandwidthBytesPerS{0};        ///< effective memory bandwidth, byte/s, > 0
    double overheadS{0};                 ///< fixed time of every layer, s, >= 0
    std::optional<ProcessorPower> power{}; ///< nothing: not known
    BatchCost batch{};                     ///< of DNNs that do not tell their own
};

/**
 * @ingroup dnn-surgery
 *
 * How long a processor takes for a layer that runs alone.
 *
 * A time measured on this processor (DnnLayer::seconds) is taken as it is; otherwise the roofline
 * model answers: overhead + max(work / speed of the operator, memory traffic / bandwidth), the
 * traffic being inputs + output + weights at 32 bits (Williams, Waterman, Patterson, "Roofline",
 * CACM 52(4), 2009). An operator that is quantized, or fused of several, has the speed of the one
 * whose work it does (QLinearConv that of Conv), unless the profile states its own; operators
 * without either have the "default" speed. A processor without speeds runs only DNNs of which all
 * layers were measured on it.
 */
class Processor
{
  public:
    /**
     * @param specification the profile
     * @throws std::invalid_argument naming the field and its range
     */
    explicit Processor(ProcessorSpecification specification);

    /**
     * @return the processor's name
     */
    const std::string& GetName() const;

    /**
     * @return where the figures come from
     */
    const std::string& GetSource() const;

    /**
     * @return what it draws; nothing if the profile does not tell
     */
    const std::optional<ProcessorPower>& GetPower() const;

    /**
     * @param dnn a DNN
     * @return how long it takes for a batch: as the DNN's profile tells of this processor, or else
     *         as this one's tells of all DNNs; if neither does, a batch gains nothing
     */
    const BatchCost& GetBatchCost(const DnnGraph& dnn) const;

    /**
     * Time of every layer of a DNN, each running alone. The input takes none, and neither do layers
     * whose op is "Input" or "Output": they only name tensors.
     *
     * @param dnn the DNN
     * @return seconds, one entry per layer in topological order, each 0 or 1e-15 to 1e9
     * @throws std::invalid_argument naming a layer whose time is out of this range, or is not
     * known because it was not measured and the processor has no speeds
     */
    std::vector<double> GetLayerSeconds(const DnnGraph& dnn) const;

  private:
    /**
     * The roofline model.
     *
     * @param dnn the DNN
     * @param layer one of its layers
     * @return the layer's time, s
     * @throws std::invalid_argument naming the layer if the processor has no speeds
     */
    double GetRooflineSeconds(const DnnGraph& dnn, const DnnLayer& layer) const;

    ProcessorSpecification m_specification; ///< the profile
};

} // namespace surgery
} // namespace ns3

#endif // DNN_PROCESSOR_H
