/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "pooled-share-processor.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("PooledShareProcessor");

NS_OBJECT_ENSURE_REGISTERED(PooledShareProcessor);

namespace
{

/// By which part a bound may be missed: sums of times that are counted piece by piece are not
/// exact.
constexpr double TOLERANCE = 1e-9;

} // namespace

TypeId
PooledShareProcessor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::PooledShareProcessor")
            .SetParent<BatchingProcessor>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<PooledShareProcessor>()
            .AddAttribute("QueueDelay",
                          "For how long after its beginning a job may begin anew in a batch. "
                          "However long it is, no job ends later so than alone; with 0, only jobs "
                          "that could begin at the same instant share a batch.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&PooledShareProcessor::m_queueDelay),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

PooledShareProcessor::PooledShareProcessor()
{
    NS_LOG_FUNCTION(this);
}

PooledShareProcessor::~PooledShareProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
PooledShareProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    for (auto& [kind, runs] : m_runs)
    {
        for (auto& entry : runs)
        {
            entry.second.end.Cancel();
        }
    }
    m_runs.clear();
    m_devices.clear();
    BatchingProcessor::DoDispose();
}

std::size_t
PooledShareProcessor::GetQueued(uint32_t device) const
{
    const auto found = m_devices.find(device);
    return found != m_devices.end() ? found->second.jobs.size() : 0;
}

double
PooledShareProcessor::GetWorkDone() const
{
    auto work = m_workDone;
    for (const auto& [kind, runs] : m_runs)
    {
        for (const auto& [number, run] : runs)
        {
            work += GetUnaccounted(run);
        }
    }
    return work;
}

// WHAT HAPPENS

void
PooledShareProcessor::DoSubmit(Job job)
{
    const auto id = job.task.device;
    auto& jobs = m_devices[id].jobs;
    jobs.push_back(std::move(job));
    if (jobs.size() == 1)
    {
        BeginNext({id});
    }
}

bool
PooledShareProcessor::DoCancel(uint32_t device, uint64_t inference)
{
    const auto found = m_devices.find(device);
    if (found == m_devices.end())
    {
        return false;
    }
    const auto& jobs = found->second.jobs;
    const auto job = std::find_if(jobs.begin(), jobs.end(), [inference](const Job& other) {
        return other.task.inference == inference;
    });
    if (job == jobs.end())
    {
        return false;
    }
    GiveUp(device, job - jobs.begin());
    EndIfIdle(device);
    return true;
}

void
PooledShareProcessor::GiveUp(uint32_t id, std::size_t index)
{
    auto& device = m_devices.at(id);
    auto* run = device.run;
    const auto isRunning = run && index < run->parts.at(id).jobs;
    device.jobs.erase(device.jobs.begin() + index);
    if (!run)
    {
        BeginNext({id}); // a job without work needs no share
        return;
    }
    if (!isRunning)
    {
        return;
    }
    Account(*run); // what was done of it was done
    if (--run->parts.at(id).jobs > 0)
    {
        return; // the others of the device go on in the batch
    }
    device.run = nullptr;
    device.ready = NanoSeconds(-1);
    TakeOut(*run, id);
    BeginNext({id});
}

void
PooledShareProcessor::TakeOut(Run& run, uint32_t id)
{
    run.parts.erase(id);
    if (run.parts.empty())
    {
        Erase(run);
    }
    else
    {
        Review(run);
    }
}

void
PooledShareProcessor::DoRemove(uint32_t device)
{
    const auto found = m_devices.find(device);
    if (found == m_devices.end())
    {
        return;
    }
    auto* run = found->second.run;
    m_devices.erase(found);
    if (run)
    {
        Account(*run);
        TakeOut(*run, device);
    }
}

void
PooledShareProcessor::HandleShare(uint32_t device)
{
    const auto found = m_devices.find(device);
    if (found == m_devices.end())
    {
        return;
    }
    auto* run = found->second.run;
    if (!run)
    {
        BeginNext({device});
        return;
    }
    Account(*run);
    run->parts.at(device).share = GetShare(device);
    Review(*run);
}

