/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fluid-filling.h"

#include "fluid-bundle.h"
#include "shared-link.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr auto INFINITE = std::numeric_limits<double>::infinity();
constexpr auto NONE = std::numeric_limits<std::size_t>::max(); ///< no number of flows
constexpr double ROUNDING = 1e-13;                             ///< of levels, relative

} // namespace

void
FluidFilling::Add(FluidBundle& bundle)
{
    auto& mark = bundle.GetMark();
    if (!mark.isVisited)
    {
        mark = {true, false, INFINITE};
        m_bundles.push_back(&bundle);
    }
}

void
FluidFilling::Spread(FluidBundle& bundle)
{
    for (const auto& link : bundle.GetLinks())
    {
        auto& mark = link->GetMark();
        if (mark.isVisited)
        {
            continue;
        }
        mark.isVisited = true;
        mark.fixedBps = 0;
        m_links.push_back(PeekPointer(link));
        const auto isTight = link->IsTight();
        if (isTight || mark.wasTight)
        {
            for (auto* other : link->GetBundles())
            {
                Add(*other);
            }
        }
        if (isTight)
        {
            m_tight.push_back(PeekPointer(link));
        }
        mark.wasTight = isTight;
    }
}

void
FluidFilling::Run()
{
    // links that hold nothing back for sure are spared even the search
    for (std::size_t i = 0; i < m_bundles.size(); ++i)
    {
        Spread(*m_bundles[i]);
    }
    auto level = INFINITE;
    while (auto* full = FindFull(level))
    {
        for (auto* bundle : full->GetBundles())
        {
            auto& mark = bundle->GetMark();
            if (mark.isFixed)
            {
                continue;
            }
            mark.isFixed = true;
            mark.levelBps = level;
            const auto load = bundle->GetLoadBps(level);
            for (const auto& link : bundle->GetLinks())
            {
                link->GetMark().fixedBps += load;
            }
        }
    }
    for (auto* link : m_links)
    {
        link->GetMark().isVisited = false;
    }
    for (auto* bundle : m_bundles)
    {
        bundle->GetMark().isVisited = false;
        bundle->SetLevel(bundle->GetMark().levelBps);
    }
    m_bundles.clear();
    m_links.clear();
    m_tight.clear();
}

SharedLink*
FluidFilling::FindFull(double& level) const
{
    SharedLink* full = nullptr;
    level = INFINITE;
    for (auto* link : m_tight)
    {
        const auto found = FindLevel(*link);
        if (found < level)
        {
            level = found;
            full = link;
        }
    }
    return full;
}

double
FluidFilling::FindLevel(SharedLink& link)
{
    std::size_t all = 0;
    std::size_t open = 0; // flows whose level is not found
    for (auto* bundle : link.GetBundles())
    {
        all += bundle->GetFlows();
        open += bundle->GetMark().isFixed ? 0 : bundle->GetFlows();
    }
    if (open == 0)
    {
        return INFINITE;
    }
    if (link.GetSharing() == FluidLink::Sharing::EQUAL)
    {
        return link.GetRateBps() / static_cast<double>(all);
    }
    // The load is a concave function of the level, in straight pieces: Newton's method comes from
    // below after its first step, and is exact once it stays on a piece.
    const auto room = std::max(0.0, link.GetRateBps() - link.GetMark().fixedBps);
    const auto least = room / static_cast<double>(open);
    auto level = std::max(least, link.GetMark().levelBps);
    for (auto before = NONE;;)
    {
        double load = 0;
        std::size_t heldBack = 0;
        for (auto* bundle : link.GetBundles())
        {
            if (!bundle->GetMark().isFixed)
            {
                load += bundle->GetLoadBps(level);
                heldBack += bundle->GetHeldBack();
            }
        }
        if (heldBack == 0 && (load <= room || level <= least))
        {
            return INFINITE;
        }
        const auto next =
            heldBack > 0 ? level + (room - load) / static_cast<double>(heldBack) : least;
        if (heldBack == before || std::abs(next - level) <= ROUNDING * level)
        {
            link.GetMark().levelBps = level;
            return level;
        }
        before = heldBack > 0 && next >= least ? heldBack : NONE;
        level = std::max(least, next);
    }
}

} // namespace surgery
} // namespace ns3
