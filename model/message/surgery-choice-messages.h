/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CHOICE_MESSAGES_H
#define SURGERY_CHOICE_MESSAGES_H

#include "ns3/surgery-message-terms.h"

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
 * The messages with which devices choose among several servers, and servers tell each other what
 * they offer. They describe themselves as those of surgery-messages.h, which lists them with the
 * others.
 */

/**
 * @ingroup dnn-surgery
 *
 * ANNOUNCE: what a server offers, to another server or to a device that may choose. A server passes
 * on what its peers announced.
 */
struct Announce
{
    static constexpr MessageType TYPE{8};                        //!< its number
    static constexpr auto NAME = "ANNOUNCE";                     //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t server{0};     //!< node id of the server that offers
    uint64_t sequence{1};   //!< number of this announcement of that server, from 1
    int64_t sentNs{0};      //!< first byte handed to the socket, ns; set by MessageStream
    int64_t ageNs{0};       //!< how old it was when it was sent, ns, >= 0; 0: by that server itself
    std::string address;    //!< where that server listens, "10.1.1.1:4600", "[2001:db8::1]:4600"
    std::string processor;  //!< name of that server's processor profile
    double shadowPriceS{0}; //!< lambda, shadow price of its capacity, s, >= 0
    double load{0};         //!< sum of the shares, 0..1
    double curvatureS{0};   //!< kappa, what a share more raises lambda by, s, >= 0
    uint32_t devices{0};    //!< devices that it serves
    double hostMessageS{0}; //!< that server's host work for a message, s, >= 0
    double hostByteS{0};    //!< the same for a byte of tensors, s, >= 0
    double postedPriceS{0}; //!< what its whole costs beside rho and lambda, s, >= 0

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("server", "", message.server);
        visit("sequence", "", message.sequence, IsOrdinal);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("age", "ns", message.ageNs, IsTime);
        visit("address", "", message.address);
        visit("processor", "", message.processor);
        visit("shadow_price", "s", message.shadowPriceS, IsQuantity);
        visit("load", "", message.load, IsFraction);
        visit("curvature", "s", message.curvatureS, IsQuantity);
        visit("devices", "", message.devices);
        visit.Optional("host_message", "s", message.hostMessageS, 0.0, IsQuantity);
        visit.Optional("host_byte", "s", message.hostByteS, 0.0, IsQuantity);
        visit.Optional("posted_price", "s", message.postedPriceS, 0.0, IsQuantity);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * JOIN: a visiting device asks to be served.
 */
struct Join
{
    static constexpr MessageType TYPE{9};                        //!< its number
    static constexpr auto NAME = "JOIN";                         //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t deviceId{0}; //!< the device
    uint64_t number{1};   //!< of this JOIN of the device, from 1
    int64_t sentNs{0};    //!< first byte handed to the socket, ns; set by MessageStream
    double gainS{0};      //!< what Phi is predicted to fall by, s per inference, >= 0

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("join", "", message.number, IsOrdinal);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("gain", "s", message.gainS, IsQuantity);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * ADMISSION: the answer to a JOIN.
 */
struct Admission
{
    static constexpr MessageType TYPE{10};                       //!< its number
    static constexpr auto NAME = "ADMISSION";                    //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint64_t number{1};  //!< of the JOIN that this answers
    int64_t sentNs{0};   //!< first byte handed to the socket, ns; set by MessageStream
    uint8_t admitted{0}; //!< 1: the device is served from now on, 0: it stays a visitor

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("join", "", message.number, IsOrdinal);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("admitted", "", message.admitted, IsFlag);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * PEER: which server speaks. It comes first on a connection from one server to another.
 */
struct Peer
{
    static constexpr MessageType TYPE{12};                       //!< its number
    static constexpr auto NAME = "PEER";                         //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t server{0}; //!< node id of the server that speaks
    int64_t sentNs{0};  //!< first byte handed to the socket, ns; set by MessageStream

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("server", "", message.server);
        visit("sent", "ns", message.sentNs, IsTime);
    }
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CHOICE_MESSAGES_H
