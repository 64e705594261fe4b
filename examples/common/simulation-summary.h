/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SIMULATION_SUMMARY_H
#define SIMULATION_SUMMARY_H

#include "run-summary.h"
#include "simulation.h"

#include <string>

/**
 * @param simulation it
 * @return what it is, in a line without its end
 */
std::string Describe(const Simulation& simulation);

/**
 * @param simulation it
 * @param run what the devices did
 * @return a table with a row per device, and a line of means
 */
std::string ToTable(const Simulation& simulation, const RunSummary& run);

#endif // SIMULATION_SUMMARY_H
