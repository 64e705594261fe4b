/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-variant.h"

#include "ns3/surgery-energy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param number a number @return it in text
std::string
ToText(double number)
{
    std::ostringstream text;
    text << number;
    return text.str();
}

/// Check that no width and no size is there twice. @param numbers the widths or sizes @param what
/// they are @param profiled stands for the number 0
void
CheckDifferent(const std::vector<LossyNumber>& numbers, const std::string& what, uint64_t profiled)
{
    std::set<uint64_t> seen;
    for (const auto& lossy : numbers)
    {
        const auto number = lossy.number > 0 ? lossy.number : profiled;
        if (!seen.insert(number).second)
        {
            throw std::invalid_argument(what + ": " + std::to_string(number) + " is named twice");
        }
    }
}

/// The accuracies of DNNs that a device may choose from, in percent; NaN where not known.
std::vector<double>
ReadAccuracies(const VariantChoice& choice, ProfileLibrary& library)
{
    const auto matters = choice.accuracyFloorPercent > 0 || choice.accuracyPriceSPerPercent > 0;
    const auto& first = choice.dnns.front();
    const auto inputBytes = library.GetDnn(first)->GetLayers()[0].outputBytes;
    std::vector<double> accuracies;
    for (auto name = choice.dnns.begin(); name != choice.dnns.end(); ++name)
    {
        if (std::find(choice.dnns.begin(), name, *name) != name)
        {
            throw std::invalid_argument("variants: \"" + *name + "\" is named twice");
        }
        const auto dnn = library.GetDnn(*name);
        if (dnn->GetLayers()[0].outputBytes != inputBytes)
        {
            throw std::invalid_argument("variants: the input of \"" + *name +
                                        "\" is not as large as that of \"" + first + "\"");
        }
        if (matters && !dnn->GetAccuracy())
        {
            throw std::invalid_argument("accuracy floor and price: the profile of DNN \"" + *name +
                                        "\" does not tell its accuracy");
        }
        accuracies.push_back(dnn->GetAccuracy() ? dnn->GetAccuracy()->topOnePercent : std::nan(""));
    }
    return accuracies;
}

} // namespace

Variants
MakeVariants(const VariantChoice& choice, ProfileLibrary& library)
{
    const auto accuracies = ReadAccuracies(choice, library);
    if (choice.dnns.size() * choice.activationBits.size() * choice.inputBytes.size() >
        MOST_VARIANTS)
    {
        throw std::invalid_argument("variants, widths and sizes of the input: at most " +
                                    std::to_string(MOST_VARIANTS) + " combinations are allowed");
    }
    const auto profiled = library.GetDnn(choice.dnns.front())->GetLayers()[0].outputBytes;
    CheckDifferent(choice.activationBits, "activation bits", 0);
    CheckDifferent(choice.inputBytes, "sizes of the input, its own one and encodings", profiled);
    Variants variants;
    auto best = -std::numeric_limits<double>::infinity();
    auto reached = best; // by a variant, the floor aside
    for (std::size_t k = 0; k < choice.dnns.size(); ++k)
    {
        for (const auto& width : choice.activationBits)
        {
            for (const auto& input : choice.inputBytes)
            {
                const auto accuracy = accuracies[k] - width.lossPercent - input.lossPercent;
                reached = std::max(reached, accuracy);
                if (choice.accuracyFloorPercent > 0 && accuracy < choice.accuracyFloorPercent)
                {
                    continue;
                }
                if (accuracy < 0 || width.lossPercent + input.lossPercent > 100)
                {
                    throw std::invalid_argument(
                        "loss of accuracy: \"" + choice.dnns[k] + "\" at " +
                        std::to_string(width.number) + " bit loses " +
                        ToText(width.lossPercent + input.lossPercent) + " of " +
                        (std::isnan(accuracies[k]) ? "100" : ToText(accuracies[k])) +
                        " points with one of its inputs");
                }
                best = std::max(best, accuracy);
                const Encoding encoding{input.number, static_cast<uint32_t>(width.number)};
                variants.push_back({choice.dnns[k], encoding, 0, accuracy});
            }
        }
    }
    if (variants.empty())
    {
        throw std::invalid_argument("accuracy_floor_percent (AccuracyFloor): must be 0 to " +
                                    ToText(reached) + ", the accuracy of the best variant of \"" +
                                    choice.dnns.front() + "\"");
    }
    for (auto& variant : variants)
    {
        if (choice.accuracyPriceSPerPercent > 0)
        {
            variant.penaltyS = choice.accuracyPriceSPerPercent * (best - variant.accuracyPercent);
        }
    }
    return variants;
}

Options
MakeOptions(PartitionFrontierCache& frontiers,
            const Variants& variants,
            const std::string& device,
            const std::string& server,
            const ActivityWeights& weights)
{
    std::vector<Option> options;
    options.reserve(variants.size());
    for (const auto& variant : variants)
    {
        options.push_back(
            {frontiers
                 .Get(variant.dnn, device, server, variant.encoding, GetLeastInverseShare(weights)),
             variant.penaltyS});
    }
    return std::make_shared<const std::vector<Option>>(std::move(options));
}

} // namespace surgery
} // namespace ns3
