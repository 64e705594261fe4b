/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_TIMER_H
#define FLUID_TIMER_H

#include "ns3/event-id.h"
#include "ns3/simulator.h"

#include <cmath>
#include <cstdint>
#include <limits>

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
 * @tparam T the class whose method HandleDue is called
 */
template <class T>
class FluidTimer
{
  public:
    ~FluidTimer()
    {
        m_event.Cancel();
    }

    /**
     * Set the time.
     *
     * @param owner whose method is called, and whose member this is
     * @param seconds from now; rounded up to a whole nanosecond
     */
    void Set(T* owner, double seconds)
    {
        // the rounding of double must not make a nanosecond of its own
        const auto wait = std::ceil(seconds * 1e9 * (1 - 1e-15) - 1e-3);
        m_due = Simulator::Now().GetNanoSeconds() +
                (wait < LONGEST ? static_cast<int64_t>(std::fmax(wait, 0)) : LONGEST);
        m_isSet = true;
        if (!m_event.IsExpired() && m_eventDue <= m_due)
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
    static constexpr int64_t LONGEST = std::numeric_limits<int64_t>::max() / 4; ///< wait, ns

    /// Schedule the event. @param owner whose method is called
    void Schedule(T* owner)
    {
        m_eventDue = m_due;
        m_event = Simulator::Schedule(NanoSeconds(m_due) - Simulator::Now(),
                                      &FluidTimer::Fire,
                                      this,
                                      owner);
    }

    /// Look whether it is time. @param owner whose method is called
    void Fire(T* owner)
    {
        if (m_isSet && Simulator::Now().GetNanoSeconds() < m_due)
        {
            Schedule(owner);
        }
        else if (m_isSet)
        {
            m_isSet = false;
            owner->HandleDue();
        }
    }

    EventId m_event;       ///< Fire
    int64_t m_eventDue{0}; ///< when it comes, ns
    int64_t m_due{0};      ///< when to call, ns
    bool m_isSet{false};   ///< whether to call
};

} // namespace surgery
} // namespace ns3

#endif // FLUID_TIMER_H
