/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_GROUPS_H
#define DEVICE_GROUPS_H

#include "simulation.h"

#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-json-field.h"

#include <string>

/**
 * Read the groups of devices of a whole scenario.
 *
 * @param root the scenario
 * @param folder where relative paths in it start
 * @param library where profiles come from, with the same folder
 * @param simulation with its sites; gets devices and mobilities
 * @throws std::invalid_argument in one line that names the path of the field, and what is allowed
 */
void ReadDevices(const ns3::surgery::JsonField& root,
                 const std::string& folder,
                 ns3::surgery::ProfileLibrary& library,
                 Simulation& simulation);

/**
 * @param simulation with mobilities
 * @return how the devices move, for people
 */
std::string DescribeMobility(const Simulation& simulation);

#endif // DEVICE_GROUPS_H
