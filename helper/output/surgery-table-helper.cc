/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-table-helper.h"

#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/surgery-table-layout.h"

#include <optional>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

// ---- What is a table of its own without a record of its own ------------------------------------

/// Where a node is and where it goes.
struct PositionRecord
{
    Time time;        ///< when
    uint32_t node;    ///< its id
    std::string kind; ///< of node
    Vector position;  ///< m
    Vector velocity;  ///< m/s
};

/// Where a server stands.
struct SiteRecord
{
    uint32_t server;  ///< its node id
    std::string name; ///< of the site
    Vector position;  ///< m
};

/// A node joins or leaves a base station.
struct AttachmentRecord
{
    Time time;            ///< when
    uint32_t node;        ///< its id
    uint32_t server;      ///< the node id of the server behind the network
    uint32_t baseStation; ///< its index
    std::string event;    ///< "attached" or "detached"
};

// ---- The columns, the only place that knows them -----------------------------------------------

/// The node id of a record's server; nothing if it is not known.
template <typename Record>
std::optional<uint32_t>
GetServer(const Record& record)
{
    return record.server != NO_NODE ? std::optional<uint32_t>(record.server) : std::nullopt;
}

/// @return what T predicts, as measured; negative where that cannot be told
Time
GetServiceTime(const InferenceRecord& record)
{
    const auto isTold = record.outcome == InferenceOutcome::COMPLETED && record.reason.empty();
    return isTold ? GetServiceLatency(record) : NanoSeconds(-1);
}

const TableLayout<InferenceRecord> INFERENCES(
    "inferences",
    {
        {"id", &InferenceRecord::id},
        {"device", &InferenceRecord::device},
        {"server", &GetServer<InferenceRecord>},
        {"dnn", &InferenceRecord::dnn},
        {"outcome", [](const InferenceRecord& r) { return GetOutcomeName(r.outcome); }},
        {"reason", &InferenceRecord::reason},
        {"cut", &InferenceRecord::cut},
        {"share", &InferenceRecord::share},
        {"uplink_bytes", &InferenceRecord::uplinkBytes},
        {"downlink_bytes", &InferenceRecord::downlinkBytes},
        {"created_ns", &InferenceRecord::created},
        {"device_start_ns", &InferenceRecord::deviceStart},
        {"device_end_ns", &InferenceRecord::deviceEnd},
        {"first_byte_sent_ns", &InferenceRecord::firstByteSent},
        {"last_byte_received_ns", &InferenceRecord::lastByteReceived},
        {"server_start_ns", &InferenceRecord::serverStart},
        {"server_end_ns", &InferenceRecord::serverEnd},
        {"result_received_ns", &InferenceRecord::resultReceived},
        {"predicted_ns", &InferenceRecord::predicted},
        {"service_ns", &GetServiceTime},
        {"attempts", &InferenceRecord::attempts},
        {"packing_ns", &InferenceRecord::packing},
        {"server_unpacking_ns", &InferenceRecord::serverUnpacking},
        {"server_packing_ns", &InferenceRecord::serverPacking},
        {"unpacking_ns", &InferenceRecord::unpacking},
    });

const TableLayout<TimestepRecord> SCHEDULE("schedule",
                                           {
                                               {"time_ns", &TimestepRecord::time},
                                               {"server", &GetServer<TimestepRecord>},
                                               {"devices", &TimestepRecord::devices},
                                               {"shadow_price_s", &TimestepRecord::shadowPriceS},
                                               {"load", &TimestepRecord::load},
                                               {"potential_s", &TimestepRecord::potentialS},
                                               {"dual_gap_s", &TimestepRecord::dualGapS},
                                               {"max_regret", &TimestepRecord::maxRegret},
                                               {"rounds", &TimestepRecord::rounds},
                                               {"overloaded", &TimestepRecord::overloaded},
                                               {"control_messages",
                                                &TimestepRecord::controlMessages},
                                               {"control_bytes", &TimestepRecord::controlBytes},
                                           });

