/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-variants.h"

#include "ns3/surgery-header.h"
#include "ns3/surgery-number-list.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

[[noreturn]] void
Reject(const std::string& what)
{
    throw std::invalid_argument("InferenceClient: " + what);
}

std::vector<LossyNumber>
ToLossyNumbers(const NumberList& list)
{
    std::vector<LossyNumber> numbers;
    for (const auto& [number, lossPercent] : list)
    {
        numbers.push_back({number, lossPercent});
    }
    return numbers;
}

/// The widths of activations; there is one at least.
std::vector<LossyNumber>
ParseWidths(const std::string& list)
{
    const auto widths = ParseNumberList(list);
    const auto isWidth = [](const auto& width) { return IsActivationWidth(width.first); };
    if (!widths || widths->empty() || !std::all_of(widths->begin(), widths->end(), isWidth))
    {
        Reject("ActivationBits: \"" + list +
               "\" must be 8, 16 or 32, or a list of them, each at most once, with a colon and the "
               "points of accuracy that it costs, 0..100, if it costs any");
    }
    return ToLossyNumbers(*widths);
}

/// The sizes of the input, that of InputBytes or InputBits first.
std::vector<LossyNumber>
ParseInputs(const VariantSettings& settings, const DnnGraph& dnn)
{
    const auto others = ParseNumberList(settings.inputEncodings);
    if (!others)
    {
        Reject("InputEncodings: \"" + settings.inputEncodings +
               "\" must be a list of sizes in bytes, each at most once, with a colon and the "
               "points of accuracy that it costs, 0..100, if it costs any");
    }
    // the profile counts elements of 32 bits
    const auto profiled = dnn.GetLayers()[0].outputBytes * settings.inputBits / 32;
    const auto own = settings.inputBytes > 0 ? settings.inputBytes : profiled;
    std::vector<LossyNumber> inputs{{std::max<uint64_t>(1, own), 0}};
    const auto more = ToLossyNumbers(*others);
    inputs.insert(inputs.end(), more.begin(), more.end());
    return inputs;
}

VariantChoice
MakeChoice(const VariantSettings& settings, ProfileLibrary& library)
{
    VariantChoice choice;
    choice.dnns = SplitList(settings.others);
    choice.dnns.insert(choice.dnns.begin(), settings.dnn);
    choice.activationBits = ParseWidths(settings.activationBits);
    choice.inputBytes = ParseInputs(settings, *library.GetDnn(settings.dnn));
    choice.accuracyFloorPercent = settings.accuracyFloorPercent;
    choice.accuracyPriceSPerPercent = settings.accuracyPriceSPerPercent;
    return choice;
}

void
CheckTensors(const LayerCosts& costs, const std::string& dnn)
{
    const auto& tensors = costs.GetTensorBytes();
    if (std::accumulate(tensors.begin(), tensors.end(), uint64_t{0}) >
        SurgeryHeader::MAX_PAYLOAD_BYTES)
    {
        Reject("Dnn and InputBytes: the tensors of \"" + dnn +
               "\" sum to more than one message holds (1 GiB)");
    }
}

Variants
MakeOwnVariants(const VariantSettings& settings, ProfileLibrary& library)
{
    const auto choice = MakeChoice(settings, library);
    try
    {
        return MakeVariants(choice, library);
    }
    catch (const std::invalid_argument& error)
    {
        Reject(error.what());
    }
}

} // namespace

bool
HasSeveralVariants(const VariantSettings& settings)
{
    return !settings.others.empty() || !settings.inputEncodings.empty() ||
           settings.activationBits.find(',') != std::string::npos;
}

DeviceVariants
MakeDeviceVariants(const VariantSettings& settings, PartitionFrontierCache& frontiers)
{
    std::vector<DeviceVariant> variants;
    for (auto& variant : MakeOwnVariants(settings, frontiers.GetLibrary()))
    {
        auto costs = frontiers.GetCosts(variant.dnn,
                                        settings.processor,
                                        settings.processor,
                                        variant.encoding);
        CheckTensors(*costs, variant.dnn);
        const InferenceVariant facts{static_cast<uint32_t>(variants.size()),
                                     variant.encoding.inputBytes,
                                     variant.encoding.activationBits,
                                     variant.accuracyPercent};
        variants.push_back({std::move(variant), std::move(costs), facts});
    }
    return std::make_shared<const std::vector<DeviceVariant>>(std::move(variants));
}

Variants
GetVariants(const std::vector<DeviceVariant>& variants)
{
    Variants told;
    std::transform(variants.begin(),
                   variants.end(),
                   std::back_inserter(told),
                   [](const DeviceVariant& variant) { return variant.variant; });
    return told;
}

} // namespace surgery
} // namespace ns3
