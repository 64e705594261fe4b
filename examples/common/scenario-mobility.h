/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_MOBILITY_H
#define SCENARIO_MOBILITY_H

#include "ns3/node-container.h"

#include <cstdint>
#include <string>

/**
 * The ground mobile nodes move on: a rectangle around the origin.
 */
struct Area
{
    double halfWidth{0};  ///< along x, m, > 0
    double halfHeight{0}; ///< along y, m, > 0
};

/**
 * Let nodes move.
 *
 * @param how "random-waypoint" (0.5..3 m/s, pauses of 1 s), "gauss-markov" (about 1.5 m/s),
 *        "static" (anywhere in the area), "shuttle:SPEED" (back and forth through the middle along
 *        x, m/s, neighbors in opposite directions), or "ns2:FILE", movements in ns-2 format, which
 * SUMO's traceExporter writes: a path, or a file of data/mobility
 * @param area where
 * @param nodes the nodes, without mobility model
 * @param stream the first random stream to use
 * @return how many streams were used
 * @throws std::invalid_argument in one line, if there is no such mobility, or the file moves fewer
 *         nodes
 */
int64_t InstallMobility(const std::string& how,
                        const Area& area,
                        const ns3::NodeContainer& nodes,
                        int64_t stream);

/**
 * Check what InstallMobility is to be told.
 *
 * @param how as there
 * @throws std::invalid_argument in one line, if there is no such mobility
 */
void CheckMobility(const std::string& how);

#endif // SCENARIO_MOBILITY_H
