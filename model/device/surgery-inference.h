/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_INFERENCE_H
#define SURGERY_INFERENCE_H

#include "ns3/nstime.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How an inference ended.
 */
enum class InferenceOutcome
{
    COMPLETED, ///< the result reached the device
    DROPPED,   ///< given up, with a reason
    IN_FLIGHT, ///< still under way when the client stopped
};

/**
 * @ingroup dnn-surgery
 *
 * @param outcome how an inference ended
 * @return "completed", "dropped" or "in-flight"
 */
std::string GetOutcomeName(InferenceOutcome outcome);

/**
 * @ingroup dnn-surgery
 *
 * Which of its variants a device ran.
 */
struct InferenceVariant
{
    uint32_t index{0};           ///< among the device's variants
    uint64_t inputBytes{0};      ///< size of the input as sent, byte
    uint32_t activationBits{32}; ///< width of each element of the other tensors as sent, bit
    double accuracyPercent{std::numeric_limits<double>::quiet_NaN()}; ///< NaN: not known
};

/**
 * @ingroup dnn-surgery
 *
 * What happened to one inference. All instants are simulated time, which all nodes share; instants
 * that were not reached are negative.
 */
struct InferenceRecord
{
    uint64_t id{0};                          ///< unique per device, from 1
    uint32_t device{0};                      ///< the client's DeviceId
    uint32_t server{0};                      ///< the node id of the client's server
    std::string dnn;                         ///< the DNN, as the attribute names it
    std::optional<InferenceVariant> variant; ///< how the DNN was run; nothing if it never was
    InferenceOutcome outcome{InferenceOutcome::IN_FLIGHT}; ///< how it ended
    std::string reason;                     ///< why it was dropped or finished locally, in words
    std::string cut;                        ///< tensors sent, or "local"
    double share{0};                        ///< granted share when it started, 0..1
    uint64_t uplinkBytes{0};                ///< tensors sent up, byte
    uint64_t downlinkBytes{0};              ///< results sent down, byte
    uint32_t attempts{0};                   ///< how often its tensors were queued to be sent
    Time predicted{NanoSeconds(-1)};        ///< T of the cut that it got; negative: unknown
    Time uplinkTransfer{NanoSeconds(-1)};   ///< of the tensors, without waiting behind earlier ones
    Time created{NanoSeconds(-1)};          ///< the request was made
    Time deviceStart{NanoSeconds(-1)};      ///< the device's processor took it
    Time deviceEnd{NanoSeconds(-1)};        ///< its last layer on the device ended
    Time firstByteSent{NanoSeconds(-1)};    ///< of the tensors; in the attempt that the server ran
    Time lastByteReceived{NanoSeconds(-1)}; ///< of the tensors, at the server
    Time serverStart{NanoSeconds(-1)};      ///< the server's processor took it
    Time serverEnd{NanoSeconds(-1)};        ///< its last layer on the server ended
    Time resultReceived{NanoSeconds(-1)};   ///< the result is on the device, and unpacked there
    Time packing;                ///< host work of the device on the tensors, after deviceEnd
    Time serverUnpacking;        ///< host work of the server on the tensors, after lastByteReceived
    Time serverPacking;          ///< host work of the server on the result, after serverEnd
    Time unpacking;              ///< host work of the device on the result, before resultReceived
    Time deadline;               ///< how long it may take from request to result; 0: no deadline
    Time ended{NanoSeconds(-1)}; ///< it was completed or dropped, or its client stopped
};

/**
 * @ingroup dnn-surgery
 *
 * The reason of a drop because of DropLate.
 */
inline constexpr auto LATE_REASON = "late";

/**
 * @ingroup dnn-surgery
 *
 * How the latency of a completed inference splits into segments. They sum to it exactly.
 *
 * If an inference was offloaded but then finished on the device, the device's segment is the time
 * from its first layer to its last one.
 */
struct InferenceTimeline
{
    Time deviceWaiting; ///< for the device's processor
    Time device;        ///< layers on the device
    Time uplinkWaiting; ///< for room in TCP's buffer, or for a connection
    Time uplink;        ///< first byte handed to TCP to last byte received
    Time serverWaiting; ///< for earlier work of the same device
    Time server;        ///< layers on the server
    Time downlink;      ///< the result's way back, waiting for earlier results included
    Time hostWork;      ///< serializing and copying of tensors and result, at both ends
};

/**
 * @ingroup dnn-surgery
 *
 * Split a completed inference's latency.
 *
 * @param record a completed inference
 * @return its segments; those after the device's are 0 if nothing was offloaded
 */
InferenceTimeline GetTimeline(const InferenceRecord& record);

/**
 * @ingroup dnn-surgery
 *
 * @param record a completed inference
 * @return the time from request to result
 */
Time GetMeasuredLatency(const InferenceRecord& record);

/**
 * @ingroup dnn-surgery
 *
 * Get what T predicts: the latency without waiting for the device's processor, for room in TCP's
 * buffer, for earlier tensors, and for earlier work on the server.
 *
 * @param record a completed inference that was not finished locally after it was offloaded
 * @return sum of layers on the device, transfer, layers on the server, the result's way back, and
 *         host work
 */
Time GetServiceLatency(const InferenceRecord& record);

/**
 * @ingroup dnn-surgery
 *
 * @param record an inference
 * @return its latency less its deadline, negative if it was early; nothing if it was not completed,
 *         or has no deadline
 */
std::optional<Time> GetLateness(const InferenceRecord& record);

/**
 * @ingroup dnn-surgery
 *
 * Tell whether an inference met its deadline. The fraction met is that of all inferences for which
 * this returns something: completed in time / (completed + dropped + overdue in flight).
 *
 * @param record an inference that ended, or that was under way when its client stopped
 * @return whether it was completed within its deadline, to the instant; nothing if it has no
 *         deadline, or if that had not passed when its client stopped
 */
std::optional<bool> MetDeadline(const InferenceRecord& record);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_INFERENCE_H