const TableLayout<CutChangeRecord> CUTS(
    "cuts",
    {
        {"time_ns", &CutChangeRecord::time},
        {"device", &CutChangeRecord::device},
        {"server", &GetServer<CutChangeRecord>},
        {"old_cut", &CutChangeRecord::oldCut},
        {"new_cut", &CutChangeRecord::newCut},
        {"reason", [](const CutChangeRecord& r) { return std::string(GetReasonName(r.reason)); }},
    });

const TableLayout<GrantRecord> GRANTS("grants",
                                      {
                                          {"time_ns", &GrantRecord::time},
                                          {"device", &GrantRecord::device},
                                          {"server", &GetServer<GrantRecord>},
                                          {"share", &GrantRecord::share},
                                          {"cut", &GrantRecord::cut},
                                          {"predicted_latency_s", &GrantRecord::latencyS},
                                          {"predicted_cost_s", &GrantRecord::costS},
                                          {"uplink_bps", &GrantRecord::uplinkBps},
                                      });

const TableLayout<LinkRecord> LINKS("links",
                                    {
                                        {"time_ns", &LinkRecord::time},
                                        {"device", &LinkRecord::device},
                                        {"server", &GetServer<LinkRecord>},
                                        {"uplink_bps", &LinkRecord::uplinkBps},
                                        {"downlink_bps", &LinkRecord::downlinkBps},
                                    });

const TableLayout<PositionRecord> POSITIONS(
    "positions",
    {
        {"time_ns", &PositionRecord::time},
        {"node", &PositionRecord::node},
        {"kind", &PositionRecord::kind},
        {"x_m", [](const PositionRecord& r) { return r.position.x; }},
        {"y_m", [](const PositionRecord& r) { return r.position.y; }},
        {"z_m", [](const PositionRecord& r) { return r.position.z; }},
        {"vx_m_per_s", [](const PositionRecord& r) { return r.velocity.x; }},
        {"vy_m_per_s", [](const PositionRecord& r) { return r.velocity.y; }},
        {"vz_m_per_s", [](const PositionRecord& r) { return r.velocity.z; }},
    });

const TableLayout<AttachmentRecord> ATTACHMENTS("attachments",
                                                {
                                                    {"time_ns", &AttachmentRecord::time},
                                                    {"node", &AttachmentRecord::node},
                                                    {"server", &GetServer<AttachmentRecord>},
                                                    {"base_station",
                                                     &AttachmentRecord::baseStation},
                                                    {"event", &AttachmentRecord::event},
                                                });

const TableLayout<SiteRecord> SITES("sites",
                                    {
                                        {"server", &SiteRecord::server},
                                        {"name", &SiteRecord::name},
                                        {"x_m", [](const SiteRecord& r) { return r.position.x; }},
                                        {"y_m", [](const SiteRecord& r) { return r.position.y; }},
                                    });

// ---- From trace sources to rows ----------------------------------------------------------------

template <typename Record, const TableLayout<Record>& LAYOUT>
void
WriteRow(Ptr<OutputTable> table, const Record& record)
{
    table->Write(LAYOUT.ToRow(record));
}

void
WritePosition(Ptr<OutputTable> table,
              uint32_t node,
              std::string kind,
              Ptr<const MobilityModel> mobility)
{
    table->Write(POSITIONS.ToRow(
        {Simulator::Now(), node, kind, mobility->GetPosition(), mobility->GetVelocity()}));
}

void
WriteAttachment(Ptr<OutputTable> table,
                std::string event,
                std::vector<uint32_t> servers,
                uint32_t node,
                uint32_t baseStation)
{
    // one behind all base stations, or one at the site of each
    const auto server = servers.size() > 1 ? servers.at(baseStation) : servers.front();
    table->Write(ATTACHMENTS.ToRow({Simulator::Now(), node, server, baseStation, event}));
}

