/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PLAN_MESSAGES_H
#define SURGERY_PLAN_MESSAGES_H

#include "ns3/surgery-message-terms.h"
#include "ns3/surgery-variant-terms.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * The messages with which one server plans for all: which device is served where. They describe
 * themselves as those of surgery-messages.h, which lists them with the others.
 */

/**
 * @ingroup dnn-surgery
 *
 * REPORT: what a server knows of a device that it serves or that visits it, to the server that
 * plans for all.
 */
struct Report
{
    static constexpr MessageType TYPE{13};                       //!< its number
    static constexpr auto NAME = "REPORT";                       //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t server{0};          //!< node id of the server that reports
    uint32_t deviceId{0};        //!< the device
    uint8_t served{0};           //!< 1: this server serves it, 0: it visits
    int64_t sentNs{0};           //!< first byte handed to the socket, ns; set by MessageStream
    std::string dnn;             //!< as in HELLO
    std::string processor;       //!< the device's, as in HELLO
    std::string serverProcessor; //!< name of the server's processor profile
    uint64_t inputBytes{0};      //!< as in HELLO, byte
    uint8_t activationBits{32};  //!< as in HELLO
    double usagePriceS{0};       //!< as in HELLO, s
    double uplinkBps{1};         //!< rate toward the server, bit/s, > 0, as the game has it
    double uplinkDelayS{0};      //!< delay toward the server, s, >= 0, host work included
    double downlinkBps{1};       //!< rate toward the device, bit/s, > 0
    double downlinkDelayS{0};    //!< delay toward the device, s, >= 0
    VariantTerms terms{};        //!< as in HELLO

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("server", "", message.server);
        visit("device", "", message.deviceId);
        visit("served", "", message.served, IsFlag);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("dnn", "", message.dnn);
        visit("processor", "", message.processor);
        visit("server_processor", "", message.serverProcessor);
        visit("input_bytes", "byte", message.inputBytes);
        visit("activation_bits", "bit", message.activationBits, IsActivationWidth<uint8_t>);
        visit("usage_price", "s", message.usagePriceS, IsQuantity);
        visit("uplink_rate", "bit/s", message.uplinkBps, IsPositive);
        visit("uplink_delay", "s", message.uplinkDelayS, IsQuantity);
        visit("downlink_rate", "bit/s", message.downlinkBps, IsPositive);
        visit("downlink_delay", "s", message.downlinkDelayS, IsQuantity);
        VariantTerms::ForEachField(message.terms, visit);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * PLAN: the server that plans for all tells a server that a device of it is better served by
 * another one. It comes back over the connection of the REPORTs.
 */
struct Plan
{
    static constexpr MessageType TYPE{14};                       //!< its number
    static constexpr auto NAME = "PLAN";                         //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t deviceId{0}; //!< the device
    int64_t sentNs{0};    //!< first byte handed to the socket, ns; set by MessageStream
    uint32_t server{0};   //!< node id of the server that is to serve it
    std::string address;  //!< where that server listens, as in ANNOUNCE

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("server", "", message.server);
        visit("address", "", message.address);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * MOVE: a server tells a device to go to another one.
 */
struct Move
{
    static constexpr MessageType TYPE{15};                       //!< its number
    static constexpr auto NAME = "MOVE";                         //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t deviceId{0}; //!< the device
    int64_t sentNs{0};    //!< first byte handed to the socket, ns; set by MessageStream
    uint32_t server{0};   //!< node id of the server that is to serve it
    std::string address;  //!< where that server listens, as in ANNOUNCE

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("server", "", message.server);
        visit("address", "", message.address);
    }
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PLAN_MESSAGES_H
