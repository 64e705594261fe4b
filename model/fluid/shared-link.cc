/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "shared-link.h"

#include "fluid-bundle.h"
#include "fluid-filling.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

SharedLink::SharedLink(double bps, Sharing sharing)
    : FluidLink(bps),
      m_sharing(sharing)
{
}

FluidLink::Sharing
SharedLink::GetSharing() const
{
    return m_sharing;
}

void
SharedLink::Add(FluidBundle& bundle)
{
    m_bundles.push_back(&bundle);
    BeginSteps();
}

void
SharedLink::Remove(FluidBundle& bundle)
{
    m_bundles.erase(std::find(m_bundles.begin(), m_bundles.end(), &bundle));
}

const std::vector<FluidBundle*>&
SharedLink::GetBundles() const
{
    return m_bundles;
}

bool
SharedLink::IsTight() const
{
    if (m_sharing == Sharing::EQUAL)
    {
        return !m_bundles.empty();
    }
    double most = 0;
    for (const auto* bundle : m_bundles)
    {
        most += bundle->GetMostBps(*this);
        if (most > GetRateBps())
        {
            return true;
        }
    }
    return false;
}

SharedLink::Mark&
SharedLink::GetMark()
{
    return m_mark;
}

void
SharedLink::Apply(const std::function<void()>& change)
{
    change();
    m_mark.wasTight = true;
    FluidFilling filling;
    for (auto* bundle : m_bundles)
    {
        filling.Add(*bundle);
    }
    filling.Run();
}

bool
SharedLink::IsBusy() const
{
    return !m_bundles.empty();
}

} // namespace surgery
} // namespace ns3
