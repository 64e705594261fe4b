/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MESSAGE_BODY_H
#define SURGERY_MESSAGE_BODY_H

#include "ns3/surgery-cut-reason.h"

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The kinds of messages. PRICE, DEMAND and OFFER are the rounds of the decentralized game. A type
 * that is not listed is a protocol error.
 */
enum class MessageType : uint8_t
{
    HELLO = 1,        //!< device to server, first on each connection: who speaks, and about what
    STATE = 2,        //!< device to server: the network as the device measures it
    PRICE = 3,        //!< server to device: what would you take at these prices?
    DEMAND = 4,       //!< device to server: the answer to a PRICE or an OFFER
    OFFER = 5,        //!< server to device: what would you take of the capacity left over?
    GRANT = 6,        //!< server to device: its share and its cut, until the lease ends
    BYE = 7,          //!< device to server: the device leaves
    ACTIVATION = 16,  //!< device to server: the tensors of a cut; the payload is their bytes
    RESULT = 17,      //!< server to device: the outputs of the DNN; the payload is their bytes
    PROBE = 18,       //!< device to server: bytes that stand for tensors, to be timed
    PROBE_REPLY = 19, //!< server to device: how long they took
};

/**
 * @ingroup dnn-surgery
 *
 * What a connection is for. A device keeps one of each.
 */
enum class ConnectionRole : uint8_t
{
    CONTROL = 0, //!< small messages that must not wait behind tensors
    DATA = 1,    //!< activations and results, probes and replies
};

/**
 * @ingroup dnn-surgery
 *
 * Body of HELLO. One with a known device replaces that device's older connection of this role. A
 * device that decides itself names no DNN, and keeps the rest to itself, too.
 */
