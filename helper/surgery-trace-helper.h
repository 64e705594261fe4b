/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TRACE_HELPER_H
#define SURGERY_TRACE_HELPER_H

#include "ns3/application-container.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Writes what clients and servers trace to CSV files. Rows are written as things happen, so that
 * memory does not grow with the simulated time; the files are complete after Simulator::Destroy.
 */
class SurgeryTraceHelper
{
  public:
    /**
     * Write a row per inference, when it ends or its client stops: id, device, dnn, outcome,
     * reason, cut, share (0..1), bytes up and down, the instants in nanoseconds of simulated time
     * (empty if not reached), and the latency without waiting, as predicted and as measured.
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
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TRACE_HELPER_H
