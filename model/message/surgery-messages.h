/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MESSAGES_H
#define SURGERY_MESSAGES_H

#include "ns3/surgery-choice-messages.h"
#include "ns3/surgery-message-terms.h"
#include "ns3/surgery-plan-messages.h"
#include "ns3/surgery-variant-terms.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * All messages between devices and servers; those that only several servers need are in
 * surgery-choice-messages.h. Each describes itself: its number, its name, who sends it, on which
 * connection, whether tensors follow it, its fields with names, units and ranges. SurgeryHeader and
 * doc/messages.md describe the bytes. To add a message, add a struct here and name it in
 * MessageBody.
 */

/**
 * @ingroup dnn-surgery
 *
 * HELLO: which device speaks, and what it runs. It comes first on each connection. The HELLO of a
 * known device replaces that device's older connection of this role. A device that decides itself
 * names no DNN and sends no other settings.
 */
struct Hello
{
    static constexpr MessageType TYPE{1};                 //!< its number
    static constexpr auto NAME = "HELLO";                 //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE; //!< who sends it
    static constexpr MessageRole ROLE = std::nullopt;     //!< its connection: both
    static constexpr auto PAYLOAD = MessagePayload::NONE; //!< whether tensors follow

    uint32_t deviceId{0};                         //!< the device, unique at this server
    ConnectionRole role{ConnectionRole::CONTROL}; //!< what this connection is for
    std::string dnn;                              //!< name of the DNN's profile
    std::string processor;                        //!< name of the device's processor profile
    uint64_t inputBytes{0};                       //!< size of an input; 0: as in the profile
    uint8_t activationBits{32};                   //!< width of a number sent: 8, 16 or 32
    double usagePriceS{0};                        //!< price of the whole server, s, >= 0
    double cutHysteresis{0};                      //!< switching cost, of the cost J, 0..1
    double hostMessageS{0};                       //!< its host work for a message, s, >= 0
    double hostByteS{0};                          //!< the same for a byte of tensors, s, >= 0
    uint8_t measuresHostWork{0}; //!< 1: its links hold the host work of both ends, 0: they do not
    Attendance attendance{Attendance::SERVED}; //!< what the device wants
    VariantTerms terms{};                      //!< its other variants, and what it weighs