struct Hello
{
    uint32_t deviceId{0};                         //!< the device, unique at this server
    ConnectionRole role{ConnectionRole::CONTROL}; //!< what this connection is for
    std::string dnn;                              //!< name of the DNN's profile
    std::string processor;                        //!< name of the device's processor profile
    uint64_t inputBytes{0};                       //!< size of an input; 0: as in the profile
    uint8_t activationBits{32};                   //!< width of a number sent: 8, 16 or 32
    double usagePriceS{0};                        //!< price of the whole server, s, >= 0
    double cutHysteresis{0};                      //!< switching cost, of the cost J, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * Body of STATE. A link carries a message in delay + 8 bytes / rate. A device that decides itself
 * keeps its links and its request rate to itself.
 */
struct State
{
    uint32_t deviceId{0};         //!< the device
    double uplinkBps{1};          //!< rate towards the server, bit/s, > 0
    double uplinkDelayS{0};       //!< delay towards the server, s, >= 0
    double downlinkBps{1};        //!< rate towards the device, bit/s, > 0
    double downlinkDelayS{0};     //!< delay towards the device, s, >= 0
    uint32_t offloadsInFlight{0}; //!< inferences on their way to, on, or from the server
    int64_t sentNs{0};            //!< first byte handed to the socket, ns; set by MessageStream
    uint64_t lastGrant{0};        //!< sequence of the last GRANT received, 0: none
    int64_t grantDelayNs{-1};     //!< time that GRANT took, ns, as the device saw it; -1: none
    double requestRatePerS{0};    //!< inferences asked for per second, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Body of PRICE.
 */
struct Price
{
    uint64_t timestep{0};       //!< number of this timestep's game, from 1
    uint64_t round{0};          //!< number of this question, counted over all timesteps, from 1
    int64_t sentNs{0};          //!< first byte handed to the socket, ns; set by MessageStream
    std::string processor;      //!< name of the server's processor profile
    std::vector<double> prices; //!< shadow prices, s, ascending, finite, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Body of DEMAND. Any share and gain may pass: what a server cannot use it ignores.
 */
struct Demand
{
    uint64_t round{0};          //!< of the PRICE or OFFER that this answers
    int64_t sentNs{0};          //!< first byte handed to the socket, ns; set by MessageStream
    std::vector<double> shares; //!< one per price, may exceed 1; or the one wanted of an OFFER
    double gainS{0};            //!< what the device gains by the offer, s; 0 to a PRICE
};

/**
 * @ingroup dnn-surgery
 *
 * Body of OFFER.
 */
struct Offer
{
    uint64_t timestep{0}; //!< as in Price
    uint64_t round{0};    //!< as in Price
    int64_t sentNs{0};    //!< first byte handed to the socket, ns; set by MessageStream
    double share{0};      //!< what the device has coming, 0..1
    double leftover{0};   //!< what it could have beside, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * Body of GRANT. To a device that decides itself the cut is empty: it is the device's own. The last
 * field is there only then.
 */
struct Grant
{
    uint64_t sequence{0};       //!< number of this GRANT, from 1
    double share{0};            //!< share of the server in effect for the device, 0..1
    int64_t leaseNs{0};         //!< validity from sentNs on, ns, >= 0
    int64_t sentNs{0};          //!< first byte handed to the socket, ns; set by MessageStream
    std::vector<bool> onDevice; //!< the cut, by layer in topological order; all true: all local
    double shadowPriceS{0};     //!< shadow price of the server's capacity, s, >= 0
    uint32_t stateBytes{0};     //!< size of the last STATE on the stream, byte; 0: none
    int64_t stateDelayNs{-1};   //!< time that STATE took, ns, as the server saw it; -1: no sample
    double latencyS{0};         //!< T as predicted, s, >= 0; 0: not known to the server
    CutReason reason{CutReason::KEPT}; //!< why the cut is another than in the GRANT before
    double newShare{0}; //!< share to work with from now on, 0..1; 0: the other is to finish with
};

/**
 * @ingroup dnn-surgery
 *
 * Body of BYE.
 */
struct Bye
{
    uint32_t deviceId{0}; //!< the device
};

/**
 * @ingroup dnn-surgery
 *
 * Body of ACTIVATION. Its payload is never empty. A device that decides itself does not tell its
 * cut, but what work it brings; the last two fields are there only if the cut is empty.
 */
struct Activation
{
    uint32_t deviceId{0};       //!< the device
    uint64_t inference{0};      //!< the inference, unique at this device
    uint32_t attempt{0};        //!< number of this attempt at sending it, from 1
    int64_t sentNs{0};          //!< first byte handed to the socket, ns; set by MessageStream
    std::vector<bool> onDevice; //!< the cut these tensors belong to, as in Grant
    double workS{0};            //!< what the whole server takes for its layers, s, >= 0
    uint64_t resultBytes{0};    //!< size of the RESULT's payload, byte, at most 1 GiB
};

/**
 * @ingroup dnn-surgery
 *
 * Body of RESULT. Times are >= 0 and in order: sent, received, start, end.
 */
struct Result
{
    uint64_t inference{0};           //!< the inference, as in Activation
    uint32_t attempt{0};             //!< the attempt answered, as in Activation
    int64_t activationSentNs{0};     //!< sentNs of the ACTIVATION, ns
    int64_t activationReceivedNs{0}; //!< last byte of the ACTIVATION received, ns
    int64_t serverStartNs{0};        //!< the server's processor began, ns
    int64_t serverEndNs{0};          //!< the server's processor finished, ns
    int64_t sentNs{0};               //!< first byte handed to the socket, ns; set by MessageStream
    uint64_t uplinkBytes{0};         //!< size of the whole ACTIVATION on the stream, byte; 0: its
                                     //!< time is no sample of the network
    int64_t uplinkNs{0};             //!< time the ACTIVATION was under way, ns, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Body of PROBE. Its payload is never empty.
 */
struct Probe
{
    uint32_t deviceId{0};   //!< the device
    uint32_t number{0};     //!< of this probe, from 1
    int64_t sentNs{0};      //!< first byte handed to the socket, ns; set by MessageStream
    uint32_t replyBytes{0}; //!< payload wanted in the reply, byte; at most the probe's is sent
};

/**
 * @ingroup dnn-surgery
 *
 * Body of PROBE_REPLY.
 */
struct ProbeReply
{
    uint32_t number{0};      //!< of the probe
    int64_t sentNs{0};       //!< first byte handed to the socket, ns; set by MessageStream
    uint64_t uplinkBytes{0}; //!< size of the whole PROBE on the stream, byte; 0: its time is no
                             //!< sample of the network
    int64_t uplinkNs{0};     //!< time the PROBE was under way, ns, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * The body of any message.
 */
using MessageBody = std::
    variant<Hello, State, Price, Demand, Offer, Grant, Bye, Activation, Result, Probe, ProbeReply>;

/**
 * @ingroup dnn-surgery
 *
 * @param body a body
 * @return the kind of message
 */
MessageType GetMessageType(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a body
 * @return the message and the first field whose value a receiver rejects, nullptr if there is none
 */
const char* FindFault(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a body
 * @return its bytes, as SurgeryHeader documents them
 */
std::vector<uint8_t> EncodeBody(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param type the kind of message
 * @param bytes the bytes
 * @param size how many there are
 * @param [out] body what they say, only changed if all is well
 * @return whether the bytes are exactly one body of this type without a fault
 */
bool DecodeBody(MessageType type, const uint8_t* bytes, std::size_t size, MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a body
 * @return its sentNs, or -1 if it has none
 */
int64_t GetSentNs(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param [in,out] body a body, unchanged if it has no sentNs
 * @param sentNs the time at which the first byte is handed to the socket, ns
 */
void SetSentNs(MessageBody& body, int64_t sentNs);

/**
 * @ingroup dnn-surgery
 *
 * @param os where to print the fields as name=value
 * @param body a body
 */
void PrintBody(std::ostream& os, const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param os the stream
 * @param type a kind of message
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, MessageType type);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MESSAGE_BODY_H
