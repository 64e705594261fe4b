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
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("OngoingInferences");

using Phase = OngoingInference::Phase;

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
    m_timers.SetCallback(MakeCallback(&OngoingInferences::HandleExpired, this));
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
    m_timers.CancelAll();
    for (auto& entry : m_inferences)
    {
        entry.second.hostWork.Cancel();
        entry.second.record.ended = Simulator::Now();
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
    m_burst.Add();
    const auto id = ++m_lastId;
    auto& record = m_inferences[id].record;
    record.id = id;
    record.device = device;
    record.server = m_server;
    record.dnn = dnn;
    record.created = Simulator::Now();
    return id;
}

void
OngoingInferences::Submit(uint64_t id, uint32_t maxQueue, const TimeLimits& limits)
{
    NS_LOG_FUNCTION(this << id);
    m_inferences.at(id).record.deadline = limits.deadline;
    if (m_processor->GetWaiting() >= maxQueue)
    {
        End(id, InferenceOutcome::DROPPED, "queue full");
        return;
    }
    m_timers.Start(id, limits);
    m_processor->Submit(id);
}

void
OngoingInferences::HandleExpired(uint64_t id, const std::string& reason)
{
    NS_LOG_FUNCTION(this << id << reason);
    CancelAtServer(m_inferences.at(id));
    End(id, InferenceOutcome::DROPPED, reason);
}

void
OngoingInferences::CancelAtServer(const OngoingInference& inference)
{
    if (inference.IsSent())
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
    m_timers.Cancel(id);
    inference.hostWork.Cancel();
    inference.record.outcome = outcome;
    inference.record.ended = Simulator::Now();
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
        const auto rest = BoundTime(inference.plan->restS);
        m_timers.Foresee(id, rest);
        return rest;
    }
    inference.Begin(m_decision, m_server);
    const auto alone = BoundTime(inference.plan->deviceS);
    m_timers.Foresee(id, alone + inference.GetLeastRest(m_hostWork));
    return alone;
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
    m_timers.Foresee(id, inference.GetLeastRest(m_hostWork));
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
    m_timers.Foresee(id, BoundTime(inference.plan->restS));
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
        Upload(id);
    }
    else
    {
        inference.hostWork = Simulator::Schedule(packing, &OngoingInferences::Upload, this, id);
    }
}

void
OngoingInferences::Upload(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    auto& inference = m_inferences.at(id);
    ++inference.record.attempts;
    inference.record.uplinkBytes = inference.plan->uploadBytes;
    m_upload(inference);
}

void
OngoingInferences::UploadAgain(const GrantedCut& decision)
{
    for (const auto& [id, inference] : m_inferences)
    {
        // what is not serialized yet will be sent then
        if (inference.IsSent() && inference.decision.get() == &decision)
        {
            Upload(id);
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
    std::vector<uint64_t> sent;
    for (auto& [id, inference] : m_inferences)
    {
        const auto isSent = inference.IsSent();
        if (inference.decision.get() != &from || !(inference.IsUnsent() || (isSent && redoes)))
        {
            continue;
        }
        CancelAtServer(inference);
        inference.decision = to;
        inference.plan = to->MakePlan(inference.plan->variant.index, inference.plan->deviceLayers);
        inference.record.server = server;
        if (isSent)
        {
            sent.push_back(id);
        }
    }
    for (const auto id : sent)
    {
        if (to->IsServed(*m_inferences.at(id).plan))
        {
            Upload(id);
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
    const auto bytes = inference.plan->resultBytes;
    const auto unpacking = BoundTime(GetHostSeconds(m_hostWork, bytes));
    inference.Receive(result, bytes, unpacking);
    if (unpacking.IsZero())
    {
        HandleUnpacked(result.inference);
    }
    else
    {
        inference.hostWork = Simulator::Schedule(unpacking,
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
            return entry.second.IsOffloading();
        }));
}

uint32_t
OngoingInferences::CountOffloads(const GrantedCut& decision) const
{
    return static_cast<uint32_t>(
        std::count_if(m_inferences.begin(), m_inferences.end(), [&decision](const auto& entry) {
            const auto& inference = entry.second;
            return inference.IsOffloading() && inference.decision.get() == &decision;
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
