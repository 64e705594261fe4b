/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-trace-helper.h"

#include "ns3/output-stream-wrapper.h"
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
    out << '\n';
}

void
WriteTimestep(Ptr<OutputStreamWrapper> stream, const TimestepRecord& record)
{
    *stream->GetStream() << record.time.GetNanoSeconds() << ',' << record.devices << ','
                         << record.shadowPriceS << ',' << record.load << ',' << record.potentialS
                         << ',' << record.dualGapS << ',' << record.maxRegret << ','
                         << record.rounds << ',' << record.overloaded << '\n';
}

void
WriteCut(Ptr<OutputStreamWrapper> stream, const CutChangeRecord& record)
{
    *stream->GetStream() << record.time.GetNanoSeconds() << ',' << record.device << ','
                         << Quote(record.oldCut) << ',' << Quote(record.newCut) << ','
                         << GetReasonName(record.reason) << '\n';
}

} // namespace

void
SurgeryTraceHelper::EnableInferences(const std::string& path,
                                     const ApplicationContainer& clients) const
{
    const auto stream = OpenCsv(path,
                                "id,device,dnn,outcome,reason,cut,share,uplink_bytes,"
                                "downlink_bytes,created_ns,device_start_ns,device_end_ns,"
                                "first_byte_sent_ns,last_byte_received_ns,server_start_ns,"
                                "server_end_ns,result_received_ns,predicted_ns,service_ns");
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
                                "time_ns,devices,shadow_price,load,potential,dual_gap,max_regret,"
                                "rounds,overloaded");
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

} // namespace surgery
} // namespace ns3