    /**
     * Lists the fields in their order on the wire: the one place that knows it, for writing,
     * reading, checking and printing alike.
     *
     * @tparam Message this struct, const for a visitor that only looks
     * @tparam Visitor takes a field's name and unit, the field, and what tells whether its value is
     *         good, if not every value is
     * @param message the message
     * @param visit called for each field that travels, given the values of those before; with
     *        visit.Optional(name, unit, field, absent, ...) for one that travels only where it is
     *        used, that is, is not "absent": such fields end a body
     */
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("role", "", message.role);
        visit("dnn", "", message.dnn);
        visit("processor", "", message.processor);
        visit("input_bytes", "byte", message.inputBytes);
        visit("activation_bits", "bit", message.activationBits, IsActivationWidth<uint8_t>);
        visit("usage_price", "s", message.usagePriceS, IsQuantity);
        visit("cut_hysteresis", "", message.cutHysteresis, IsFraction);
        visit.Optional("host_message", "s", message.hostMessageS, 0.0, IsQuantity);
        visit.Optional("host_byte", "s", message.hostByteS, 0.0, IsQuantity);
        visit.Optional("measures_host_work", "", message.measuresHostWork, uint8_t{0}, IsFlag);
        visit.Optional("attendance", "", message.attendance, Attendance::SERVED);
        VariantTerms::ForEachField(message.terms, visit);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * STATE: the network as the device measures it. A link carries a message in delay + 8 bytes / rate.
 * A device that decides itself does not send its links and its request rate.
 */
struct State
{
    static constexpr MessageType TYPE{2};                        //!< its number
    static constexpr auto NAME = "STATE";                        //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t deviceId{0};         //!< the device
    double uplinkBps{1};          //!< rate toward the server, bit/s, > 0
    double uplinkDelayS{0};       //!< delay toward the server, s, >= 0
    double downlinkBps{1};        //!< rate toward the device, bit/s, > 0
    double downlinkDelayS{0};     //!< delay toward the device, s, >= 0
    uint32_t offloadsInFlight{0}; //!< inferences on their way to, on, or from the server
    int64_t sentNs{0};            //!< first byte handed to the socket, ns; set by MessageStream
    uint64_t lastGrant{0};        //!< sequence of the last GRANT received, 0: none
    int64_t grantDelayNs{-1};     //!< time that GRANT took, ns, as the device saw it; -1: none
    double requestRatePerS{0};    //!< inferences asked for per second, >= 0
    uint8_t leaving{0}; //!< 1: another server serves the device, which awaits results here; 0: not
    double gapVariation{0}; //!< squared coefficient of variation of the gaps between requests that
                            //!< do not wait for results, >= 0; 0 unless the last GRANT wants it

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("uplink_rate", "bit/s", message.uplinkBps, IsPositive);
        visit("uplink_delay", "s", message.uplinkDelayS, IsQuantity);
        visit("downlink_rate", "bit/s", message.downlinkBps, IsPositive);
        visit("downlink_delay", "s", message.downlinkDelayS, IsQuantity);
        visit("offloads", "", message.offloadsInFlight);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("last_grant", "", message.lastGrant);
        visit("grant_delay", "ns", message.grantDelayNs, IsTimeOrNone);
        visit("request_rate", "1/s", message.requestRatePerS, IsQuantity);
        visit.Optional("leaving", "", message.leaving, uint8_t{0}, IsFlag);
        visit.Optional("gap_variation", "", message.gapVariation, 0.0, IsQuantity);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * PRICE: what would you take at these prices? A round of the decentralized game.
 */
struct Price
{
    static constexpr MessageType TYPE{3};                        //!< its number
    static constexpr auto NAME = "PRICE";                        //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint64_t timestep{0};       //!< number of this timestep's game, from 1
    uint64_t round{0};          //!< number of this question, counted over all timesteps, from 1
    int64_t sentNs{0};          //!< first byte handed to the socket, ns; set by MessageStream
    std::string processor;      //!< name of the server's processor profile
    std::vector<double> prices; //!< shadow prices, s, ascending, finite, >= 0
    double hostMessageS{0};     //!< the server's host work for a message, s, >= 0
    double hostByteS{0};        //!< the same for a byte of tensors, s, >= 0
    double postedPriceS{0};     //!< what devices pay beside rho for the whole server, s, >= 0

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("timestep", "", message.timestep);
        visit("round", "", message.round);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("processor", "", message.processor);
        visit("price", "s", message.prices, [](const std::vector<double>& prices) {
            return std::all_of(prices.begin(), prices.end(), IsQuantity) &&
                   std::is_sorted(prices.begin(), prices.end());
        });
        visit.Optional("host_message", "s", message.hostMessageS, 0.0, IsQuantity);
        visit.Optional("host_byte", "s", message.hostByteS, 0.0, IsQuantity);
        visit.Optional("posted_price", "s", message.postedPriceS, 0.0, IsQuantity);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * DEMAND: the answer to a PRICE or an OFFER. Any share and gain may pass: what a server cannot use
 * it ignores.
 */
struct Demand
{
    static constexpr MessageType TYPE{4};                        //!< its number
    static constexpr auto NAME = "DEMAND";                       //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint64_t round{0};          //!< of the PRICE or OFFER that this answers
    int64_t sentNs{0};          //!< first byte handed to the socket, ns; set by MessageStream
    std::vector<double> shares; //!< one per price, may exceed 1; or the one wanted of an OFFER
    double gainS{0};            //!< what the device gains by the offer, s; 0 to a PRICE

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("round", "", message.round);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("wanted", "", message.shares);
        visit("gain", "s", message.gainS);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * OFFER: what would you take of the capacity left over? A round of the decentralized game.
 */
struct Offer
{
    static constexpr MessageType TYPE{5};                        //!< its number
    static constexpr auto NAME = "OFFER";                        //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint64_t timestep{0}; //!< as in Price
    uint64_t round{0};    //!< as in Price
    int64_t sentNs{0};    //!< first byte handed to the socket, ns; set by MessageStream
    double share{0};      //!< what the device has coming, 0..1
    double leftover{0};   //!< what it could have in addition, 0..1

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("timestep", "", message.timestep);
        visit("round", "", message.round);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("share", "", message.share, IsFraction);
        visit("leftover", "", message.leftover, IsFraction);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * GRANT: a device's share and its cut, until the lease ends. To a device that decides itself the
 * cut is empty: it is the device's own, and next_share travels only then.
 */
struct Grant
{
    static constexpr MessageType TYPE{6};                        //!< its number
    static constexpr auto NAME = "GRANT";                        //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint64_t sequence{0};   //!< number of this GRANT, from 1
    double currentShare{0}; //!< share of the server in effect for the device, 0..1
    int64_t leaseNs{0};     //!< validity from sentNs on, ns, >= 0; 0: only tells who decides
    int64_t sentNs{0};      //!< first byte handed to the socket, ns; set by MessageStream
    std::vector<bool> deviceLayers; //!< the cut, by layer in topological order; all true: all local
    double shadowPriceS{0};         //!< shadow price of the server's capacity, s, >= 0
    uint32_t stateBytes{0};         //!< size of the last STATE on the stream, byte; 0: none
    int64_t stateDelayNs{-1}; //!< time that STATE took, ns, as the server saw it; -1: no sample
    double latencyS{0};       //!< T as predicted, s, >= 0; 0: not known to the server
    CutReason reason{CutReason::KEPT}; //!< why the cut is another than in the GRANT before
    double nextShare{0};  //!< share to work with from now on, 0..1; 0: the other is to finish with
    uint8_t variant{0};   //!< index of the variant to run
    uint8_t wantsGaps{0}; //!< 1: STATE shall tell the variation of the gaps between requests; a
                          //!< device that decides itself shall weigh it; 0: neither

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("sequence", "", message.sequence);
        visit("current_share", "", message.currentShare, IsFraction);
        visit("lease", "ns", message.leaseNs, IsTime);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("cut", "", message.deviceLayers);
        visit("shadow_price", "s", message.shadowPriceS, IsQuantity);
        visit("state_bytes", "byte", message.stateBytes);
        visit("state_delay", "ns", message.stateDelayNs, IsTimeOrNone);
        visit("predicted_latency", "s", message.latencyS, IsQuantity);
        visit("reason", "", message.reason);
        if (message.deviceLayers.empty())
        {
            visit("next_share", "", message.nextShare, IsFraction);
        }
        visit.Optional("variant", "", message.variant, uint8_t{0});
        visit.Optional("wants_gaps", "", message.wantsGaps, uint8_t{0}, IsFlag);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * BYE: the device leaves.
 */
struct Bye
{
    static constexpr MessageType TYPE{7};                        //!< its number
    static constexpr auto NAME = "BYE";                          //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;        //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::CONTROL; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;        //!< whether tensors follow

