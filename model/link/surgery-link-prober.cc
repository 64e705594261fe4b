/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-link-prober.h"

#include "ns3/log.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-own-object.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("LinkProber");

NS_OBJECT_ENSURE_REGISTERED(LinkProber);

namespace
{

/// Size of the first trial, which tells the delay.
constexpr uint32_t DELAY_BYTES = 1;

/// Size of the smallest other probe, unless Bytes is smaller: three segments tell a rate.
constexpr double LEAST_BYTES = 3 * 1448;

} // namespace

TypeId
LinkProber::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::LinkProber")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<LinkProber>()
            .AddAttribute(
                "Interval",
                "How long the network may be idle before a probe is sent; 0 means that "
                "none is ever sent, not even at the beginning. Less than 1 ms counts as 1 ms.",
                TimeValue(Seconds(10)),
                MakeTimeAccessor(&LinkProber::m_interval),
                MakeTimeChecker(Seconds(0), Seconds(1e9)))
            .AddAttribute(
                "Trials",
                "Number of probes that try an unknown network, one right after the other: one of 1 "
                "byte, one of 4344 bytes, and the others as large as Bytes, Duration and TCP's "
                "window "
                "allow.",
                UintegerValue(4),
                MakeUintegerAccessor(&LinkProber::m_trials),
                MakeUintegerChecker<uint32_t>())
            .AddAttribute("Bytes",
                          "Largest payload of a probe, in bytes; a probe that the estimator counts "
                          "as small (SmallBytes) tells no rate. TCP's window bounds the size as "
                          "well, but a probe of 4344 bytes is always sent.",
                          UintegerValue(32768),
                          MakeUintegerAccessor(&LinkProber::m_bytes),
                          MakeUintegerChecker<uint32_t>(1, 1 << 24))
            .AddAttribute("Duration",
                          "How long a probe may take at the estimated rate; a probe of 4344 bytes "
                          "is sent however long it takes.",
                          TimeValue(MilliSeconds(250)),
                          MakeTimeAccessor(&LinkProber::m_duration),
                          MakeTimeChecker(Seconds(0), Seconds(1e9)))
            .AddAttribute(
                "Jitter",
                "A random variable by which Interval is multiplied, drawn anew for each probe.",
                StringValue("ns3::UniformRandomVariable[Min=0.75|Max=1.25]"),
                MakeOwnObjectAccessor(&LinkProber::m_jitter),
                MakeOwnObjectChecker<RandomVariableStream>());
    return tid;
}

LinkProber::LinkProber()
{
    NS_LOG_FUNCTION(this);
}

LinkProber::~LinkProber()
{
    NS_LOG_FUNCTION(this);
}

void
LinkProber::DoDispose()
{
    NS_LOG_FUNCTION(this);
    Stop();
    m_send = SendCallback();
    m_room = RoomCallback();
    m_uplink = nullptr;
    m_downlink = nullptr;
    m_jitter = nullptr;
    Object::DoDispose();
}

void
LinkProber::SetCallbacks(SendCallback send,
                         RoomCallback room,
                         Ptr<LinkEstimator> uplink,
                         Ptr<LinkEstimator> downlink)
{
    m_send = send;
    m_room = room;
    m_uplink = uplink;
    m_downlink = downlink;
}

void
LinkProber::Start()
{
    NS_LOG_FUNCTION(this);
    if (m_running)
    {
        return;
    }
    m_running = true;
    if (m_due.IsZero())
    {
        Postpone();
    }
    else
    {
        ProbeWhenDue();
    }
    ProbeIfInDoubt();
}

void
LinkProber::Stop()
{
    NS_LOG_FUNCTION(this);
    m_running = false;
    if (m_pending)
    {
        m_due = Simulator::Now(); // what it was to tell is still unknown
    }
    m_pending = false;
    m_timer.Stop();
}

void
LinkProber::Postpone()
{
    NS_LOG_FUNCTION(this);
    const auto factor = std::clamp(m_jitter->GetValue(), 0.01, 100.0);
    const auto wait = BoundTime(factor * m_interval.GetSeconds());
    m_due = Simulator::Now() + std::max(wait, MilliSeconds(1)); // or time would hardly pass
    ProbeWhenDue();
}

void
LinkProber::ProbeWhenDue()
{
    if (m_running && m_interval.IsStrictlyPositive())
    {
        m_timer.Set(this, std::max(m_due - Simulator::Now(), Time()));
    }
    else
    {
        m_timer.Stop();
    }
}

void
LinkProber::ProbeNow()
{
    NS_LOG_FUNCTION(this);
    if (m_running && m_interval.IsStrictlyPositive() && !m_pending)
    {
        m_pending = m_send(GetBytes());
        Postpone();
    }
}

void
LinkProber::ProbeIfInDoubt()
{
    if (m_tried < m_trials || m_uplink->IsInDoubt() || m_downlink->IsInDoubt())
    {
        ProbeNow();
    }
}

void
LinkProber::EndTrials()
{
    m_tried = m_trials;
}

uint32_t
LinkProber::GetBytes() const
{
    if (m_tried == 0 && m_trials > 0)
    {
        return DELAY_BYTES;
    }
    const auto isGuess = m_tried == 1 && m_trials > 1;
    const auto timely = isGuess ? 0 : m_uplink->GetRateBps() / 8 * m_duration.GetSeconds();
    const auto fitting = std::min(timely, static_cast<double>(m_room()));
    const auto largest = static_cast<double>(m_bytes);
    return static_cast<uint32_t>(std::min(largest, std::max(LEAST_BYTES, fitting)));
}

void
LinkProber::HandleReply()
{
    NS_LOG_FUNCTION(this);
    m_pending = false;
    m_tried = std::min(m_tried + 1, m_trials);
    Postpone();
}

int64_t
LinkProber::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    m_jitter->SetStream(stream);
    return 1;
}

} // namespace surgery
} // namespace ns3
