/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-processor.h"

#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/surgery-background-job.h"
#include "ns3/surgery-fixed-attribute.h"
#include "ns3/surgery-own-object.h"

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
    static TypeId tid =
        TypeId("ns3::surgery::DeviceProcessor")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<DeviceProcessor>()
            .AddAttribute(
                "Background",
                "A job of somebody else that shares the processor, "
                "such as ns3::surgery::BackgroundJob; null: none.",
                PointerValue(),
                MakeFixedAttributeAccessor(&DeviceProcessor::IsStarted,
                                           MakeOwnObjectAccessor(&DeviceProcessor::m_background)),
                MakeOptionalObjectChecker<BackgroundJob>())
            .AddTraceSource("Busy",
                            "The processor began to work, or ran out of work.",
                            MakeTraceSourceAccessor(&DeviceProcessor::m_isBusy),
                            "ns3::TracedValueCallback::Bool")
            .AddTraceSource("Running",
                            "The processor began or ceased to run a piece of "
                            "work: the number of the inference, or 0 for none.",
                            MakeTraceSourceAccessor(&DeviceProcessor::m_running),
                            "ns3::TracedValueCallback::Uint64");
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
    if (m_background)
    {
        m_background->Dispose();
        m_background = nullptr;
    }
    Object::DoDispose();
}

bool
DeviceProcessor::IsStarted() const
{
    return !m_ready.IsNull();
}

void
DeviceProcessor::SetCallbacks(ReadyCallback ready, StartCallback start, DoneCallback done)
{
    m_ready = ready;
    m_start = start;
    m_done = done;
    if (m_background)
    {
        m_background->Start(MakeCallback(&DeviceProcessor::HandleBackground, this));
    }
}

int64_t
DeviceProcessor::AssignStreams(int64_t stream)
{
    return m_background ? m_background->AssignStreams(stream) : 0;
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
        m_isBusy = m_running.Get() != 0;
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
    m_ready = ReadyCallback();
    m_start = StartCallback();
    m_done = DoneCallback();
    if (m_background)
    {
        m_background->Stop();
    }
}

void
DeviceProcessor::Feed()
{
    if (m_running.Get() == 0 && !m_waiting.empty() && m_ready(m_waiting.front()))
    {
        m_running = m_waiting.front();
        m_waiting.pop_front();
        m_isBusy = true;
        m_remaining = m_start(m_running);
        Retime();
    }
}

void
DeviceProcessor::Retime()
{
    m_since = Simulator::Now();
    m_sharers = GetSharers(m_background);
    m_end = Simulator::Schedule(m_remaining * m_sharers, &DeviceProcessor::Finish, this);
}

void
DeviceProcessor::HandleBackground()
{
    NS_LOG_FUNCTION(this);
    if (m_running.Get() != 0)
    {
        m_end.Remove(); // a canceled event would stay in the scheduler until its time
        m_remaining -= (Simulator::Now() - m_since) / m_sharers;
        Retime();
    }
}

void
DeviceProcessor::Finish()
{
    const uint64_t done = m_running;
    m_running = 0;
    m_done(done);
    Feed();
    m_isBusy = m_running.Get() != 0;
}

} // namespace surgery
} // namespace ns3
