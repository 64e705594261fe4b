/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_APPLICATIONS_H
#define SCENARIO_APPLICATIONS_H

#include "simulation.h"

#include "ns3/node-container.h"

#include <string>

/**
 * Install the servers and the clients of a simulation.
 *
 * @param simulation it
 * @param servers the servers' nodes, by site
 * @param parts what is there, and what is installed
 */
void InstallApplications(const Simulation& simulation,
                         const ns3::NodeContainer& servers,
                         SimulationParts& parts);

/**
 * Check which scheduler a server is to have.
 *
 * @param server it
 * @return whether the scheduler leaves it to the devices to play the game
 * @throws std::invalid_argument if there is no such scheduler, it lacks an attribute, or the
 *         server's processor cannot be used with it
 */
bool CheckScheduler(const SimulatedServer& server);

/**
 * Read how devices are to share a server's processor.
 *
 * @param sharing for ServerProcessor::Create
 * @return the same for MecServer's attribute
 * @throws std::invalid_argument if there is no such processor
 */
std::string GetSharing(const std::string& sharing);

/**
 * Check which server devices are to use.
 *
 * @param choice by name
 * @throws std::invalid_argument if clients cannot be told
 */
void CheckChoice(const std::string& choice);

/**
 * Check what devices' batteries are to hold.
 *
 * @param battery a number of J, or nothing
 * @throws std::invalid_argument if it is neither
 */
void CheckBattery(const std::string& battery);

/**
 * Read what devices' radios are to draw.
 *
 * @param power three numbers of W with commas between: while it sends, receives, does neither
 * @return InferenceClient's attributes
 * @throws std::invalid_argument if it is something else
 */
Attributes ReadRadioPower(const std::string& power);

#endif // SCENARIO_APPLICATIONS_H
