/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-processor.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("DeviceProcessor");

NS_OBJECT_ENSURE_REGISTERED(DeviceProcessor);

TypeId
DeviceProcessor::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::DeviceProcessor")
                            .SetParent<Object>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<DeviceProcessor>()
                            .AddTraceSource("Busy",
                                            "The processor began to work, or ran out of work.",
                                            MakeTraceSourceAccessor(&DeviceProcessor::m_isBusy),
                                            "ns3::TracedValueCallback::Bool");
    return tid;
}

DeviceProcessor::DeviceProcessor()
{
    NS_LOG_FUNCTION(this);
}

DeviceProcessor::~DeviceProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
DeviceProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    Stop();
    Object::DoDispose();
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
        m_isBusy = m_running != 0;
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
    m_isBusy = false;
    m_waiting.clear();
    SetCallbacks(ReadyCallback(), StartCallback(), DoneCallback());
}

void
DeviceProcessor::Feed()
{
    if (m_running == 0 && !m_waiting.empty() && m_ready(m_waiting.front()))
    {
        m_running = m_waiting.front();
        m_waiting.pop_front();
        m_isBusy = true;
        m_end = Simulator::Schedule(m_start(m_running), &DeviceProcessor::Finish, this);
    }
}

void
DeviceProcessor::Finish()
{
    const auto done = std::exchange(m_running, 0);
    m_done(done);
    Feed();
    m_isBusy = m_running != 0;
}

} // namespace surgery
} // namespace ns3
