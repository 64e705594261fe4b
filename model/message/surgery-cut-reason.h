/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CUT_REASON_H
#define SURGERY_CUT_REASON_H

#include "ns3/surgery-cut-cause.h"

#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Why a device's cut differs from the one before: a cause that a decision has (CutCause), or what
 * happened between the device and its servers.
 */
enum class CutReason
{
    KEPT,           //!< it is the same one
    FIRST_GRANT,    //!< the device had no valid grant
    LINK,           //!< see CutCause
    PRICE,          //!< see CutCause
    LINK_AND_PRICE, //!< see CutCause
    SCHEDULER,      //!< see CutCause
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
 * @param cause why a decision changed a cut
 * @return the reason in a GRANT
 */
CutReason GetReason(CutCause cause);

/**
 * @ingroup dnn-surgery
 *
 * @param reason a reason
 * @return it in words: "kept", "first grant", "link", "price", "link and price", "scheduler",
 *         "lease expired", "missed grant", "server changed", "model loading", "no memory" or "model
 *         loaded"
 */
std::string GetReasonName(CutReason reason);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CUT_REASON_H
