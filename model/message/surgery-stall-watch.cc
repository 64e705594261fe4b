/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-stall-watch.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

StallWatch::StallWatch(Time timeout)
    : m_timeout(timeout)
{
}

void
StallWatch::HandleBytes()
{
    const auto now = Simulator::Now();
    if (!std::exchange(m_hasBytes, true))
    {
        m_begin = now;
        m_longest = Time();
    }
    else
    {
        m_longest = std::max(m_longest, now - m_last);
    }
    m_last = now;
}

void
StallWatch::HandleSent(Time sent)
{
    m_longest = std::max(m_longest, m_begin - std::max(sent, m_previousEnd));
}

void
StallWatch::HandleEnd()
{
    const auto hasStall = m_longest >= m_timeout;
    m_wasHeldUp = hasStall ? m_sinceStall >= 2 : m_sinceStall == 0;
    m_sinceStall = hasStall ? 0 : std::min(m_sinceStall + 1, 2);
    m_hasBytes = false;
    m_previousEnd = Simulator::Now();
}

bool
StallWatch::WasHeldUp() const
{
    return m_wasHeldUp;
}

} // namespace surgery
} // namespace ns3
