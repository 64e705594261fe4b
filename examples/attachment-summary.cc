/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "attachment-summary.h"

#include "ns3/simulator.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::surgery;

void
AttachmentSummary::Connect(const MobileScenario::Parts& parts)
{
    parts.network->TraceConnectWithoutContext(
        "Attached",
        MakeCallback(&AttachmentSummary::HandleAttached, this));
    parts.network->TraceConnectWithoutContext(
        "Detached",
        MakeCallback(&AttachmentSummary::HandleDetached, this));
    for (auto client = parts.clients.Begin(); client != parts.clients.End(); ++client)
    {
        (*client)->TraceConnectWithoutContext(
            "Inference",
            MakeCallback(&AttachmentSummary::HandleInference, this));
    }
}

const std::map<uint32_t, AttachmentSummary::Device>&
AttachmentSummary::GetDevices() const
{
    return m_devices;
}

void
AttachmentSummary::HandleAttached(uint32_t node, uint32_t baseStation)
{
    auto& device = m_devices[node];
    ++device.attachments;
    device.returns += device.known.insert(baseStation).second ? 0 : 1;
    device.waitsSince = Simulator::Now();
    if (!device.left.IsNegative())
    {
        device.away += Simulator::Now() - device.left;
        device.left = NanoSeconds(-1);
    }
}

void
AttachmentSummary::HandleDetached(uint32_t node, uint32_t /* baseStation */)
{
    auto& device = m_devices[node];
    device.left = Simulator::Now();
    device.waitsSince = NanoSeconds(-1);
}

void
AttachmentSummary::HandleInference(const InferenceRecord& record)
{
    // device i is on node i
    auto& device = m_devices[record.device];
    if (!device.waitsSince.IsNegative() && record.lastByteReceived > device.waitsSince)
    {
        const auto ready = std::max(device.waitsSince, record.deviceEnd);
        device.longestGap = std::max(device.longestGap, record.lastByteReceived - ready);
        device.waitsSince = NanoSeconds(-1);
    }
}
