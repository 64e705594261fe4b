/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_LAYER_COSTS_H
#define DNN_LAYER_COSTS_H

#include "ns3/dnn-batch-cost.h"
#include "ns3/dnn-graph.h"
#include "ns3/dnn-processor.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How tensors are encoded for sending. It scales what is sent, not what is computed.
 */
struct Encoding
{
    uint64_t inputBytes{0};      ///< bytes of the input tensor (uint8, JPEG...); 0 = as profiled
    uint32_t activationBits{32}; ///< width of every other tensor's element: IsActivationWidth, bit
};

/**
 * @ingroup dnn-surgery
 *
 * @tparam Number a type of numbers
 * @param bits a number of bits
 * @return whether elements of tensors may be sent in this width: 8, 16 or 32
 */
template <typename Number>
constexpr bool
IsActivationWidth(Number bits)
{
    return bits == 8 || bits == 16 || bits == 32;
}

/**
 * @ingroup dnn-surgery
 *
 * Order encodings, so that they can be part of a key.
 *
 * @param a one encoding
 * @param b another one
 * @return whether a comes before b
 */
bool operator<(const Encoding& a, const Encoding& b);

/**
 * @ingroup dnn-surgery
 *
 * What each layer of a DNN costs for one device processor, one server processor and one encoding.
 */
class LayerCosts
{
  public:
    /**
     * @param dnn the DNN
     * @param device the device's processor
     * @param server the server's processor, as a whole
     * @param encoding how tensors are sent
     * @throws std::invalid_argument if the activation width is not 8, 16 or 32
     */
    LayerCosts(std::shared_ptr<const DnnGraph> dnn,
               const Processor& device,
               const Processor& server,
               Encoding encoding);

    /**
     * @return the DNN
     */
    const DnnGraph& GetDnn() const;

    /**
     * @return seconds of each layer on the device, t_device(v)
     */
    const std::vector<double>& GetDeviceSeconds() const;

    /**
     * @return seconds of each layer on the whole server, t_server(v)
     */
    const std::vector<double>& GetServerSeconds() const;

    /**
     * @return bytes of each layer's tensor as it is sent, o_v
     */
    const std::vector<uint64_t>& GetTensorBytes() const;

    /**
     * @return bytes of all results as they are sent, R
     */
    uint64_t GetResultBytes() const;

    /**
     * @return seconds of the whole DNN on the device, L(V)
     */
    double GetLocalSeconds() const;

    /**
     * @return how long the server takes for batches of the DNN
     */
    const BatchCost& GetBatchCost() const;

  private:
    std::shared_ptr<const DnnGraph> m_dnn; ///< the DNN
    std::vector<double> m_deviceSeconds;   ///< by layer
    std::vector<double> m_serverSeconds;   ///< by layer
    std::vector<uint64_t> m_tensorBytes;   ///< by layer
    uint64_t m_resultBytes{0};             ///< R
    double m_localSeconds{0};              ///< L(V)
    BatchCost m_batchCost;                 ///< on the server
};

/**
 * @ingroup dnn-surgery
 *
 * Compute the size of every layer's tensor as it is sent.
 *
 * @param dnn the DNN
 * @param encoding how tensors are sent
 * @return bytes by layer, each rounded up
 * @throws std::invalid_argument if the activation width is not 8, 16 or 32
 */
std::vector<uint64_t> GetEncodedBytes(const DnnGraph& dnn, const Encoding& encoding);

/**
 * @ingroup dnn-surgery
 *
 * Sum the sizes of all results, that is, of the tensors that no layer reads.
 *
 * @param dnn the DNN
 * @param tensorBytes bytes of every layer's tensor
 * @return their sum over the results, R
 */
uint64_t GetResultBytes(const DnnGraph& dnn, const std::vector<uint64_t>& tensorBytes);

} // namespace surgery
} // namespace ns3

#endif // DNN_LAYER_COSTS_H
