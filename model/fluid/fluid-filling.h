/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_FILLING_H
#define FLUID_FILLING_H

#include <boost/container/small_vector.hpp>

namespace ns3
{
namespace surgery
{

class FluidBundle;
class SharedLink;

/**
 * @ingroup dnn-surgery
 *
 * Finds the levels of bundles by progressive filling: all levels rise together until a link is
 * full, which ends those of its bundles; the others rise on.
 *
 * Only bundles are looked at that a change can reach: those that share with it a link that holds
 * flows back, or did so before, and so on from bundle to bundle. Links with more than all flows can
 * use bind nothing together. Work grows with the number of these bundles, not with that of their
 * flows.
 */
class FluidFilling
{
  public:
    /// Begin with a bundle. @param bundle one that has changed
    void Add(FluidBundle& bundle);

    /// Find the levels of these bundles, and of all that depend on them, and set them.
    void Run();

  private:
    /// Add all bundles that share a link with one. @param bundle it
    void Spread(FluidBundle& bundle);
    /// Find the next link that is full. @param level set to its bundles' level @return it, or null
    SharedLink* FindFull(double& level) const;
    /// @param link a tight one @return the level at which it is full, bit/s; infinite: at none
    static double FindLevel(SharedLink& link);

    /// Mostly a few, found anew for each change: they are to need no memory of their own.
    template <typename T>
    using Few = boost::container::small_vector<T*, 8>;

    Few<FluidBundle> m_bundles; ///< looked at
    Few<SharedLink> m_links;    ///< looked at
    Few<SharedLink> m_tight;    ///< those that may be full
};

} // namespace surgery
} // namespace ns3

#endif // FLUID_FILLING_H
