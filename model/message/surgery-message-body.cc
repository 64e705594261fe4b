/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-message-body.h"

#include "message-fields.h"
#include "message-printer.h"
#include "wire.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <type_traits>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// largest payload that a RESULT may have, 1 GiB
constexpr uint64_t MAX_RESULT_BYTES = 1 << 30;

/**
 * @param value a number
 * @return whether it is finite and not negative
 */
bool
IsQuantity(double value)
{
    return std::isfinite(value) && value >= 0;
}

/**
 * @param value a string
 * @return whether it fits its length and holds no control characters
 */
bool
IsName(const std::string& value)
{
    return value.size() <= std::numeric_limits<uint16_t>::max() &&
           std::none_of(value.begin(), value.end(), [](unsigned char c) {
               return c < 0x20 || c == 0x7f;
           });
}

/**
 * @tparam T the struct of a body
 * @param reader the body
 * @param [out] body takes the fields
 * @return whether the bytes are exactly one valid body
 */
template <typename T>
bool
Decode(WireReader reader, MessageBody& body)
{
    T fields;
    ForEachField(reader, fields);
    if (!reader.IsComplete())
    {
        return false;
    }
    MessageBody read = std::move(fields);
    if (FindFault(read))
    {
        return false;
    }
    body = std::move(read);
    return true;
}

/**
 * A condition that a field must meet.
 */
struct Rule
{
    bool isMet;        //!< whether it does
    const char* field; //!< the message and the field
};

/**
 * @param rules conditions
 * @return the field of the first that is not met, nullptr if all are
 */
const char*
FindFault(std::initializer_list<Rule> rules)
{
    const auto broken =
        std::find_if_not(rules.begin(), rules.end(), [](const Rule& rule) { return rule.isMet; });
    return broken == rules.end() ? nullptr : broken->field;
}

/**
 * @param hello a body
 * @return the first bad field or nullptr
 */
const char*
FindFault(const Hello& hello)
{
    const auto bits = hello.activationBits;
    return FindFault({
        {hello.role <= ConnectionRole::DATA, "HELLO: role"},
        {IsName(hello.dnn), "HELLO: dnn"},
        {IsName(hello.processor), "HELLO: processor"},
        {bits == 8 || bits == 16 || bits == 32, "HELLO: activationBits"},
        {IsQuantity(hello.usagePriceS), "HELLO: usagePriceS"},
        {hello.cutHysteresis >= 0 && hello.cutHysteresis <= 1, "HELLO: cutHysteresis"},
    });
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const State& state)
{
    return FindFault({
        {IsQuantity(state.uplinkBps) && state.uplinkBps > 0, "STATE: uplinkBps"},
        {IsQuantity(state.uplinkDelayS), "STATE: uplinkDelayS"},
        {IsQuantity(state.downlinkBps) && state.downlinkBps > 0, "STATE: downlinkBps"},
        {IsQuantity(state.downlinkDelayS), "STATE: downlinkDelayS"},
        {state.sentNs >= 0, "STATE: sentNs"},
        {state.grantDelayNs >= -1, "STATE: grantDelayNs"},
        {IsQuantity(state.requestRatePerS), "STATE: requestRatePerS"},
    });
}

/**
 * @param value numbers
 * @return whether they fit their count
 */
bool
IsList(const std::vector<double>& value)
{
    return value.size() <= std::numeric_limits<uint16_t>::max();
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Price& price)
{
    const auto& prices = price.prices;
    return FindFault({
        {price.sentNs >= 0, "PRICE: sentNs"},
        {IsName(price.processor), "PRICE: processor"},
        {IsList(prices) && std::all_of(prices.begin(), prices.end(), IsQuantity) &&
             std::is_sorted(prices.begin(), prices.end()),
         "PRICE: prices"},
    });
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Demand& demand)
{
    return FindFault({
        {demand.sentNs >= 0, "DEMAND: sentNs"},
        {IsList(demand.shares), "DEMAND: shares"},
    });
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Offer& offer)
{
    return FindFault({
        {offer.sentNs >= 0, "OFFER: sentNs"},
        {offer.share >= 0 && offer.share <= 1, "OFFER: share"},
        {offer.leftover >= 0 && offer.leftover <= 1, "OFFER: leftover"},
    });
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Grant& grant)
{
    return FindFault({
        {grant.share >= 0 && grant.share <= 1, "GRANT: share"},
        {grant.leaseNs >= 0, "GRANT: leaseNs"},
        {grant.sentNs >= 0, "GRANT: sentNs"},
        {IsQuantity(grant.shadowPriceS), "GRANT: shadowPriceS"},
        {grant.stateDelayNs >= -1, "GRANT: stateDelayNs"},
        {IsQuantity(grant.latencyS), "GRANT: latencyS"},
        {grant.reason <= LAST_SERVER_REASON, "GRANT: reason"},
        {grant.newShare >= 0 && grant.newShare <= 1, "GRANT: newShare"},
    });
}

/**
 * @return nullptr, for a BYE has no bad value
 */
