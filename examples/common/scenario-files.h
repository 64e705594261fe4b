/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_FILES_H
#define SCENARIO_FILES_H

#include "simulation.h"

#include <filesystem>
#include <string>
#include <vector>

/**
 * @param folder of a run
 * @return what it may have written there, and captures of the servers at several sites
 */
std::vector<std::filesystem::path> FindFiles(const std::filesystem::path& folder);

/**
 * @param folder of a run
 * @return a line with path and size for each file that the run wrote
 */
std::string ListRunFiles(const std::string& folder);

/**
 * Write the tables, in place of those of an earlier run.
 *
 * @param format of them; empty: none but the run's provenance
 * @param parts what was installed; tables is set
 */
void EnableTables(const std::string& format, SimulationParts& parts);

/**
 * Write where the files come from, if there are tables.
 *
 * @param simulation it
 * @param parts what was installed
 */
void WriteProvenance(const Simulation& simulation, const SimulationParts& parts);

#endif // SCENARIO_FILES_H
