/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TRACED_LINKS_H
#define TRACED_LINKS_H

#include "simulation.h"

#include "ns3/surgery-bandwidth-trace.h"

#include <memory>
#include <string>

/**
 * The traces of both directions, read, and where in them a link begins.
 */
struct LoadedTraces
{
    std::shared_ptr<const ns3::surgery::BandwidthTrace> up;   ///< toward the server
    std::shared_ptr<const ns3::surgery::BandwidthTrace> down; ///< toward the device
    std::string offset;                                       ///< random variable or number, s
};

/**
 * Read the traces that links follow.
 *
 * @param links which
 * @return they
 * @throws std::invalid_argument if there is something wrong with them, the offset too
 */
LoadedTraces LoadTraces(const TracedLinks& links);

/**
 * Check that the links of a network can follow traces.
 *
 * @param network it
 * @param hasSites whether it is that of several sites
 * @throws std::invalid_argument if they cannot
 */
void CheckTracedNetwork(ns3::Ptr<ns3::surgery::AccessNetwork> network, bool hasSites);

/**
 * Let the links of an installed network follow traces. With tables, the table bandwidth gets a row
 * per grant: what the uplink carried, its estimate, and what was decided.
 *
 * @param links which
 * @param parts of the run
 * @throws std::invalid_argument if CheckTracedNetwork or LoadTraces refuses them
 */
void InstallTracedLinks(const TracedLinks& links, const SimulationParts& parts);

#endif // TRACED_LINKS_H
