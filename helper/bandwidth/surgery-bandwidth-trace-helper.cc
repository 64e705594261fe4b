/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bandwidth-trace-helper.h"

#include "ns3/double.h"
#include "ns3/net-device-container.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/random-variable-stream.h"
#include "ns3/surgery-bandwidth-trace-file.h"
#include "ns3/surgery-bandwidth-trace.h"
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

} // namespace

BandwidthTraceHelper::BandwidthTraceHelper(const std::string& up, const std::string& down)
    : BandwidthTraceHelper(LoadUnlessEmpty(up), LoadUnlessEmpty(down))
{
}

BandwidthTraceHelper::BandwidthTraceHelper(std::shared_ptr<const BandwidthTrace> up,
                                           std::shared_ptr<const BandwidthTrace> down)
    : m_up(std::move(up)),
      m_down(std::move(down)),
      m_offset(CreateObject<ConstantRandomVariable>())
{
    m_offset->SetAttribute("Constant", DoubleValue(0));
}

void
BandwidthTraceHelper::SetOffset(Ptr<RandomVariableStream> offset)
{
    m_offset = offset;
}

int64_t
BandwidthTraceHelper::AssignStreams(int64_t stream)
{
    m_offset->SetStream(stream);
    return 1;
}

void
BandwidthTraceHelper::Install(const NetDeviceContainer& ends) const
{
    if (ends.GetN() != 2)
    {
        throw std::invalid_argument("bandwidth traces drive the 2 ends of a link, not " +
                                    std::to_string(ends.GetN()) + " devices");
    }
    const auto offset = std::clamp(m_offset->GetValue(), 0.0, BandwidthTrace::MAX_SECONDS);
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
        rate->SetAttribute("Offset", TimeValue(Seconds(offset)));
        rate->Drive(device, trace);
    }
}

} // namespace surgery
} // namespace ns3
