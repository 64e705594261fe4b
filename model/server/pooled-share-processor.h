/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef POOLED_SHARE_PROCESSOR_H
#define POOLED_SHARE_PROCESSOR_H

#include "batching-processor.h"
#include "job-kind.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The server's processor, divided into reserved shares that devices may pool.
 *
 * As on a ShareProcessor, the jobs of a device run first come, first served at its share, phi, and
 * a job begins as soon as its device is free. When it does, jobs of other devices that run and are
 * like it may begin anew together with it, as one batch of b jobs at the sum of their devices'
 * shares: it takes l(b) / sum(phi). Jobs like them that wait behind them join as far as there is
 * room.
 *
 * The guarantee: no member of a batch ends later than it would alone on its own share, E / phi
 * after its device was free for it. So a batch begins only if l(b) / sum(phi) <= r / phi for each
 * device in it, r being what would be left of its first job had that always run alone; and only if
 * the jobs that ran end earlier on the average than without it. Among all batches of the jobs that
 * run which allow that, those are looked at that have the largest shares for their size, at each
 * bound that the slowness of a job sets; the one that saves most time in all begins.
 *
 * Shares may change. Then a batch goes on if it still ends no later for any member than r / phi, or
 * else is broken up: each member goes on alone from where the batch, or it alone before, has
 * brought it; what would have been left of it does not count any more. So a change makes a member
 * late at most by what its own share did for nothing, which is less than all of its work; with a
 * QueueDelay of 0 a batch never lags behind, and no member is late, whatever the shares do. The
 * same holds if a member of a batch is given up.
 */
class PooledShareProcessor : public BatchingProcessor
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PooledShareProcessor();
    ~PooledShareProcessor() override;

    std::size_t GetQueued(uint32_t device) const override;
    double GetWorkDone() const override;

  protected:
    /// Give up all jobs; no callback follows.
    void DoDispose() override;

  private:
    /// What a device has in a run.
    struct Part
    {
        std::size_t jobs{1}; ///< number of jobs, the first of its queue
        double share{0};     ///< its share
        double aloneS{0};    ///< what would be left of the first job alone, s of the whole server
    };

    /// A job that runs alone, or a batch.
    struct Run
    {
        uint64_t number{0};             ///< unique
        JobKind kind;                   ///< of its jobs
        std::map<uint32_t, Part> parts; ///< by device
        bool isBatch{false};            ///< whether it began as a batch
        std::size_t size{1};            ///< number of jobs when it began
        double fullS{0};                ///< what it takes, s of the whole server
        double remainingS{0};           ///< what is left of it, s of the whole server
        double speed{0};                ///< in whole servers
        uint32_t sharers{1};            ///< of the processor
        Time since;                     ///< when work was counted last
        EventId end;                    ///< when it is done
    };

    /// A device with jobs.
    struct Device
    {
        std::deque<Job> jobs;        ///< the first ones run, if any
        Run* run{nullptr};           ///< theirs; null: the device waits for a share
        Time ready{NanoSeconds(-1)}; ///< when the first one could begin; negative: not yet
    };

    /// All runs of a kind, by number.
    using Runs = std::map<uint64_t, Run>;

    void DoSubmit(Job job) override;
    bool DoCancel(uint32_t device, uint64_t inference) override;
    void DoRemove(uint32_t device) override;
    void HandleShare(uint32_t device) override;
    void HandleBackground() override;

    /// Begin the next job of a device alone, if it has one and a share. @param id the device
    void Begin(uint32_t id);
    /// Let devices begin their next jobs, alone or in batches. @param devices the devices
    void BeginNext(const std::vector<uint32_t>& devices);
    /// Begin the best batch of what runs, if there is any. @param kind of its jobs
    void Gather(const JobKind& kind);
    /// @param runs all runs of a kind @return the numbers of those that make the best batch
    std::vector<uint64_t> FindBatch(const Runs& runs) const;
    /// Begin a batch. @param kind of its jobs @param numbers of the runs whose jobs begin anew
    void Merge(const JobKind& kind, const std::vector<uint64_t>& numbers);
    /// Add jobs that wait to a batch that is about to begin. @param run it
    void FillUp(Run& run) const;
    /// Let each job of a run go on alone. @param run it, gone afterwards
    void BreakUp(Run& run);
    /// Something changed: break up a batch that would end too late, or schedule its end again.
    /// @param run it
    void Review(Run& run);
    /// @param run a run @return how long its first jobs would take alone from now on, at least
    static double GetBound(const Run& run);
    /// @param run a run @return the sum of the shares in it
    static double GetShares(const Run& run);
    /// @param run a run @return work done since it was counted last, s of the whole server
    static double GetUnaccounted(const Run& run);
    /// Count the work done. @param run of a run
    void Account(Run& run);
    /// Keep what a run has done of its jobs. @param run it
    void KeepProgress(const Run& run);
    /// Schedule the end of a run again. @param run it
    void Retime(Run& run);
    /// @param kind of jobs @param number of a run @return it
    Run& GetRun(const JobKind& kind, uint64_t number);
    /// Forget a run. @param run it
    void Erase(Run& run);
    /// A run is done. @param run it
    void Finish(Run* run);
    /// Remove a job. @param id the device @param index of the job in its queue
    void GiveUp(uint32_t id, std::size_t index);
    /// A device has no jobs in a run any more. @param run it, counted; gone if nobody is left
    /// @param id the device
    void TakeOut(Run& run, uint32_t id);
    /// Forget a device that has no jobs. @param id the device
    void EndIfIdle(uint32_t id);

    Time m_queueDelay;                    ///< attribute
    std::map<uint32_t, Device> m_devices; ///< with jobs, by id
    std::map<JobKind, Runs> m_runs;       ///< by kind, none is empty
    uint64_t m_number{0};                 ///< of the latest run
    double m_workDone{0};                 ///< s of the whole server
};

} // namespace surgery
} // namespace ns3

#endif // POOLED_SHARE_PROCESSOR_H
