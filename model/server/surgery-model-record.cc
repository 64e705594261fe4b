/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-model-record.h"

namespace ns3
{
namespace surgery
{

std::string
GetModelEventName(ModelEvent event)
{
    switch (event)
    {
    case ModelEvent::LOADING:
        return "loading";
    case ModelEvent::LOADED:
        return "loaded";
    case ModelEvent::EVICTED:
        return "evicted";
    case ModelEvent::TOO_LARGE:
        return "too large";
    case ModelEvent::TOO_LARGE_TOGETHER:
        return "too large together";
    }
    return "unknown";
}

} // namespace surgery
} // namespace ns3
