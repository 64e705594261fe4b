/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_CUT_H
#define DNN_CUT_H

#include "ns3/dnn-graph.h"
#include "ns3/dnn-layer-costs.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Where a DNN is cut: one flag per layer, true = on the device. The input is always on the device,
 * and what reads a layer on the server is on the server too.
 */
using CutLayers = std::vector<bool>;

/**
 * @ingroup dnn-surgery
 *
 * A cut with the four figures that latency depends on.
 */
struct Cut
{
    CutLayers deviceLayers;  ///< which layers run on the device, D
    double deviceSeconds{0}; ///< time on the device, L(D), s
    double serverSeconds{0}; ///< time on the whole server, E(S), s
    uint64_t uploadBytes{0}; ///< tensors sent up, each once, X(D), byte; 0 if local
    uint64_t resultBytes{0}; ///< results sent down, R, byte; 0 if local
    bool isLocal{true};      ///< whether everything runs on the device
};

/**
 * @ingroup dnn-surgery
 *
 * Compute the figures of a cut.
 *
 * @param costs what the layers cost
 * @param deviceLayers which layers run on the device
 * @return the cut with its figures
 * @throws std::invalid_argument if the flags do not fit the DNN or data would flow back
 */
Cut MakeCut(const LayerCosts& costs, CutLayers deviceLayers);

/**
 * @ingroup dnn-surgery
 *
 * What minimum cuts and frontiers minimize: L(D) + x X(D) + y E(S). It is the latency T without
 * link delays and results, with x = 8 / uplink rate and y = 1 / share.
 *
 * @param cut a cut
 * @param secondsPerByte x, s/byte
 * @param inverseShare y
 * @return seconds
 */
double GetWeightedCost(const Cut& cut, double secondsPerByte, double inverseShare);

/**
 * @ingroup dnn-surgery
 *
 * @param dnn the DNN
 * @return everything on the device
 */
CutLayers GetLocalLayers(const DnnGraph& dnn);

/**
 * @ingroup dnn-surgery
 *
 * @param dnn the DNN
 * @return everything but the input on the server
 */
CutLayers GetOffloadedLayers(const DnnGraph& dnn);

/**
 * @ingroup dnn-surgery
 *
 * Check that flags describe a cut of a DNN.
 *
 * @param dnn the DNN
 * @param deviceLayers which layers run on the device
 * @return whether there is one flag per layer, the input is on the device and nothing flows back
 */
bool IsCut(const DnnGraph& dnn, const CutLayers& deviceLayers);

/**
 * @ingroup dnn-surgery
 *
 * Find the tensors that cross a cut: those of layers on the device that a layer on the server
 * reads.
 *
 * @param dnn the DNN
 * @param deviceLayers which layers run on the device
 * @return their indices, ascending; empty if nothing is offloaded
 */
std::vector<std::size_t> GetUploadedTensors(const DnnGraph& dnn, const CutLayers& deviceLayers);

/// @ingroup dnn-surgery
/// The label of the cut that leaves all layers on the device.
inline constexpr auto LOCAL_CUT_LABEL = "local";

/**
 * @ingroup dnn-surgery
 *
 * Get the label of a cut: the names of the tensors that cross it, joined by '+', or
 * LOCAL_CUT_LABEL.
 *
 * @param dnn the DNN
 * @param deviceLayers which layers run on the device
 * @return the label
 */
std::string GetCutLabel(const DnnGraph& dnn, const CutLayers& deviceLayers);

} // namespace surgery
} // namespace ns3

#endif // DNN_CUT_H
