/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SERVER_PROCESSOR_H
#define SURGERY_SERVER_PROCESSOR_H

#include "ns3/callback.h"
#include "ns3/dnn-cut.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstddef>
#include <cstdint>
#include <string>

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
};

/**
 * @ingroup dnn-surgery
 *
 * Runs the layers that devices send to a MecServer. The derived class decides how to divide the
 * capacity among the devices; ShareProcessor gives each device the share that the scheduler
 * reserved for it.
 */
class ServerProcessor : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

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
     * The server begins to run. Does nothing unless overridden.
     */
    virtual void Start();

    /**
     * The server ceases to run. Does nothing unless overridden.
     */
    virtual void Stop();

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return number of streams used; 0 unless overridden
     */
    virtual int64_t AssignStreams(int64_t stream);
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SERVER_PROCESSOR_H
