/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CUT_REASON_H
#define SURGERY_CUT_REASON_H

#include "ns3/surgery-game.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Why a device's cut differs from the one before.
 */
enum class CutReason
{
    KEPT,           //!< it is the same one
    FIRST_GRANT,    //!< the device had no valid grant
    LINK,           //!< the device's network changed; the price alone would have changed nothing
    PRICE,          //!< what a share costs changed; the network alone would have changed nothing
    LINK_AND_PRICE, //!< each of the two alone would have changed it, or only both together
    SCHEDULER,      //!< neither: the scheduler's own rule, such as capacity left to hand out
    LEASE_EXPIRED,  //!< no grant came in time: the device is on its own
    MISSED_GRANT,   //!< the grant that changed it was lost; the one after it tells of it
    SERVER_CHANGED, //!< the device turned to another server, or to another mode of it
    MODEL_LOADING,  //!< the server is loading the device's DNN into its memory, and grants nothing
    NO_MEMORY,      //!< the server has no memory for the device's DNN, and grants nothing
    MODEL_LOADED,   //!< the device's DNN has come into the server's memory
};

/**
 * @ingroup dnn-surgery
 *
 * @param reason a reason
 * @return it in words: "kept", "first grant", "link", "price", "link and price", "scheduler",
 *         "lease expired", "missed grant", "server changed", "model loading", "no memory" or "model
 *         loaded"
 */
std::string GetReasonName(CutReason reason);

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
 * @return KEPT, FIRST_GRANT (there was no cut), LINK, PRICE, LINK_AND_PRICE or SCHEDULER
 */
CutReason ExplainCut(const Player& player,
                     const Link& oldLink,
                     double oldPriceS,
                     const Decision& decision,
                     double newPriceS);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CUT_REASON_H
