/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_FLOW_H
#define FLUID_FLOW_H

#include "fluid-bundle.h"
#include "private-link.h"

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/surgery-put-off-timer.h"

#include <cstdint>
#include <optional>

namespace ns3
{
namespace surgery
{

class FluidFilling;

/**
 * @ingroup dnn-surgery
 *
 * The way of a stream from one host to another.
 */
struct FluidRoute
{
    Ptr<PrivateLink> access; ///< the device's own link; null: none
    Ptr<FluidBundle> bundle; ///< with the shared links, or none
    Time delay;              ///< of all links together

    /// @return whether all links are up
    bool IsOpen() const;
};

/**
 * @ingroup dnn-surgery
 *
 * What one end of a connection sends: bits, piece by piece, over all links of a route at once.
 *
 * While it has bits to send it is either held back by shared links, and shares the clock of its
 * bundle, or has all of its part of the private link, and a timer of its own.
 */
class FluidFlow : public SimpleRefCount<FluidFlow>
{
  public:
    /// Who has pieces to send.
    class Owner
    {
      public:
        virtual ~Owner() = default;

        /// A piece has been sent. @return the bits of the next one, or nothing
        virtual std::optional<double> HandleServed() = 0;
    };

    /// @param owner who has pieces to send
    explicit FluidFlow(Owner& owner);

    /// Drop the owner, and the piece under way.
    void Release();

    /// @param route the way, to be set before anything else, and only while there is nothing to
    /// send
    void SetRoute(const FluidRoute& route);

    /// @return the way
    const FluidRoute& GetRoute() const;

    /// @return whether a piece is under way, or the owner is asked for the next one
    bool IsActive() const;

    /// Send a piece, with nothing under way. @param bits of it, >= 0
    void Start(double bits);

    /// Take back what is not sent yet of the piece under way. @return how much, bit
    double Stop();

    /// @return what is not sent yet of the piece under way, bit
    double GetBitsLeft() const;

    /// The time of the flow has come: for its timer.
    void HandleDue();

    // FOR LINKS, BUNDLES AND FILLING

    /// Make ready for another cap: leave bundle or timer. @param filling to look at the bundle
    void Leave(FluidFilling& filling);

    /// Take the cap from the private link. @param filling to look at the bundle
    void Enter(FluidFilling& filling);

    /// Go on, once levels are found.
    void Resume();

    /// The level of the bundle passes the cap: go on otherwise, unless it is being changed itself.
    void Switch();

    /// @return what it has at most without shared links, bit/s, or infinite
    double GetCapBps() const;

    /// @return tells flows apart; smaller for those that began first
    uint64_t GetNumber() const;

    /// @return when it ends on the clock of its bundle, bit
    double GetTargetBits() const;

    /// Its time has come on the clock of its bundle.
    void Finish();

  private:
    /// Bring the bits left up to now, and leave the bundle's clock or the timer.
    void Settle();

    Owner* m_owner;     ///< null once released
    FluidRoute m_route; ///< the way
    PutOffTimer<FluidFlow, &FluidFlow::HandleDue>
        m_timer;               ///< when the piece is sent, unless held back
    double m_leftBits{0};      ///< of the piece, at m_since
    Time m_since;              ///< as long as it runs
    double m_position{0};      ///< of the private link's rate then, byte
    double m_capBps{0};        ///< of the private link
    double m_targetBits{0};    ///< on the bundle's clock, while held back
    uint64_t m_number{0};      ///< among those of its bundle
    bool m_isActive{false};    ///< IsActive
    bool m_isFinishing{false}; ///< whether the owner is asked for the next piece
    bool m_isRunning{false};   ///< whether it has timer or clock
    bool m_isHeldBack{false};  ///< whether it is the clock
    bool m_isExact{false};     ///< whether the private link tells progress
};

} // namespace surgery
} // namespace ns3

#endif // FLUID_FLOW_H
