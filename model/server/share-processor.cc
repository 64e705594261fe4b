/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "share-processor.h"

#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ShareProcessor");

NS_OBJECT_ENSURE_REGISTERED(ShareProcessor);

TypeId
ShareProcessor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ShareProcessor")
            .SetParent<SharedProcessor>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<ShareProcessor>()
            .AddAttribute("WorkConserving",
                          "Whether busy devices divide the whole server among them in proportion "
                          "to their shares, instead of each running at its share.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&ShareProcessor::m_workConserving),
                          MakeBooleanChecker())
            .AddTraceSource("JobFinished",
                            "A job was done.",
                            MakeTraceSourceAccessor(&ShareProcessor::m_jobTrace),
                            "ns3::surgery::ShareProcessor::JobTracedCallback");
    return tid;
}

ShareProcessor::ShareProcessor()
{
    NS_LOG_FUNCTION(this);
}

ShareProcessor::~ShareProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
ShareProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    for (auto& entry : m_devices)
    {
        entry.second.end.Cancel();
    }
    m_devices.clear();
    SharedProcessor::DoDispose();
}

void
ShareProcessor::Submit(const ServerJob& job, DoneCallback done)
{
    NS_LOG_FUNCTION(this << job.device << job.inference << job.work);
    CheckWork(job);
    auto& entry = m_devices[job.device];
    entry.jobs.push_back({job, job.work.GetSeconds(), NanoSeconds(-1), done});
    if (entry.jobs.size() == 1)
    {
        entry.since = Simulator::Now();
        Update(job.device);
    }
}

bool
ShareProcessor::Cancel(uint32_t device, uint64_t inference)
{
    NS_LOG_FUNCTION(this << device << inference);
    const auto found = m_devices.find(device);
    if (found == m_devices.end())
    {
        return false;
    }
    auto& jobs = found->second.jobs;
    const auto job = std::find_if(jobs.begin(), jobs.end(), [inference](const Job& other) {
        return other.task.inference == inference;
    });
    if (job == jobs.end())
    {
        return false;
    }
    const auto wasFirst = job == jobs.begin();
    if (wasFirst)
    {
        Account(found->second); // what was done of it was done
    }
    jobs.erase(job);
    if (wasFirst)
    {
        Update(device);
        EndIfIdle(device);
    }
    return true;
}

std::size_t
ShareProcessor::GetQueued(uint32_t device) const
{
    const auto found = m_devices.find(device);
    return found != m_devices.end() ? found->second.jobs.size() : 0;
}

void
ShareProcessor::Remove(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    const auto found = m_devices.find(device);
    if (found != m_devices.end())
    {
        Account(found->second);
        found->second.end.Remove();
        m_devices.erase(found);
    }
    RemoveShare(device);
}

double
ShareProcessor::GetWorkDone() const
{
    auto work = m_workDone;
    for (const auto& [id, device] : m_devices)
    {
        work += GetUnaccounted(device);
    }
    return work;
}

double
ShareProcessor::GetUnaccounted(const Device& device) const
{
    if (device.jobs.empty())
    {
        return 0;
    }
    const auto elapsed = Simulator::Now() - device.since;
    return std::min(device.jobs.front().remainingS, elapsed.GetSeconds() * device.speed);
}

void
ShareProcessor::HandleShare(uint32_t device)
{
    Update(device);
}

void
ShareProcessor::EndIfIdle(uint32_t id)
{
    const auto found = m_devices.find(id);
    if (found != m_devices.end() && found->second.jobs.empty())
    {
        m_devices.erase(found);
        HandleIdle(id);
    }
}

void
ShareProcessor::Account(Device& device)
{
    const auto done = GetUnaccounted(device);
    device.since = Simulator::Now();
    if (done > 0)
    {
        device.jobs.front().remainingS -= done;
        m_workDone += done;
    }
}

void
ShareProcessor::Retime(uint32_t id, Device& device, double speed)
{
    device.speed = speed;
    device.end.Remove(); // a canceled event would stay in the scheduler until its time
    if (device.jobs.empty())
    {
        return;
    }
    auto& job = device.jobs.front();
    if (speed <= 0 && job.remainingS > 0)
    {
        return; // the job waits for a share
    }
    if (job.start.IsStrictlyNegative())
    {
        job.start = Simulator::Now();
    }
    const auto ns = job.remainingS > 0 ? std::ceil(1e9 * job.remainingS / speed) : 0.0;
    const auto latest = static_cast<double>(Time::Max().GetNanoSeconds() / 4);
    const auto wait = NanoSeconds(static_cast<int64_t>(std::min(ns, latest)));
    device.end = Simulator::Schedule(wait, &ShareProcessor::Finish, this, id);
}

void
ShareProcessor::Update(uint32_t id)
{
    const auto sharers = CountSharers();
    if (!m_workConserving)
    {
        const auto found = m_devices.find(id);
        if (found != m_devices.end())
        {
            Account(found->second);
            Retime(id, found->second, GetShare(id) / sharers);
        }
        return;
    }
    double busy = 0;
    for (auto& [other, device] : m_devices)
    {
        Account(device);
        busy += device.jobs.empty() ? 0.0 : GetShare(other);
    }
    for (auto& [other, device] : m_devices)
    {
        const auto share = GetShare(other);
        Retime(other, device, share > 0 && busy > 0 ? share / busy / sharers : 0.0);
    }
}

void
ShareProcessor::HandleBackground()
{
    NS_LOG_FUNCTION(this);
    for (const auto& [id, device] : m_devices)
    {
        Update(id);
    }
}

void
ShareProcessor::Finish(uint32_t id)
{
    NS_LOG_FUNCTION(this << id);
    auto& device = m_devices.at(id);
    // the event's time was rounded up, so any remaining work is a rounding error
    m_workDone += std::exchange(device.jobs.front().remainingS, 0.0);
    device.since = Simulator::Now();
    const auto job = std::move(device.jobs.front());
    device.jobs.pop_front();
    Update(id);
    EndIfIdle(id);
    m_jobTrace(job.task, job.start);
    job.done(job.task, job.start, Simulator::Now());
}

} // namespace surgery
} // namespace ns3
