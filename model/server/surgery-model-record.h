/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MODEL_RECORD_H
#define SURGERY_MODEL_RECORD_H

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
 * What happens to a DNN's weights in a server's memory.
 */
enum class ModelEvent
{
    LOADING,   //!< they begin to load; left out if that takes no time
    LOADED,    //!< they are in the memory
    EVICTED,   //!< they left it to make room, or because the server went off
    TOO_LARGE, //!< they will never fit: the memory is smaller, and their devices work locally
    /// They fit, but not together with those of the other variants of a device, which works
    /// locally.
    TOO_LARGE_TOGETHER,
};

/**
 * @ingroup dnn-surgery
 *
 * @param event an event
 * @return it in words: "loading", "loaded", "evicted", "too large" or "too large together"
 */
std::string GetModelEventName(ModelEvent event);

/**
 * @ingroup dnn-surgery
 *
 * A change of the DNNs in a server's memory.
 */
struct ModelRecord
{
    Time time;                             ///< when
    uint32_t server{0};                    ///< the server's node id
    std::string dnn;                       ///< as its devices name it
    ModelEvent event{ModelEvent::LOADING}; ///< what happened
    uint64_t bytes{0};                     ///< size of its weights, byte
    uint64_t residentBytes{0};             ///< size of all that are loaded then, byte
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MODEL_RECORD_H
