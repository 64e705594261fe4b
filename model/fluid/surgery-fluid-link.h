/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_FLUID_LINK_H
#define SURGERY_FLUID_LINK_H

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>
#include <functional>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A rate over time that a fluid link can follow.
 */
class FluidRate : public SimpleRefCount<FluidRate>
{
  public:
    virtual ~FluidRate();

    /// @param seconds a time, s, >= 0 @return what is carried up to then, byte
    virtual double GetBytes(double seconds) const = 0;

    /// @param bytes an amount, byte, >= 0 @return the earliest time by which it is carried, s
    virtual double GetSeconds(double bytes) const = 0;

    /// @return the highest rate of all time, bit/s, finite, > 0
    virtual double GetPeakBps() const = 0;
};

/**
 * @ingroup dnn-surgery
 *
 * One direction of a link of a fluid network, or a medium that both directions share. A stream that
 * has bytes to send is a flow over all links of its way at once, without packets; its rate is
 * limited by all of them.
 *
 * A private link, that of one device, divides its rate equally among the device's flows; what one
 * of them cannot use is not given to the others. Of a shared link, all flows that cross it take the
 * same, but for those that other links hold below it. What these leave is given to the others
 * (max-min fairness), or is lost if the link is shared equally whatever the flows can use.
 */
class FluidLink : public SimpleRefCount<FluidLink>
{
  public:
    /// How flows share a link.
    enum class Sharing
    {
        MAX_MIN, ///< what some cannot use is for the others
        EQUAL,   ///< each has its part, used or not
    };

    /**
     * @param bps its rate, bit/s
     * @return a link of one device
     * @throws std::invalid_argument if the rate is not finite, or less than 1 bit/s
     */
    static Ptr<FluidLink> MakePrivate(double bps);

    /**
     * @param bps its rate, bit/s
     * @param sharing how flows share it
     * @return a link of many flows
     * @throws std::invalid_argument if the rate is not finite, or less than 1 bit/s
     */
    static Ptr<FluidLink> MakeShared(double bps, Sharing sharing);

    virtual ~FluidLink();

    FluidLink(const FluidLink&) = delete;
    FluidLink& operator=(const FluidLink&) = delete;

    /**
     * Change the rate, for flows under way, too. A rate that the link follows ends.
     *
     * @param bps the rate, bit/s
     * @throws std::invalid_argument if it is not finite, or less than 1 bit/s
     */
    void SetRate(double bps);

    /**
     * Let the rate follow another one. A private link follows it exactly where no shared link holds
     * its flows back; otherwise, and on shared links, the rate is the mean of each 10 ms.
     *
     * @param rate the rate over time
     * @param offset time in it at which the simulation begins, >= 0
     */
    void Follow(Ptr<const FluidRate> rate, Time offset);

    /// @return whether the rate follows another one
    bool IsFollowing() const;

    /// Let the link carry bytes, or none. @param isUp whether it does
    void SetUp(bool isUp);

    /// @return whether it carries bytes
    bool IsUp() const;

    /// @return what all its flows together have now, bit/s, as far as it is known: of a private
    /// link that follows a rate exactly, the peak
    double GetRateBps() const;

    /// Count bytes that have passed. @param bytes of streams, without headers
    void Count(uint64_t bytes);

    /// @return bytes of streams that have passed, in whole pieces as they were handed over
    uint64_t GetBytes() const;

  protected:
    /// @param bps its rate, bit/s
    explicit FluidLink(double bps);

    /// Change the rate, for flows under way, too. @param change what does it
    virtual void Apply(const std::function<void()>& change) = 0;

    /// @return whether there are flows
    virtual bool IsBusy() const = 0;

    /// Take the mean rate of the next 10 ms, and go on so while there are flows.
    void BeginSteps();

    /// @return whether it takes steps
    bool IsStepping() const;

    /// @return the rate that it follows, or null
    const FluidRate* GetFollowed() const;

    /// @return now, in the rate that it follows, s
    double GetFollowedSeconds() const;

  private:
    /// Take the mean rate until the next step.
    void TakeStep();
    /// A step is over.
    void EndStep();

    double m_rateBps;                ///< while it is up
    bool m_isUp{true};               ///< whether it carries bytes
    Ptr<const FluidRate> m_followed; ///< null: none
    Time m_offset;                   ///< in it
    EventId m_stepEnd;               ///< while it takes steps
    uint64_t m_bytes{0};             ///< that have passed
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_FLUID_LINK_H
