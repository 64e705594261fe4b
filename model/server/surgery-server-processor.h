/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SERVER_PROCESSOR_H
#define SURGERY_SERVER_PROCESSOR_H

#include "ns3/callback.h"
#include "ns3/dnn-batch-cost.h"
#include "ns3/dnn-cut.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The server's part of one inference.
 */
struct ServerJob
{
    uint32_t device{0};    ///< the client's DeviceId
    uint64_t inference{0}; ///< its id, unique per device
    std::string dnn;       ///< the DNN as the device names it; empty if the device does not tell it
    CutLayers deviceLayers; ///< where the DNN is cut; empty if the device does not tell it
    Time work;              ///< how long its layers take on the whole server, >= 0
    BatchCost batchCost{};  ///< how long they take in a batch
};

/**
 * @ingroup dnn-surgery
 *
 * How one job ran on a processor that makes batches.
 */
struct BatchedJobRecord
{
    uint32_t server{0};    ///< the server's node id
    uint32_t device{0};    ///< the client's DeviceId
    uint64_t inference{0}; ///< its id, unique per device
    std::string dnn;       ///< the DNN as the device names it
    Time queued;           ///< when the job was handed in
    Time start;            ///< when its batch began
    Time end;              ///< when its batch ended
    uint32_t batchSize{1}; ///< number of jobs in the batch, itself included
};

class BackgroundJob;
class DecisionProcess;

/**
 * @ingroup dnn-surgery
 *
 * Runs the layers that devices send to a MecServer. The derived class decides how to divide the
 * capacity among the devices: ShareProcessor gives each device the share that the scheduler
 * reserved for it, PooledShareProcessor does so, too, and lets devices pool their shares for a
 * batch, and BatchProcessor reserves nothing.
 *
 * While a BackgroundJob wants the processor, too, everything takes twice as long.
 */
class ServerProcessor : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ServerProcessor();
    ~ServerProcessor() override;

    /**
     * @return the short names of all registered kinds (class TypeNames), sorted: BatchProcessor is
     *         "batch"
     */
    static std::vector<std::string> GetNames();

    /**
     * Create a processor.
     *
     * @param name a short name or a TypeId's name, optionally with attributes in brackets
     *        ("batch[MaxBatchSize=8]")
     * @return the processor
     * @throws std::invalid_argument if there is none of that name; its text lists the known names
     */
    static Ptr<ServerProcessor> Create(const std::string& name);

    /// Called when a job is done, with when it started and ended.
    using DoneCallback = Callback<void, const ServerJob&, Time, Time>;

    /**
     * Set a device's share.
     *
     * @param device its id
     * @param share 0..1
     * @throws std::invalid_argument if it is out of range
     */
    virtual void SetShare(uint32_t device, double share) = 0;

    /**
     * @param device its id
     * @return the share in effect, 0..1; 0 if the device is unknown
     */
    virtual double GetShare(uint32_t device) const = 0;

    /**
     * Keep a share of 0 from taking effect, because the device has more work on its way.
     *
     * @param device its id
     * @param hold whether to keep it
     */
    virtual void SetHold(uint32_t device, bool hold) = 0;

    /**
     * @return the sum of the shares in effect, 0..1
     */
    virtual double GetLoad() const = 0;

    /**
     * Queue a job.
     *
     * @param job the device's job
     * @param done called when the job is done, from an event
     * @throws std::invalid_argument if its work is negative
     */
    virtual void Submit(const ServerJob& job, DoneCallback done) = 0;

    /**
     * Give up a job: it ends without a callback, and the device's next one runs.
     *
     * @param device its id
     * @param inference the job's
     * @return whether there was such a job
     */
    virtual bool Cancel(uint32_t device, uint64_t inference) = 0;

    /**
     * @param device its id
     * @return number of its jobs that wait or run
     */
    virtual std::size_t GetQueued(uint32_t device) const = 0;

    /**
     * Forget a device: its jobs end without a callback, and its share is free.
     *
     * @param device its id
     */
    virtual void Remove(uint32_t device) = 0;

    /**
     * @return work done so far, in seconds of the whole server
     */
    virtual double GetWorkDone() const = 0;

    /**
     * @return whether a device is served at its share at least; it is unless overridden. If not,
     *         only a scheduler can be used that does not count on it
     *         (DecisionProcess::NeedsShares).
     */
    virtual bool ReservesShares() const;

    /**
     * @param scheduler who decides about the shares
     * @return why it cannot be used with this processor, in words; empty if it can
     */
    std::string FindConflict(const DecisionProcess& scheduler) const;

    /**
     * @return whether jobs may run in batches; they do not unless overridden
     */
    virtual bool MakesBatches() const;

    /**
     * Tell for whom jobs are run.
     *
     * @param server id of the server's node; 0 unless this is called
     */
    void SetServer(uint32_t server);

    /**
     * The server begins to run: so does the background job.
     */
    virtual void Start();

    /**
     * The server ceases to run: so does the background job.
     */
    virtual void Stop();

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

    /**
     * Signature of the trace source JobBatched.
     *
     * @param [in] record how the job ran
     */
    typedef void (*BatchedJobTracedCallback)(const BatchedJobRecord& record);

  protected:
    /// Release the background job.
    void DoDispose() override;

    /**
     * @return how many share the processor: the devices together are one, the background job
     *         another while it wants the processor
     */
    uint32_t CountSharers() const;

    /**
     * Tell that a job that may have run in a batch is done.
     *
     * @param record how it ran; its server is filled in
     */
    void TraceBatchedJob(BatchedJobRecord record);

  private:
    /**
     * CountSharers has changed. Does nothing unless overridden.
     */
    virtual void HandleBackground();
    /// @return whether the processor was started
    bool IsStarted() const;

    Ptr<BackgroundJob> m_background;                        ///< attribute; may be null
    bool m_isStarted{false};                                ///< whether the processor was started
    uint32_t m_server{0};                                   ///< node id
    TracedCallback<const BatchedJobRecord&> m_batchedTrace; ///< JobBatched
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SERVER_PROCESSOR_H
