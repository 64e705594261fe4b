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
 * Knows who holds which share of the server, and what is left to give.
 *
 * A device that loses its share may still have tensors on their way. So its old share stays in
 * effect, on hold, until the device has confirmed the GRANT that takes the share away and has no
 * offloaded inferences. A share on hold cannot be given to others: the shares in effect never sum
 * to more than 1.
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
     * @return the shares in effect before that decision
     */
    HeldShares GetHeldShares(const Game& game) const;

    /**
     * Put shares into effect. Shares that shrink take effect first, so that the sum never exceeds
     * the whole server in between.
     *
     * @param shares the new shares by device, 0..1
     * @param nextGrant a number that no GRANT has had; the GRANTs that tell of these shares have
     * this number or a higher one
     */
    void Apply(const std::map<uint32_t, double>& shares, uint64_t nextGrant);

    /**
     * A device gives its share back: it stays in effect, on hold, until the device has no offloaded
     * inferences.
     *
     * @param device its id
     */
    void Release(uint32_t device);

    /**
     * A device reports its state.
     *
     * @param device its id
     * @param lastGrant the latest GRANT it received
     * @param isIdle whether it has no offloaded inferences
     */
    void Confirm(uint32_t device, uint64_t lastGrant, bool isIdle);

    /**
     * Forget a device, and free its share.
     *
     * @param device its id
     */
    void Remove(uint32_t device);

  private:
    Ptr<ServerProcessor> m_processor;      ///< where the shares are in effect
    std::map<uint32_t, uint64_t> m_losses; ///< by device: least number of a GRANT that tells it
};

} // namespace surgery
} // namespace ns3

#endif // SHARE_LEDGER_H
