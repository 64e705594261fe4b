/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-partition-frontier.h"

#include "min-cut.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// All cuts.
Cuts
FindCuts(const LayerCosts& costs, double leastInverseShare, std::size_t& minCuts)
{
    MinCut minCut(costs);
    const FrontierSearch search(costs, leastInverseShare, [&](double x, double y) {
        return minCut.Solve(x, y);
    });
    minCuts = search.GetQuestions();
    return search.GetCuts();
}

/// Replace cuts that are known already by the known objects.
Cuts
Recognize(Cuts cuts, const Cuts& known)
{
    for (auto& cut : cuts)
    {
        const auto twin = std::find_if(known.begin(), known.end(), [&](const auto& other) {
            return other->deviceLayers == cut->deviceLayers;
        });
        cut = twin != known.end() ? *twin : cut;
    }
    return cuts;
}

} // namespace

PartitionFrontier::PartitionFrontier(LayerCosts costs, double leastInverseShare)
    : m_costs(std::move(costs)),
      m_offloaded(
          std::make_shared<const Cut>(MakeCut(m_costs, GetOffloadedLayers(m_costs.GetDnn()))))
{
    m_cuts = FindCuts(m_costs, leastInverseShare, m_minCuts);
}

const Cuts&
PartitionFrontier::GetCuts() const
{
    return m_cuts;
}

const Cuts&
PartitionFrontier::GetFamily(CutFinder find) const
{
    const std::lock_guard<std::mutex> lock(m_familiesMutex);
    auto family = m_families.find(find);
    if (family == m_families.end())
    {
        family = m_families.emplace(find, Recognize(find(m_costs), m_cuts)).first;
    }
    return family->second;
}

std::shared_ptr<const Cut>
PartitionFrontier::GetLocalCut() const
{
    return m_cuts.front();
}

std::shared_ptr<const Cut>
PartitionFrontier::GetOffloadedCut() const
{
    return m_offloaded;
}

const LayerCosts&
PartitionFrontier::GetCosts() const
{
    return m_costs;
}

std::size_t
PartitionFrontier::GetMinCuts() const
{
    return m_minCuts;
}

PartitionFrontierCache::PartitionFrontierCache(std::shared_ptr<ProfileLibrary> library)
    : m_library(std::move(library))
{
}

std::shared_ptr<const PartitionFrontier>
PartitionFrontierCache::Get(const std::string& dnn,
                            const std::string& device,
                            const std::string& server,
                            const Encoding& encoding)
{
    auto& frontier = m_frontiers[Key(dnn, device, server, encoding)];
    if (!frontier)
    {
        frontier =
            std::make_shared<const PartitionFrontier>(LayerCosts(m_library->GetDnn(dnn),
                                                                 *m_library->GetProcessor(device),
                                                                 *m_library->GetProcessor(server),
                                                                 encoding));
    }
    return frontier;
}

} // namespace surgery
} // namespace ns3
