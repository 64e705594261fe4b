/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_VARIANTS_H
#define SCENARIO_VARIANTS_H

#include "ns3/dnn-processor.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-json-field.h"
#include "ns3/surgery-latency.h"
#include "ns3/surgery-variant.h"

#include <optional>
#include <string>
#include <vector>

/// The fields of a device that say what it may run, and what it weighs beside latency.
extern const std::vector<std::string> VARIANT_FIELDS;

/**
 * Read what a device of a scenario chooses from, as it stands there.
 *
 * @param device the device
 * @param dnn its DNN, by name or path
 * @return the choice
 * @throws std::invalid_argument in one line that names the field and what is allowed
 */
ns3::surgery::VariantChoice ReadVariantChoice(const ns3::surgery::JsonField& device,
                                              const std::string& dnn);

/**
 * Read what a device of a scenario may run: its DNN, "variants", "input_bytes", "input_encodings",
 * "activation_bits", "accuracy_floor_percent" and "accuracy_price_s".
 *
 * @param device the device
 * @param dnn its DNN, by name or path
 * @param library where profiles come from
 * @return its variants
 * @throws std::invalid_argument in one line that names the field and what is allowed
 */
ns3::surgery::Variants ReadVariants(const ns3::surgery::JsonField& device,
                                    const std::string& dnn,
                                    ns3::surgery::ProfileLibrary& library);

/**
 * Read what the radio of a device draws: "radio".
 *
 * @param device the device
 * @return its powers, 0 if the scenario does not tell
 * @throws std::invalid_argument in one line that names the field and what is allowed
 */
ns3::surgery::RadioPower ReadRadio(const ns3::surgery::JsonField& device);

/**
 * What a device of a scenario draws, and what that is worth.
 */
struct ScenarioPower
{
    ns3::surgery::ActivityWeights powerW;  ///< by what it does, W
    ns3::surgery::ActivityWeights weights; ///< what a second costs it
};

/**
 * Read what a device of a scenario draws: "energy_price_s_per_j", "radio" and "weigh_idle_power".
 *
 * @param device the device
 * @param processor its processor
 * @return powers and weights; nothing if the scenario says nothing of energy
 * @throws std::invalid_argument in one line that names the field and what is allowed
 */
std::optional<ScenarioPower> ReadPower(const ns3::surgery::JsonField& device,
                                       const ns3::surgery::Processor& processor);

#endif // SCENARIO_VARIANTS_H
