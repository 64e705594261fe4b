/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BATCH_PROCESSOR_H
#define BATCH_PROCESSOR_H

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
 * A server's processor as inference servers use it (NVIDIA Triton's terms): nothing is reserved,
 * and jobs wait to run in batches.
 *
 * There is a queue for each DNN and its remaining layers, first come, first served. Its first
 * MaxBatchSize jobs are a batch once they are there, or the jobs that are there once the oldest has
 * waited QueueDelay. Instances batches may run at once; they share the processor equally. While all
 * instances are busy, queues grow, and larger batches come of it. Of several batches that could
 * begin, the one with the oldest job does.
 *
 * The shares that a scheduler sets are kept, but neither speed nor order depend on them: jobs of a
 * device whose share is 0 are done, too.
 */
class BatchProcessor : public BatchingProcessor
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    BatchProcessor();
    ~BatchProcessor() override;

    std::size_t GetQueued(uint32_t device) const override;
    double GetWorkDone() const override;
    bool ReservesShares() const override;

  protected:
    /// Give up all jobs; no callback follows.
    void DoDispose() override;

  private:
    /// A job that waits.
    struct Waiting
    {
        uint64_t number; ///< in the order in which jobs came
        Job job;         ///< the job
    };

    /// A batch that runs.
    struct Batch
    {
        std::vector<Job> jobs; ///< those that were not given up
        std::size_t size;      ///< number of jobs when it began
        double remainingS;     ///< what is left of it, s of the whole server
    };

    void DoSubmit(Job job) override;
    bool DoCancel(uint32_t device, uint64_t inference) override;
    void DoRemove(uint32_t device) override;
    void HandleShare(uint32_t device) override;
    void HandleBackground() override;

    /// @param queue one of the queues @return whether a batch of it may begin
    bool IsReady(const std::deque<Waiting>& queue) const;
    /// Begin batches while there are instances and queues that are ready, and schedule what is
    /// next.
    void Update();
    /// Begin a batch. @param queue where its jobs are
    void Begin(std::deque<Waiting>& queue);
    /// Count the work done.
    void Account();
    /// @return the speed of each batch, in whole servers
    double GetSpeed() const;
    /// A batch is done. @param number its number
    void Finish(uint64_t number);
    /// Remove jobs. @param isMeant of a job @return how many they were
    template <typename Test>
    std::size_t GiveUp(Test isMeant);
    /// A job of a device is gone. @param device its id
    void CountDown(uint32_t device);

    Time m_queueDelay;                               ///< attribute
    uint32_t m_instances{1};                         ///< attribute
    std::map<JobKind, std::deque<Waiting>> m_queues; ///< none is empty
    std::map<uint64_t, Batch> m_running;             ///< batches, by number
    std::map<uint32_t, std::size_t> m_jobs;          ///< number of jobs by device, if it has any
    uint64_t m_number{0};                            ///< of the latest job or batch
    uint32_t m_sharers{1};                           ///< when work was counted last
    Time m_since;                                    ///< when work was counted last
    double m_workDone{0};                            ///< s of the whole server
    EventId m_end;                                   ///< end of the batch that ends first
    EventId m_due;                                   ///< a queue will be ready
};

} // namespace surgery
} // namespace ns3

#endif // BATCH_PROCESSOR_H
