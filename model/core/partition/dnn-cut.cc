/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-cut.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

bool
IsCut(const DnnGraph& dnn, const CutLayers& deviceLayers)
{
    if (deviceLayers.size() != dnn.GetSize() || !deviceLayers[0])
    {
        return false;
    }
    for (std::size_t v = 1; v < dnn.GetSize(); ++v)
    {
        const auto& inputs = dnn.GetLayers()[v].inputs;
        const bool ready = std::all_of(inputs.begin(), inputs.end(), [&](std::size_t u) {
            return deviceLayers[u];
        });
        if (deviceLayers[v] && !ready)
        {
            return false;
        }
    }
    return true;
}

std::vector<std::size_t>
GetUploadedTensors(const DnnGraph& dnn, const CutLayers& deviceLayers)
{
    std::vector<std::size_t> tensors;
    for (std::size_t u = 0; u < dnn.GetSize(); ++u)
    {
        const auto& readers = dnn.GetSuccessors(u);
        const bool crosses = std::any_of(readers.begin(), readers.end(), [&](std::size_t v) {
            return !deviceLayers[v];
        });
        if (deviceLayers[u] && crosses)
        {
            tensors.push_back(u);
        }
    }
    return tensors;
}

Cut
MakeCut(const LayerCosts& costs, CutLayers deviceLayers)
{
    const auto& dnn = costs.GetDnn();
    if (!IsCut(dnn, deviceLayers))
    {
        throw std::invalid_argument("DNN \"" + dnn.GetName() +
                                    "\": not a cut: needs one flag per layer, the input on the "
                                    "device and nothing flowing back from the server");
    }
    Cut cut;
    cut.isLocal = std::find(deviceLayers.begin(), deviceLayers.end(), false) == deviceLayers.end();
    cut.deviceLayers = std::move(deviceLayers);
    for (std::size_t v = 0; v < dnn.GetSize(); ++v)
    {
        (cut.deviceLayers[v] ? cut.deviceSeconds : cut.serverSeconds) +=
            cut.deviceLayers[v] ? costs.GetDeviceSeconds()[v] : costs.GetServerSeconds()[v];
    }
    for (const auto u : GetUploadedTensors(dnn, cut.deviceLayers))
    {
        cut.uploadBytes += costs.GetTensorBytes()[u];
    }
    cut.resultBytes = cut.isLocal ? 0 : costs.GetResultBytes();
    return cut;
}

double
GetWeightedCost(const Cut& cut, double secondsPerByte, double inverseShare)
{
    return cut.deviceSeconds + static_cast<double>(cut.uploadBytes) * secondsPerByte +
           cut.serverSeconds * inverseShare;
}

CutLayers
GetLocalLayers(const DnnGraph& dnn)
{
    return CutLayers(dnn.GetSize(), true);
}

CutLayers
GetOffloadedLayers(const DnnGraph& dnn)
{
    CutLayers deviceLayers(dnn.GetSize(), false);
    deviceLayers[0] = true;
    return deviceLayers;
}

std::string
GetCutLabel(const DnnGraph& dnn, const CutLayers& deviceLayers)
{
    std::string label;
    for (const auto u : GetUploadedTensors(dnn, deviceLayers))
    {
        label += (label.empty() ? "" : "+") + dnn.GetLayers()[u].name;
    }
    return label.empty() ? LOCAL_CUT_LABEL : label;
}

} // namespace surgery
} // namespace ns3
