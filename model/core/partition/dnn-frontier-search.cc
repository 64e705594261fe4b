/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-frontier-search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
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
/// Corners that differ by less are one.
constexpr double ROUNDING = 1e-12;

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
    return GetWeightedCost(cut, at.x, at.y);
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

/// A cut, and where it is best among those known.
struct Region
{
    Cut cut;
    Polygon corners;
    bool isSettled; ///< whether all corners are
};

/// The search: regions of the known cuts, and the corners that are settled.
class CornerSearch
{
  public:
    CornerSearch(const LayerCosts& costs,
                 double leastInverseShare,
                 const FrontierSearch::Oracle& oracle,
                 const FrontierSearch::Budget& isSpent)
        : m_oracle(oracle),
          m_isSpent(isSpent)
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
        Add(MakeCut(costs, GetLocalLayers(costs.GetDnn())));
    }

    void Run()
    {
        while (AddOne())
        {
        }
    }

    /// The cuts that are best somewhere; all-local, the first one, stays whatever it costs: a
    /// device without a server uses it.
    std::vector<Cut> TakeCuts()
    {
        std::vector<Cut> cuts;
        for (auto& region : m_regions)
        {
            if (cuts.empty() || !region.corners.empty())
            {
                cuts.push_back(std::move(region.cut));
            }
        }
        return cuts;
    }

    std::size_t GetQuestions() const
    {
        return m_questions;
    }

    double GetTolerance() const
    {
        return m_tolerance;
    }

  private:
    /// Take a cut in, where it is best.
    void Add(Cut cut)
    {
        auto corners = m_plane;
        for (auto& rival : m_regions)
        {
            corners = Clip(corners, cut, rival.cut);
            if (IsDearerSomewhere(rival, cut))
            {
                rival.corners = Clip(rival.corners, rival.cut, cut);
                rival.isSettled = false;
            }
        }
        m_regions.push_back({std::move(cut), std::move(corners), false});
    }

    static bool IsDearerSomewhere(const Region& region, const Cut& rival)
    {
        return std::any_of(region.corners.begin(), region.corners.end(), [&](const Point& corner) {
            return GetCost(region.cut, corner) > GetCost(rival, corner);
        });
    }

    /// Ask every corner that is not settled; false once all are.
    bool AddOne()
    {
        for (auto& region : m_regions)
        {
            if (region.isSettled)
            {
                continue;
            }
            for (const auto& corner : region.corners)
            {
                if (IsSettled(corner))
                {
                    continue;
                }
                if (m_tolerance == 0 && m_isSpent && m_isSpent())
                {
                    m_tolerance = FrontierSearch::TOLERANCE;
                }
                auto best = m_oracle(corner.x, corner.y);
                ++m_questions;
                const auto known = GetCost(region.cut, corner);
                const auto isCheaper = GetCost(best, corner) < known * (1 - NEWS) &&
                                       GetCost(best, corner) * (1 + m_tolerance) < known;
                if (isCheaper && !IsKnown(best))
                {
                    Add(std::move(best));
                    return true;
                }
                m_settled.emplace(corner.x, corner.y);
            }
            region.isSettled = true;
        }
        return false;
    }

    bool IsKnown(const Cut& cut) const
    {
        return std::any_of(m_regions.begin(), m_regions.end(), [&](const Region& known) {
            return known.cut.uploadBytes == cut.uploadBytes && // of many layers the quicker look
                   known.cut.deviceLayers == cut.deviceLayers;
        });
    }

    /// Two neighboring regions compute their common corner with different rounding.
    bool IsSettled(const Point& corner) const
    {
        const auto end = m_settled.upper_bound(corner.x * (1 + ROUNDING));
        return std::any_of(m_settled.lower_bound(corner.x * (1 - ROUNDING)),
                           end,
                           [&](const auto& settled) {
                               return std::abs(settled.second - corner.y) <=
                                      ROUNDING * std::max(settled.second, corner.y);
                           });
    }

    const FrontierSearch::Oracle& m_oracle;
    const FrontierSearch::Budget& m_isSpent;
    Polygon m_plane;
    std::vector<Region> m_regions;           ///< in the order of discovery
    std::multimap<double, double> m_settled; ///< y by x
    double m_tolerance{0};                   ///< 0 until the budget is spent
    std::size_t m_questions{0};
};

} // namespace

FrontierSearch::FrontierSearch(const LayerCosts& costs,
                               double leastInverseShare,
                               const Oracle& oracle,
                               const Budget& isSpent)
{
    CornerSearch search(costs, leastInverseShare, oracle, isSpent);
    search.Run();
    m_questions = search.GetQuestions();
    m_tolerance = search.GetTolerance();
    auto cuts = search.TakeCuts();
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

double
FrontierSearch::GetTolerance() const
{
    return m_tolerance;
}

} // namespace surgery
} // namespace ns3
