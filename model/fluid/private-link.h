/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef PRIVATE_LINK_H
#define PRIVATE_LINK_H

#include "ns3/surgery-fluid-link.h"

#include <functional>
#include <vector>

namespace ns3
{
namespace surgery
{

class FluidFlow;

/**
 * @ingroup dnn-surgery
 *
 * A link of one device.
 */
class PrivateLink : public FluidLink
{
  public:
    /// @param bps its rate, bit/s
    explicit PrivateLink(double bps);
    ~PrivateLink() override;

    /// Let a flow begin. @param flow it, with bits to send
    void Add(FluidFlow& flow);

    /// Let a flow end. @param flow it
    void Remove(FluidFlow& flow);

    /// @return what each flow has at most, bit/s
    double GetCapBps() const;

    /// @return whether the rate changes all the time, so that GetBits and GetSeconds tell progress
    bool IsExact() const;

    /// @param from where this rate was, as GetPosition told it @return bits of each flow since then
    double GetBits(double from) const;

    /// @return where the rate that is followed is now, byte
    double GetPosition() const;

    /// @param bits of a flow @return how long it takes with the number of flows as it is, s
    double GetSeconds(double bits) const;

    /// The rate does not reach its flows, which shared links hold back.
    void HandleHeldBack();

  protected:
    void Apply(const std::function<void()>& change) override;
    bool IsBusy() const override;

  private:
    /// The peak is no more what flows have.
    void Hold();

    std::vector<FluidFlow*> m_flows; ///< with bits to send
    EventId m_hold;                  ///< Hold
};

} // namespace surgery
} // namespace ns3

#endif // PRIVATE_LINK_H
