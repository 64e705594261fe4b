/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MOBILITY_MODELS_H
#define MOBILITY_MODELS_H

#include "scenario-mobility.h"

#include "ns3/node-container.h"
#include "ns3/type-id.h"
#include "ns3/vector.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @param type a class
 * @param kind of a value, such as "RectangleValue"
 * @param name an attribute's
 * @return whether the class has such an attribute with such values
 */
bool HasAttributeOf(ns3::TypeId type, const std::string& kind, const std::string& name);

/**
 * Check a mobility model of ns-3 that nodes are to have.
 *
 * @param mobility with a model
 * @throws std::invalid_argument in one line, if there is no such model, or it lacks an attribute
 */
void CheckModel(const Mobility& mobility);

/**
 * Give nodes a mobility model of ns-3.
 *
 * @param mobility with a model
 * @param centers of each node's area; nothing: the origin
 * @param nodes the nodes, without mobility model
 * @param stream the first random stream to use
 * @return how many streams were used
 * @throws std::invalid_argument in one line as CheckModel does, and if a node begins outside of its
 *         model's bounds
 */
int64_t InstallModel(const Mobility& mobility,
                     const std::vector<std::optional<ns3::Vector>>& centers,
                     const ns3::NodeContainer& nodes,
                     int64_t stream);

#endif // MOBILITY_MODELS_H
