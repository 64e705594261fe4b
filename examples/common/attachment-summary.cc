/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "attachment-summary.h"

#include "text-table.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <sstream>

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

std::string
AttachmentSummary::ToString(const MobileScenario& scenario,
                            const RunSummary& run,
                            const std::string& changes) const
{
    TextTable table({"device",
                     "<processor",
                     "<DNN",
                     "requests",
                     "completed",
                     "<dropped",
                     "in flight",
                     "mean ms",
                     "p95 ms",
                     "error %",
                     "joined",
                     "returns",
                     "away ms",
                     "gap ms"});
    uint32_t sum = 0;
    for (const auto& [id, device] : run.GetDevices())
    {
        const auto found = m_devices.find(id);
        const auto moves = found == m_devices.end() ? Device() : found->second;
        sum += moves.attachments > 0 ? moves.attachments - 1 : 0;
        table.Add({std::to_string(id),
                   scenario.GetProcessor(id),
                   scenario.GetDnn(id),
                   std::to_string(device.GetCreated()),
                   std::to_string(device.GetCompleted()),
                   device.GetDropReasons(),
                   std::to_string(device.GetInFlight()),
                   ToText(1e3 * device.GetMeanLatency(), 1),
                   ToText(1e3 * device.GetLatencyPercentile95(), 1),
                   ToText(1e2 * device.GetPredictionError(0.5), 1),
                   std::to_string(moves.attachments),
                   std::to_string(moves.returns),
                   ToText(1e3 * moves.away.GetSeconds(), 0),
                   ToText(1e3 * moves.longestGap.GetSeconds(), 0)});
    }
    const auto all = run.GetPooled();
    std::ostringstream text;
    text << "\nerror: median of |predicted / measured latency - 1|; joined: base stations, the "
            "first "
            "one included;\naway: without base station between two; gap: longest time from joining "
            "one, with tensors\nto send, until the first ones are at the server.\n\n"
         << table.ToString() << '\n'
         << sum << ' ' << changes << "; " << all.GetCompleted() << " of " << all.GetCreated()
         << " inferences completed, " << all.GetDropReasons() << " dropped, " << all.GetInFlight()
         << " in flight at the end; mean latency " << ToText(1e3 * run.GetMeanLatency(), 1)
         << " ms over all devices.\n";
    return text.str();
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
