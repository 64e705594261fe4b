/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ongoing-inferences.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("OngoingInferences");

using Phase = OngoingInference::Phase;

namespace
{

/// Requests in a millisecond that are too many: time would hardly pass.
constexpr uint32_t MOST_PER_MS = 1000;

} // namespace

void
OngoingInferences::SetHostWork(const HostWork& work)
{
    m_hostWork = work;
}

void
OngoingInferences::Start(Ptr<DeviceProcessor> processor,
                         RoomCallback room,
                         UploadCallback upload,
                         CancelCallback cancel,
                         EndCallback end)
{
    m_processor = processor;
    m_room = room;
    m_upload = upload;
    m_cancel = cancel;
    m_end = end;
    m_processor->SetCallbacks(MakeCallback(&OngoingInferences::IsReady, this),
                              MakeCallback(&OngoingInferences::HandleTurn, this),
                              MakeCallback(&OngoingInferences::HandleComputed, this));
}

void
OngoingInferences::SetDecision(std::shared_ptr<const GrantedCut> decision, uint32_t server)
{
    m_decision = std::move(decision);
    m_server = server;
}

void
OngoingInferences::Stop()
{
    NS_LOG_FUNCTION(this);
    if (m_processor)
    {
        m_processor->Stop();
    }
    for (auto& entry : m_inferences)
    {
        entry.second.timeout.Cancel();
        entry.second.hostWork.Cancel();
    }
}

void
OngoingInferences::DropAll(const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    m_processor->Stop(); // or it would begin what is dropped next
    while (!m_inferences.empty())
    {
        End(m_inferences.begin()->first, InferenceOutcome::DROPPED, reason);
    }
}

// REQUESTS

uint64_t
OngoingInferences::Create(uint32_t device, const std::string& dnn)
{
    const auto now = Simulator::Now();
    if (now >= m_burstBegin + MilliSeconds(1))
    {
        m_burstBegin = now;
        m_burst = 0;
    }
    if (++m_burst > MOST_PER_MS)
    {
        throw std::invalid_argument(
            "InferenceClient: Interval and ThinkTime: more than " + std::to_string(MOST_PER_MS) +
            " requests in a millisecond, as if no time passed between them");
    }
    const auto id = ++m_lastId;
    auto& record = m_inferences[id].record;
    record.id = id;
    record.device = device;
    record.server = m_server;
    record.dnn = dnn;
    record.created = now;
    return id;
}

void
OngoingInferences::Submit(uint64_t id, uint32_t maxQueue, Time timeout)
{
    NS_LOG_FUNCTION(this << id);
    if (m_processor->GetWaiting() >= maxQueue)
    {
        End(id, InferenceOutcome::DROPPED, "queue full");
        return;
    }
    m_inferences.at(id).timeout =
        Simulator::Schedule(timeout, &OngoingInferences::HandleTimeout, this, id);
    m_processor->Submit(id);
}

void
OngoingInferences::HandleTimeout(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    CancelAtServer(m_inferences.at(id));
    End(id, InferenceOutcome::DROPPED, "timeout");
}

void
OngoingInferences::CancelAtServer(const OngoingInference& inference)
{
    // while host work goes on, the tensors are not sent yet
    if (inference.phase == Phase::OFFLOADED && inference.hostWork.IsExpired())
    {
        m_cancel(inference);
    }
}

void
OngoingInferences::End(uint64_t id, InferenceOutcome outcome, const std::string& reason)
{
    NS_LOG_FUNCTION(this << id << reason);
    auto node = m_inferences.extract(id);
    auto& inference = node.mapped();
    inference.timeout.Cancel();
    inference.hostWork.Cancel();
    inference.record.outcome = outcome;
    if (!reason.empty())
    {
        inference.record.reason = reason;
    }
    ++(outcome == InferenceOutcome::COMPLETED ? m_completed : m_dropped);
    m_end(inference.record, inference.plan && !inference.plan->isLocal);
    m_processor->Cancel(id);
    m_processor->Feed();
}

