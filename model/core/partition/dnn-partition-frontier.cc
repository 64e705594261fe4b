/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-partition-frontier.h"

#include "min-cuts.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// What may be spent on finding all cuts: layers in the min-cuts solved. The bundled DNNs take 91 %
/// of it at most (BERT-base).
constexpr std::size_t BUDGET = 20000;

/// What may be spent on it beside: layers of all cuts looked at. A chain takes no min-cut, but may
/// have as many cuts as layers. The bundled DNNs take less than a tenth of it.
constexpr std::size_t LAYERS_BUDGET = 10000000;

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
    MinCuts minCuts(m_costs);
    std::size_t layers = 0;
    const FrontierSearch search(
        m_costs,
        leastInverseShare,
        [&](double x, double y) {
            layers += m_costs.GetDnn().GetSize();
            return minCuts.Solve(x, y);
        },
        [&] { return minCuts.GetWork() > BUDGET || layers > LAYERS_BUDGET; });
    m_cuts = search.GetCuts();
    m_contenders = Contenders(m_cuts);
    m_minCuts = search.GetQuestions();
    m_tolerance = search.GetTolerance();
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

double
PartitionFrontier::GetTolerance() const
{
    return m_tolerance;
}

PartitionFrontierCache::PartitionFrontierCache(std::shared_ptr<ProfileLibrary> library)
    : m_library(std::move(library))
{
}

ProfileLibrary&
PartitionFrontierCache::GetLibrary() const
{
    return *m_library;
}

std::shared_ptr<const PartitionFrontier>
PartitionFrontierCache::Get(const std::string& dnn,
                            const std::string& device,
                            const std::string& server,
                            const Encoding& encoding,
                            double leastInverseShare)
{
    auto& frontier = m_frontiers[{{dnn, device, server, encoding}, leastInverseShare}];
    if (!frontier)
    {
        frontier =
            std::make_shared<const PartitionFrontier>(*GetCosts(dnn, device, server, encoding),
                                                      leastInverseShare);
    }
    return frontier;
}

std::shared_ptr<const LayerCosts>
PartitionFrontierCache::GetCosts(const std::string& dnn,
                                 const std::string& device,
                                 const std::string& server,
                                 const Encoding& encoding)
{
    auto& costs = m_costs[{dnn, device, server, encoding}];
    if (!costs)
    {
        costs = std::make_shared<const LayerCosts>(m_library->GetDnn(dnn),
                                                   *m_library->GetProcessor(device),
                                                   *m_library->GetProcessor(server),
                                                   encoding);
    }
    return costs;
}

double
PartitionFrontierCache::GetTolerance() const
{
    double tolerance = 0;
    for (const auto& entry : m_frontiers)
    {
        tolerance = std::max(tolerance, entry.second ? entry.second->GetTolerance() : 0);
    }
    return tolerance;
}

} // namespace surgery
} // namespace ns3
