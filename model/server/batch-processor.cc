/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "batch-processor.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("BatchProcessor");

NS_OBJECT_ENSURE_REGISTERED(BatchProcessor);

TypeId
BatchProcessor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::BatchProcessor")
            .SetParent<BatchingProcessor>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<BatchProcessor>()
            .AddAttribute("QueueDelay",
                          "How long a job waits for others that make its batch full, before the "
                          "batch begins without them.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&BatchProcessor::m_queueDelay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Instances",
                          "Most batches that run at once. They share the processor equally.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&BatchProcessor::m_instances),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

BatchProcessor::BatchProcessor()
{
    NS_LOG_FUNCTION(this);
}

BatchProcessor::~BatchProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
BatchProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_end.Cancel();
    m_due.Cancel();
    m_queues.clear();
    m_running.clear();
    m_jobs.clear();
    BatchingProcessor::DoDispose();
}

std::size_t
BatchProcessor::GetQueued(uint32_t device) const
{
    const auto found = m_jobs.find(device);
    return found != m_jobs.end() ? found->second : 0;
}

bool
BatchProcessor::ReservesShares() const
{
    return false;
}

void
BatchProcessor::DoSubmit(Job job)
{
    ++m_jobs[job.task.device];
    auto& queue = m_queues[JobKind::Of(job.task)];
    queue.push_back({++m_number, std::move(job)});
    Update();
}

bool
BatchProcessor::IsReady(const std::deque<Waiting>& queue) const
{
    const auto& oldest = queue.front().job;
    return queue.size() >= GetMaxBatchSize(oldest.task) ||
           Simulator::Now() - oldest.queued >= m_queueDelay;
}

void
BatchProcessor::Update()
{
    Account();
    m_due.Remove();
    while (m_running.size() < m_instances)
    {
        auto first = m_queues.end();
        auto due = Time::Max();
        for (auto queue = m_queues.begin(); queue != m_queues.end(); ++queue)
        {
            const auto& oldest = queue->second.front();
            if (!IsReady(queue->second))
            {
                due = std::min(due, oldest.job.queued + m_queueDelay);
            }
            else if (first == m_queues.end() || oldest.number < first->second.front().number)
            {
                first = queue;
            }
        }
        if (first == m_queues.end())
        {
            if (due != Time::Max())
            {
                m_due = Simulator::Schedule(due - Simulator::Now(), &BatchProcessor::Update, this);
            }
            break;
        }
        Begin(first->second);
        if (first->second.empty())
        {
            m_queues.erase(first);
        }
    }
    m_end.Remove();
    const auto next =
        std::min_element(m_running.begin(), m_running.end(), [](const auto& a, const auto& b) {
            return a.second.remainingS < b.second.remainingS;
        });
    if (next != m_running.end())
    {
        const auto ns = std::ceil(1e9 * next->second.remainingS / GetSpeed());
        const auto latest = static_cast<double>(Time::Max().GetNanoSeconds() / 4);
        m_end = Simulator::Schedule(NanoSeconds(static_cast<int64_t>(std::min(ns, latest))),
                                    &BatchProcessor::Finish,
                                    this,
                                    next->first);
    }
}

void
BatchProcessor::Begin(std::deque<Waiting>& queue)
{
    const auto& task = queue.front().job.task;
    const auto size = std::min(queue.size(), GetMaxBatchSize(task));
    Batch batch{{}, size, task.work.GetSeconds() * task.batchCost.GetFactor(size)};
    for (std::size_t i = 0; i < size; ++i)
    {
        batch.jobs.push_back(std::move(queue.front().job));
        batch.jobs.back().start = Simulator::Now();
        queue.pop_front();
    }
    NS_LOG_INFO("a batch of " << size << " begins");
    m_running.emplace(++m_number, std::move(batch));
}

double
BatchProcessor::GetSpeed() const
{
    return 1.0 / static_cast<double>(m_running.size()) / CountSharers();
}

void
BatchProcessor::Account()
{
    const auto elapsed = (Simulator::Now() - std::exchange(m_since, Simulator::Now())).GetSeconds();
    const auto sharers = std::exchange(m_sharers, CountSharers());
    for (auto& [number, batch] : m_running)
    {
        const auto speed = 1.0 / static_cast<double>(m_running.size()) / sharers;
        const auto done = std::min(batch.remainingS, elapsed * speed);
        batch.remainingS -= done;
        m_workDone += done;
    }
}

double
BatchProcessor::GetWorkDone() const
{
    auto work = m_workDone;
    const auto elapsed = (Simulator::Now() - m_since).GetSeconds();
    for (const auto& [number, batch] : m_running)
    {
        const auto speed = 1.0 / static_cast<double>(m_running.size()) / m_sharers;
        work += std::min(batch.remainingS, elapsed * speed);
    }
    return work;
}

void
BatchProcessor::Finish(uint64_t number)
{
    NS_LOG_FUNCTION(this << number);
    Account();
    const auto found = m_running.find(number);
    // the event's time was rounded up, so any remaining work is a rounding error
    m_workDone += found->second.remainingS;
    auto batch = std::move(found->second);
    m_running.erase(found);
    Update();
    for (const auto& job : batch.jobs)
    {
        CountDown(job.task.device);
    }
    End(std::move(batch.jobs), batch.size);
}

void
BatchProcessor::CountDown(uint32_t device)
{
    const auto found = m_jobs.find(device);
    if (--found->second == 0)
    {
        m_jobs.erase(found);
        HandleIdle(device);
    }
}

template <typename Test>
std::size_t
BatchProcessor::GiveUp(Test isMeant)
{
    Account(); // what was done of it was done
    std::size_t count = 0;
    for (auto queue = m_queues.begin(); queue != m_queues.end();)
    {
        auto& jobs = queue->second;
        const auto end = std::remove_if(jobs.begin(), jobs.end(), [&](const Waiting& waiting) {
            return isMeant(waiting.job.task);
        });
        count += jobs.end() - end;
        jobs.erase(end, jobs.end());
        queue = jobs.empty() ? m_queues.erase(queue) : std::next(queue);
    }
    for (auto batch = m_running.begin(); batch != m_running.end();)
    {
        auto& jobs = batch->second.jobs;
        const auto end = std::remove_if(jobs.begin(), jobs.end(), [&](const Job& job) {
            return isMeant(job.task);
        });
        count += jobs.end() - end;
        jobs.erase(end, jobs.end());
        batch = jobs.empty() ? m_running.erase(batch) : std::next(batch);
    }
    Update();
    return count;
}

bool
BatchProcessor::DoCancel(uint32_t device, uint64_t inference)
{
    const auto count = GiveUp([device, inference](const ServerJob& task) {
        return task.device == device && task.inference == inference;
    });
    for (std::size_t i = 0; i < count; ++i)
    {
        CountDown(device);
    }
    return count > 0;
}

void
BatchProcessor::DoRemove(uint32_t device)
{
    m_jobs.erase(device);
    GiveUp([device](const ServerJob& task) { return task.device == device; });
}

void
BatchProcessor::HandleShare(uint32_t /* device */)
{
}

void
BatchProcessor::HandleBackground()
{
    NS_LOG_FUNCTION(this);
    Update();
}

} // namespace surgery
} // namespace ns3