void
PooledShareProcessor::HandleBackground()
{
    NS_LOG_FUNCTION(this);
    for (auto& [kind, runs] : m_runs)
    {
        for (auto& [number, run] : runs)
        {
            Account(run);
            Retime(run); // all run at another speed: what ended in time still does
        }
    }
}

void
PooledShareProcessor::Finish(Run* run)
{
    NS_LOG_FUNCTION(this << run->number);
    // the event's time was rounded up, so any remaining work is a rounding error
    m_workDone += run->remainingS;
    const auto parts = std::move(run->parts);
    const auto size = run->size;
    Erase(*run);
    std::vector<Job> ended;
    std::vector<uint32_t> devices;
    for (const auto& [id, part] : parts)
    {
        auto& device = m_devices.at(id);
        device.run = nullptr;
        device.ready = NanoSeconds(-1);
        for (std::size_t i = 0; i < part.jobs; ++i)
        {
            ended.push_back(std::move(device.jobs.front()));
            device.jobs.pop_front();
        }
        devices.push_back(id);
    }
    BeginNext(devices);
    for (const auto id : devices)
    {
        EndIfIdle(id);
    }
    End(std::move(ended), size);
}

void
PooledShareProcessor::EndIfIdle(uint32_t id)
{
    const auto found = m_devices.find(id);
    if (found != m_devices.end() && found->second.jobs.empty())
    {
        m_devices.erase(found);
        HandleIdle(id);
    }
}

// RUNS

void
PooledShareProcessor::BeginNext(const std::vector<uint32_t>& devices)
{
    std::set<JobKind> kinds;
    for (const auto id : devices)
    {
        const auto& device = m_devices.at(id);
        if (!device.jobs.empty() && !device.run)
        {
            Begin(id);
            kinds.insert(JobKind::Of(device.jobs.front().task));
        }
    }
    for (const auto& kind : kinds)
    {
        Gather(kind);
    }
}

void
PooledShareProcessor::Begin(uint32_t id)
{
    auto& device = m_devices.at(id);
    auto& job = device.jobs.front();
    const auto share = GetShare(id);
    if (share <= 0 && job.remainingS > 0)
    {
        return; // the job waits for a share
    }
    if (device.ready.IsStrictlyNegative())
    {
        device.ready = Simulator::Now();
    }
    if (job.start.IsStrictlyNegative())
    {
        job.start = Simulator::Now();
    }
    Run run;
    run.number = ++m_number;
    run.kind = JobKind::Of(job.task);
    run.parts[id] = {1, share, job.remainingS};
    run.fullS = job.task.work.GetSeconds();
    run.remainingS = job.remainingS;
    run.since = Simulator::Now();
    auto& entry = m_runs[run.kind].emplace(run.number, run).first->second;
    device.run = &entry;
    Retime(entry);
}

void
PooledShareProcessor::Gather(const JobKind& kind)
{
    const auto found = m_runs.find(kind);
    if (found == m_runs.end() || found->second.size() < 2 || !kind.CanBatch())
    {
        return;
    }
    for (auto& [number, run] : found->second)
    {
        Account(run);
    }
    const auto numbers = FindBatch(found->second);
    if (!numbers.empty())
    {
        Merge(kind, numbers);
    }
}

