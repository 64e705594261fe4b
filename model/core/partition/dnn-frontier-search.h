/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_FRONTIER_SEARCH_H
#define DNN_FRONTIER_SEARCH_H

#include "ns3/dnn-cut.h"
#include "ns3/dnn-layer-costs.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace ns3
{
namespace surgery
{

/// Cuts of one DNN; all that choose a cut share the object.
using Cuts = std::vector<std::shared_ptr<const Cut>>;

/**
 * @ingroup dnn-surgery
 *
 * Finds all cuts of a family that minimize L(D) + X(D) x + E(S) y for some x >= 0 and some y.
 *
 * The cost is linear in (x, y), so each cut is best in a convex region. The family is known by an
 * oracle alone, which names a best cut for one (x, y). It is asked at the corners of the regions
 * where the cuts known so far are best: where a corner yields nothing cheaper, the search is over.
 *
 * There can be far too many: where n layers read one tensor, each is on the server at once or not
 * on its own side of a line of the plane, and n lines make up to n (n + 1) / 2 + 1 regions. Once a
 * budget is spent, a cut counts as cheaper only if it is so by TOLERANCE. Then no cut of the family
 * is cheaper anywhere by more than that than the best of those found: inside a region the cost of
 * the region's cut is linear and the least cost of all cuts is concave, so the first less
 * (1 + TOLERANCE) times the second is convex, and nowhere greater than at the corners, where the
 * oracle was asked.
 */
class FrontierSearch
{
  public:
    /// Names a cut of least L(D) + X(D) x + E(S) y among those of a family.
    using Oracle = std::function<Cut(double x, double y)>;

    /// Says whether finding all cuts would take too long.
    using Budget = std::function<bool()>;

    /// By which part a cut must be cheaper once the budget is spent.
    static constexpr double TOLERANCE = 1e-3;

    /**
     * Search.
     *
     * @param costs what the layers cost
     * @param leastInverseShare where y begins
     * @param oracle the family; all-local is part of it
     * @param isSpent asked before each question, whether the budget is spent; empty: never
     */
    FrontierSearch(const LayerCosts& costs,
                   double leastInverseShare,
                   const Oracle& oracle,
                   const Budget& isSpent = {});

    /**
     * @return the cuts, by E ascending, then by L descending; the first is all-local
     */
    const Cuts& GetCuts() const;

    /**
     * @return how often the oracle was asked
     */
    std::size_t GetQuestions() const;

    /**
     * @return by which part some cut of the family may be cheaper than those found, somewhere:
     *         TOLERANCE, or 0 if all were found
     */
    double GetTolerance() const;

  private:
    Cuts m_cuts;                ///< what was found
    std::size_t m_questions{0}; ///< oracle calls
    double m_tolerance{0};      ///< what was left aside
};

} // namespace surgery
} // namespace ns3

#endif // DNN_FRONTIER_SEARCH_H
