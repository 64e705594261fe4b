/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_DOCUMENT_H
#define SCENARIO_DOCUMENT_H

#include "ns3/surgery-json-field.h"

#include <string>
#include <vector>

/// What a whole scenario names itself in its field "schema".
extern const std::string SCENARIO_SCHEMA;

/**
 * A scenario file, as it stands.
 */
struct ScenarioDocument
{
    ns3::surgery::JsonField root; ///< of a whole scenario, with paths as places
    std::string folder;  ///< where relative paths in it start; empty: the working directory
    bool isWhole{false}; ///< whether it has a "schema"; else it is only for solving
};

/**
 * Check that there is a scenario to read.
 *
 * @param path the file, or "-" for the standard input
 * @throws std::invalid_argument in one line if no such file can be read
 */
void CheckScenario(const std::string& path);

/**
 * Read a scenario file, and change it.
 *
 * @param path the file, or "-" for the standard input
 * @param changes "PATH=VALUE" each, in this order: PATH as in complaints, such as devices[0].count;
 *        VALUE is JSON, or else text; null takes the field away. What stands behind "attributes.",
 *        "defaults." or "config." is one name.
 * @return it
 * @throws std::invalid_argument in one line if it cannot be read, is no JSON, has another schema,
 *         or a change has no place
 */
ScenarioDocument ReadScenarioDocument(const std::string& path,
                                      const std::vector<std::string>& changes = {});

/**
 * @param name a profile or a file, as a scenario names it
 * @param folder where relative paths start; empty: the working directory
 * @return what it is from the working directory; the same if it is absolute
 */
std::string ResolvePath(const std::string& name, const std::string& folder);

/**
 * @param name a DNN or a processor, as a scenario names it
 * @param folder where relative paths start; empty: the working directory
 * @return the same if it is a bundled profile's name, else the path from the working directory
 */
std::string ResolveProfile(const std::string& name, const std::string& folder);

/**
 * @param name what may be a file
 * @param folder where relative paths start; empty: the working directory
 * @return its path if it is a file in this folder, else the same
 */
std::string ResolveIfBeside(const std::string& name, const std::string& folder);

#endif // SCENARIO_DOCUMENT_H
