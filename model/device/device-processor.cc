/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-processor.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

DeviceProcessor::~DeviceProcessor()
{
    Stop();
}

void
DeviceProcessor::SetCallbacks(ReadyCallback ready, StartCallback start, DoneCallback done)
{
    m_ready = ready;
    m_start = start;
    m_done = done;
}

void
DeviceProcessor::Submit(uint64_t id)
{
    m_waiting.push_back(id);
    Feed();
}

void
DeviceProcessor::Cancel(uint64_t id)
{
    m_waiting.erase(std::remove(m_waiting.begin(), m_waiting.end(), id), m_waiting.end());
    if (m_running == id)
    {
        m_end.Cancel();
        m_running = 0;
        Feed();
    }
}

std::size_t
DeviceProcessor::GetWaiting() const
{
    return m_waiting.size();
}

void
DeviceProcessor::Stop()
{
    m_end.Cancel();
    m_running = 0;
    m_waiting.clear();
}

void
DeviceProcessor::Feed()
{
    if (m_running == 0 && !m_waiting.empty() && m_ready(m_waiting.front()))
    {
        m_running = m_waiting.front();
        m_waiting.pop_front();
        m_end = Simulator::Schedule(m_start(m_running), &DeviceProcessor::Finish, this);
    }
}

void
DeviceProcessor::Finish()
{
    const auto done = std::exchange(m_running, 0);
    m_done(done);
    Feed();
}

} // namespace surgery
} // namespace ns3
