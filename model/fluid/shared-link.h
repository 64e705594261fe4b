/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SHARED_LINK_H
#define SHARED_LINK_H

#include "ns3/surgery-fluid-link.h"

#include <functional>
#include <vector>

namespace ns3
{
namespace surgery
{

class FluidBundle;

/**
 * @ingroup dnn-surgery
 *
 * A link of many flows, which cross it in bundles.
 */
class SharedLink : public FluidLink
{
  public:
    /// What is noted while levels are found (FluidFilling).
    struct Mark
    {
        bool isVisited{false}; ///< whether the link belongs to those looked at
        double fixedBps{0};    ///< taken by bundles whose level is found
        double levelBps{0};    ///< what it gives a flow, to begin the next search with
        bool wasTight{false};  ///< whether it held flows back at last
    };

    /// @param bps its rate, bit/s @param sharing how flows share it
    SharedLink(double bps, Sharing sharing);

    /// @return how flows share it
    Sharing GetSharing() const;

    /// Let a bundle's first flow begin. @param bundle it
    void Add(FluidBundle& bundle);

    /// Let a bundle's last flow end. @param bundle it
    void Remove(FluidBundle& bundle);

    /// @return the bundles with flows
    const std::vector<FluidBundle*>& GetBundles() const;

    /// @return whether it may hold flows back; if not, no flow would be faster without it
    bool IsTight() const;

    /// @return notes
    Mark& GetMark();

  protected:
    void Apply(const std::function<void()>& change) override;
    bool IsBusy() const override;

  private:
    Sharing m_sharing;                   ///< how flows share it
    std::vector<FluidBundle*> m_bundles; ///< with flows
    Mark m_mark;                         ///< notes
};

} // namespace surgery
} // namespace ns3

#endif // SHARED_LINK_H
