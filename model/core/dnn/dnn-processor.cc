/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-processor.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr double MOST_W = 1e6;       ///< most power
constexpr double SHORTEST_S = 1e-15; ///< least time of a layer that takes any
constexpr double LONGEST_S = 1e9;    ///< most time of a layer

/// Fused and quantized operators, and the operators whose work they do.
const std::map<std::string, std::string> LIKENESS = {
    {"Attention", "MatMul"},
    {"ConvInteger", "Conv"},
    {"ConvTransposeWithDynamicPads", "ConvTranspose"},
    {"DecoderMaskedMultiHeadAttention", "MatMul"},
    {"DynamicQuantizeLSTM", "LSTM"},
    {"DynamicQuantizeMatMul", "MatMul"},
    {"Einsum", "MatMul"},
    {"FusedConv", "Conv"},
    {"FusedGemm", "Gemm"},
    {"FusedMatMul", "MatMul"},
    {"FusedMatMulActivation", "MatMul"},
    {"GemmFastGelu", "MatMul"},
    {"GemmFloat8", "Gemm"},
    {"GroupQueryAttention", "MatMul"},
    {"MatMulBnb4", "MatMul"},
    {"MatMulInteger", "MatMul"},
    {"MatMulInteger16", "MatMul"},
    {"MatMulIntegerToFloat", "MatMul"},
    {"MatMulNBits", "MatMul"},
    {"MoE", "MatMul"},
    {"MultiHeadAttention", "MatMul"},
    {"NhwcConv", "Conv"},
    {"NhwcFusedConv", "Conv"},
    {"PackedAttention", "MatMul"},
    {"PackedMultiHeadAttention", "MatMul"},
    {"QAttention", "MatMul"},
    {"QGemm", "Gemm"},
    {"QLinearConv", "Conv"},
    {"QLinearConvTranspose", "ConvTranspose"},
    {"QLinearMatMul", "MatMul"},
    {"QMoE", "MatMul"},
    {"TransposeMatMul", "MatMul"},
};

/// @param flops a processor's speeds by operator @param op an operator @return its speed
double
GetSpeed(const std::map<std::string, double>& flops, const std::string& op)
{
    const auto own = flops.find(op);
    if (own != flops.end())
    {
        return own->second;
    }
    const auto like = LIKENESS.find(op);
    return like != LIKENESS.end() ? GetSpeed(flops, like->second) : flops.at("default");
}

} // namespace

Processor::Processor(ProcessorSpecification specification)
    : m_specification(std::move(specification))
{
    const auto& s = m_specification;
    const auto reject = [&s](const std::string& what) {
        throw std::invalid_argument("processor \"" + s.name + "\": " + what);
    };
    if (s.name.empty())
    {
        reject("name: must not be empty");
    }
    if (s.power && !(s.power->idleW >= 0 && s.power->idleW <= MOST_W))
    {
        reject("power: idle_w: must be a number of W, 0 to 1e6");
    }
    if (s.power && !(s.power->busyW >= s.power->idleW && s.power->busyW <= MOST_W))
    {
        reject("power: busy_w: must be a number of W, idle_w to 1e6");
    }
    if (s.flops.empty() && s.bandwidthBytesPerS == 0 && s.overheadS == 0)
    {
        return; // measured times only
    }
    if (s.flops.count("default") == 0)
    {
        reject("flops: needs a \"default\" entry");
    }
    for (const auto& [op, speed] : s.flops)
    {
        if (!std::isfinite(speed) || speed <= 0)
        {
            reject("flops[\"" + op + "\"]: must be a finite number > 0 FLOP/s");
        }
    }
    if (!std::isfinite(s.bandwidthBytesPerS) || s.bandwidthBytesPerS <= 0)
    {
        reject("bandwidth_bytes_per_s: must be a finite number > 0");
    }
    if (!std::isfinite(s.overheadS) || s.overheadS < 0)
    {
        reject("overhead_s: must be a finite number >= 0");
    }
}

const std::string&
Processor::GetName() const
{
    return m_specification.name;
}

const std::string&
Processor::GetSource() const
{
    return m_specification.source;
}

const std::optional<ProcessorPower>&
Processor::GetPower() const
{
    return m_specification.power;
}

const BatchCost&
Processor::GetBatchCost(const DnnGraph& dnn) const
{
    const auto own = dnn.GetBatchCosts().find(m_specification.name);
    return own != dnn.GetBatchCosts().end() ? own->second : m_specification.batch;
}

std::vector<double>
Processor::GetLayerSeconds(const DnnGraph& dnn) const
{
    std::vector<double> seconds(dnn.GetSize(), 0.0);
    for (std::size_t v = 1; v < dnn.GetSize(); ++v)
    {
        const auto& layer = dnn.GetLayers()[v];
        if (layer.op == "Input" || layer.op == "Output")
        {
            continue; // they name tensors, they do no work
        }
        const auto measured = layer.seconds.find(m_specification.name);
        seconds[v] =
            measured != layer.seconds.end() ? measured->second : GetRooflineSeconds(dnn, layer);
        // far beyond real times, but sums and products of such times do not overflow
        if (seconds[v] != 0 && !(seconds[v] >= SHORTEST_S && seconds[v] <= LONGEST_S))
        {
            throw std::invalid_argument("DNN \"" + dnn.GetName() + "\": layer \"" + layer.name +
                                        "\": its time on processor \"" + m_specification.name +
                                        "\" must be 0 or 1e-15 to 1e9 s");
        }
    }
    return seconds;
}

double
Processor::GetRooflineSeconds(const DnnGraph& dnn, const DnnLayer& layer) const
{
    const auto& flops = m_specification.flops;
    if (flops.empty())
    {
        throw std::invalid_argument("DNN \"" + dnn.GetName() + "\": layer \"" + layer.name +
                                    "\": has no measured time on processor \"" +
                                    m_specification.name +
                                    "\", whose profile has no speeds (flops, "
                                    "bandwidth_bytes_per_s, overhead_s) to compute one");
    }
    const auto speed = GetSpeed(flops, layer.op);
    auto traffic = static_cast<double>(layer.outputBytes) + static_cast<double>(layer.weightBytes);
    for (const auto u : layer.inputs)
    {
        traffic += static_cast<double>(dnn.GetLayers()[u].outputBytes);
    }
    return m_specification.overheadS +
           std::max(layer.flops / speed, traffic / m_specification.bandwidthBytesPerS);
}

} // namespace surgery
} // namespace ns3
