/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MESSAGE_FIELDS_H
#define MESSAGE_FIELDS_H

#include "ns3/surgery-message-body.h"

#include <type_traits>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Lists the fields of a body in their order on the wire: the one place that knows it, for writing,
 * reading and printing alike.
 *
 * @tparam Coder WireWriter, WireReader or MessagePrinter
 * @tparam Fields the struct, const for a coder that only looks
 * @param code called with the name and the value of each field
 * @param body the fields
 */
template <typename Coder, typename Fields>
void
ForEachField(Coder& code, Fields& body)
{
    using T = std::remove_const_t<Fields>;
    if constexpr (std::is_same_v<T, Hello>)
    {
        code("device", body.deviceId);
        code("role", body.role);
        code("dnn", body.dnn);
        code("processor", body.processor);
        code("inputBytes", body.inputBytes);
        code("activationBits", body.activationBits);
        code("usagePriceS", body.usagePriceS);
        code("cutHysteresis", body.cutHysteresis);
    }
    else if constexpr (std::is_same_v<T, State>)
    {
        code("device", body.deviceId);
        code("uplinkBps", body.uplinkBps);
        code("uplinkDelayS", body.uplinkDelayS);
        code("downlinkBps", body.downlinkBps);
        code("downlinkDelayS", body.downlinkDelayS);
        code("offloadsInFlight", body.offloadsInFlight);
        code("sentNs", body.sentNs);
        code("lastGrant", body.lastGrant);
        code("grantDelayNs", body.grantDelayNs);
        code("requestRatePerS", body.requestRatePerS);
    }
    else if constexpr (std::is_same_v<T, Price>)
    {
        code("timestep", body.timestep);
        code("round", body.round);
        code("sentNs", body.sentNs);
        code("processor", body.processor);
        code("prices", body.prices);
    }
    else if constexpr (std::is_same_v<T, Demand>)
    {
        code("round", body.round);
        code("sentNs", body.sentNs);
        code("shares", body.shares);
        code("gainS", body.gainS);
    }
    else if constexpr (std::is_same_v<T, Offer>)
    {
        code("timestep", body.timestep);
        code("round", body.round);
        code("sentNs", body.sentNs);
        code("share", body.share);
        code("leftover", body.leftover);
    }
    else if constexpr (std::is_same_v<T, Grant>)
    {
        code("sequence", body.sequence);
        code("share", body.share);
        code("leaseNs", body.leaseNs);
        code("sentNs", body.sentNs);
        code("onDevice", body.onDevice);
        code("shadowPriceS", body.shadowPriceS);
        code("stateBytes", body.stateBytes);
        code("stateDelayNs", body.stateDelayNs);
        code("latencyS", body.latencyS);
        code("reason", body.reason);
        if (body.onDevice.empty())
        {
            code("newShare", body.newShare);
        }
    }
    else if constexpr (std::is_same_v<T, Bye>)
    {
        code("device", body.deviceId);
    }
    else if constexpr (std::is_same_v<T, Activation>)
    {
        code("device", body.deviceId);
        code("inference", body.inference);
        code("attempt", body.attempt);
        code("sentNs", body.sentNs);
        code("onDevice", body.onDevice);
        if (body.onDevice.empty())
        {
            code("workS", body.workS);
            code("resultBytes", body.resultBytes);
        }
    }
    else if constexpr (std::is_same_v<T, Result>)
    {
        code("inference", body.inference);
        code("attempt", body.attempt);
        code("activationSentNs", body.activationSentNs);
        code("activationReceivedNs", body.activationReceivedNs);
        code("serverStartNs", body.serverStartNs);
        code("serverEndNs", body.serverEndNs);
        code("sentNs", body.sentNs);
        code("uplinkBytes", body.uplinkBytes);
        code("uplinkNs", body.uplinkNs);
    }
    else if constexpr (std::is_same_v<T, Probe>)
    {
        code("device", body.deviceId);
        code("number", body.number);
        code("sentNs", body.sentNs);
        code("replyBytes", body.replyBytes);
    }
    else
    {
        static_assert(std::is_same_v<T, ProbeReply>);
        code("number", body.number);
        code("sentNs", body.sentNs);
        code("uplinkBytes", body.uplinkBytes);
        code("uplinkNs", body.uplinkNs);
    }
}

} // namespace surgery
} // namespace ns3

#endif // MESSAGE_FIELDS_H
