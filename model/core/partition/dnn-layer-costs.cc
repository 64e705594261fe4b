/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-layer-costs.h"

#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace ns3
{
namespace surgery
{

bool
operator<(const Encoding& a, const Encoding& b)
{
    return std::tie(a.inputBytes, a.activationBits) < std::tie(b.inputBytes, b.activationBits);
}

std::vector<uint64_t>
GetEncodedBytes(const DnnGraph& dnn, const Encoding& encoding)
{
    const auto bits = encoding.activationBits;
    if (!IsActivationWidth(bits))
    {
        throw std::invalid_argument("activation bits: must be 8, 16 or 32, not " +
                                    std::to_string(bits));
    }
    const uint64_t narrowing = 32 / bits;
    std::vector<uint64_t> bytes;
    bytes.reserve(dnn.GetSize());
    for (const auto& layer : dnn.GetLayers())
    {
        bytes.push_back((layer.outputBytes + narrowing - 1) / narrowing);
    }
    bytes[0] = encoding.inputBytes > 0 ? encoding.inputBytes : dnn.GetLayers()[0].outputBytes;
    return bytes;
}

uint64_t
GetResultBytes(const DnnGraph& dnn, const std::vector<uint64_t>& tensorBytes)
{
    uint64_t bytes = 0;
    for (std::size_t v = 0; v < dnn.GetSize(); ++v)
    {
        if (dnn.GetSuccessors(v).empty())
        {
            bytes += tensorBytes[v];
        }
    }
    return bytes;
}

LayerCosts::LayerCosts(std::shared_ptr<const DnnGraph> dnn,
                       const Processor& device,
                       const Processor& server,
                       Encoding encoding)
    : m_dnn(std::move(dnn)),
      m_deviceSeconds(device.GetLayerSeconds(*m_dnn)),
      m_serverSeconds(server.GetLayerSeconds(*m_dnn)),
      m_tensorBytes(GetEncodedBytes(*m_dnn, encoding)),
      m_resultBytes(surgery::GetResultBytes(*m_dnn, m_tensorBytes)),
      m_localSeconds(std::accumulate(m_deviceSeconds.begin(), m_deviceSeconds.end(), 0.0)),
      m_batchCost(server.GetBatchCost(*m_dnn))
{
}

const DnnGraph&
LayerCosts::GetDnn() const
{
    return *m_dnn;
}

const std::vector<double>&
LayerCosts::GetDeviceSeconds() const
{
    return m_deviceSeconds;
}

const std::vector<double>&
LayerCosts::GetServerSeconds() const
{
    return m_serverSeconds;
}

const std::vector<uint64_t>&
LayerCosts::GetTensorBytes() const
{
    return m_tensorBytes;
}

uint64_t
LayerCosts::GetResultBytes() const
{
    return m_resultBytes;
}

double
LayerCosts::GetLocalSeconds() const
{
    return m_localSeconds;
}

const BatchCost&
LayerCosts::GetBatchCost() const
{
    return m_batchCost;
}

} // namespace surgery
} // namespace ns3