const char*
FindFault(const Bye& /* bye */)
{
    return nullptr;
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Activation& activation)
{
    return FindFault({
        {activation.sentNs >= 0, "ACTIVATION: sentNs"},
        {IsQuantity(activation.workS), "ACTIVATION: workS"},
        {activation.resultBytes <= MAX_RESULT_BYTES, "ACTIVATION: resultBytes"},
    });
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Result& result)
{
    return FindFault({
        {result.activationSentNs >= 0, "RESULT: activationSentNs"},
        {result.activationReceivedNs >= result.activationSentNs, "RESULT: activationReceivedNs"},
        {result.serverStartNs >= result.activationReceivedNs, "RESULT: serverStartNs"},
        {result.serverEndNs >= result.serverStartNs, "RESULT: serverEndNs"},
        {result.sentNs >= 0, "RESULT: sentNs"},
        {result.uplinkNs >= 0, "RESULT: uplinkNs"},
    });
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const Probe& probe)
{
    return FindFault({{probe.sentNs >= 0, "PROBE: sentNs"}});
}

/// @copydoc FindFault(const Hello&)
const char*
FindFault(const ProbeReply& reply)
{
    return FindFault({
        {reply.sentNs >= 0, "PROBE_REPLY: sentNs"},
        {reply.uplinkNs >= 0, "PROBE_REPLY: uplinkNs"},
    });
}

/// whether a body of this type says when it was sent
template <typename T>
constexpr bool IS_STAMPED = !std::is_same_v<T, Hello> && !std::is_same_v<T, Bye>;

} // unnamed namespace

MessageType
GetMessageType(const MessageBody& body)
{
    static constexpr MessageType TYPES[] = {
        MessageType::HELLO,
        MessageType::STATE,
        MessageType::PRICE,
        MessageType::DEMAND,
        MessageType::OFFER,
        MessageType::GRANT,
        MessageType::BYE,
        MessageType::ACTIVATION,
        MessageType::RESULT,
        MessageType::PROBE,
        MessageType::PROBE_REPLY,
    };
    static_assert(std::variant_size_v<MessageBody> == std::size(TYPES));
    return TYPES[body.index()];
}

const char*
FindFault(const MessageBody& body)
{
    return std::visit([](const auto& fields) { return FindFault(fields); }, body);
}

std::vector<uint8_t>
EncodeBody(const MessageBody& body)
{
    WireWriter writer;
    std::visit([&writer](const auto& fields) { ForEachField(writer, fields); }, body);
    return writer.Take();
}

bool
DecodeBody(MessageType type, const uint8_t* bytes, std::size_t size, MessageBody& body)
{
    const WireReader reader(bytes, size);
    switch (type)
    {
    case MessageType::HELLO:
        return Decode<Hello>(reader, body);
    case MessageType::STATE:
        return Decode<State>(reader, body);
    case MessageType::PRICE:
        return Decode<Price>(reader, body);
    case MessageType::DEMAND:
        return Decode<Demand>(reader, body);
    case MessageType::OFFER:
        return Decode<Offer>(reader, body);
    case MessageType::GRANT:
        return Decode<Grant>(reader, body);
    case MessageType::BYE:
        return Decode<Bye>(reader, body);
    case MessageType::ACTIVATION:
        return Decode<Activation>(reader, body);
    case MessageType::RESULT:
        return Decode<Result>(reader, body);
    case MessageType::PROBE:
        return Decode<Probe>(reader, body);
    case MessageType::PROBE_REPLY:
        return Decode<ProbeReply>(reader, body);
    }
    return false;
}

int64_t
GetSentNs(const MessageBody& body)
{
    return std::visit(
        [](const auto& fields) -> int64_t {
            if constexpr (IS_STAMPED<std::decay_t<decltype(fields)>>)
            {
                return fields.sentNs;
            }
            else
            {
                return -1;
            }
        },
        body);
}

void
SetSentNs(MessageBody& body, int64_t sentNs)
{
    std::visit(
        [sentNs](auto& fields) {
            if constexpr (IS_STAMPED<std::decay_t<decltype(fields)>>)
            {
                fields.sentNs = sentNs;
            }
        },
        body);
}

void
PrintBody(std::ostream& os, const MessageBody& body)
{
    MessagePrinter printer(os);
    std::visit([&printer](const auto& fields) { ForEachField(printer, fields); }, body);
}

std::ostream&
operator<<(std::ostream& os, MessageType type)
{
    switch (type)
    {
    case MessageType::HELLO:
        return os << "HELLO";
    case MessageType::STATE:
        return os << "STATE";
    case MessageType::PRICE:
        return os << "PRICE";
    case MessageType::DEMAND:
        return os << "DEMAND";
    case MessageType::OFFER:
        return os << "OFFER";
    case MessageType::GRANT:
        return os << "GRANT";
    case MessageType::BYE:
        return os << "BYE";
    case MessageType::ACTIVATION:
        return os << "ACTIVATION";
    case MessageType::RESULT:
        return os << "RESULT";
    case MessageType::PROBE:
        return os << "PROBE";
    case MessageType::PROBE_REPLY:
        return os << "PROBE_REPLY";
    }
    return os << "type " << +static_cast<uint8_t>(type);
}

} // namespace surgery
} // namespace ns3
