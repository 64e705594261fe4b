/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "private-link.h"

#include "fluid-filling.h"
#include "fluid-flow.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

namespace
{

/// Rates of flows are multiples of this, bit/s: sums of them have no rounding errors, in whatever
/// order flows come and go.
constexpr double CAP_UNIT_BPS = 1.0 / 1024;

} // namespace

PrivateLink::PrivateLink(double bps)
    : FluidLink(bps)
{
}

PrivateLink::~PrivateLink()
{
    m_hold.Cancel();
}

void
PrivateLink::Add(FluidFlow& flow)
{
    Apply([&] { m_flows.push_back(&flow); });
}

void
PrivateLink::Remove(FluidFlow& flow)
{
    Apply([&] { m_flows.erase(std::find(m_flows.begin(), m_flows.end(), &flow)); });
    if (m_flows.empty())
    {
        m_hold.Cancel();
    }
}

void
PrivateLink::Apply(const std::function<void()>& change)
{
    FluidFilling filling;
    for (auto* flow : m_flows)
    {
        flow->Leave(filling);
    }
    change();
    for (auto* flow : m_flows)
    {
        flow->Enter(filling);
    }
    filling.Run();
    for (auto* flow : m_flows)
    {
        flow->Resume();
    }
}

double
PrivateLink::GetCapBps() const
{
    const auto part = GetRateBps() / std::max<double>(1, m_flows.size());
    return std::floor(part / CAP_UNIT_BPS) * CAP_UNIT_BPS;
}

bool
PrivateLink::IsExact() const
{
    return GetFollowed() && IsUp() && !IsStepping();
}

double
PrivateLink::GetPosition() const
{
    return GetFollowed()->GetBytes(GetFollowedSeconds());
}

double
PrivateLink::GetBits(double from) const
{
    return 8 * (GetPosition() - from) / m_flows.size();
}

double
PrivateLink::GetSeconds(double bits) const
{
    return GetFollowed()->GetSeconds(GetPosition() + bits * m_flows.size() / 8) -
           GetFollowedSeconds();
}

void
PrivateLink::HandleHeldBack()
{
    if (IsExact() && m_hold.IsExpired())
    {
        m_hold = Simulator::ScheduleNow(&PrivateLink::Hold, this);
    }
}

void
PrivateLink::Hold()
{
    if (IsExact() && IsBusy())
    {
        Apply([this] { BeginSteps(); });
    }
}

bool
PrivateLink::IsBusy() const
{
    return !m_flows.empty();
}

} // namespace surgery
} // namespace ns3