    uint32_t deviceId{0}; //!< the device

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * CANCEL: the device does not wait for an inference's result any more. It travels behind the
 * tensors that it cancels, on their connection. The server gives up the inference's work, if there
 * is any.
 */
struct Cancel
{
    static constexpr MessageType TYPE{11};                    //!< its number
    static constexpr auto NAME = "CANCEL";                    //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;     //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::DATA; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::NONE;     //!< whether tensors follow

    uint32_t deviceId{0};  //!< the device
    uint64_t inference{0}; //!< the inference, as in Activation

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("inference", "", message.inference);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * ACTIVATION: the tensors of a cut; the payload is their bytes. A device that decides itself does
 * not tell its cut and its variant, but what work it brings and how large the result is; these two
 * fields travel only if the cut is empty.
 */
struct Activation
{
    static constexpr MessageType TYPE{16};                    //!< its number
    static constexpr auto NAME = "ACTIVATION";                //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;     //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::DATA; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::REQUIRED; //!< whether tensors follow

    uint32_t deviceId{0};           //!< the device
    uint64_t inference{0};          //!< the inference, unique at this device
    uint32_t attempt{0};            //!< number of this attempt at sending it, from 1
    int64_t sentNs{0};              //!< first byte handed to the socket, ns; set by MessageStream
    std::vector<bool> deviceLayers; //!< the cut these tensors belong to, as in Grant
    double workS{0};                //!< what the whole server takes for its layers, s, >= 0
    uint64_t resultBytes{0};        //!< size of the RESULT's payload, byte, at most 1 GiB
    uint8_t variant{0};             //!< index of the variant that these tensors are of

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("inference", "", message.inference);
        visit("attempt", "", message.attempt);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("cut", "", message.deviceLayers);
        if (message.deviceLayers.empty())
        {
            visit("work", "s", message.workS, IsQuantity);
            visit("result_bytes", "byte", message.resultBytes, [](uint64_t bytes) {
                return bytes <= MAX_PAYLOAD_BYTES;
            });
        }
        visit.Optional("variant", "", message.variant, uint8_t{0});
    }
};

/**
 * @ingroup dnn-surgery
 *
 * RESULT: the outputs of the DNN; the payload is their bytes. Times are >= 0 and in order: sent,
 * received, start, end.
 */
struct Result
{
    static constexpr MessageType TYPE{17};                    //!< its number
    static constexpr auto NAME = "RESULT";                    //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;     //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::DATA; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::POSSIBLE; //!< whether tensors follow

