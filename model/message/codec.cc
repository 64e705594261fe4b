/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "codec.h"

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace ns3
{
namespace surgery
{

namespace
{

/**
 * Finds the struct with a number, among all that MessageBody lists.
 *
 * @tparam Function what to do with it
 * @tparam Messages the structs
 * @param type the number
 * @param function called with a default message of this type
 * @return what the function returned; false if there is no such type
 */
template <typename Function, typename... Messages>
bool
CallWithType(MessageType type, Function function, const std::variant<Messages...>* /* list */)
{
    return ((Messages::TYPE == type && function(Messages())) || ...);
}

/// MessageBody's alternatives, as a parameter
constexpr const MessageBody* LISTED = nullptr;

/**
 * @tparam Messages the structs
 * @return whether no two of them have the same number
 */
template <typename... Messages>
constexpr bool
AreDistinct(const std::variant<Messages...>* /* list */)
{
    const MessageType types[] = {Messages::TYPE...};
    for (std::size_t i = 0; i < sizeof...(Messages); ++i)
    {
        for (std::size_t j = 0; j < i; ++j)
        {
            if (types[i] == types[j])
            {
                return false;
            }
        }
    }
    return true;
}

static_assert(AreDistinct(LISTED), "two messages have the same number");

/// whether a message says when it was sent
template <typename Message, typename = void>
constexpr bool IS_STAMPED = false;

/// @copydoc IS_STAMPED
template <typename Message>
constexpr bool IS_STAMPED<Message, std::void_t<decltype(Message::sentNs)>> = true;

} // unnamed namespace

bool
IsMessageType(MessageType type)
{
    return CallWithType(
        type,
        [](const auto& /* message */) { return true; },
        LISTED);
}

bool
IsPayloadAllowed(MessageType type, uint32_t payloadBytes)
{
    return CallWithType(
        type,
        [payloadBytes](const auto& message) {
            switch (message.PAYLOAD)
            {
            case MessagePayload::NONE:
                return payloadBytes == 0;
            case MessagePayload::POSSIBLE:
                return payloadBytes <= MAX_PAYLOAD_BYTES;
            case MessagePayload::REQUIRED:
                return payloadBytes > 0 && payloadBytes <= MAX_PAYLOAD_BYTES;
            }
            return false;
        },
        LISTED);
}

MessageType
GetMessageType(const MessageBody& body)
{
    return std::visit([](const auto& message) { return message.TYPE; }, body);
}

std::string
FindFault(const MessageBody& body)
{
    return std::visit(
        [](const auto& message) {
            const auto field = FindBadField(message);
            return field ? std::string(message.NAME) + ": " + field : std::string();
        },
        body);
}

std::vector<uint8_t>
EncodeBody(const MessageBody& body)
{
    return std::visit([](const auto& message) { return Encode(message); }, body);
}

std::size_t
CountBodyBytes(const MessageBody& body)
{
    return std::visit([](const auto& message) { return Encode<CountedBytes>(message); }, body);
}

bool
DecodeBody(MessageType type, const uint8_t* bytes, std::size_t size, MessageBody& body)
{
    return CallWithType(
        type,
        [&](auto message) {
            const auto isGood = Decode(bytes, size, message);
            if (isGood)
            {
                body = std::move(message);
            }
            return isGood;
        },
        LISTED);
}

int64_t
GetSentNs(const MessageBody& body)
{
    return std::visit(
        [](const auto& message) -> int64_t {
            if constexpr (IS_STAMPED<std::decay_t<decltype(message)>>)
            {
                return message.sentNs;
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
        [sentNs](auto& message) {
            if constexpr (IS_STAMPED<std::decay_t<decltype(message)>>)
            {
                message.sentNs = sentNs;
            }
        },
        body);
}

void
PrintBody(std::ostream& os, const MessageBody& body)
{
    FieldPrinter printer(os);
    std::visit([&printer](const auto& message) { message.ForEachField(message, printer); }, body);
}

std::ostream&
operator<<(std::ostream& os, MessageType type)
{
    const auto isListed = CallWithType(
        type,
        [&os](const auto& message) {
            os << message.NAME;
            return true;
        },
        LISTED);
    return isListed ? os : os << "type " << +static_cast<uint8_t>(type);
}

} // namespace surgery
} // namespace ns3
