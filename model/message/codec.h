/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CODEC_H
#define CODEC_H

#include "field-reader.h"
#include "field-visitors.h"
#include "field-writer.h"

#include "ns3/surgery-messages.h"

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * Functions that treat all messages alike, by what each struct states about itself.
 */

/**
 * @ingroup dnn-surgery
 *
 * @tparam Bytes CountedBytes, if only their number is of interest
 * @tparam Message a struct as those in surgery-messages.h
 * @param message a message
 * @return its bytes, or how many they are
 */
template <typename Bytes = WrittenBytes, typename Message>
auto
Encode(const Message& message)
{
    FieldWriter<Bytes> writer;
    Message::ForEachField(message, writer);
    return writer.Take();
}

/**
 * @ingroup dnn-surgery
 *
 * @tparam Message a struct as those in surgery-messages.h
 * @param message a message
 * @return the first field whose value a receiver rejects, nullptr if there is none
 */
template <typename Message>
const char*
FindBadField(const Message& message)
{
    FaultFinder finder;
    Message::ForEachField(message, finder);
    return finder.GetField();
}

/**
 * @ingroup dnn-surgery
 *
 * @tparam Message a struct as those in surgery-messages.h
 * @param bytes the bytes
 * @param size how many there are
 * @param [out] message what they say, if all is well
 * @return whether the bytes are exactly one message of this kind without a fault
 */
template <typename Message>
bool
Decode(const uint8_t* bytes, std::size_t size, Message& message)
{
    FieldReader reader(bytes, size);
    Message::ForEachField(message, reader);
    return reader.IsComplete() && !FindBadField(message);
}

/**
 * @ingroup dnn-surgery
 *
 * @param type a number
 * @return whether a message has it
 */
bool IsMessageType(MessageType type);

/**
 * @ingroup dnn-surgery
 *
 * @param type a number
 * @param payloadBytes length of a payload
 * @return whether a message with this number may have it
 */
bool IsPayloadAllowed(MessageType type, uint32_t payloadBytes);

/**
 * @ingroup dnn-surgery
 *
 * @param body a message
 * @return its number
 */
MessageType GetMessageType(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a message
 * @return its name and the first field whose value a receiver rejects; empty if there is none
 */
std::string FindFault(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a message
 * @return its bytes, as SurgeryHeader documents them
 */
std::vector<uint8_t> EncodeBody(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a message
 * @return how many bytes EncodeBody() makes of it
 */
std::size_t CountBodyBytes(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param type the number of a message
 * @param bytes the bytes
 * @param size how many there are
 * @param [out] body what they say, only changed if all is well
 * @return whether the bytes are exactly one body of this type without a fault
 */
bool DecodeBody(MessageType type, const uint8_t* bytes, std::size_t size, MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param body a message
 * @return its sentNs, or -1 if it has none
 */
int64_t GetSentNs(const MessageBody& body);

/**
 * @ingroup dnn-surgery
 *
 * @param [in,out] body a message, unchanged if it has no sentNs
 * @param sentNs the time at which the first byte is handed to the socket, ns
 */
void SetSentNs(MessageBody& body, int64_t sentNs);

/**
 * @ingroup dnn-surgery
 *
 * @param os where to print the fields: name=value with its unit
 * @param body a message
 */
void PrintBody(std::ostream& os, const MessageBody& body);

} // namespace surgery
} // namespace ns3

#endif // CODEC_H