    uint64_t inference{0};           //!< the inference, as in Activation
    uint32_t attempt{0};             //!< the attempt answered, as in Activation
    int64_t activationSentNs{0};     //!< sentNs of the ACTIVATION, ns
    int64_t activationReceivedNs{0}; //!< last byte of the ACTIVATION received, ns
    int64_t serverStartNs{0};        //!< the server's processor began, ns
    int64_t serverEndNs{0};          //!< the server's processor finished, ns
    int64_t sentNs{0};               //!< first byte handed to the socket, ns; set by MessageStream
    uint64_t uplinkMessageBytes{0};  //!< size of the whole ACTIVATION on the stream, byte; 0: TCP
                                     //!< held it up, its time is no sample of the network
    int64_t uplinkNs{0};             //!< time the ACTIVATION was under way, ns, >= 0
    int64_t unpackingNs{0};          //!< host work on the ACTIVATION at the server, ns, >= 0
    int64_t packingNs{0};            //!< host work on this at the server, ns, >= 0

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        // each begins no earlier than what comes before
        const auto from = [](int64_t earlierNs) {
            return [earlierNs](int64_t ns) { return ns >= earlierNs; };
        };
        visit("inference", "", message.inference);
        visit("attempt", "", message.attempt);
        visit("activation_sent", "ns", message.activationSentNs, IsTime);
        visit("activation_received",
              "ns",
              message.activationReceivedNs,
              from(message.activationSentNs));
        visit("server_start", "ns", message.serverStartNs, from(message.activationReceivedNs));
        visit("server_end", "ns", message.serverEndNs, from(message.serverStartNs));
        visit("sent", "ns", message.sentNs, IsTime);
        visit("uplink_message_bytes", "byte", message.uplinkMessageBytes);
        visit("uplink_time", "ns", message.uplinkNs, IsTime);
        visit.Optional("unpacking", "ns", message.unpackingNs, int64_t{0}, IsTime);
        visit.Optional("packing", "ns", message.packingNs, int64_t{0}, IsTime);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * PROBE: bytes that stand for tensors, to be timed.
 */
struct Probe
{
    static constexpr MessageType TYPE{18};                    //!< its number
    static constexpr auto NAME = "PROBE";                     //!< its name
    static constexpr auto SENDER = MessageSender::DEVICE;     //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::DATA; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::REQUIRED; //!< whether tensors follow

    uint32_t deviceId{0};   //!< the device
    uint32_t number{0};     //!< of this probe, from 1
    int64_t sentNs{0};      //!< first byte handed to the socket, ns; set by MessageStream
    uint32_t replyBytes{0}; //!< payload wanted in the reply, byte; at most the probe's is sent

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("device", "", message.deviceId);
        visit("number", "", message.number);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("reply_bytes", "byte", message.replyBytes);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * PROBE_REPLY: how long the bytes of a PROBE took.
 */
struct ProbeReply
{
    static constexpr MessageType TYPE{19};                    //!< its number
    static constexpr auto NAME = "PROBE_REPLY";               //!< its name
    static constexpr auto SENDER = MessageSender::SERVER;     //!< who sends it
    static constexpr MessageRole ROLE = ConnectionRole::DATA; //!< its connection
    static constexpr auto PAYLOAD = MessagePayload::POSSIBLE; //!< whether tensors follow

    uint32_t number{0};             //!< of the probe
    int64_t sentNs{0};              //!< first byte handed to the socket, ns; set by MessageStream
    uint64_t uplinkMessageBytes{0}; //!< size of the whole PROBE on the stream, byte; 0: TCP
                                    //!< held it up, its time is no sample of the network
    int64_t uplinkNs{0};            //!< time the PROBE was under way, ns, >= 0

    /// @copydoc Hello::ForEachField
    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("number", "", message.number);
        visit("sent", "ns", message.sentNs, IsTime);
        visit("uplink_message_bytes", "byte", message.uplinkMessageBytes);
        visit("uplink_time", "ns", message.uplinkNs, IsTime);
    }
};

/**
 * @ingroup dnn-surgery
 *
 * Any message: the one list of those that exist. A type that is not in it is a protocol error.
 */
using MessageBody = std::variant<Hello,
                                 State,
                                 Price,
                                 Demand,
                                 Offer,
                                 Grant,
                                 Bye,
                                 Announce,
                                 Join,
                                 Admission,
                                 Peer,
                                 Report,
                                 Plan,
                                 Move,
                                 Cancel,
                                 Activation,
                                 Result,
                                 Probe,
                                 ProbeReply>;

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MESSAGES_H
