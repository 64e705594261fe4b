/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "request-timers.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-inference.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("RequestTimers");

void
RequestTimers::SetCallback(ExpiredCallback expired)
{
    m_expired = expired;
}

void
RequestTimers::Start(uint64_t id, const TimeLimits& limits)
{
    NS_LOG_FUNCTION(this << id);
    auto& timers = m_timers[id];
    timers.timeout = Simulator::Schedule(limits.timeout, &RequestTimers::HandleTimeout, this, id);
    if (limits.dropsLate && !limits.deadline.IsZero())
    {
        timers.late = Simulator::Schedule(limits.deadline + TimeStep(1),
                                          &RequestTimers::HandleLate,
                                          this,
                                          id);
    }
}

void
RequestTimers::Foresee(uint64_t id, Time rest)
{
    auto& late = m_timers.at(id).late;
    if (!late.IsExpired() && rest >= Simulator::GetDelayLeft(late))
    {
        NS_LOG_LOGIC("request " << id << " needs " << rest << " more");
        late.Cancel();
        late = Simulator::ScheduleNow(&RequestTimers::HandleLate, this, id);
    }
}

void
RequestTimers::Cancel(uint64_t id)
{
    const auto found = m_timers.find(id);
    if (found != m_timers.end())
    {
        found->second.timeout.Cancel();
        found->second.late.Cancel();
        m_timers.erase(found);
    }
}

void
RequestTimers::CancelAll()
{
    while (!m_timers.empty())
    {
        Cancel(m_timers.begin()->first);
    }
}

void
RequestTimers::HandleTimeout(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    m_expired(id, "timeout");
}

void
RequestTimers::HandleLate(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    m_expired(id, LATE_REASON);
}

} // namespace surgery
} // namespace ns3