// DEVICE

void
OngoingInferences::Feed()
{
    m_processor->Feed();
}

bool
OngoingInferences::IsReady(uint64_t id) const
{
    return m_inferences.at(id).phase == Phase::RESUMED || m_decision->GetPlan()->isLocal ||
           m_room();
}

Time
OngoingInferences::HandleTurn(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    auto& inference = m_inferences.at(id);
    if (inference.phase == Phase::RESUMED)
    {
        inference.phase = Phase::COMPUTING;
        return BoundTime(inference.plan->restS);
    }
    inference.phase = Phase::COMPUTING;
    inference.decision = m_decision;
    inference.plan = m_decision->GetPlan();
    inference.record.server = m_server;
    inference.isLocal = inference.plan->isLocal;
    inference.record.dnn = inference.plan->dnn;
    inference.record.variant = inference.plan->variant;
    inference.record.cut = inference.plan->label;
    inference.record.share = inference.isLocal ? 0 : m_decision->GetShare();
    const auto alone = inference.plan->deviceS;
    const auto together = m_decision->GetLastGrant().latencyS;
    if (inference.isLocal || together > 0)
    {
        inference.record.predicted = BoundTime(inference.isLocal ? alone : together);
    }
    inference.record.deviceStart = Simulator::Now();
    return BoundTime(alone);
}

void
OngoingInferences::HandleComputed(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    auto& inference = m_inferences.at(id);
    inference.record.deviceEnd = Simulator::Now();
    if (inference.isLocal)
    {
        inference.record.resultReceived = Simulator::Now();
        End(id, InferenceOutcome::COMPLETED, "");
        return;
    }
    inference.phase = Phase::OFFLOADED;
    if (inference.decision->IsServed(*inference.plan))
    {
        Pack(id);
    }
    else
    {
        ResumeLocally(id, inference.decision->IsGranted() ? "share lost" : "lease expired");
    }
}

void
OngoingInferences::ResumeLocally(uint64_t id, const std::string& reason)
{
    auto& inference = m_inferences.at(id);
    inference.hostWork.Cancel();
    inference.record.packing = Time(); // of no use
    inference.phase = Phase::RESUMED;
    inference.isLocal = true;
    inference.record.reason = "finished locally: " + reason;
    m_processor->Submit(id);
}

void
OngoingInferences::ResumeUnserved(const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    for (const auto& [id, inference] : m_inferences)
    {
        if (inference.phase == Phase::OFFLOADED && !inference.decision->IsServed(*inference.plan))
        {
            ResumeLocally(id, reason);
        }
    }
}

// SERVER

void
OngoingInferences::Pack(uint64_t id)
{
    auto& inference = m_inferences.at(id);
    auto& packing = inference.record.packing;
    packing = BoundTime(GetHostSeconds(m_hostWork, inference.plan->uploadBytes));
    if (packing.IsZero())
    {
        HandlePacked(id);
    }
    else
    {
        inference.hostWork =
            Simulator::Schedule(packing, &OngoingInferences::HandlePacked, this, id);
    }
}

void
OngoingInferences::HandlePacked(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    Upload(m_inferences.at(id));
}

void
OngoingInferences::Upload(OngoingInference& inference)
{
    ++inference.record.attempts;
    inference.record.uplinkBytes = inference.plan->uploadBytes;
    m_upload(inference);
}

void
OngoingInferences::UploadAgain(const GrantedCut& decision)
{
    for (auto& entry : m_inferences)
    {
        auto& inference = entry.second;
        // what is not serialized yet will be sent then
        if (inference.phase == Phase::OFFLOADED && inference.decision.get() == &decision &&
            inference.hostWork.IsExpired())
        {
            Upload(inference);
        }
    }
}

