/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bandwidth-trace-helper.h"

#include "ns3/net-device-container.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/random-variable-stream.h"
#include "ns3/surgery-bandwidth-trace-file.h"
#include "ns3/surgery-bandwidth-trace.h"
#include "ns3/surgery-fluid-link.h"
#include "ns3/surgery-traced-data-rate.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// The trace of that name; null if it is empty.
std::shared_ptr<const BandwidthTrace>
LoadUnlessEmpty(const std::string& description)
{
    return description.empty() ? nullptr : LoadBandwidthTrace(description);
}

/// A trace as fluid links see it.
class FluidTrace : public FluidRate
{
  public:
    /// @param trace it
    explicit FluidTrace(std::shared_ptr<const BandwidthTrace> trace)
        : m_trace(std::move(trace))
    {
    }

    double GetBytes(double seconds) const override
    {
        return m_trace->GetBytes(seconds);
    }

    double GetSeconds(double bytes) const override
    {
        return m_trace->GetSeconds(bytes);
    }

    double GetPeakBps() const override
    {
        return m_trace->GetPeakBps();
    }

  private:
    std::shared_ptr<const BandwidthTrace> m_trace; ///< it
};

} // namespace

BandwidthTraceHelper::BandwidthTraceHelper(const std::string& up, const std::string& down)
    : BandwidthTraceHelper(LoadUnlessEmpty(up), LoadUnlessEmpty(down))
{
}

BandwidthTraceHelper::BandwidthTraceHelper(std::shared_ptr<const BandwidthTrace> up,
                                           std::shared_ptr<const BandwidthTrace> down)
    : m_up(std::move(up)),
      m_down(std::move(down))
{
}

void
BandwidthTraceHelper::SetOffset(Ptr<RandomVariableStream> offset)
{
    m_offset = offset;
}

int64_t
BandwidthTraceHelper::AssignStreams(int64_t stream)
{
    if (m_offset)
    {
        m_offset->SetStream(stream);
    }
    return 1;
}

double
BandwidthTraceHelper::DrawOffset() const
{
    return m_offset ? std::clamp(m_offset->GetValue(), 0.0, BandwidthTrace::MAX_SECONDS) : 0.0;
}

Time
BandwidthTraceHelper::Install(Ptr<FluidLink> up, Ptr<FluidLink> down) const
{
    const auto offset = Seconds(DrawOffset());
    if (m_up)
    {
        up->Follow(Create<FluidTrace>(m_up), offset);
    }
    if (m_down)
    {
        down->Follow(Create<FluidTrace>(m_down), offset);
    }
    return offset;
}

Time
BandwidthTraceHelper::Install(const NetDeviceContainer& ends) const
{
    if (ends.GetN() != 2)
    {
        throw std::invalid_argument("bandwidth traces drive the 2 ends of a link, not " +
                                    std::to_string(ends.GetN()) + " devices");
    }
    const auto drawn = DrawOffset();
    TimeValue offset;
    for (const auto& [end, trace] : {std::make_pair(0u, m_up), std::make_pair(1u, m_down)})
    {
        const auto device = DynamicCast<PointToPointNetDevice>(ends.Get(end));
        if (!device)
        {
            throw std::invalid_argument("bandwidth traces drive ns3::PointToPointNetDevice, not " +
                                        ends.Get(end)->GetInstanceTypeId().GetName());
        }
        if (!trace)
        {
            continue;
        }
        if (device->GetObject<TracedDataRate>())
        {
            throw std::invalid_argument("this device follows a bandwidth trace already");
        }
        auto rate = CreateObject<TracedDataRate>();
        if (m_offset) // else it is as the attribute has it
        {
            rate->SetAttribute("Offset", TimeValue(Seconds(drawn)));
        }
        rate->GetAttribute("Offset", offset);
        rate->Drive(device, trace);
    }
    return offset.Get();
}

} // namespace surgery
} // namespace ns3
