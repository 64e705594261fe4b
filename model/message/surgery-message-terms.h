/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MESSAGE_TERMS_H
#define SURGERY_MESSAGE_TERMS_H

#include "ns3/surgery-cut-reason.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <ostream>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * The terms in which the messages of surgery-messages.h describe themselves.
 */

/**
 * @ingroup dnn-surgery
 *
 * The number of a kind of messages, which its struct states as TYPE. Written to a stream it is the
 * message's name.
 */
enum class MessageType : uint8_t
{
};

/**
 * @ingroup dnn-surgery
 *
 * @param os the stream
 * @param type a kind of message
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, MessageType type);

/**
 * @ingroup dnn-surgery
 *
 * Who sends a message; the other one receives it.
 */
enum class MessageSender : uint8_t
{
    DEVICE, //!< device to server
    SERVER, //!< server to device or to another server
};

/**
 * @ingroup dnn-surgery
 *
 * What a connection is for. A device keeps one of each.
 */
enum class ConnectionRole : uint8_t
{
    CONTROL, //!< small messages that must not wait behind tensors
    DATA,    //!< activations and results, probes and replies
};

/**
 * @ingroup dnn-surgery
 *
 * What a device wants of a server.
 */
enum class Attendance : uint8_t
{
    SERVED,   //!< to be served, of this server only
    CHOOSING, //!< to be served, and to hear what other servers offer
    VISITING, //!< not to be served: to measure the network, and perhaps to join
};

/**
 * @ingroup dnn-surgery
 *
 * The connection on which a message travels; nothing: on both.
 */
using MessageRole = std::optional<ConnectionRole>;

/**
 * @ingroup dnn-surgery
 *
 * Whether bytes of tensors follow a message.
 */
enum class MessagePayload : uint8_t
{
    NONE,     //!< never
    POSSIBLE, //!< 0 bytes or more
    REQUIRED, //!< 1 byte or more
};

/// Largest payload of a message, 1 GiB
constexpr uint32_t MAX_PAYLOAD_BYTES = 1 << 30;

/**
 * @ingroup dnn-surgery
 *
 * The values of an enumeration that may travel, in VALUES. One byte carries the index of the value;
 * what is not listed is rejected on both sides.
 *
 * @tparam Enum the enumeration
 */
template <typename Enum>
struct WireValues;

/// Of a connection's role: 0 control, 1 data
template <>
struct WireValues<ConnectionRole>
{
    /// the values by their number
    static constexpr ConnectionRole VALUES[] = {ConnectionRole::CONTROL, ConnectionRole::DATA};
};

/// Of what a device wants: 0 served, 1 choosing, 2 visiting
template <>
struct WireValues<Attendance>
{
    /// the values by their number
    static constexpr Attendance VALUES[] = {
        Attendance::SERVED,
        Attendance::CHOOSING,
        Attendance::VISITING,
    };
};

/// Of why a cut changed: the reasons that a server can know, 0 to 8; devices find the others
template <>
struct WireValues<CutReason>
{
    /// the values by their number
    static constexpr CutReason VALUES[] = {
        CutReason::KEPT,
        CutReason::FIRST_GRANT,
        CutReason::LINK,
        CutReason::PRICE,
        CutReason::LINK_AND_PRICE,
        CutReason::SCHEDULER,
        CutReason::MODEL_LOADING,
        CutReason::NO_MEMORY,
        CutReason::MODEL_LOADED,
    };
};

/**
 * @ingroup dnn-surgery
 *
 * @param value a number
 * @return whether it is finite and >= 0
 */
inline bool
IsQuantity(double value)
{
    return std::isfinite(value) && value >= 0;
}

/**
 * @ingroup dnn-surgery
 *
 * @param value a number
 * @return whether it is finite and > 0
 */
inline bool
IsPositive(double value)
{
    return std::isfinite(value) && value > 0;
}

/**
 * @ingroup dnn-surgery
 *
 * @param value a number
 * @return whether it is in 0..1
 */
inline bool
IsFraction(double value)
{
    return value >= 0 && value <= 1;
}

/**
 * @ingroup dnn-surgery
 *
 * @param value a flag
 * @return whether it is 0 or 1
 */
inline bool
IsFlag(uint8_t value)
{
    return value <= 1;
}

/**
 * @ingroup dnn-surgery
 *
 * @param number a number
 * @return whether it counts from 1
 */
inline bool
IsOrdinal(uint64_t number)
{
    return number > 0;
}

/**
 * @ingroup dnn-surgery
 *
 * @param ns an instant or a duration, ns
 * @return whether it is >= 0
 */
inline bool
IsTime(int64_t ns)
{
    return ns >= 0;
}

/**
 * @ingroup dnn-surgery
 *
 * @param ns a duration, ns, or -1 for none
 * @return whether it is >= -1
 */
inline bool
IsTimeOrNone(int64_t ns)
{
    return ns >= -1;
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MESSAGE_TERMS_H
