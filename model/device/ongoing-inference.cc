/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ongoing-inference.h"

#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

bool
OngoingInference::IsOffloading() const
{
    return plan && !isLocal;
}

bool
OngoingInference::IsSent() const
{
    return phase == Phase::OFFLOADED && hostWork.IsExpired();
}

bool
OngoingInference::IsUnsent() const
{
    const auto isPacking = phase == Phase::OFFLOADED && !hostWork.IsExpired();
    return !isLocal && (phase == Phase::COMPUTING || isPacking);
}

Time
OngoingInference::GetLeastRest(const HostWork& work) const
{
    const auto offloaded = BoundTime(GetHostSeconds(work, plan->uploadBytes)) +
                           BoundTime(GetHostSeconds(work, plan->resultBytes));
    return isLocal ? Time() : std::min(BoundTime(plan->restS), offloaded);
}

void
OngoingInference::Begin(const std::shared_ptr<const GrantedCut>& cut, uint32_t server)
{
    phase = Phase::COMPUTING;
    decision = cut;
    plan = cut->GetPlan();
    isLocal = plan->isLocal;
    record.server = server;
    record.dnn = plan->dnn;
    record.variant = plan->variant;
    record.cut = plan->label;
    record.share = isLocal ? 0 : cut->GetShare();
    const auto together = cut->GetLastGrant().latencyS;
    if (isLocal || together > 0)
    {
        record.predicted = BoundTime(isLocal ? plan->deviceS : together);
    }
    record.deviceStart = Simulator::Now();
}

void
OngoingInference::Receive(const Result& result, uint64_t bytes, Time unpacking)
{
    phase = Phase::RECEIVED;
    record.firstByteSent = NanoSeconds(result.activationSentNs);
    record.lastByteReceived = NanoSeconds(result.activationReceivedNs);
    record.serverStart = NanoSeconds(result.serverStartNs);
    record.serverEnd = NanoSeconds(result.serverEndNs);
    record.uplinkTransfer = NanoSeconds(result.uplinkNs);
    record.downlinkBytes = bytes;
    record.serverUnpacking = NanoSeconds(result.unpackingNs);
    record.serverPacking = NanoSeconds(result.packingNs);
    record.unpacking = unpacking;
}

} // namespace surgery
} // namespace ns3
