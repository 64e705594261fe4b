/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-inference.h"

namespace ns3
{
namespace surgery
{

std::string
GetOutcomeName(InferenceOutcome outcome)
{
    switch (outcome)
    {
    case InferenceOutcome::COMPLETED:
        return "completed";
    case InferenceOutcome::DROPPED:
        return "dropped";
    case InferenceOutcome::IN_FLIGHT:
        break;
    }
    return "in-flight";
}

InferenceTimeline
GetTimeline(const InferenceRecord& record)
{
    InferenceTimeline timeline;
    timeline.deviceWaiting = record.deviceStart - record.created;
    timeline.device = record.deviceEnd - record.deviceStart;
    if (!record.serverEnd.IsStrictlyNegative())
    {
        timeline.uplinkWaiting = record.firstByteSent - record.deviceEnd - record.packing;
        timeline.uplink = record.lastByteReceived - record.firstByteSent;
        timeline.serverWaiting =
            record.serverStart - record.lastByteReceived - record.serverUnpacking;
        timeline.server = record.serverEnd - record.serverStart;
        timeline.downlink =
            record.resultReceived - record.serverEnd - record.serverPacking - record.unpacking;
        timeline.hostWork =
            record.packing + record.serverUnpacking + record.serverPacking + record.unpacking;
    }
    return timeline;
}

Time
GetMeasuredLatency(const InferenceRecord& record)
{
    return record.resultReceived - record.created;
}

Time
GetServiceLatency(const InferenceRecord& record)
{
    const auto timeline = GetTimeline(record);
    const auto& transfer = record.uplinkTransfer;
    const auto uplink = transfer.IsStrictlyNegative() ? timeline.uplink : transfer;
    return timeline.device + uplink + timeline.server + timeline.downlink + timeline.hostWork;
}

std::optional<Time>
GetLateness(const InferenceRecord& record)
{
    if (record.deadline.IsZero() || record.outcome != InferenceOutcome::COMPLETED)
    {
        return std::nullopt;
    }
    return GetMeasuredLatency(record) - record.deadline;
}

std::optional<bool>
MetDeadline(const InferenceRecord& record)
{
    if (record.deadline.IsZero())
    {
        return std::nullopt;
    }
    if (record.outcome == InferenceOutcome::IN_FLIGHT)
    {
        const auto isOverdue = record.ended - record.created > record.deadline;
        return isOverdue ? std::optional<bool>(false) : std::nullopt;
    }
    const auto lateness = GetLateness(record);
    return lateness && !lateness->IsStrictlyPositive();
}

} // namespace surgery
} // namespace ns3
