/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_VARIANT_H
#define SURGERY_VARIANT_H

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-game.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A way to run what a device has to run, by name: an Option before its cuts are known.
 */
struct Variant
{
    std::string dnn;    ///< a bundled DNN's name or a file's path
    Encoding encoding;  ///< how tensors are sent
    double penaltyS{0}; ///< what its lack of accuracy costs the device, s, >= 0
    double accuracyPercent{std::numeric_limits<double>::quiet_NaN()}; ///< NaN: not known
};

/// The variants that a device may run, at least one: they are known by their index.
using Variants = std::vector<Variant>;

/**
 * @ingroup dnn-surgery
 *
 * A width or a size of tensors as they are sent, and what it costs to take it.
 */
struct LossyNumber
{
    uint64_t number{0};    ///< bit or byte
    double lossPercent{0}; ///< points of accuracy, 0..100
};

/**
 * @ingroup dnn-surgery
 *
 * What a device chooses from, and how it weighs accuracy.
 */
struct VariantChoice
{
    std::vector<std::string> dnns;           ///< names or paths of DNNs, each once, at least one
    std::vector<LossyNumber> inputBytes;     ///< sizes of the input, at least one; 0: as profiled
    std::vector<LossyNumber> activationBits; ///< widths: 8, 16 or 32, at least one
    double accuracyFloorPercent{0};          ///< the least accuracy that may run, 0..100; 0: any
    double accuracyPriceSPerPercent{0};      ///< alpha, s per point of accuracy, >= 0
};

/// The most variants of a device; an index of them travels in a byte.
constexpr std::size_t MOST_VARIANTS = 64;

/**
 * @ingroup dnn-surgery
 *
 * Find the variants of a device: each DNN with each width of activations and each size of the
 * input, in this order, without those below the floor of accuracy. A variant's accuracy is that of
 * the DNN's profile, less what width and size lose; if they lose more, it is below 0. Its penalty
 * is the price of the points that it lacks to the most accurate one.
 *
 * @param choice what the device chooses from
 * @param library where profiles come from
 * @return the variants
 * @throws std::invalid_argument if a DNN, a width or a size is named twice, a DNN is unknown, a
 *         profile lacks an accuracy that is needed, no variant reaches the floor, DNNs differ in
 *         their input, or there are more than MOST_VARIANTS
 */
Variants MakeVariants(const VariantChoice& choice, ProfileLibrary& library);

/**
 * @ingroup dnn-surgery
 *
 * Find the cuts of variants at a server.
 *
 * @param frontiers where frontiers come from
 * @param variants of a device
 * @param device name or path of the device's processor
 * @param server name or path of the server's processor
 * @param weights what a second costs the device
 * @return an option for each variant, in this order
 * @throws std::invalid_argument if a profile cannot be read
 */
Options MakeOptions(PartitionFrontierCache& frontiers,
                    const Variants& variants,
                    const std::string& device,
                    const std::string& server,
                    const ActivityWeights& weights);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_VARIANT_H
