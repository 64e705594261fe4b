/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_FIELDS_H
#define SERVER_FIELDS_H

#include "simulation.h"

#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-json-field.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * Read the server of a whole scenario, or its servers.
 *
 * @param root the scenario
 * @param folder where relative paths in it start
 * @param library where profiles come from, with the same folder
 * @param sites number of places for servers, at least 1
 * @return one, which stands at all sites, or one per site
 * @throws std::invalid_argument in one line that names the path of the field, and what is allowed
 */
std::vector<SimulatedServer> ReadServers(const ns3::surgery::JsonField& root,
                                         const std::string& folder,
                                         ns3::surgery::ProfileLibrary& library,
                                         std::size_t sites);

/**
 * Read what the servers of a scenario run on.
 *
 * @param root the scenario
 * @param folder where relative paths in it start
 * @param library where profiles come from, with the same folder
 * @return the processors, each once, with the path of the first field that has it
 * @throws std::invalid_argument in one line that names the path of the field, and what is allowed
 */
std::vector<std::pair<std::string, std::shared_ptr<const ns3::surgery::Processor>>>
ReadServerProcessors(const ns3::surgery::JsonField& root,
                     const std::string& folder,
                     ns3::surgery::ProfileLibrary& library);

#endif // SERVER_FIELDS_H
