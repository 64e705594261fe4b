/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-trace-helper.h"

#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/simulator.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"

#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// Digits that tell any two shares, prices or potentials of practical size apart.
constexpr int DIGITS = 12;

/// Write out what is still in memory.
void
Flush(Ptr<OutputStreamWrapper> stream)
{
    stream->GetStream()->flush();
}

/// Open a file and write its first line.
Ptr<OutputStreamWrapper>
OpenCsv(const std::string& path, const std::string& columns)
{
    if (!std::ofstream(path))
    {
        throw std::invalid_argument(path + ": cannot write this file");
    }
    auto stream = Create<OutputStreamWrapper>(path, std::ios::out);
    *stream->GetStream() << std::setprecision(DIGITS) << columns << '\n';
    // the file is closed only when nobody holds the traced objects anymore
    Simulator::ScheduleDestroy(&Flush, stream);
    return stream;
}

/// A text as a CSV field: in quotes if it needs them (RFC 4180).
std::string
Quote(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
    {
        return text;
    }
    std::ostringstream quoted;
    quoted << std::quoted(text, '"', '"');
    return quoted.str();
}

void
WriteInference(Ptr<OutputStreamWrapper> stream, const InferenceRecord& record)
{
    auto& out = *stream->GetStream();
    out << record.id << ',' << record.device << ',' << Quote(record.dnn) << ','
        << GetOutcomeName(record.outcome) << ',' << record.reason << ',' << Quote(record.cut) << ','
        << record.share << ',' << record.uplinkBytes << ',' << record.downlinkBytes;
    for (const auto& instant : {record.created,
                                record.deviceStart,
                                record.deviceEnd,
                                record.firstByteSent,
                                record.lastByteReceived,
                                record.serverStart,
                                record.serverEnd,
                                record.resultReceived})
    {
        out << ',';
        if (!instant.IsStrictlyNegative())
        {
            out << instant.GetNanoSeconds();
        }
    }
    out << ',';
    if (!record.predicted.IsStrictlyNegative())
    {
        out << record.predicted.GetNanoSeconds();
    }
    out << ',';
    if (record.outcome == InferenceOutcome::COMPLETED && record.reason.empty())
    {
        out << GetServiceLatency(record).GetNanoSeconds();
    }
    out << ',' << record.attempts << '\n';
}

void
WriteTimestep(Ptr<OutputStreamWrapper> stream, const TimestepRecord& record)
{
    *stream->GetStream() << record.time.GetNanoSeconds() << ',' << record.devices << ','
                         << record.shadowPriceS << ',' << record.load << ',' << record.potentialS
                         << ',' << record.dualGapS << ',' << record.maxRegret << ','
                         << record.rounds << ',' << record.overloaded << ','
                         << record.controlMessages << ',' << record.controlBytes << '\n';
}

void
WriteCut(Ptr<OutputStreamWrapper> stream, const CutChangeRecord& record)
{
    *stream->GetStream() << record.time.GetNanoSeconds() << ',' << record.device << ','
                         << Quote(record.oldCut) << ',' << Quote(record.newCut) << ','
                         << GetReasonName(record.reason) << '\n';
}

void
WriteGrant(Ptr<OutputStreamWrapper> stream, const GrantRecord& record)
{
    *stream->GetStream() << record.time.GetNanoSeconds() << ',' << record.device << ','
                         << record.share << ',' << Quote(record.cut) << ',' << record.latencyS
                         << ',' << record.costS << ',' << record.uplinkBps << '\n';
}

void
WriteLink(Ptr<OutputStreamWrapper> stream, uint32_t device, double uplinkBps, double downlinkBps)
{
    *stream->GetStream() << Simulator::Now().GetNanoSeconds() << ',' << device << ',' << uplinkBps
                         << ',' << downlinkBps << '\n';
}

/// Where a node is and where it goes. @param stream the file @param prefix node and kind
/// @param mobility of the node
void
WritePosition(Ptr<OutputStreamWrapper> stream,
              std::string prefix,
              Ptr<const MobilityModel> mobility)
{
    const auto position = mobility->GetPosition();
    const auto velocity = mobility->GetVelocity();
    *stream->GetStream() << Simulator::Now().GetNanoSeconds() << ',' << prefix << ',' << position.x
                         << ',' << position.y << ',' << position.z << ',' << velocity.x << ','
                         << velocity.y << ',' << velocity.z << '\n';
}

