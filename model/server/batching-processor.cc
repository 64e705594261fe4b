/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "batching-processor.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("BatchingProcessor");

NS_OBJECT_ENSURE_REGISTERED(BatchingProcessor);

TypeId
BatchingProcessor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::BatchingProcessor")
            .SetParent<ServerProcessor>()
            .SetGroupName("DnnSurgery")
            .AddAttribute("MaxBatchSize",
                          "Most jobs that run together as a batch; 1: none do.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&BatchingProcessor::m_maxBatchSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddTraceSource("ShareChanged",
                            "A device's share in effect changed.",
                            MakeTraceSourceAccessor(&BatchingProcessor::m_shareTrace),
                            "ns3::surgery::BatchingProcessor::ShareTracedCallback");
    return tid;
}

BatchingProcessor::BatchingProcessor()
    : m_shares([this](uint32_t device) { return GetQueued(device) > 0; },
               [this](uint32_t device, double oldShare, double newShare) {
                   HandleShare(device);
                   m_shareTrace(device, oldShare, newShare);
               })
{
    NS_LOG_FUNCTION(this);
}

BatchingProcessor::~BatchingProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
BatchingProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_ended.clear();
    m_shares.Clear();
    ServerProcessor::DoDispose();
}

void
BatchingProcessor::SetShare(uint32_t device, double share)
{
    NS_LOG_FUNCTION(this << device << share);
    m_shares.Set(device, share);
}

double
BatchingProcessor::GetShare(uint32_t device) const
{
    return m_shares.Get(device);
}

void
BatchingProcessor::SetHold(uint32_t device, bool hold)
{
    NS_LOG_FUNCTION(this << device << hold);
    m_shares.SetHold(device, hold);
}

double
BatchingProcessor::GetLoad() const
{
    return m_shares.GetLoad();
}

void
BatchingProcessor::Submit(const ServerJob& job, DoneCallback done)
{
    NS_LOG_FUNCTION(this << job.device << job.inference << job.work);
    if (job.work.IsStrictlyNegative())
    {
        throw std::invalid_argument("work of inference " + std::to_string(job.inference) +
                                    ": must be >= 0 s");
    }
    DoSubmit({job, done, Simulator::Now(), job.work.GetSeconds()});
}

bool
BatchingProcessor::Cancel(uint32_t device, uint64_t inference)
{
    NS_LOG_FUNCTION(this << device << inference);
    const auto ended = std::find_if(m_ended.begin(), m_ended.end(), [=](const Job& job) {
        return job.task.device == device && job.task.inference == inference;
    });
    if (ended != m_ended.end())
    {
        m_ended.erase(ended);
        return true;
    }
    return DoCancel(device, inference);
}

void
BatchingProcessor::Remove(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    m_ended.erase(std::remove_if(m_ended.begin(),
                                 m_ended.end(),
                                 [device](const Job& job) { return job.task.device == device; }),
                  m_ended.end());
    DoRemove(device);
    m_shares.Remove(device);
}

bool
BatchingProcessor::MakesBatches() const
{
    return true;
}

std::size_t
BatchingProcessor::GetMaxBatchSize(const ServerJob& task) const
{
    return task.dnn.empty() ? 1 : m_maxBatchSize;
}

void
BatchingProcessor::End(std::vector<Job> jobs, std::size_t size)
{
    const Ptr<BatchingProcessor> self(this); // one that is told may let go of it
    std::move(jobs.begin(), jobs.end(), std::back_inserter(m_ended));
    while (!m_ended.empty()) // one that is told may give up others
    {
        const auto job = std::move(m_ended.front());
        m_ended.pop_front();
        TraceBatchedJob({0,
                         job.task.device,
                         job.task.inference,
                         job.task.dnn,
                         job.queued,
                         job.start,
                         Simulator::Now(),
                         static_cast<uint32_t>(size)});
        job.done(job.task, job.start, Simulator::Now());
    }
}

void
BatchingProcessor::HandleIdle(uint32_t device)
{
    m_shares.HandleIdle(device);
}

} // namespace surgery
} // namespace ns3
