/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_VARIANT_TERMS_H
#define SURGERY_VARIANT_TERMS_H

#include "ns3/surgery-message-terms.h"
#include "ns3/surgery-variant.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The fields of HELLO and REPORT for a device that has several variants, or that weighs energy or
 * accuracy. None travels for one that has not and does not.
 */
struct VariantTerms
{
    std::vector<std::string> otherDnns;      //!< DNN profiles of the other variants, at most 63
    std::vector<double> otherInputBytes;     //!< size of the input of each, byte
    std::vector<double> otherActivationBits; //!< width of a number sent of each: 8, 16 or 32
    std::vector<double> penaltiesS;          //!< of all variants, the first one's first, s, >= 0
    std::vector<double> weights;             //!< busy, transmit, receive, idle, each >= 1

    /**
     * Lists the fields, all of them optional, as the last ones of a message.
     *
     * @tparam Terms this struct, const for a visitor that only looks
     * @tparam Visitor as of Hello::ForEachField
     * @param terms these fields
     * @param visit called for each field that travels
     */
    template <typename Terms, typename Visitor>
    static void ForEachField(Terms& terms, Visitor& visit)
    {
        visit.Optional(
            "other_dnns",
            "",
            terms.otherDnns,
            {},
            [](const std::vector<std::string>& dnns) { return dnns.size() < MOST_VARIANTS; });
        const auto others = terms.otherDnns.size();
        visit.Optional("other_input_bytes",
                       "byte",
                       terms.otherInputBytes,
                       {},
                       [others](const std::vector<double>& sizes) {
                           return sizes.size() == others &&
                                  std::all_of(sizes.begin(), sizes.end(), [](double size) {
                                      return size >= 0 && size <= MAX_PAYLOAD_BYTES &&
                                             size == std::floor(size);
                                  });
                       });
        visit.Optional("other_activation_bits",
                       "bit",
                       terms.otherActivationBits,
                       {},
                       [others](const std::vector<double>& widths) {
                           return widths.size() == others && std::all_of(widths.begin(),
                                                                         widths.end(),
                                                                         IsActivationWidth<double>);
                       });
        visit.Optional("penalties",
                       "s",
                       terms.penaltiesS,
                       {},
                       [others](const std::vector<double>& penalties) {
                           return penalties.size() == others + 1 &&
                                  std::all_of(penalties.begin(), penalties.end(), IsQuantity);
                       });
        visit.Optional("weights", "", terms.weights, {}, [](const std::vector<double>& weights) {
            return weights.size() == 4 &&
                   std::all_of(weights.begin(), weights.end(), [](double weight) {
                       return std::isfinite(weight) && weight >= 1;
                   });
        });
    }
};

/**
 * @ingroup dnn-surgery
 *
 * @tparam Message a message with the first variant's dnn, inputBytes and activationBits, and terms
 * @param message what a device tells, or a server of it
 * @return all its variants
 * @throws std::invalid_argument if the lists of the other variants differ in length
 */
template <typename Message>
Variants
GetVariants(const Message& message)
{
    const auto& terms = message.terms;
    if (terms.otherInputBytes.size() != terms.otherDnns.size() ||
        terms.otherActivationBits.size() != terms.otherDnns.size())
    {
        throw std::invalid_argument("variants: their lists differ in length");
    }
    Variants variants{{message.dnn, {message.inputBytes, message.activationBits}}};
    for (std::size_t i = 0; i < terms.otherDnns.size(); ++i)
    {
        variants.push_back({terms.otherDnns[i],
                            {static_cast<uint64_t>(terms.otherInputBytes[i]),
                             static_cast<uint32_t>(terms.otherActivationBits[i])}});
    }
    for (std::size_t i = 0; i < terms.penaltiesS.size(); ++i)
    {
        variants[i].penaltyS = terms.penaltiesS[i];
    }
    return variants;
}

/**
 * @ingroup dnn-surgery
 *
 * @tparam Message as above
 * @param [in,out] message what a device tells
 * @param variants its variants, at least one
 */
template <typename Message>
void
SetVariants(Message& message, const Variants& variants)
{
    message.dnn = variants.front().dnn;
    message.inputBytes = variants.front().encoding.inputBytes;
    message.activationBits = static_cast<uint8_t>(variants.front().encoding.activationBits);
    auto& terms = message.terms;
    for (std::size_t i = 1; i < variants.size(); ++i)
    {
        const auto& [dnn, encoding, penaltyS, accuracyPercent] = variants[i];
        terms.otherDnns.push_back(dnn);
        terms.otherInputBytes.push_back(static_cast<double>(encoding.inputBytes));
        terms.otherActivationBits.push_back(encoding.activationBits);
    }
    if (std::any_of(variants.begin(), variants.end(), [](const Variant& variant) {
            return variant.penaltyS > 0;
        }))
    {
        std::transform(variants.begin(),
                       variants.end(),
                       std::back_inserter(terms.penaltiesS),
                       [](const Variant& variant) { return variant.penaltyS; });
    }
}

/**
 * @ingroup dnn-surgery
 *
 * @param terms what a device tells
 * @return what a second costs it
 */
inline ActivityWeights
GetWeights(const VariantTerms& terms)
{
    const auto& weights = terms.weights;
    return weights.empty() ? ActivityWeights()
                           : ActivityWeights{weights[0], weights[1], weights[2], weights[3]};
}

/**
 * @ingroup dnn-surgery
 *
 * @param [in,out] terms what a device tells
 * @param weights what a second costs it
 */
inline void
SetWeights(VariantTerms& terms, const ActivityWeights& weights)
{
    const std::vector<double> all{weights.busy, weights.transmit, weights.receive, weights.idle};
    if (std::any_of(all.begin(), all.end(), [](double weight) { return weight != 1; }))
    {
        terms.weights = all;
    }
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_VARIANT_TERMS_H
