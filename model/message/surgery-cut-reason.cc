/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-cut-reason.h"

namespace ns3
{
namespace surgery
{

CutReason
GetReason(CutCause cause)
{
    switch (cause)
    {
    case CutCause::KEPT:
        return CutReason::KEPT;
    case CutCause::FIRST:
        return CutReason::FIRST_GRANT;
    case CutCause::LINK:
        return CutReason::LINK;
    case CutCause::PRICE:
        return CutReason::PRICE;
    case CutCause::LINK_AND_PRICE:
        return CutReason::LINK_AND_PRICE;
    case CutCause::SCHEDULER:
        return CutReason::SCHEDULER;
    }
    return CutReason::KEPT;
}

std::string
GetReasonName(CutReason reason)
{
    switch (reason)
    {
    case CutReason::KEPT:
        return "kept";
    case CutReason::FIRST_GRANT:
        return "first grant";
    case CutReason::LINK:
        return "link";
    case CutReason::PRICE:
        return "price";
    case CutReason::LINK_AND_PRICE:
        return "link and price";
    case CutReason::SCHEDULER:
        return "scheduler";
    case CutReason::LEASE_EXPIRED:
        return "lease expired";
    case CutReason::MISSED_GRANT:
        return "missed grant";
    case CutReason::SERVER_CHANGED:
        return "server changed";
    case CutReason::MODEL_LOADING:
        return "model loading";
    case CutReason::NO_MEMORY:
        return "no memory";
    case CutReason::MODEL_LOADED:
        return "model loaded";
    }
    return "unknown";
}

} // namespace surgery
} // namespace ns3
