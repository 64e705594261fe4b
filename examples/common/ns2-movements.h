/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NS2_MOVEMENTS_H
#define NS2_MOVEMENTS_H

#include <cstdint>
#include <string>

/**
 * Find a file of movements in ns-2 format.
 *
 * @param name a path, or the name of a bundled file (data/mobility)
 * @return its path
 * @throws std::invalid_argument in one line if there is no such file
 */
std::string FindNs2Movements(const std::string& name);

/**
 * Check a file of movements, which ns-3 reads without a word about what it skips. Each line is
 * empty, a comment (#), or one of
 *
 *     $node_(N) set X_ VALUE                        or Y_, Z_: where node N is at the beginning
 *     $ns_ at 0 "$node_(N) set X_ VALUE"            the same; ns-3 jumps at once, whatever the time
 *     $ns_ at SECONDS "$node_(N) setdest X Y SPEED" where it goes, m/s
 *
 * or what setdest, SUMO and ns-2's scripts write beside movements, and ns-3 skips: "$god_ ...",
 * "set god_ ...", "$ns_ at 0 "$g(0) start"", "$ns_ initial_node_pos ...". A comment may also
 * follow.
 *
 * @param path the file
 * @return how many nodes it moves
 * @throws std::invalid_argument in one line that names file and line, if it cannot be read, holds
 *         something else, moves nothing, or leaves out a node below its highest one
 */
uint32_t CheckNs2Movements(const std::string& path);

#endif // NS2_MOVEMENTS_H
