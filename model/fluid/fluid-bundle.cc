/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fluid-bundle.h"

#include "fluid-flow.h"
#include "fluid-wait.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ns3
{
namespace surgery
{

bool
FluidBundle::ByCap::operator()(const FluidFlow* a, const FluidFlow* b) const
{
    return a->GetCapBps() != b->GetCapBps() ? a->GetCapBps() < b->GetCapBps()
                                            : a->GetNumber() < b->GetNumber();
}

bool
FluidBundle::ByTarget::operator()(const FluidFlow* a, const FluidFlow* b) const
{
    return a->GetTargetBits() != b->GetTargetBits() ? a->GetTargetBits() < b->GetTargetBits()
                                                    : a->GetNumber() < b->GetNumber();
}

FluidBundle::FluidBundle(std::vector<Ptr<SharedLink>> links)
    : m_links(std::move(links)),
      m_probe(m_flows.end()),
      m_levelBps(std::numeric_limits<double>::infinity())
{
}

const std::vector<Ptr<SharedLink>>&
FluidBundle::GetLinks() const
{
    return m_links;
}

uint64_t
FluidBundle::MakeNumber()
{
    return m_numbers++;
}

// FLOWS AND THEIR CAPS

void
FluidBundle::Insert(FluidFlow& flow)
{
    if (m_links.empty())
    {
        return; // nothing holds its flows back
    }
    if (m_flows.empty())
    {
        for (const auto& link : m_links)
        {
            link->Add(*this);
        }
        m_capsBps = 0;
        m_cappedBps = 0;
        m_above = 0;
    }
    const auto inserted = m_flows.insert(&flow).first;
    m_capsBps += flow.GetCapBps();
    if (flow.GetCapBps() <= m_probeBps)
    {
        m_cappedBps += flow.GetCapBps();
        return;
    }
    ++m_above;
    if (m_probe == m_flows.end() || ByCap()(&flow, *m_probe))
    {
        m_probe = inserted;
    }
}

void
FluidBundle::Remove(FluidFlow& flow)
{
    if (m_links.empty())
    {
        return;
    }
    const auto found = m_flows.find(&flow);
    if (found == m_probe)
    {
        ++m_probe;
    }
    m_flows.erase(found);
    // with an infinite cap, all are
    m_capsBps = std::isfinite(m_capsBps) ? m_capsBps - flow.GetCapBps() : m_capsBps;
    if (flow.GetCapBps() <= m_probeBps)
    {
        m_cappedBps -= flow.GetCapBps();
    }
    else
    {
        --m_above;
    }
    if (m_flows.empty())
    {
        for (const auto& link : m_links)
        {
            link->Remove(*this);
        }
    }
}

std::size_t
FluidBundle::GetFlows() const
{
    return m_flows.size();
}

double
FluidBundle::GetMostBps(const SharedLink& link) const
{
    auto most = m_capsBps;
    for (const auto& other : m_links)
    {
        if (PeekPointer(other) != &link)
        {
            most = std::min(most, other->GetRateBps());
        }
    }
    return most;
}

double
FluidBundle::GetLoadBps(double level)
{
    m_probeBps = level;
    while (m_probe != m_flows.end() && (*m_probe)->GetCapBps() <= level)
    {
        m_cappedBps += (*m_probe)->GetCapBps();
        --m_above;
        ++m_probe;
    }
    while (m_probe != m_flows.begin() && (*std::prev(m_probe))->GetCapBps() > level)
    {
        --m_probe;
        m_cappedBps -= (*m_probe)->GetCapBps();
        ++m_above;
    }
    return m_cappedBps + (m_above > 0 ? static_cast<double>(m_above) * level : 0);
}

std::size_t
FluidBundle::GetHeldBack() const
{
    return m_above;
}

// THE LEVEL AND THE CLOCK

double
FluidBundle::GetLevelBps() const
{
    return m_levelBps;
}

void
FluidBundle::SetLevel(double level)
{
    if (level == m_levelBps)
    {
        return;
    }
    Wind();
    const auto low = std::min(level, m_levelBps);
    const auto high = std::max(level, m_levelBps);
    m_levelBps = level;
    // GetLoadBps leaves the place of the level; between it and the former one, flows change
    GetLoadBps(low);
    for (auto flow = m_probe; flow != m_flows.end() && (*flow)->GetCapBps() <= high; ++flow)
    {
        (*flow)->Switch();
    }
    SetTimer();
}

void
FluidBundle::Wind()
{
    const auto now = Simulator::Now();
    m_clockBits = GetClockBits();
    m_clockTime = now;
}

double
FluidBundle::GetClockBits() const
{
    const auto since = Simulator::Now() - m_clockTime;
    if (m_heldBack.empty() || since.IsZero()) // the level may have become infinite
    {
        return m_clockBits;
    }
    return m_clockBits + m_levelBps * since.GetSeconds();
}

void
FluidBundle::AddHeldBack(FluidFlow& flow)
{
    Wind();
    m_heldBack.insert(&flow);
    SetTimer();
}

void
FluidBundle::RemoveHeldBack(FluidFlow& flow)
{
    Wind();
    m_heldBack.erase(&flow);
    SetTimer();
}

void
FluidBundle::SetTimer()
{
    if (m_heldBack.empty())
    {
        m_clockBits = 0;
        m_timer.Stop();
    }
    else if (m_levelBps > 0)
    {
        const auto first = (*m_heldBack.begin())->GetTargetBits();
        m_timer.Set(this, ToFluidWait((first - GetClockBits()) / m_levelBps));
    }
    else
    {
        m_timer.Stop();
    }
}

void
FluidBundle::HandleDue()
{
    const Ptr<FluidBundle> self(this);
    (*m_heldBack.begin())->Finish();
    SetTimer();
}

FluidBundle::Mark&
FluidBundle::GetMark()
{
    return m_mark;
}

} // namespace surgery
} // namespace ns3