/// Write the rows of nodes that have a place. @param table where @param nodes the nodes
/// @param kind of node
void
WatchPositions(Ptr<OutputTable> table, const NodeContainer& nodes, const std::string& kind)
{
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        if (auto mobility = (*it)->GetObject<MobilityModel>())
        {
            const auto node = (*it)->GetId();
            WritePosition(table, node, kind, mobility);
            mobility->TraceConnectWithoutContext(
                "CourseChange",
                MakeBoundCallback(&WritePosition, table, node, kind));
        }
    }
}

/// Connect a trace source of all applications of a class. @tparam App the class
/// @param applications some of them may be others @param source by name @param sink what is called
template <typename App>
void
Connect(const ApplicationContainer& applications,
        const std::string& source,
        const CallbackBase& sink)
{
    for (auto it = applications.Begin(); it != applications.End(); ++it)
    {
        if (auto application = DynamicCast<App>(*it))
        {
            application->TraceConnectWithoutContext(source, sink);
        }
    }
}

} // namespace

TableHelper::TableHelper(const std::string& folder, const std::string& format)
    : m_output(TableOutput::Create(format, folder))
{
}

Ptr<TableOutput>
TableHelper::GetOutput() const
{
    return m_output;
}

void
TableHelper::EnableInferences(const ApplicationContainer& clients) const
{
    const auto table = INFERENCES.AddTo(m_output);
    Connect<InferenceClient>(clients,
                             "Inference",
                             MakeBoundCallback(&WriteRow<InferenceRecord, INFERENCES>, table));
}

void
TableHelper::EnableSchedule(const ApplicationContainer& servers) const
{
    const auto table = SCHEDULE.AddTo(m_output);
    Connect<MecServer>(servers,
                       "Timestep",
                       MakeBoundCallback(&WriteRow<TimestepRecord, SCHEDULE>, table));
}

void
TableHelper::EnableCuts(const ApplicationContainer& clients) const
{
    const auto table = CUTS.AddTo(m_output);
    Connect<InferenceClient>(clients,
                             "CutChanged",
                             MakeBoundCallback(&WriteRow<CutChangeRecord, CUTS>, table));
}

void
TableHelper::EnableGrants(const ApplicationContainer& servers) const
{
    const auto table = GRANTS.AddTo(m_output);
    Connect<MecServer>(servers,
                       "Granted",
                       MakeBoundCallback(&WriteRow<GrantRecord, GRANTS>, table));
}

void
TableHelper::EnableLinks(const ApplicationContainer& clients) const
{
    const auto table = LINKS.AddTo(m_output);
    Connect<InferenceClient>(clients,
                             "LinkEstimated",
                             MakeBoundCallback(&WriteRow<LinkRecord, LINKS>, table));
}

void
TableHelper::EnablePositions(const NodeContainer& mobiles, const NodeContainer& baseStations) const
{
    const auto table = POSITIONS.AddTo(m_output);
    WatchPositions(table, mobiles, "mobile");
    WatchPositions(table, baseStations, "base-station");
}

void
TableHelper::EnableAttachments(Ptr<AccessNetwork> network) const
{
    const auto table = ATTACHMENTS.AddTo(m_output);
    std::vector<uint32_t> servers;
    const auto nodes = network->GetServers();
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        servers.push_back((*node)->GetId());
    }
    network->TraceConnectWithoutContext(
        "Attached",
        MakeBoundCallback(&WriteAttachment, table, std::string("attached"), servers));
    network->TraceConnectWithoutContext(
        "Detached",
        MakeBoundCallback(&WriteAttachment, table, std::string("detached"), servers));
}

void
TableHelper::WriteSites(const NodeContainer& servers, const std::vector<std::string>& names) const
{
    const auto table = SITES.AddTo(m_output);
    for (uint32_t i = 0; i < servers.GetN(); ++i)
    {
        const auto mobility = servers.Get(i)->GetObject<MobilityModel>();
        if (!mobility)
        {
            throw std::invalid_argument("TableHelper: the server of site \"" + names.at(i) +
                                        "\" has no position");
        }
        table->Write(SITES.ToRow({servers.Get(i)->GetId(), names.at(i), mobility->GetPosition()}));
    }
}

} // namespace surgery
} // namespace ns3
