/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fluid-flow.h"

#include "fluid-filling.h"
#include "fluid-wait.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace surgery
{

bool
FluidRoute::IsOpen() const
{
    const auto& shared = bundle->GetLinks();
    return (!access || access->IsUp()) &&
           std::all_of(shared.begin(), shared.end(), [](const auto& link) { return link->IsUp(); });
}

FluidFlow::FluidFlow(Owner& owner)
    : m_owner(&owner)
{
}

void
FluidFlow::Release()
{
    m_owner = nullptr;
    Stop();
}

void
FluidFlow::SetRoute(const FluidRoute& route)
{
    m_route = route;
}

const FluidRoute&
FluidFlow::GetRoute() const
{
    return m_route;
}

bool
FluidFlow::IsActive() const
{
    return m_isActive;
}

void
FluidFlow::Start(double bits)
{
    m_leftBits = bits;
    m_isActive = true;
    m_isFinishing = false;
    m_number = m_route.bundle->MakeNumber();
    if (m_route.access)
    {
        m_route.access->Add(*this);
        return;
    }
    FluidFilling filling;
    Enter(filling);
    filling.Run();
    Resume();
}

double
FluidFlow::Stop()
{
    if (!m_isActive)
    {
        return 0;
    }
    m_isActive = false;
    if (m_route.access)
    {
        m_route.access->Remove(*this);
    }
    else
    {
        FluidFilling filling;
        Leave(filling);
        filling.Run();
    }
    return m_leftBits;
}

double
FluidFlow::GetBitsLeft() const
{
    if (!m_isRunning)
    {
        return m_leftBits;
    }
    double left = 0;
    if (m_isHeldBack)
    {
        left = m_targetBits - m_route.bundle->GetClockBits();
    }
    else if (m_isExact)
    {
        left = m_leftBits - m_route.access->GetBits(m_position);
    }
    else
    {
        left = m_leftBits - m_capBps * (Simulator::Now() - m_since).GetSeconds();
    }
    return std::clamp(left, 0.0, m_leftBits);
}

void
FluidFlow::Settle()
{
    m_leftBits = GetBitsLeft();
    m_timer.Stop();
    if (m_isRunning && m_isHeldBack)
    {
        m_route.bundle->RemoveHeldBack(*this);
    }
    m_isRunning = false;
}

void
FluidFlow::Leave(FluidFilling& filling)
{
    Settle();
    m_route.bundle->Remove(*this);
    filling.Add(*m_route.bundle);
}

void
FluidFlow::Enter(FluidFilling& filling)
{
    m_capBps =
        m_route.access ? m_route.access->GetCapBps() : std::numeric_limits<double>::infinity();
    m_route.bundle->Insert(*this);
    filling.Add(*m_route.bundle);
}

void
FluidFlow::Resume()
{
    if (m_isFinishing)
    {
        return; // the owner is about to tell how it goes on
    }
    m_isRunning = true;
    m_since = Simulator::Now();
    m_isHeldBack = m_capBps > m_route.bundle->GetLevelBps();
    m_isExact = !m_isHeldBack && m_route.access && m_route.access->IsExact();
    if (m_isHeldBack)
    {
        m_targetBits = m_route.bundle->GetClockBits() + m_leftBits;
        m_route.bundle->AddHeldBack(*this);
        if (m_route.access)
        {
            m_route.access->HandleHeldBack();
        }
    }
    else if (m_isExact)
    {
        m_position = m_route.access->GetPosition();
        m_timer.Set(this, ToFluidWait(m_route.access->GetSeconds(m_leftBits)));
    }
    else if (m_capBps > 0)
    {
        m_timer.Set(this, ToFluidWait(m_leftBits / m_capBps));
    }
}

void
FluidFlow::Switch()
{
    if (m_isRunning)
    {
        Settle();
        Resume();
    }
}

double
FluidFlow::GetCapBps() const
{
    return m_capBps;
}

uint64_t
FluidFlow::GetNumber() const
{
    return m_number;
}

double
FluidFlow::GetTargetBits() const
{
    return m_targetBits;
}

void
FluidFlow::HandleDue()
{
    Finish();
}

void
FluidFlow::Finish()
{
    const Ptr<FluidFlow> self(this);
    Settle();
    m_leftBits = 0;
    m_isFinishing = true;
    const auto next = m_owner->HandleServed();
    if (!m_isActive || !m_isFinishing)
    {
        return; // it was stopped, and perhaps started again
    }
    m_isFinishing = false;
    if (next)
    {
        m_leftBits = *next;
        Resume();
    }
    else
    {
        Stop();
    }
}

} // namespace surgery
} // namespace ns3
