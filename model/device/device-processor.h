/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_PROCESSOR_H
#define DEVICE_PROCESSOR_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-value.h"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace ns3
{
namespace surgery
{

class BackgroundJob;

/**
 * @ingroup dnn-surgery
 *
 * A mobile device's processor: one piece of work at a time, first come, first served.
 *
 * The processor asks how long a piece of work takes only when its turn comes, because an inference
 * gets its cut then. Beside a BackgroundJob that wants the processor, too, work takes twice as
 * long.
 */
class DeviceProcessor : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /// Asked whether a piece of work may start when its turn has come.
    using ReadyCallback = Callback<bool, uint64_t>;

    /// Asked how long a piece of work takes, when it starts.
    using StartCallback = Callback<Time, uint64_t>;

    /// Called when a piece of work is done.
    using DoneCallback = Callback<void, uint64_t>;

    DeviceProcessor();
    ~DeviceProcessor() override;

    /**
     * Begin.
     *
     * @param ready asked whether the next piece of work may start
     * @param start asked for the time of each piece of work
     * @param done called at the end of each piece of work
     */
    void SetCallbacks(ReadyCallback ready, StartCallback start, DoneCallback done);

    /**
     * Queue a piece of work; it starts at once if the processor is free.
     *
     * @param id its number, > 0
     */
    void Submit(uint64_t id);

    /**
     * Start the next piece of work if the processor is free and the work is ready. Call this when
     * the work may have become ready.
     */
    void Feed();

    /**
     * Give up a piece of work, whether it waits or runs.
     *
     * @param id its number; nothing happens if it is unknown
     */
    void Cancel(uint64_t id);

    /**
     * @return how many pieces of work wait
     */
    std::size_t GetWaiting() const;

    /**
     * Give up all work, and forget the callbacks.
     */
    void Stop();

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return number of streams used; 0 without a background job
     */
    int64_t AssignStreams(int64_t stream);

  protected:
    /// Give up all work.
    void DoDispose() override;

  private:
    /// @return whether the processor has callbacks
    bool IsStarted() const;
    /// The background job began or ceased to want the processor.
    void HandleBackground();
    /// Schedule the end of the running piece of work.
    void Retime();
    /// The running piece of work is done.
    void Finish();

    ReadyCallback m_ready;              ///< to the owner
    StartCallback m_start;              ///< to the owner
    DoneCallback m_done;                ///< to the owner
    std::deque<uint64_t> m_waiting;     ///< in order of arrival
    TracedValue<uint64_t> m_running{0}; ///< Running
    EventId m_end;                      ///< end of the running piece of work
    Time m_remaining;                   ///< of it alone on the processor, at m_since
    Time m_since;                       ///< when m_remaining was computed
    uint32_t m_sharers{1};              ///< who share the processor since then
    Ptr<BackgroundJob> m_background;    ///< attribute; may be null
    TracedValue<bool> m_isBusy{false};  ///< Busy
};

} // namespace surgery
} // namespace ns3

#endif // DEVICE_PROCESSOR_H
