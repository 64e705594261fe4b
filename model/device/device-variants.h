/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_VARIANTS_H
#define DEVICE_VARIANTS_H

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-variant.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A variant as the device that runs it knows it.
 */
struct DeviceVariant
{
    Variant variant;                         ///< what the server is told
    std::shared_ptr<const LayerCosts> costs; ///< of the layers, with the device in the server's
                                             ///< place, too
    InferenceVariant facts;                  ///< what records of inferences tell
};

/// All variants of a device, at least one, in the order of their indices.
using DeviceVariants = std::shared_ptr<const std::vector<DeviceVariant>>;

/**
 * @ingroup dnn-surgery
 *
 * What a client's attributes say of its variants.
 */
struct VariantSettings
{
    std::string dnn;                    ///< the attribute Dnn
    std::string others;                 ///< the attribute Variants
    std::string processor;              ///< the attribute Processor
    uint64_t inputBytes{0};             ///< the attribute InputBytes
    uint32_t inputBits{8};              ///< the attribute InputBits
    std::string inputEncodings;         ///< the attribute InputEncodings
    std::string activationBits;         ///< the attribute ActivationBits
    double accuracyFloorPercent{0};     ///< the attribute AccuracyFloor
    double accuracyPriceSPerPercent{0}; ///< the attribute AccuracyPrice
};

/**
 * @ingroup dnn-surgery
 *
 * @param settings what a client's attributes say
 * @return whether they name more than one variant
 */
bool HasSeveralVariants(const VariantSettings& settings);

/**
 * @ingroup dnn-surgery
 *
 * Find the variants of a device (MakeVariants), and what their layers cost on it.
 *
 * @param settings what the client's attributes say
 * @param frontiers where profiles come from, and what layers cost is kept
 * @return the variants
 * @throws std::invalid_argument in one line, if a text or a profile cannot be read, MakeVariants
 *         finds a fault, or tensors are too large for a message
 */
DeviceVariants MakeDeviceVariants(const VariantSettings& settings,
                                  PartitionFrontierCache& frontiers);

/**
 * @ingroup dnn-surgery
 *
 * @param variants of a device
 * @return what a server is told
 */
Variants GetVariants(const std::vector<DeviceVariant>& variants);

} // namespace surgery
} // namespace ns3

#endif // DEVICE_VARIANTS_H