/// Write the rows of nodes that have a place. @param stream the file @param nodes the nodes
/// @param kind of node
void
WatchPositions(Ptr<OutputStreamWrapper> stream, const NodeContainer& nodes, const std::string& kind)
{
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        if (auto mobility = (*it)->GetObject<MobilityModel>())
        {
            const auto prefix = std::to_string((*it)->GetId()) + ',' + kind;
            WritePosition(stream, prefix, mobility);
            mobility->TraceConnectWithoutContext("CourseChange",
                                                 MakeBoundCallback(&WritePosition, stream, prefix));
        }
    }
}

void
WriteAttachment(Ptr<OutputStreamWrapper> stream,
                std::string event,
                uint32_t node,
                uint32_t baseStation)
{
    *stream->GetStream() << Simulator::Now().GetNanoSeconds() << ',' << node << ',' << baseStation
                         << ',' << event << '\n';
}

} // namespace

void
SurgeryTraceHelper::EnableInferences(const std::string& path,
                                     const ApplicationContainer& clients) const
{
    const auto stream =
        OpenCsv(path,
                "id,device,dnn,outcome,reason,cut,share,uplink_bytes,"
                "downlink_bytes,created_ns,device_start_ns,device_end_ns,"
                "first_byte_sent_ns,last_byte_received_ns,server_start_ns,"
                "server_end_ns,result_received_ns,predicted_ns,service_ns,attempts");
    for (auto it = clients.Begin(); it != clients.End(); ++it)
    {
        if (auto client = DynamicCast<InferenceClient>(*it))
        {
            client->TraceConnectWithoutContext("Inference",
                                               MakeBoundCallback(&WriteInference, stream));
        }
    }
}

void
SurgeryTraceHelper::EnableSchedule(const std::string& path,
                                   const ApplicationContainer& servers) const
{
    const auto stream = OpenCsv(path,
                                "time_ns,devices,shadow_price_s,load,potential_s,dual_gap_s,"
                                "max_regret,rounds,overloaded,control_messages,"
                                "control_bytes");
    for (auto it = servers.Begin(); it != servers.End(); ++it)
    {
        if (auto server = DynamicCast<MecServer>(*it))
        {
            server->TraceConnectWithoutContext("Timestep",
                                               MakeBoundCallback(&WriteTimestep, stream));
        }
    }
}

void
SurgeryTraceHelper::EnableCuts(const std::string& path, const ApplicationContainer& clients) const
{
    const auto stream = OpenCsv(path, "time_ns,device,old_cut,new_cut,reason");
    for (auto it = clients.Begin(); it != clients.End(); ++it)
    {
        if (auto client = DynamicCast<InferenceClient>(*it))
        {
            client->TraceConnectWithoutContext("CutChanged", MakeBoundCallback(&WriteCut, stream));
        }
    }
}

void
SurgeryTraceHelper::EnableGrants(const std::string& path, const ApplicationContainer& servers) const
{
    const auto stream = OpenCsv(path,
                                "time_ns,device,share,cut,predicted_latency_s,predicted_cost_s,"
                                "uplink_bps");
    for (auto it = servers.Begin(); it != servers.End(); ++it)
    {
        if (auto server = DynamicCast<MecServer>(*it))
        {
            server->TraceConnectWithoutContext("Granted", MakeBoundCallback(&WriteGrant, stream));
        }
    }
}

void
SurgeryTraceHelper::EnableLinks(const std::string& path, const ApplicationContainer& clients) const
{
    const auto stream = OpenCsv(path, "time_ns,device,uplink_bps,downlink_bps");
    for (auto it = clients.Begin(); it != clients.End(); ++it)
    {
        if (auto client = DynamicCast<InferenceClient>(*it))
        {
            client->TraceConnectWithoutContext("LinkEstimated",
                                               MakeBoundCallback(&WriteLink, stream));
        }
    }
}

void
SurgeryTraceHelper::EnablePositions(const std::string& path,
                                    const NodeContainer& mobiles,
                                    const NodeContainer& baseStations) const
{
    const auto stream = OpenCsv(path,
                                "time_ns,node,kind,x_m,y_m,z_m,vx_m_per_s,vy_m_per_s,"
                                "vz_m_per_s");
    WatchPositions(stream, mobiles, "mobile");
    WatchPositions(stream, baseStations, "base-station");
}

void
SurgeryTraceHelper::EnableAttachments(const std::string& path, Ptr<AccessNetwork> network) const
{
    const auto stream = OpenCsv(path, "time_ns,node,base_station,event");
    network->TraceConnectWithoutContext(
        "Attached",
        MakeBoundCallback(&WriteAttachment, stream, std::string("attached")));
    network->TraceConnectWithoutContext(
        "Detached",
        MakeBoundCallback(&WriteAttachment, stream, std::string("detached")));
}

} // namespace surgery
} // namespace ns3
