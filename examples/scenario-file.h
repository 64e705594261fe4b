/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_FILE_H
#define SCENARIO_FILE_H

#include "ns3/surgery-latency.h"
#include "ns3/surgery-multi-server-game.h"
#include "ns3/surgery-variant.h"

#include <optional>
#include <string>
#include <vector>

/**
 * A device as a scenario names it.
 */
struct ScenarioDevice
{
    std::string name;                ///< unique
    std::string dnn;                 ///< its DNN's name
    std::string processor;           ///< its processor's name
    ns3::surgery::Variants variants; ///< what it may run, in the order of its players' options
    std::optional<ns3::surgery::ActivityWeights> powerW; ///< what it draws; nothing: not said
};

/**
 * A server as a scenario names it.
 */
struct ScenarioServer
{
    std::string name;      ///< unique; empty for a scenario's only "server"
    std::string processor; ///< its processor's name
};

/**
 * What a scenario file says: one game, and the names to report its players by.
 */
struct Scenario
{
    std::vector<ScenarioServer> servers; ///< in the file's order
    std::vector<ScenarioDevice> devices; ///< in the file's order
    ns3::surgery::MultiServerGame game;  ///< in the same orders
    bool weighsWaiting{false};           ///< whether costs include the time of waiting
    std::string pricePolicy;             ///< of the only server; empty: none
};

/**
 * Read a scenario and everything it refers to. A whole scenario, with the schema
 * "dnn-surgery/scenario/1", has groups of devices, and fields that only a simulation uses. Relative
 * paths in it start from the folder of the file, or from the working directory if it comes from the
 * standard input.
 *
 * @param path the file, or "-" for the standard input
 * @return the scenario
 * @throws std::invalid_argument in one line that names the file, the field and what is allowed
 */
Scenario ReadScenario(const std::string& path);

#endif // SCENARIO_FILE_H
