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
 * The cost is linear in (x, y), so each cut is best in a convex region. The search knows the family
 * only by an oracle, which names a best cut for one (x, y). It asks the oracle at the corners of
 * the regions in which the cuts known so far are best, and ends when no corner yields a cheaper
 * cut.
 */
class FrontierSearch
{
  public:
    /// Names a cut of least L(D) + X(D) x + E(S) y among those of a family.
    using Oracle = std::function<Cut(double x, double y)>;

    /**
     * Search.
     *
     * @param costs what the layers cost
     * @param leastInverseShare where y begins
     * @param oracle the family; all-local is part of it
     */
    FrontierSearch(const LayerCosts& costs, double leastInverseShare, const Oracle& oracle);

    /**
     * @return the cuts, by E ascending, then by L descending; the first is all-local
     */
    const Cuts& GetCuts() const;

    /**
     * @return how often the oracle was asked
     */
    std::size_t GetQuestions() const;

  private:
    Cuts m_cuts;                ///< what was found
    std::size_t m_questions{0}; ///< oracle calls
};

} // namespace surgery
} // namespace ns3

#endif // DNN_FRONTIER_SEARCH_H