std::vector<uint64_t>
PooledShareProcessor::FindBatch(const Runs& runs) const
{
    /// A run that may begin anew.
    struct Candidate
    {
        uint64_t number;  ///< its number
        double shares;    ///< of its devices
        std::size_t jobs; ///< number of them
        double bound;     ///< when it must end at the latest, s from now
        double ends;      ///< sum of when its jobs end as it is, s from now
    };

    const auto mayBeginAnew = [this](const auto& entry) {
        const auto& parts = entry.second.parts;
        return std::all_of(parts.begin(), parts.end(), [this](const auto& part) {
            return Simulator::Now() - m_devices.at(part.first).ready <= m_queueDelay;
        });
    };
    std::vector<Candidate> candidates;
    for (const auto& entry : runs)
    {
        const auto& run = entry.second;
        const auto shares = GetShares(run);
        if (shares > 0 && mayBeginAnew(entry))
        {
            const auto jobs = run.parts.size(); // others of the devices may wait again
            candidates.push_back({run.number,
                                  shares,
                                  jobs,
                                  GetBound(run),
                                  static_cast<double>(jobs) * run.remainingS / shares});
        }
    }
    // a job that is slow alone bears a late end: those are the first that come into question
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.bound > b.bound;
    });
    const auto& first = runs.begin()->second;
    const auto& task = m_devices.at(first.parts.begin()->first).jobs.front().task;
    const auto alone = task.work.GetSeconds();
    const auto most = GetMaxBatchSize(task);
    std::vector<const Candidate*> pool; // by share per job, the largest first
    std::vector<uint64_t> best;
    auto bestGain = TOLERANCE * alone;
    for (const auto& candidate : candidates)
    {
        const auto place = std::upper_bound(pool.begin(),
                                            pool.end(),
                                            &candidate,
                                            [](const Candidate* a, const Candidate* b) {
                                                return a->shares / static_cast<double>(a->jobs) >
                                                       b->shares / static_cast<double>(b->jobs);
                                            });
        pool.insert(place, &candidate);
        double shares = 0;
        double ends = 0;
        std::size_t jobs = 0;
        for (std::size_t i = 0; i < pool.size() && jobs + pool[i]->jobs <= most; ++i)
        {
            shares += pool[i]->shares;
            ends += pool[i]->ends;
            jobs += pool[i]->jobs;
            const auto end = alone * task.batchCost.GetFactor(jobs) / shares;
            const auto gain = ends - static_cast<double>(jobs) * end;
            if (i > 0 && end <= candidate.bound && gain > bestGain)
            {
                bestGain = gain;
                best.clear();
                for (std::size_t k = 0; k <= i; ++k)
                {
                    best.push_back(pool[k]->number);
                }
            }
        }
    }
    return best;
}

void
PooledShareProcessor::Merge(const JobKind& kind, const std::vector<uint64_t>& numbers)
{
    Run batch;
    batch.number = ++m_number;
    batch.kind = kind;
    batch.isBatch = true;
    for (const auto number : numbers)
    {
        auto& run = GetRun(kind, number);
        KeepProgress(run);
        for (auto [id, part] : run.parts)
        {
            for (; part.jobs > 1; --part.jobs)
            {
                m_devices.at(id).jobs[part.jobs - 1].start = NanoSeconds(-1);
            }
            batch.parts[id] = part;
        }
        Erase(run);
    }
    FillUp(batch);
    auto& entry = m_runs[kind].emplace(batch.number, batch).first->second;
    entry.size = 0;
    for (const auto& [id, part] : entry.parts)
    {
        auto& device = m_devices.at(id);
        device.run = &entry;
        entry.size += part.jobs;
        for (std::size_t i = 0; i < part.jobs; ++i)
        {
            device.jobs[i].start = Simulator::Now();
        }
    }
    NS_LOG_INFO("a batch of " << entry.size << " begins");
    const auto& task = m_devices.at(entry.parts.begin()->first).jobs.front().task;
    entry.fullS = task.work.GetSeconds() * task.batchCost.GetFactor(entry.size);
    entry.remainingS = entry.fullS;
    entry.since = Simulator::Now();
    Retime(entry);
}

void
PooledShareProcessor::FillUp(Run& run) const
{
    const auto& task = m_devices.at(run.parts.begin()->first).jobs.front().task;
    const auto shares = GetShares(run);
    const auto bound = GetBound(run);
    const auto fits = [&](std::size_t size) {
        return size <= GetMaxBatchSize(task) &&
               task.work.GetSeconds() * task.batchCost.GetFactor(size) / shares <= bound;
    };
    std::size_t size = 0;
    for (const auto& entry : run.parts)
    {
        size += entry.second.jobs;
    }
    // the second job of each device, then the third, ...
    for (auto hasMore = true; hasMore;)
    {
        hasMore = false;
        for (auto& [id, part] : run.parts)
        {
            const auto& jobs = m_devices.at(id).jobs;
            if (fits(size + 1) && part.jobs < jobs.size() &&
                JobKind::Of(jobs[part.jobs].task) == run.kind)
            {
                ++part.jobs;
                ++size;
                hasMore = true;
            }
        }
    }
}

