/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SHARE_LEDGER_H
#define SHARE_LEDGER_H

#include "share-processor.h"

#include "ns3/ptr.h"
#include "ns3/surgery-game.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3
{
namespace surgery
{

class SurgeryScheduler;

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
    explicit ShareLedger(Ptr<ShareProcessor> processor);

    /**
     * Ask a scheduler. If its decision takes shares away that then go on hold, there is less to
     * give, and it is asked again.
     *
     * @param scheduler who decides
     * @param game the devices; its capacity is set to what was left to give in the end
     * @param ids the devices' ids, in the game's order
     * @return the decision
     * @throws std::invalid_argument if it is none: see CheckOutcome
     */
    Outcome Decide(SurgeryScheduler& scheduler, Game& game, const std::vector<uint32_t>& ids) const;

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
    Ptr<ShareProcessor> m_processor;       ///< where the shares are in effect
    std::map<uint32_t, uint64_t> m_losses; ///< by device: from which GRANT on it knows of its loss
};

/**
 * @ingroup dnn-surgery
 *
 * Check what a scheduler decided.
 *
 * @param game the game
 * @param outcome the decision
 * @throws std::invalid_argument naming the part of SurgeryScheduler::Decide's contract that it
 * breaks
 */
void CheckOutcome(const Game& game, const Outcome& outcome);

} // namespace surgery
} // namespace ns3

#endif // SHARE_LEDGER_H
