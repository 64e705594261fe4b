/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fluid-link.h"

#include "private-link.h"
#include "shared-link.h"

#include "ns3/simulator.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// Of rates that are followed, where exactness would need all flows to be looked at all the time.
const Time STEP = MilliSeconds(10);

/// @param bps a rate, bit/s @return it
double
CheckRate(double bps)
{
    if (!std::isfinite(bps) || bps < 1)
    {
        throw std::invalid_argument("FluidLink: rate: must be finite and at least 1 bit/s, not " +
                                    std::to_string(bps));
    }
    return bps;
}

} // namespace

FluidRate::~FluidRate() = default;

Ptr<FluidLink>
FluidLink::MakePrivate(double bps)
{
    return Create<PrivateLink>(bps);
}

Ptr<FluidLink>
FluidLink::MakeShared(double bps, Sharing sharing)
{
    return Create<SharedLink>(bps, sharing);
}

FluidLink::FluidLink(double bps)
    : m_rateBps(CheckRate(bps))
{
}

FluidLink::~FluidLink()
{
    m_stepEnd.Cancel();
}

void
FluidLink::SetRate(double bps)
{
    CheckRate(bps);
    Apply([&] {
        m_rateBps = bps;
        m_followed = nullptr;
        m_stepEnd.Cancel();
    });
}

void
FluidLink::Follow(Ptr<const FluidRate> rate, Time offset)
{
    Apply([&] {
        m_followed = rate;
        m_offset = offset;
        m_rateBps = rate->GetPeakBps();
        m_stepEnd.Cancel();
        if (IsBusy())
        {
            TakeStep();
        }
    });
}

bool
FluidLink::IsFollowing() const
{
    return m_followed != nullptr;
}

void
FluidLink::SetUp(bool isUp)
{
    if (m_isUp != isUp)
    {
        Apply([&] { m_isUp = isUp; });
    }
}

bool
FluidLink::IsUp() const
{
    return m_isUp;
}

double
FluidLink::GetRateBps() const
{
    return m_isUp ? m_rateBps : 0;
}

void
FluidLink::Count(uint64_t bytes)
{
    m_bytes += bytes;
}

uint64_t
FluidLink::GetBytes() const
{
    return m_bytes;
}

// RATES THAT ARE FOLLOWED

const FluidRate*
FluidLink::GetFollowed() const
{
    return PeekPointer(m_followed);
}

double
FluidLink::GetFollowedSeconds() const
{
    return (Simulator::Now() + m_offset).GetSeconds();
}

bool
FluidLink::IsStepping() const
{
    return !m_stepEnd.IsExpired();
}

void
FluidLink::BeginSteps()
{
    if (m_followed && !IsStepping())
    {
        TakeStep();
    }
}

void
FluidLink::TakeStep()
{
    const auto now = GetFollowedSeconds();
    const auto seconds = STEP.GetSeconds();
    m_rateBps = 8 * (m_followed->GetBytes(now + seconds) - m_followed->GetBytes(now)) / seconds;
    m_stepEnd = Simulator::Schedule(STEP, &FluidLink::EndStep, this);
}

void
FluidLink::EndStep()
{
    Apply([this] {
        if (IsBusy())
        {
            TakeStep();
        }
        else
        {
            m_rateBps = m_followed->GetPeakBps();
        }
    });
}

} // namespace surgery
} // namespace ns3
