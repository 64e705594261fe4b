/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BACKGROUND_JOB_H
#define SURGERY_BACKGROUND_JOB_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/traced-value.h"

#include <cstdint>

namespace ns3
{

class RandomVariableStream;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A job of somebody else on the processor of a device or of a server: it wants the processor for
 * On, does not for Off, and so on, however much of it it gets.
 *
 * The processor is a processor-sharing queue: whoever wants it has an equal part. While the job is
 * on, layers therefore run at half their speed; on a server, at half of every share. Nobody tells
 * the scheduler of it.
 */
class BackgroundJob : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    BackgroundJob();
    ~BackgroundJob() override;

    /// Called when the job has begun or ceased to want the processor.
    using ChangeCallback = Callback<void>;

    /**
     * Begin, with On.
     *
     * @param change called at each change
     */
    void Start(ChangeCallback change);

    /**
     * Cease to want the processor, for good; no callback follows.
     */
    void Stop();

    /**
     * @return whether the job wants the processor
     */
    bool IsOn() const;

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream);

  protected:
    /// Stop, and release the random variables.
    void DoDispose() override;

  private:
    /// Change from on to off or back, and schedule the next change.
    void Toggle();

    Ptr<RandomVariableStream> m_onTime;  ///< attribute
    Ptr<RandomVariableStream> m_offTime; ///< attribute
    TracedValue<bool> m_isOn{false};     ///< trace source
    ChangeCallback m_change;             ///< to the owner
    EventId m_next;                      ///< the next change
};

/**
 * @ingroup dnn-surgery
 *
 * @param job a background job, or null
 * @return how many share the processor while layers run on it: 1, or 2 if the job is on
 */
uint32_t GetSharers(Ptr<const BackgroundJob> job);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BACKGROUND_JOB_H
