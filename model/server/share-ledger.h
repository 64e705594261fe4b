/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SHARE_LEDGER_H
#define SHARE_LEDGER_H

#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-held-shares.h"
#include "ns3/surgery-server-processor.h"

#include <cstdint>
#include <map>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Who holds which share of the server, and what is left to give.
 *
 * A device that loses its share may still have tensors on their way. So its old share stays in
 * effect, on hold, until the device has confirmed the GRANT that says so and has nothing offloaded
 * any more. What is on hold is not there to be given: the shares in effect never sum to more
 * than 1.
 */
class ShareLedger
{
  public:
    /**
     * @param processor where the shares are in effect
     */
    explicit ShareLedger(Ptr<ServerProcessor> processor);

    /**
     * @param game the devices that take part in a decision
     * @return the shares in effect before it
     */
    HeldShares GetHeldShares(const Game& game) const;

    /**
     * Put shares into effect. What shrinks goes first, so that the sum never exceeds the whole
     * server on the way.
     *
     * @param shares the new shares by device, 0..1
     * @param nextGrant a number that no GRANT had yet; those that tell of the shares have it or
     * more
     */
    void Apply(const std::map<uint32_t, double>& shares, uint64_t nextGrant);

    /**
     * A device reports what it knows.
     *
     * @param device its id
     * @param lastGrant the latest GRANT it received
     * @param isIdle whether it has nothing offloaded
     */
    void Confirm(uint32_t device, uint64_t lastGrant, bool isIdle);

    /**
     * Forget a device; its share is free.
     *
     * @param device its id
     */
    void Remove(uint32_t device);

  private:
    Ptr<ServerProcessor> m_processor;      ///< where the shares are in effect
    std::map<uint32_t, uint64_t> m_losses; ///< by device: from which GRANT on it knows of its loss
};

} // namespace surgery
} // namespace ns3

#endif // SHARE_LEDGER_H
