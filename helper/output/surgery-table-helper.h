/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TABLE_HELPER_H
#define SURGERY_TABLE_HELPER_H

#include "ns3/application-container.h"
#include "ns3/node-container.h"
#include "ns3/ptr.h"
#include "ns3/surgery-table-output.h"

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class AccessNetwork;

/**
 * @ingroup dnn-surgery
 *
 * Writes what clients and servers trace, as CSV files or into an SQLite database. Rows are written
 * as things happen, so that memory does not grow with the simulated time; the files are complete
 * after Simulator::Destroy. Nothing that is written changes what is simulated.
 *
 * There is a table per kind of event; columns have their unit in their name. The version of all of
 * them is Provenance::SCHEMA.
 *
 * @code
 * TableHelper tables("results", "sqlite");
 * tables.EnableInferences(clients);
 * tables.EnableSchedule(servers);
 * @endcode
 */
class TableHelper
{
  public:
    /**
     * @param folder where the files go; it is created if need be
     * @param format "csv" or "sqlite", as for TableOutput::Create
     * @throws std::invalid_argument if the format is unknown or not in this build, or if the folder
     *         cannot be written
     */
    explicit TableHelper(const std::string& folder, const std::string& format = "csv");

    /// @return the names of all tables that it may write, those of the inferences first
    static std::vector<std::string> GetTables();

    /// @return where the tables go, for the run's provenance and for tables of your own
    Ptr<TableOutput> GetOutput() const;

    /**
     * Write the table inferences, a row per inference, when it ends or its client stops: id,
     * device, dnn, outcome, reason, cut, share (0..1), bytes up and down, the instants in
     * nanoseconds of simulated time (empty if not reached), the latency without waiting, as
     * predicted and as measured, and how often its tensors were sent.
     *
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableInferences(const ApplicationContainer& clients) const;

    /**
     * Write the table deadlines, a row per inference with a deadline, beside that in the table
     * inferences: id, device, deadline (ns), latency less deadline (ns; negative: early; empty:
     * not completed), and whether it was met (1, 0; empty: under way at the end, and not overdue).
     * There is no such table if no device has a Deadline.
     *
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableDeadlines(const ApplicationContainer& clients) const;

    /**
     * Write the table schedule, a row per timestep: instant (ns), devices, shadow price (s), load
     * (0..1), potential (s), dual gap (s), largest regret (relative), rounds, overloaded devices,
     * control messages and their bytes since the row before, number of DNNs in the memory, visitors
     * admitted and refused since then, bytes for the choice of servers and to other servers since
     * then, the two parts of the dual gap. If a server has a price policy that sets prices, further
     * columns tell the posted price (s) and what the outcome is worth at it: revenue, surplus,
     * welfare and largest envy (s), as struct Welfare has them.
     *
     * @param servers MecServers; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableSchedule(const ApplicationContainer& servers) const;

    /**
     * Write the table cuts, a row per change of a device's cut: instant (ns), device, old cut, new
     * cut, reason.
     *
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableCuts(const ApplicationContainer& clients) const;

    /**
     * Write the table grants, a row per device and timestep: instant (ns), device, share (0..1),
     * cut, predicted latency and cost (s), the rate of the uplink it was decided on (bit/s), and
     * why the cut is another than before, or nothing was granted. If a client has several variants,
     * the index of the one that is cut and its DNN follow.
     *
     * @param servers MecServers; other applications are passed over
     * @param clients InferenceClients that the servers serve; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableGrants(const ApplicationContainer& servers,
                      const ApplicationContainer& clients = ApplicationContainer()) const;

    /**
     * Write the table models, a row per change of the DNNs in a server's memory: instant (ns), DNN,
     * event (loading, loaded, evicted, too large, too large together), size of its weights, size of
     * all that are loaded (byte). There is no such table if no server has ModelMemory, LoadRate or
     * LoadDelay.
     *
     * @param servers MecServers; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableModels(const ApplicationContainer& servers) const;

    /**
     * Write the table batches, a row per job that may have run in a batch on a server, when it is
     * done: id of the inference, device, server, DNN, when it was handed to the processor, when
     * its batch began and ended, how long it waited in between (ns), and the size of the batch.
     * There is no such table if no server's processor makes batches.
     *
     * @param servers MecServers; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableBatches(const ApplicationContainer& servers) const;

    /**
     * Write the table migrations, a row per change of a device's server: instant of the new
     * server's first GRANT and of the request for it (ns), device, old and new server (node ids),
     * reason, handover (finish, redo), offloaded inferences at that instant, time without tensors
     * (ns). There is no such table if no device may choose its server.
     *
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableMigrations(const ApplicationContainer& clients) const;

    /**
     * Write the table links, a row per estimate of a device's network: instant (ns), device, rates
     * of uplink and downlink (bit/s).
     *
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableLinks(const ApplicationContainer& clients) const;

    /**
     * Write the tables of devices with a battery. Table energy, a row per device and SampleInterval
     * of its EnergyMeter, and one when the battery is empty: instant (ns), device, what the battery
     * holds, what was drawn while the processor ran layers, while it did not, and by the radio (J).
     * Table inference_energy, a row per inference: id, device, what was drawn while the processor
     * ran its layers, and by the radio and by the idle processor while it was away (J; empty where
     * that cannot be told). There are no such tables if no device has a battery.
     *
     * @param clients InferenceClients; other applications are passed over
     * @throws std::invalid_argument if the tables cannot be written
     */
    void EnableEnergy(const ApplicationContainer& clients) const;

    /**
     * Write the table positions, a row per node at once, and one whenever its course changes:
     * instant (ns), node, kind, position (m) and velocity (m/s), which hold until the next row.
     * Positions are not sampled in between: asking a mobility model where it is rounds its
     * position.
     *
     * @param mobiles nodes of the kind "mobile"
     * @param baseStations nodes of the kind "base-station"
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnablePositions(const NodeContainer& mobiles,
                         const NodeContainer& baseStations = NodeContainer()) const;

    /**
     * Write the table attachments, a row whenever a node joins or leaves a base station: instant
     * (ns), node, node of the server behind the network, index of the base station, "attached" or
     * "detached".
     *
     * @param network the network
     * @throws std::invalid_argument if the table cannot be written
     */
    void EnableAttachments(Ptr<AccessNetwork> network) const;

    /**
     * Write the table "sites": where the servers stand, a row each.
     *
     * @param servers their nodes, with a mobility model
     * @param names of their sites
     * @throws std::invalid_argument if the table cannot be written, or a node has no position
     */
    void WriteSites(const NodeContainer& servers, const std::vector<std::string>& names) const;

  private:
    Ptr<TableOutput> m_output; ///< where the tables go
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TABLE_HELPER_H
