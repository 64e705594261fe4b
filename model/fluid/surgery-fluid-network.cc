/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fluid-network.h"

#include "fluid-flow.h"

#include "ns3/surgery-fluid-host.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

FluidNetwork::FluidNetwork(double headerFactor)
    : m_headerFactor(headerFactor)
{
    if (!(headerFactor >= 1 && headerFactor <= 10))
    {
        throw std::invalid_argument("FluidNetwork: header factor: must be in 1..10, not " +
                                    std::to_string(headerFactor));
    }
}

FluidNetwork::~FluidNetwork() = default;

void
FluidNetwork::Join(uint32_t from, uint32_t to, const FluidSegment& segment)
{
    m_joins[{from, to}] = segment;
}

double
FluidNetwork::GetHeaderFactor() const
{
    return m_headerFactor;
}

FluidRoute
FluidNetwork::FindRoute(const FluidHost& from, const FluidHost& to)
{
    FluidRoute route;
    std::vector<Ptr<SharedLink>> shared;
    const auto pass = [&](const FluidSegment& segment) {
        route.delay += segment.delay;
        for (const auto& link : segment.links)
        {
            const auto medium = DynamicCast<SharedLink>(link);
            if (!medium)
            {
                route.access = DynamicCast<PrivateLink>(link);
            }
            else if (std::find(shared.begin(), shared.end(), medium) == shared.end())
            {
                shared.push_back(medium); // once, even if both ends are in one cell
            }
        }
    };
    pass(from.GetUp());
    const auto join = m_joins.find({from.GetPlace(), to.GetPlace()});
    if (join != m_joins.end())
    {
        pass(join->second);
    }
    pass(to.GetDown());
    route.bundle = FindBundle(shared);
    return route;
}

Ptr<FluidBundle>
FluidNetwork::FindBundle(const std::vector<Ptr<SharedLink>>& links)
{
    std::vector<const SharedLink*> key;
    for (const auto& link : links)
    {
        key.push_back(PeekPointer(link));
    }
    std::sort(key.begin(), key.end());
    auto& bundle = m_bundles[key];
    if (!bundle)
    {
        bundle = Create<FluidBundle>(links);
    }
    return bundle;
}

} // namespace surgery
} // namespace ns3
