/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCHEDULER_COMPARISON_H
#define SCHEDULER_COMPARISON_H

#include "mobile-scenario.h"

#include <string>

/**
 * Check a list of schedulers.
 *
 * @param names for DecisionProcess::Create, with commas
 * @throws std::invalid_argument in one line if it is empty, or there is none of such a name
 */
void CheckSchedulers(const std::string& names);

/**
 * Run a scenario once per scheduler, and print what the devices did under the first one, with each
 * rival's latency beside it. Each run writes its files into a folder of its own in that of the
 * scenario, named after the scheduler; only the first one captures packets.
 *
 * @param scenario the settings
 * @param schedulers for SurgeryScheduler::Create, with commas
 * @throws std::exception if a setting is wrong, a run fails, or something was lost
 */
void CompareSchedulers(const MobileScenario& scenario, const std::string& schedulers);

#endif // SCHEDULER_COMPARISON_H
