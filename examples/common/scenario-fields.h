/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_FIELDS_H
#define SCENARIO_FIELDS_H

#include "ns3/surgery-json-field.h"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/**
 * @file
 * What solving and simulating a scenario file share: its fields, and the ranges of their numbers.
 * data/scenarios/scenario-1.schema.json says the same to other programs.
 */

/// Where a number may lie, in words too.
struct Range
{
    double least;     ///< the least that is allowed
    double most;      ///< the most that is allowed
    std::string text; ///< both, with the unit
};

// Far beyond anything real, and narrow enough that no latency or cost overflows.
extern const Range RATE_RANGE;      ///< of a link
extern const Range TIME_RANGE;      ///< of a duration
extern const Range CAPACITY_RANGE;  ///< of a server
extern const Range REQUEST_RANGE;   ///< of a rate of requests
extern const Range BATTERY_RANGE;   ///< of what a battery holds
extern const Range VARIATION_RANGE; ///< of their gaps

/// How a device reaches a server.
extern const std::vector<std::string> LINK_FIELDS;

/// The price of the whole server for devices that do not say theirs, s.
constexpr double DEFAULT_RHO = 1e-3;

/**
 * @param field a number
 * @param range where it may lie
 * @return it
 * @throws std::invalid_argument if it lies elsewhere
 */
double GetNumber(const ns3::surgery::JsonField& field, const Range& range);

/**
 * @param field a text that is not empty, or a list of at least one
 * @return them
 * @throws std::invalid_argument if it is something else
 */
std::vector<std::string> GetTexts(const ns3::surgery::JsonField& field);

/**
 * Run a function, and add a place to what it throws.
 *
 * @tparam Action a function without arguments
 * @param place where in the scenario
 * @param action the function
 * @return what it returns
 */
template <class Action>
auto
At(const std::string& place, const Action& action)
{
    try
    {
        return action();
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(place + ": " + error.what());
    }
}

/**
 * A device of a group of a whole scenario.
 */
struct GroupMember
{
    ns3::surgery::JsonField group;     ///< all fields
    uint32_t index{0};                 ///< in the group, from 0
    std::string name;                  ///< unique
    std::string dnn;                   ///< as the scenario names it
    ns3::surgery::JsonField processor; ///< a text or an object
};

/**
 * Check the fields that a whole scenario may have.
 *
 * @param root the scenario
 * @throws std::invalid_argument if there is another one, neither server nor servers, or both
 */
void CheckWholeScenario(const ns3::surgery::JsonField& root);

/**
 * @param root a whole scenario
 * @return its one server, or its servers, which have unique names
 * @throws std::invalid_argument if they have unknown fields or lack a name
 */
std::vector<ns3::surgery::JsonField> GetServers(const ns3::surgery::JsonField& root);

/**
 * Expand the groups of devices.
 *
 * @param root a whole scenario
 * @return the devices
 * @throws std::invalid_argument if a group is wrong in what it is of: name, count, DNN, processor
 */
std::vector<GroupMember> ExpandGroups(const ns3::surgery::JsonField& root);

#endif // SCENARIO_FIELDS_H
