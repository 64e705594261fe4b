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
    static TypeId tid = TypeId("ns3::surgery::BatchingProcessor")
                            .SetParent<SharedProcessor>()
                            .SetGroupName("DnnSurgery")
                            .AddAttribute("MaxBatchSize",
                                          "Most jobs that run together as a batch; 1: none do.",
                                          UintegerValue(16),
                                          MakeUintegerAccessor(&BatchingProcessor::m_maxBatchSize),
                                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

BatchingProcessor::BatchingProcessor()
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
    SharedProcessor::DoDispose();
}

void
BatchingProcessor::Submit(const ServerJob& job, DoneCallback done)
{
    NS_LOG_FUNCTION(this << job.device << job.inference << job.work);
    CheckWork(job);
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
    RemoveShare(device);
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

} // namespace surgery
} // namespace ns3
