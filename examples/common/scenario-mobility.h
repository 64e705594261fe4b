/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_MOBILITY_H
#define SCENARIO_MOBILITY_H

#include "attributes.h"

#include "ns3/node-container.h"
#include "ns3/vector.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Coordinates of a device that is out of reach, m.
constexpr double FAR_AWAY = 1e5;

/**
 * The ground mobile nodes move on: a rectangle around the origin.
 */
struct Area
{
    double halfWidth{0};  ///< along x, m, > 0
    double halfHeight{0}; ///< along y, m, > 0
};

/**
 * How some devices move.
 */
struct Mobility
{
    std::string how{"random-waypoint"}; ///< as InstallMobility has it; without effect with a model
    Area area{40, 40};                  ///< around the origin, or a device's site
    std::string model;                  ///< TypeId of a MobilityModel; empty: as "how" says
    Attributes attributes;              ///< the model's; Bounds and the like default to the area
    std::vector<ns3::Vector> positions; ///< where the model's begin, in turn; none: in the area
    std::function<void(const ns3::NodeContainer& nodes, int64_t stream)>
        own; ///< installs what a program has of its own, if set
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
 * Let nodes move.
 *
 * @param mobility how; static nodes with a center are 1.5 m above it
 * @param centers of each node's area; nothing: the origin
 * @param nodes the nodes, without mobility model
 * @param stream the first random stream to use
 * @return how many streams were used
 * @throws std::invalid_argument in one line as above, and if there is no such model, or a node
 * begins outside of its model's bounds
 */
int64_t InstallMobility(const Mobility& mobility,
                        const std::vector<std::optional<ns3::Vector>>& centers,
                        const ns3::NodeContainer& nodes,
                        int64_t stream);

/**
 * Check what InstallMobility is to be told.
 *
 * @param how as there
 * @param area where
 * @throws std::invalid_argument in one line, if there is no such mobility
 */
void CheckMobility(const std::string& how, const Area& area);

#endif // SCENARIO_MOBILITY_H
