/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SHARE_PROCESSOR_H
#define SHARE_PROCESSOR_H

#include "shared-processor.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The server's processor, divided into reserved shares.
 *
 * Each device is served at its share even when others are idle; its jobs run first come, first
 * served. Shares may change while jobs run: the rest of a job runs at the new speed. With
 * WorkConserving the capacity of idle devices goes to busy ones in proportion to their shares
 * (generalized processor sharing; Parekh and Gallager, IEEE/ACM ToN 1(3), 1993).
 *
 * A share that is set to 0 stays in effect, and counts as load, while its device has jobs or is on
 * hold (class DeviceShares). A job of a device whose share is 0 waits for a share.
 */
class ShareProcessor : public SharedProcessor
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ShareProcessor();
    ~ShareProcessor() override;

    void Submit(const ServerJob& job, DoneCallback done) override;
    bool Cancel(uint32_t device, uint64_t inference) override;
    std::size_t GetQueued(uint32_t device) const override;
    void Remove(uint32_t device) override;
    double GetWorkDone() const override;

    /**
     * Signature of the trace source JobFinished.
     *
     * @param [in] job the job
     * @param [in] start when it began to run
     */
    typedef void (*JobTracedCallback)(const ServerJob& job, Time start);

  protected:
    /// Give up all jobs; no callback follows.
    void DoDispose() override;

  private:
    /// A job that waits or runs.
    struct Job
    {
        ServerJob task;    ///< the device's job
        double remainingS; ///< time left on the whole server, s
        Time start;        ///< when it began to run; negative while it waits
        DoneCallback done; ///< to the owner
    };

    /// A device with jobs.
    struct Device
    {
        std::deque<Job> jobs; ///< the first one runs
        double speed{0};      ///< of the first job, in whole servers
        Time since;           ///< when the first job's remaining work was counted last
        EventId end;          ///< end of the first job
    };

    void HandleShare(uint32_t device) override;
    /// Forget a device that has no jobs, and its share if it is to end then. @param id the device
    void EndIfIdle(uint32_t id);
    /// @return work done on the first job since it was last counted, s of the whole server
    /// @param device the job's device
    double GetUnaccounted(const Device& device) const;
    /// Count the work done on the first job. @param device the job's device
    void Account(Device& device);
    /// Schedule the end of the first job again. @param id the device's id @param device the device
    /// @param speed the job's speed from now on, in whole servers
    void Retime(uint32_t id, Device& device, double speed);
    /// Schedule again the jobs that a change of one device affects: its own, or all of them.
    /// @param id the device
    void Update(uint32_t id);
    void HandleBackground() override;
    /// The first job of a device is done. @param id the device
    void Finish(uint32_t id);

    bool m_workConserving{false};                      ///< attribute
    std::map<uint32_t, Device> m_devices;              ///< with jobs, by id
    double m_workDone{0};                              ///< s of the whole server
    TracedCallback<const ServerJob&, Time> m_jobTrace; ///< JobFinished
};

} // namespace surgery
} // namespace ns3

#endif // SHARE_PROCESSOR_H
