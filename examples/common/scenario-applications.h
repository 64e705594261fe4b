/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_APPLICATIONS_H
#define SCENARIO_APPLICATIONS_H

#include "mobile-scenario.h"

#include "ns3/node-container.h"
#include "ns3/nstime.h"

#include <string>

/// When the first client starts.
const ns3::Time FIRST_START = ns3::MilliSeconds(500);

/**
 * Install the servers and the clients of a scenario.
 *
 * @param scenario the settings
 * @param scheduler by name
 * @param servers the servers' nodes, by site
 * @param parts what is there, and what is installed
 */
void InstallApplications(const MobileScenario& scenario,
                         const std::string& scheduler,
                         const ns3::NodeContainer& servers,
                         MobileScenario::Parts& parts);

/**
 * Check which server devices are to use.
 *
 * @param choice by name
 * @throws std::invalid_argument if clients cannot be told
 */
void CheckChoice(const std::string& choice);

/**
 * Check what devices' batteries are to hold.
 *
 * @param battery a number of J, or nothing
 * @throws std::invalid_argument if it is neither
 */
void CheckBattery(const std::string& battery);

/**
 * Check what devices' radios are to draw.
 *
 * @param power three numbers of W with commas between: while it sends, receives, does neither
 * @throws std::invalid_argument if it is something else
 */
void CheckRadioPower(const std::string& power);

#endif // SCENARIO_APPLICATIONS_H