void
PooledShareProcessor::Review(Run& run)
{
    const auto shares = GetShares(run);
    if (run.isBatch && run.remainingS / shares > GetBound(run) * (1 + TOLERANCE))
    {
        BreakUp(run);
    }
    else
    {
        Retime(run);
    }
}

void
PooledShareProcessor::BreakUp(Run& run)
{
    NS_LOG_INFO("a batch of " << run.size << " is broken up");
    KeepProgress(run);
    const auto parts = std::move(run.parts);
    Erase(run);
    std::vector<uint32_t> devices;
    for (const auto& entry : parts)
    {
        m_devices.at(entry.first).run = nullptr;
        devices.push_back(entry.first);
    }
    BeginNext(devices);
}

double
PooledShareProcessor::GetBound(const Run& run)
{
    auto bound = std::numeric_limits<double>::infinity();
    for (const auto& [id, part] : run.parts)
    {
        bound = std::min(bound, part.aloneS / part.share);
    }
    return bound;
}

double
PooledShareProcessor::GetShares(const Run& run)
{
    double shares = 0;
    for (const auto& [id, part] : run.parts)
    {
        shares += part.share;
    }
    return shares;
}

double
PooledShareProcessor::GetUnaccounted(const Run& run)
{
    const auto elapsed = (Simulator::Now() - run.since).GetSeconds();
    return std::min(run.remainingS, elapsed * run.speed);
}

void
PooledShareProcessor::Account(Run& run)
{
    const auto done = GetUnaccounted(run);
    const auto elapsed = (Simulator::Now() - run.since).GetSeconds() / run.sharers;
    run.since = Simulator::Now();
    run.remainingS -= done;
    m_workDone += done;
    for (auto& [id, part] : run.parts)
    {
        part.aloneS = std::max(0.0, part.aloneS - elapsed * part.share);
    }
}

void
PooledShareProcessor::KeepProgress(const Run& run)
{
    if (run.fullS <= 0)
    {
        return;
    }
    for (const auto& [id, part] : run.parts)
    {
        auto& jobs = m_devices.at(id).jobs;
        for (std::size_t i = 0; i < part.jobs; ++i)
        {
            const auto left = jobs[i].task.work.GetSeconds() * run.remainingS / run.fullS;
            jobs[i].remainingS = std::min(jobs[i].remainingS, left);
        }
    }
}

void
PooledShareProcessor::Retime(Run& run)
{
    run.sharers = CountSharers();
    run.speed = GetShares(run) / run.sharers;
    run.end.Remove(); // a canceled event would stay in the scheduler until its time
    if (run.speed <= 0 && run.remainingS > 0)
    {
        return;
    }
    const auto ns = run.remainingS > 0 ? std::ceil(1e9 * run.remainingS / run.speed) : 0.0;
    const auto latest = static_cast<double>(Time::Max().GetNanoSeconds() / 4);
    const auto wait = NanoSeconds(static_cast<int64_t>(std::min(ns, latest)));
    run.end = Simulator::Schedule(wait, &PooledShareProcessor::Finish, this, &run);
}

PooledShareProcessor::Run&
PooledShareProcessor::GetRun(const JobKind& kind, uint64_t number)
{
    return m_runs.at(kind).at(number);
}

void
PooledShareProcessor::Erase(Run& run)
{
    run.end.Remove();
    const auto kind = run.kind; // both are gone with the run
    const auto number = run.number;
    const auto runs = m_runs.find(kind);
    runs->second.erase(number);
    if (runs->second.empty())
    {
        m_runs.erase(runs);
    }
}

} // namespace surgery
} // namespace ns3
