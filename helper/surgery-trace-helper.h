/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TRACE_HELPER_H
#define SURGERY_TRACE_HELPER_H

#include "ns3/application-container.h"
#include "ns3/node-container.h"
#include "ns3/ptr.h"

#include <string>

namespace ns3
{
namespace surgery
{

class AccessNetwork;

/**
 * @ingroup dnn-surgery
 *
 * Writes what clients and servers trace to CSV files. Rows are written as things happen, so that
 * memory does not grow with the simulated time; the files are complete after Simulator::Destroy.
 * Nothing that is written changes what is simulated.
 *
 * There is a table per kind of event; columns have their unit in their name. The version of all of
 * them is SurgeryProvenance::SCHEMA.
 */
class SurgeryTraceHelper
{
  public:
    /**
     * Write a row per inference, when it ends or its client stops: id, device, dnn, outcome,
     * reason, cut, share (0..1), bytes up and down, the instants in nanoseconds of simulated time
     * (empty if not reached), the latency without waiting, as predicted and as measured, and how
     * often its tensors were sent.
     *
     * @param path the file
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnableInferences(const std::string& path, const ApplicationContainer& clients) const;

    /**
     * Write a row per timestep: instant (ns), devices, shadow price (s), load (0..1), potential
     * (s), dual gap (s), largest regret (relative), rounds, overloaded devices.
     *
     * @param path the file
     * @param servers MecServers; other applications are passed over
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnableSchedule(const std::string& path, const ApplicationContainer& servers) const;

    /**
     * Write a row per change of a device's cut: instant (ns), device, old cut, new cut, reason.
     *
     * @param path the file
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnableCuts(const std::string& path, const ApplicationContainer& clients) const;

    /**
     * Write a row per device and timestep: instant (ns), device, share (0..1), cut, predicted
     * latency and cost (s), and the rate of the uplink it was decided on (bit/s).
     *
     * @param path the file
     * @param servers MecServers; other applications are passed over
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnableGrants(const std::string& path, const ApplicationContainer& servers) const;

    /**
     * Write a row per estimate of a device's network: instant (ns), device, rates of uplink and
     * downlink (bit/s).
     *
     * @param path the file
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnableLinks(const std::string& path, const ApplicationContainer& clients) const;

    /**
     * Write a row per node at once, and one whenever its course changes: instant (ns), node, kind,
     * position (m) and velocity (m/s), which hold until the next row. Positions are not sampled in
     * between: asking a mobility model where it is rounds its position.
     *
     * @param path the file
     * @param mobiles nodes of the kind "mobile"
     * @param baseStations nodes of the kind "base-station"
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnablePositions(const std::string& path,
                         const NodeContainer& mobiles,
                         const NodeContainer& baseStations = NodeContainer()) const;

    /**
     * Write a row whenever a node joins or leaves a base station: instant (ns), node, index of the
     * base station, "attached" or "detached".
     *
     * @param path the file
     * @param network the network
     * @throws std::invalid_argument if the file cannot be written
     */
    void EnableAttachments(const std::string& path, Ptr<AccessNetwork> network) const;
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TRACE_HELPER_H
