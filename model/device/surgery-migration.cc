/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-migration.h"

namespace ns3
{
namespace surgery
{

std::string
GetHandoverName(Handover handover)
{
    return handover == Handover::FINISH ? "finish" : "redo";
}

} // namespace surgery
} // namespace ns3
