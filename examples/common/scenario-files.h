/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_FILES_H
#define SCENARIO_FILES_H

#include "mobile-scenario.h"

#include <filesystem>
#include <string>
#include <vector>

/**
 * @param folder of a run
 * @return what it may have written there, and captures of the servers at several sites
 */
std::vector<std::filesystem::path> FindFiles(const std::filesystem::path& folder);

/**
 * Write the tables.
 *
 * @param format of them
 * @param parts what was installed; tables is set
 */
void EnableTables(const std::string& format, MobileScenario::Parts& parts);

/**
 * Write where the files come from.
 *
 * @param scenario the settings
 * @param scheduler by name
 * @param parts what was installed
 */
void WriteProvenance(const MobileScenario& scenario,
                     const std::string& scheduler,
                     const MobileScenario::Parts& parts);

#endif // SCENARIO_FILES_H
