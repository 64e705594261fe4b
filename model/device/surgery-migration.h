/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MIGRATION_H
#define SURGERY_MIGRATION_H

#include "ns3/nstime.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What becomes of inferences at a server that the device leaves.
 */
enum class Handover
{
    FINISH, ///< they finish there, and their results reach the device from there
    REDO,   ///< they are canceled there, and their tensors are sent to the new server
};

/**
 * @ingroup dnn-surgery
 *
 * @param handover what becomes of inferences
 * @return "finish" or "redo"
 */
std::string GetHandoverName(Handover handover);

/**
 * @ingroup dnn-surgery
 *
 * A device changed its server. The record is complete, and traced, when the first tensors go to the
 * new server, or when the device moves on or stops before that.
 */
struct MigrationRecord
{
    Time time;                           ///< when the new server's first GRANT took effect
    Time asked;                          ///< when the device asked the new server to serve it
    uint32_t device{0};                  ///< the client's DeviceId
    uint32_t from{0};                    ///< the node id of the old server
    uint32_t to{0};                      ///< the node id of the new server
    std::string reason;                  ///< why, in words
    Handover handover{Handover::FINISH}; ///< what became of inferences at the old server
    uint32_t inFlight{0};                ///< how many those were
    Time gap{NanoSeconds(-1)}; ///< from the last start of tensors before the change to the first
                               ///< one at the new server; negative: there was none
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MIGRATION_H
