/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_BUNDLE_H
#define FLUID_BUNDLE_H

#include "shared-link.h"

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/surgery-put-off-timer.h"

#include <cstdint>
#include <set>
#include <vector>

namespace ns3
{
namespace surgery
{

class FluidFlow;

/**
 * @ingroup dnn-surgery
 *
 * All flows that cross the same shared links. They have one level: what each of them has, unless
 * its cap, that of its private link, is lower.
 *
 * Flows that are held back by the level have one rate, so one clock of bits tells the progress of
 * all of them: when the level changes, none of them has to be looked at but those whose cap it
 * passes.
 */
class FluidBundle : public SimpleRefCount<FluidBundle>
{
  public:
    /// What is noted while levels are found (FluidFilling).
    struct Mark
    {
        bool isVisited{false}; ///< whether the bundle belongs to those looked at
        bool isFixed{false};   ///< whether its level is found
        double levelBps{0};    ///< the level found
    };

    /// @param links the shared links, or none
    explicit FluidBundle(std::vector<Ptr<SharedLink>> links);

    /// @return the shared links
    const std::vector<Ptr<SharedLink>>& GetLinks() const;

    /// @return a number for a new flow
    uint64_t MakeNumber();

    /// Let a flow take part. @param flow it, with its cap
    void Insert(FluidFlow& flow);

    /// Let a flow take part no more. @param flow it, with its cap as when it was inserted
    void Remove(FluidFlow& flow);

    /// @return how many flows take part
    std::size_t GetFlows() const;

    /// @param link one of its links @return what all flows together have at most without it, bit/s
    double GetMostBps(const SharedLink& link) const;

    /// @param level of the bundle, bit/s @return what all flows together have with it, bit/s
    double GetLoadBps(double level);

    /// @return how many flows were held back by the level of which GetLoadBps was told last
    std::size_t GetHeldBack() const;

    /// @return the level, bit/s
    double GetLevelBps() const;

    /// Set the level. @param level it, bit/s
    void SetLevel(double level);

    /// @return what each flow held back has got since the clock began, bit
    double GetClockBits() const;

    /// Watch a flow that is held back. @param flow it, with its target
    void AddHeldBack(FluidFlow& flow);

    /// Do not watch a flow any more. @param flow it, with its target
    void RemoveHeldBack(FluidFlow& flow);

    /// A flow has reached its target: for the timer.
    void HandleDue();

    /// @return notes
    Mark& GetMark();

  private:
    /// Orders flows by their caps.
    struct ByCap
    {
        /// @param a a flow @param b a flow @return whether the first one comes first
        bool operator()(const FluidFlow* a, const FluidFlow* b) const;
    };

    /// Orders flows by their targets.
    struct ByTarget
    {
        /// @param a a flow @param b a flow @return whether the first one comes first
        bool operator()(const FluidFlow* a, const FluidFlow* b) const;
    };

    /// Flows, those with the least cap first.
    using Flows = std::set<FluidFlow*, ByCap>;

    /// Bring the clock up to now.
    void Wind();
    /// Set the timer to the first target.
    void SetTimer();

    std::vector<Ptr<SharedLink>> m_links;                      ///< the shared links
    uint64_t m_numbers{0};                                     ///< given
    Flows m_flows;                                             ///< that take part
    double m_capsBps{0};                                       ///< of all of them, bit/s
    Flows::iterator m_probe;                                   ///< the first flow above m_probeBps
    double m_probeBps{0};                                      ///< a level that is tried
    double m_cappedBps{0};                                     ///< caps of the flows not above it
    std::size_t m_above{0};                                    ///< number of the flows above it
    double m_levelBps;                                         ///< the level
    double m_clockBits{0};                                     ///< the clock, at m_clockTime
    Time m_clockTime;                                          ///< when it was brought up to date
    std::set<FluidFlow*, ByTarget> m_heldBack;                 ///< flows watched
    PutOffTimer<FluidBundle, &FluidBundle::HandleDue> m_timer; ///< for the first target
    Mark m_mark;                                               ///< notes
};

} // namespace surgery
} // namespace ns3

#endif // FLUID_BUNDLE_H
