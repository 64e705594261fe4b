/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PUT_OFF_TIMER_H
#define SURGERY_PUT_OFF_TIMER_H

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Calls a method at a time that often changes. Where the time is put off, the event stays and looks
 * again when it comes, which spares the simulator most of the events that it would have to cancel.
 *
 * @tparam T the class whose method is called
 * @tparam METHOD the method
 */
template <class T, void (T::*METHOD)()>
class PutOffTimer
{
  public:
    ~PutOffTimer()
    {
        m_event.Cancel();
    }

    /**
     * Set the time.
     *
     * @param owner whose method is called, and whose member this is
     * @param wait from now, >= 0
     */
    void Set(T* owner, Time wait)
    {
        m_dueNs = (Simulator::Now() + wait).GetNanoSeconds();
        m_isSet = true;
        if (!m_event.IsExpired() && m_eventDueNs <= m_dueNs)
        {
            return;
        }
        m_event.Cancel();
        Schedule(owner);
    }

    /// Call nothing.
    void Stop()
    {
        m_isSet = false;
    }

  private:
    /// Schedule the event. @param owner whose method is called
    void Schedule(T* owner)
    {
        m_eventDueNs = m_dueNs;
        m_event = Simulator::Schedule(NanoSeconds(m_dueNs) - Simulator::Now(),
                                      &PutOffTimer::Fire,
                                      this,
                                      owner);
    }

    /// Look whether it is time. @param owner whose method is called
    void Fire(T* owner)
    {
        if (m_isSet && Simulator::Now().GetNanoSeconds() < m_dueNs)
        {
            Schedule(owner);
        }
        else if (m_isSet)
        {
            m_isSet = false;
            (owner->*METHOD)();
        }
    }

    EventId m_event;         ///< Fire
    int64_t m_eventDueNs{0}; ///< when it comes
    int64_t m_dueNs{0};      ///< when to call
    bool m_isSet{false};     ///< whether to call
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PUT_OFF_TIMER_H
