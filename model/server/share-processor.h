/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SHARE_PROCESSOR_H
#define SHARE_PROCESSOR_H

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/surgery-server-processor.h"
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
 * A device is served at its share even when others are idle; its jobs run first come, first served.
 * Shares may change while jobs run: what remains of a job goes on at the new speed. With
 * WorkConserving the capacity of idle devices goes to busy ones in proportion to their shares
 * (generalized processor sharing; Parekh and Gallager, IEEE/ACM ToN 1(3), 1993).
 *
 * A share that is set to 0 stays in effect, and counts as load, while its device has jobs or is on
 * hold. A job of a device whose share is 0 waits for a share.
 */
class ShareProcessor : public ServerProcessor
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ShareProcessor();
    ~ShareProcessor() override;

    void SetShare(uint32_t device, double share) override;
    double GetShare(uint32_t device) const override;
    void SetHold(uint32_t device, bool hold) override;
    double GetLoad() const override;
    void Submit(const ServerJob& job, DoneCallback done) override;
    std::size_t GetQueued(uint32_t device) const override;
    void Remove(uint32_t device) override;
    double GetWorkDone() const override;

    /**
     * Signature of the trace source ShareChanged.
     *
     * @param [in] device its id
     * @param [in] oldShare the share in effect before, 0..1
     * @param [in] newShare the share in effect now, 0..1
     */
    typedef void (*ShareTracedCallback)(uint32_t device, double oldShare, double newShare);

    /**
     * Signature of the trace source JobFinished.
     *
     * @param [in] job what was done
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
        ServerJob task;    ///< what to do for whom
        double remainingS; ///< on the whole server
        Time start;        ///< negative while it waits
        DoneCallback done; ///< the owner's
    };

    /// A device with a share or jobs.
    struct Device
    {
        double share{0};        ///< in effect
        bool endsAtIdle{false}; ///< whether 0 was asked for and has to wait
        bool isHeld{false};     ///< whether 0 has to wait for more work
        std::deque<Job> jobs;   ///< the first one runs
        double speed{0};        ///< of the first job, whole servers
        Time since;             ///< up to when its remaining work is counted
        EventId end;            ///< of the first job
    };

    /// Put a share into effect. @param id the device @param share 0..1
    void ApplyShare(uint32_t id, double share);
    /// Let a share of 0 take effect if nothing keeps it. @param id the device
    void EndShareIfIdle(uint32_t id);
    /// Forget a device that has nothing. @param id the device
    void Prune(uint32_t id);
    /// @return what the first job got done since it was last counted, s @param device whose
    double GetUnaccounted(const Device& device) const;
    /// Count what the first job got done. @param device whose
    void Account(Device& device);
    /// Time the first job anew. @param id the device @param device the same @param speed now
    void Retime(uint32_t id, Device& device, double speed);
    /// Time what a change of one device touches: its own job, or everybody's. @param id the device
    void Update(uint32_t id);
    /// A job's time is up. @param id the device
    void Finish(uint32_t id);

    bool m_workConserving{false};                          ///< attribute
    std::map<uint32_t, Device> m_devices;                  ///< by id
    double m_workDone{0};                                  ///< s of the whole server
    TracedCallback<uint32_t, double, double> m_shareTrace; ///< ShareChanged
    TracedCallback<const ServerJob&, Time> m_jobTrace;     ///< JobFinished
};

} // namespace surgery
} // namespace ns3

#endif // SHARE_PROCESSOR_H
