/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SIMULATION_FILE_H
#define SIMULATION_FILE_H

#include "scenario-document.h"
#include "simulation.h"

/**
 * Read a whole scenario as a simulation, with everything that it refers to. Nothing is built, and
 * no default is set.
 *
 * @param document the scenario
 * @return the simulation
 * @throws std::invalid_argument in one line that names the file, the path of the field, and what is
 *         allowed
 */
Simulation ReadSimulation(const ScenarioDocument& document);

#endif // SIMULATION_FILE_H