void
OngoingInferences::MoveTo(const GrantedCut& from,
                          const std::shared_ptr<const GrantedCut>& to,
                          uint32_t server,
                          bool redoes)
{
    NS_LOG_FUNCTION(this << server << redoes);
    std::vector<uint64_t> packed;
    for (auto& [id, inference] : m_inferences)
    {
        const auto isPacked = inference.phase == Phase::OFFLOADED && inference.hostWork.IsExpired();
        const auto isUnsent = inference.phase == Phase::COMPUTING ||
                              (inference.phase == Phase::OFFLOADED && !isPacked);
        if (inference.decision.get() != &from || inference.isLocal ||
            !(isUnsent || (isPacked && redoes)))
        {
            continue;
        }
        CancelAtServer(inference);
        inference.decision = to;
        inference.plan = to->MakePlan(inference.plan->variant.index, inference.plan->deviceLayers);
        inference.record.server = server;
        if (isPacked)
        {
            packed.push_back(id);
        }
    }
    for (const auto id : packed)
    {
        if (to->IsServed(*m_inferences.at(id).plan))
        {
            Upload(m_inferences.at(id));
        }
        else
        {
            ResumeLocally(id, "server changed");
        }
    }
}

void
OngoingInferences::HandleStarted(uint64_t id, Time sent)
{
    const auto found = m_inferences.find(id);
    if (found != m_inferences.end())
    {
        found->second.record.firstByteSent = sent;
    }
}

void
OngoingInferences::HandleResult(const Result& result)
{
    NS_LOG_FUNCTION(this << result.inference);
    const auto found = m_inferences.find(result.inference);
    if (found == m_inferences.end() || found->second.phase != Phase::OFFLOADED)
    {
        NS_LOG_INFO("no inference waits for this result");
        return;
    }
    auto& inference = found->second;
    auto& record = inference.record;
    record.firstByteSent = NanoSeconds(result.activationSentNs);
    record.lastByteReceived = NanoSeconds(result.activationReceivedNs);
    record.serverStart = NanoSeconds(result.serverStartNs);
    record.serverEnd = NanoSeconds(result.serverEndNs);
    record.uplinkTransfer = NanoSeconds(result.uplinkNs);
    record.downlinkBytes = inference.plan->resultBytes;
    record.serverUnpacking = NanoSeconds(result.unpackingNs);
    record.serverPacking = NanoSeconds(result.packingNs);
    record.unpacking = BoundTime(GetHostSeconds(m_hostWork, record.downlinkBytes));
    inference.phase = Phase::RECEIVED;
    if (record.unpacking.IsZero())
    {
        HandleUnpacked(result.inference);
    }
    else
    {
        inference.hostWork = Simulator::Schedule(record.unpacking,
                                                 &OngoingInferences::HandleUnpacked,
                                                 this,
                                                 result.inference);
    }
}

void
OngoingInferences::HandleUnpacked(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    m_inferences.at(id).record.resultReceived = Simulator::Now();
    End(id, InferenceOutcome::COMPLETED, "");
}

// COUNTS

uint32_t
OngoingInferences::CountOffloads() const
{
    return static_cast<uint32_t>(
        std::count_if(m_inferences.begin(), m_inferences.end(), [](const auto& entry) {
            return entry.second.plan && !entry.second.isLocal;
        }));
}

uint32_t
OngoingInferences::CountOffloads(const GrantedCut& decision) const
{
    return static_cast<uint32_t>(
        std::count_if(m_inferences.begin(), m_inferences.end(), [&decision](const auto& entry) {
            const auto& inference = entry.second;
            return inference.plan && !inference.isLocal && inference.decision.get() == &decision;
        }));
}

const std::map<uint64_t, OngoingInference>&
OngoingInferences::GetAll() const
{
    return m_inferences;
}

uint64_t
OngoingInferences::GetCreated() const
{
    return m_lastId;
}

uint64_t
OngoingInferences::GetCompleted() const
{
    return m_completed;
}

uint64_t
OngoingInferences::GetDropped() const
{
    return m_dropped;
}

} // namespace surgery
} // namespace ns3
