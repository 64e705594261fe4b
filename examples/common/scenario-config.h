/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_CONFIG_H
#define SCENARIO_CONFIG_H

#include "attributes.h"

#include <string>

/**
 * @file
 * ns-3's Config with complaints in one line, where ns-3 would end the program.
 */

/**
 * Set defaults, as Config::SetDefault does.
 *
 * @param defaults "ns3::CLASS::ATTRIBUTE", and values
 * @throws std::invalid_argument as SetDefaultOrThrow does
 */
void SetDefaults(const Attributes& defaults);

/**
 * Check a path of ns-3's Config as far as it can be done before objects are there.
 *
 * @param path "/NodeList/.../ATTRIBUTE", with "$ns3::CLASS" where another class is meant
 * @param text the value
 * @throws std::invalid_argument if it is no path, a class is unknown, or the value is not one of
 *         the last class's attribute
 */
void CheckConfig(const std::string& path, const std::string& text);

/**
 * Set attributes of objects, as Config::Set does.
 *
 * @param config paths and values
 * @throws std::invalid_argument if no object matches a path, or an object does not take the value
 */
void SetConfig(const Attributes& config);

#endif // SCENARIO_CONFIG_H
