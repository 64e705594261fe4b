/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_HEADER_H
#define SURGERY_HEADER_H

#include "ns3/header.h"
#include "ns3/surgery-messages.h"

#include <cstdint>
#include <ostream>
#include <variant>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What is wrong with received bytes.
 */
enum class ParseResult : uint8_t
{
    OK,          //!< nothing
    BAD_MAGIC,   //!< they do not start with SurgeryHeader::MAGIC
    BAD_VERSION, //!< not SurgeryHeader::VERSION
    BAD_TYPE,    //!< not the type of any message
    BAD_LENGTH,  //!< a length above its limit, or a payload this type cannot have (or lack)
    BAD_BODY,    //!< the body is not what its type and its length promise
};

/**
 * @ingroup dnn-surgery
 *
 * Header of every message between a device and a server, in network byte order.
 *
 * The preamble has a fixed size, so that a receiver knows how much to wait for:
 *
 *     offset  bytes  field
 *          0      4  magic, "DDS1"
 *          4      1  version, 1
 *          5      1  type, the TYPE of a message
 *          6      2  flags, sent as 0, ignored by the receiver
 *          8      4  length of the body, at most MAX_BODY_BYTES
 *         12      4  length of the payload, at most MAX_PAYLOAD_BYTES
 *
 * The body follows: the fields that its struct lists, in their order. An integer takes its width,
 * an enumeration 1 byte (WireValues), a double the 64 bits of IEEE 754, a string a 16-bit length
 * and its bytes, a list of doubles a 16-bit count and its elements, a cut a 32-bit count of layers
 * and one bit per layer, the first in the highest bit of the first byte, filled up with zeros.
 *
 * The payload, the bytes of tensors, follows the header and is no part of it. Whether there is one
 * is the message's PAYLOAD.
 *
 * Read received bytes with ParsePreamble() and ParseBody(), which reject values out of range.
 * Deserialize() uses the same code.
 */
class SurgeryHeader : public Header
{
  public:
    static constexpr uint32_t MAGIC = 0x44445331;       //!< "DDS1"
    static constexpr uint8_t VERSION = 1;               //!< version of this format
    static constexpr uint32_t PREAMBLE_BYTES = 16;      //!< size of a preamble
    static constexpr uint32_t MAX_BODY_BYTES = 1 << 16; //!< largest body, 64 KiB
    static constexpr uint32_t MAX_PAYLOAD_BYTES = surgery::MAX_PAYLOAD_BYTES; //!< as there

    /**
     * What a preamble states.
     */
    struct Preamble
    {
        MessageType type{Bye::TYPE}; //!< the kind of message
        uint32_t bodyBytes{0};       //!< length of the body
        uint32_t payloadBytes{0};    //!< length of the payload
    };

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    /**
     * Reads a preamble.
     *
     * @param bytes PREAMBLE_BYTES bytes
     * @param [out] preamble what they state, only changed if all is well
     * @return what is wrong with them
     */
    static ParseResult ParsePreamble(const uint8_t* bytes, Preamble& preamble);

    /**
     * Reads a body.
     *
     * @param preamble what announced it
     * @param bytes the body, preamble.bodyBytes bytes
     * @param [out] header becomes this message; only changed if all is well
     * @return whether the bytes are exactly one valid body of this type
     */
    static bool ParseBody(const Preamble& preamble, const uint8_t* bytes, SurgeryHeader& header);

    /**
     * Make a BYE of device 0.
     */
    SurgeryHeader() = default;

    /**
     * @param body the body
     * @param payloadBytes length of the payload, byte
     * @throws std::invalid_argument if a receiver would reject it
     */
    explicit SurgeryHeader(MessageBody body, uint32_t payloadBytes = 0);

    /**
     * @return the kind of message
     */
    MessageType GetType() const;

    /**
     * @return who sends it
     */
    MessageSender GetSender() const;

    /**
     * @param role what a connection is for
     * @return whether this message travels on such a connection
     */
    bool TravelsOn(ConnectionRole role) const;

    /**
     * @return the body
     */
    const MessageBody& GetBody() const;

    /**
     * @tparam T the struct of a message
     * @return the body if it is a T, nullptr otherwise
     */
    template <typename T>
    const T* GetIf() const
    {
        return std::get_if<T>(&m_body);
    }

    /**
     * @return length of the payload, byte
     */
    uint32_t GetPayloadBytes() const;

    /**
     * @return length of preamble, body and payload, byte
     */
    uint64_t GetMessageBytes() const;

    /**
     * Sets sentNs if the body has it.
     *
     * @param sentNs the time at which the first byte is handed to the socket, ns
     */
    void Stamp(int64_t sentNs);

    /**
     * @return sentNs, or -1 if the body does not have it
     */
    int64_t GetSentNs() const;

    /**
     * @return the TypeId
     */
    TypeId GetInstanceTypeId() const override;

    /**
     * @return length of preamble and body, byte
     */
    uint32_t GetSerializedSize() const override;

    /**
     * Write preamble and body.
     *
     * @param start where the header starts; GetSerializedSize() bytes are written
     */
    void Serialize(Buffer::Iterator start) const override;

    /**
     * @param start where the header starts
     * @return the bytes read; 0 if they are no valid header, which leaves this one as it was
     */
    uint32_t Deserialize(Buffer::Iterator start) override;

    /**
     * Print type, payload and the fields of the body on one line.
     *
     * @param os where to
     */
    void Print(std::ostream& os) const override;

  private:
    MessageBody m_body{Bye{}};                   //!< the fields of this type
    uint32_t m_bodyBytes{sizeof(Bye::deviceId)}; //!< length of the body, which no stamp changes
    uint32_t m_payloadBytes{0};                  //!< length of the payload, byte
};

/**
 * @ingroup dnn-surgery
 *
 * @param result what is wrong
 * @return its name, as in ParseResult
 */
const char* GetParseResultName(ParseResult result);

/**
 * @ingroup dnn-surgery
 *
 * @param os the stream
 * @param result what is wrong
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, ParseResult result);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_HEADER_H
