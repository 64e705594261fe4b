/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-traced-data-rate.h"

#include "ns3/log.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bandwidth-trace.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("TracedDataRate");

NS_OBJECT_ENSURE_REGISTERED(TracedDataRate);

namespace
{

constexpr double ROUNDING_S = 1.5e-9; //!< by how much a packet may end late, s

} // namespace

TypeId
TracedDataRate::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::TracedDataRate")
                            .SetParent<Object>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<TracedDataRate>()
                            .AddAttribute("Offset",
                                          "Time in the trace at which the simulation begins.",
                                          TimeValue(Seconds(0)),
                                          MakeTimeAccessor(&TracedDataRate::m_offset),
                                          MakeTimeChecker(Seconds(0)))
                            .AddTraceSource("Rate",
                                            "A packet has begun at this rate.",
                                            MakeTraceSourceAccessor(&TracedDataRate::m_rateTrace),
                                            "ns3::surgery::TracedDataRate::RateTracedCallback");
    return tid;
}

void
TracedDataRate::Drive(Ptr<PointToPointNetDevice> device,
                      std::shared_ptr<const BandwidthTrace> trace)
{
    NS_LOG_FUNCTION(this << device);
    m_device = PeekPointer(device);
    m_trace = std::move(trace);
    device->TraceConnectWithoutContext("PhyTxBegin",
                                       MakeCallback(&TracedDataRate::HandleTxBegin, this));
    device->AggregateObject(this);
}

void
TracedDataRate::HandleTxBegin(Ptr<const Packet> packet)
{
    const auto now = (Simulator::Now() + m_offset).GetSeconds();
    const auto bytes = static_cast<double>(packet->GetSize());
    // When the device was not idle, the trace goes on where the packet before would have ended
    // without rounding: that of its DataRate, or that of Time.
    if (now > m_takenUntilS + ROUNDING_S)
    {
        m_takenBytes = m_trace->GetBytes(now);
    }
    m_takenBytes += bytes;
    m_takenUntilS = m_trace->GetSeconds(m_takenBytes);
    const auto seconds = std::max(m_takenUntilS - now, 1e-9);
    const DataRate rate(static_cast<uint64_t>(std::max(1.0, std::ceil(8 * bytes / seconds))));
    m_device->SetDataRate(rate);
    NS_LOG_DEBUG(packet->GetSize() << " bytes at " << rate);
    m_rateTrace(rate);
}

} // namespace surgery
} // namespace ns3
