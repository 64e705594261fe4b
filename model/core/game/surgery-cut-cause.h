/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CUT_CAUSE_H
#define SURGERY_CUT_CAUSE_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Which input of a decision made a device's cut another one than before.
 */
enum class CutCause
{
    KEPT,           //!< it is the same one
    FIRST,          //!< the device had none
    LINK,           //!< the device's network changed; the price alone would have changed nothing
    PRICE,          //!< what a share costs changed; the network alone would have changed nothing
    LINK_AND_PRICE, //!< each of the two alone would have changed it, or only both together
    SCHEDULER,      //!< neither: the scheduler's own rule, such as capacity left to hand out
};

/**
 * @ingroup dnn-surgery
 *
 * The unit price that a decision shows: with its share phi inside the limits, the one for which phi
 * is the best share (GetMarginalPrice); otherwise rho + lambda.
 *
 * @param player the device
 * @param decision what was decided for it
 * @param shadowPriceS lambda, s
 * @return seconds
 */
double GetUnitPrice(const Player& player, const Decision& decision, double shadowPriceS);

/**
 * @ingroup dnn-surgery
 *
 * Find which of its inputs changed a device's cut: its old and its new cut are compared at the old
 * and the new link, each at the old and the new price, with the best share for the price and the
 * present switching cost.
 *
 * @param player the device with its new link and the cut it had until now
 * @param oldLink the link on which that cut was decided
 * @param oldPriceS its unit price then, s
 * @param decision the new cut, and its option
 * @param newPriceS its new unit price, s
 * @return the cause; FIRST if there was no cut
 */
CutCause ExplainCut(const Player& player,
                    const Link& oldLink,
                    double oldPriceS,
                    const Decision& decision,
                    double newPriceS);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CUT_CAUSE_H
