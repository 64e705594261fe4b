/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BATCHING_PROCESSOR_H
#define BATCHING_PROCESSOR_H

#include "shared-processor.h"

#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What processors that make batches have in common. Only jobs with the same DNN and the same
 * remaining layers share a batch, and none of which the DNN is not known.
 *
 * A job that is given up while its batch runs leaves a gap in it: the batch takes as long as with
 * it, unless nobody is left in it.
 */
class BatchingProcessor : public SharedProcessor
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    BatchingProcessor();
    ~BatchingProcessor() override;

    void Submit(const ServerJob& job, DoneCallback done) override;
    bool Cancel(uint32_t device, uint64_t inference) override;
    void Remove(uint32_t device) override;
    bool MakesBatches() const override;

  protected:
    /// A job that waits or runs.
    struct Job
    {
        ServerJob task;              ///< the device's job
        DoneCallback done;           ///< to the owner
        Time queued;                 ///< when it was handed in
        double remainingS;           ///< what is left of it, s of the whole server alone
        Time start{NanoSeconds(-1)}; ///< when it began to run; negative while it waits
    };

    /// Give up all jobs; no callback follows.
    void DoDispose() override;

    /**
     * @param task a job
     * @return how many like it may share a batch
     */
    std::size_t GetMaxBatchSize(const ServerJob& task) const;

    /**
     * Trace jobs that are done, and call back. The owner may do anything meanwhile. The processor
     * must not use anything that was there before.
     *
     * @param jobs of a batch, with their start
     * @param size of the batch when it began
     */
    void End(std::vector<Job> jobs, std::size_t size);

  private:
    /**
     * Take a new job.
     *
     * @param job the job
     */
    virtual void DoSubmit(Job job) = 0;

    /**
     * Give up a job.
     *
     * @param device its device
     * @param inference its inference
     * @return whether there was such a job
     */
    virtual bool DoCancel(uint32_t device, uint64_t inference) = 0;

    /**
     * Give up all jobs of a device.
     *
     * @param device its id
     */
    virtual void DoRemove(uint32_t device) = 0;

    uint32_t m_maxBatchSize{1}; ///< attribute
    std::deque<Job> m_ended;    ///< done, and not yet told
};

} // namespace surgery
} // namespace ns3

#endif // BATCHING_PROCESSOR_H
