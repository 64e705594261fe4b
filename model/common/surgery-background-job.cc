/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-background-job.h"

#include "ns3/log.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-own-object.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("BackgroundJob");

NS_OBJECT_ENSURE_REGISTERED(BackgroundJob);

TypeId
BackgroundJob::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::BackgroundJob")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<BackgroundJob>()
            .AddAttribute("On",
                          "A random variable with how long the job wants the processor, in "
                          "seconds; values below 0 count as 0.",
                          StringValue("ns3::ConstantRandomVariable[Constant=1]"),
                          MakeOwnObjectAccessor(&BackgroundJob::m_onTime),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute("Off",
                          "A random variable with how long the job then does not want the "
                          "processor, in seconds; values below 0 count as 0. If it is always 0, "
                          "the job always wants it.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakeOwnObjectAccessor(&BackgroundJob::m_offTime),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddTraceSource("IsOn",
                            "The job began or ceased to want the processor.",
                            MakeTraceSourceAccessor(&BackgroundJob::m_isOn),
                            "ns3::TracedValueCallback::Bool");
    return tid;
}

BackgroundJob::BackgroundJob()
{
    NS_LOG_FUNCTION(this);
}

BackgroundJob::~BackgroundJob()
{
    NS_LOG_FUNCTION(this);
}

void
BackgroundJob::DoDispose()
{
    NS_LOG_FUNCTION(this);
    Stop();
    m_onTime = nullptr;
    m_offTime = nullptr;
    Object::DoDispose();
}

void
BackgroundJob::Start(ChangeCallback change)
{
    NS_LOG_FUNCTION(this);
    m_change = change;
    m_next.Cancel();
    Toggle();
}

void
BackgroundJob::Stop()
{
    NS_LOG_FUNCTION(this);
    m_next.Cancel();
    m_change = ChangeCallback();
    m_isOn = false;
}

bool
BackgroundJob::IsOn() const
{
    return m_isOn;
}

int64_t
BackgroundJob::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    m_onTime->SetStream(stream);
    m_offTime->SetStream(stream + 1);
    return 2;
}

void
BackgroundJob::Toggle()
{
    const auto draw = [this](bool isOn) {
        return BoundTime((isOn ? m_onTime : m_offTime)->GetValue());
    };
    auto isOn = !m_isOn;
    auto wait = draw(isOn);
    if (wait.IsZero()) // the other one follows without a gap
    {
        isOn = !isOn;
        wait = draw(isOn);
        if (wait.IsZero())
        {
            throw std::invalid_argument("BackgroundJob: On and Off: must not both be 0 s");
        }
    }
    if (isOn != m_isOn)
    {
        m_isOn = isOn;
        m_change();
    }
    m_next = Simulator::Schedule(wait, &BackgroundJob::Toggle, this);
}

uint32_t
GetSharers(Ptr<const BackgroundJob> job)
{
    return job && job->IsOn() ? 2 : 1;
}

} // namespace surgery
} // namespace ns3
