/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-frontier-search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// A cut counts as new only if it is cheaper by this factor, more than rounding makes it.
constexpr double NEWS = 1e-10;

/// A point of the plane of x = seconds per byte and y = inverse share.
struct Point
{
    double x;
    double y;
};

using Polygon = std::vector<Point>;

double
GetCost(const Cut& cut, const Point& at)
{
    return cut.deviceSeconds + static_cast<double>(cut.uploadBytes) * at.x +
           cut.serverSeconds * at.y;
}

/// The part of a convex polygon where cut costs no more than rival.
Polygon
Clip(const Polygon& polygon, const Cut& cut, const Cut& rival)
{
    Polygon kept;
    for (std::size_t i = 0; i < polygon.size(); ++i)
    {
        const auto& here = polygon[i];
        const auto& next = polygon[(i + 1) % polygon.size()];
        const auto excessHere = GetCost(cut, here) - GetCost(rival, here);
        const auto excessNext = GetCost(cut, next) - GetCost(rival, next);
        if (excessHere <= 0)
        {
            kept.push_back(here);
        }
        if ((excessHere < 0 && excessNext > 0) || (excessHere > 0 && excessNext < 0))
        {
            const auto part = excessHere / (excessHere - excessNext);
            kept.push_back({here.x + part * (next.x - here.x), here.y + part * (next.y - here.y)});
        }
    }
    return kept;
}

double
GetSmallestPositive(const std::vector<double>& values)
{
    auto smallest = std::numeric_limits<double>::infinity();
    for (const auto value : values)
    {
        smallest = value > 0 ? std::min(smallest, value) : smallest;
    }
    return smallest;
}

/// The search: regions of the known cuts, and the corners that are proven.
class CornerSearch
{
  public:
    CornerSearch(const LayerCosts& costs,
                 double leastInverseShare,
                 const FrontierSearch::Oracle& oracle)
        : m_oracle(oracle),
          m_cuts{MakeCut(costs, GetLocalLayers(costs.GetDnn()))}
    {
        const auto& bytes = costs.GetTensorBytes();
        const auto local = costs.GetLocalSeconds();
        // beyond, sending the smallest tensor or running the shortest layer alone exceeds local
        const auto xMax =
            local / GetSmallestPositive(std::vector<double>(bytes.begin(), bytes.end()));
        const auto yMax = local / GetSmallestPositive(costs.GetServerSeconds());
        const auto right = xMax > 0 ? xMax : 1.0;
        const auto top = std::max(yMax, leastInverseShare + 1.0);
        m_plane = {{0, leastInverseShare}, {right, leastInverseShare}, {right, top}, {0, top}};
    }

    void Run()
    {
        while (AddOne())
        {
        }
        // all-local stays whatever it costs: a device without a server uses it
        std::vector<Cut> visible{m_cuts.front()};
        for (std::size_t i = 1; i < m_cuts.size(); ++i)
        {
            if (!GetRegion(m_cuts[i]).empty())
            {
                visible.push_back(m_cuts[i]);
            }
        }
        m_cuts = std::move(visible);
    }

    std::vector<Cut>& GetCuts()
    {
        return m_cuts;
    }

    std::size_t GetQuestions() const
    {
        return m_questions;
    }

  private:
    Polygon GetRegion(const Cut& cut) const
    {
        auto region = m_plane;
        for (const auto& rival : m_cuts)
        {
            if (region.empty())
            {
                break;
            }
            region = &rival == &cut ? region : Clip(region, cut, rival);
        }
        return region;
    }

    /// Ask every unproven corner; false once all are proven.
    bool AddOne()
    {
        for (const auto& cut : m_cuts)
        {
            for (const auto& corner : GetRegion(cut))
            {
                if (IsSettled(corner))
                {
                    continue;
                }
                auto best = m_oracle(corner.x, corner.y);
                ++m_questions;
                const auto cheaper = GetCost(best, corner) < GetCost(cut, corner) * (1 - NEWS);
                if (cheaper && !IsKnown(best))
                {
                    m_cuts.push_back(std::move(best));
                    return true;
                }
                m_settled.push_back(corner);
            }
        }
        return false;
    }

    bool IsKnown(const Cut& cut) const
    {
        return std::any_of(m_cuts.begin(), m_cuts.end(), [&](const Cut& known) {
            return known.deviceLayers == cut.deviceLayers;
        });
    }

    /// Two neighboring regions compute their common corner with different rounding.
    bool IsSettled(const Point& corner) const
    {
        const auto close = [](double a, double b) {
            return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
        };
        return std::any_of(m_settled.begin(), m_settled.end(), [&](const Point& settled) {
            return close(settled.x, corner.x) && close(settled.y, corner.y);
        });
    }

    const FrontierSearch::Oracle& m_oracle;
    Polygon m_plane;
    std::vector<Cut> m_cuts;
    std::vector<Point> m_settled;
    std::size_t m_questions{0};
};

} // namespace

FrontierSearch::FrontierSearch(const LayerCosts& costs,
                               double leastInverseShare,
                               const Oracle& oracle)
{
    CornerSearch search(costs, leastInverseShare, oracle);
    search.Run();
    m_questions = search.GetQuestions();
    auto& cuts = search.GetCuts();
    // all-local stays first, even among cuts that leave no work to the server
    std::stable_sort(cuts.begin() + 1, cuts.end(), [](const Cut& a, const Cut& b) {
        return std::make_tuple(a.serverSeconds, -a.deviceSeconds, a.uploadBytes) <
               std::make_tuple(b.serverSeconds, -b.deviceSeconds, b.uploadBytes);
    });
    for (auto& cut : cuts)
    {
        m_cuts.push_back(std::make_shared<const Cut>(std::move(cut)));
    }
}

const Cuts&
FrontierSearch::GetCuts() const
{
    return m_cuts;
}

std::size_t
FrontierSearch::GetQuestions() const
{
    return m_questions;
}

} // namespace surgery
} // namespace ns3
