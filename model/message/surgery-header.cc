/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-header.h"

#include "codec.h"

#include "ns3/log.h"

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryHeader");

NS_OBJECT_ENSURE_REGISTERED(SurgeryHeader);

TypeId
SurgeryHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::SurgeryHeader")
                            .SetParent<Header>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<SurgeryHeader>();
    return tid;
}

ParseResult
SurgeryHeader::ParsePreamble(const uint8_t* bytes, Preamble& preamble)
{
    FieldReader reader(bytes, PREAMBLE_BYTES);
    const auto magic = reader.Integer<uint32_t>();
    const auto version = reader.Integer<uint8_t>();
    const auto type = static_cast<MessageType>(reader.Integer<uint8_t>());
    reader.Integer<uint16_t>(); // flags
    const auto bodyBytes = reader.Integer<uint32_t>();
    const auto payloadBytes = reader.Integer<uint32_t>();
    if (magic != MAGIC)
    {
        return ParseResult::BAD_MAGIC;
    }
    if (version != VERSION)
    {
        return ParseResult::BAD_VERSION;
    }
    if (!IsMessageType(type))
    {
        return ParseResult::BAD_TYPE;
    }
    if (bodyBytes > MAX_BODY_BYTES || !IsPayloadAllowed(type, payloadBytes))
    {
        return ParseResult::BAD_LENGTH;
    }
    preamble = {type, bodyBytes, payloadBytes};
    return ParseResult::OK;
}

bool
SurgeryHeader::ParseBody(const Preamble& preamble, const uint8_t* bytes, SurgeryHeader& header)
{
    MessageBody body;
    if (!IsPayloadAllowed(preamble.type, preamble.payloadBytes) ||
        !DecodeBody(preamble.type, bytes, preamble.bodyBytes, body))
    {
        return false;
    }
    header.m_body = std::move(body);
    header.m_bodyBytes = preamble.bodyBytes;
    header.m_payloadBytes = preamble.payloadBytes;
    return true;
}

SurgeryHeader::SurgeryHeader(MessageBody body, uint32_t payloadBytes)
    : m_body(std::move(body)),
      m_payloadBytes(payloadBytes)
{
    const auto fault = FindFault(m_body);
    if (!fault.empty())
    {
        throw std::invalid_argument(fault + " is out of range");
    }
    const auto reject = [this](const std::string& what) {
        std::ostringstream os;
        os << GetType() << ": " << what;
        throw std::invalid_argument(os.str());
    };
    const auto bodyBytes = CountBodyBytes(m_body);
    if (bodyBytes > MAX_BODY_BYTES)
    {
        reject("the body is longer than " + std::to_string(MAX_BODY_BYTES) + " bytes");
    }
    if (!IsPayloadAllowed(GetType(), payloadBytes))
    {
        reject("a payload of " + std::to_string(payloadBytes) + " bytes is out of range");
    }
    m_bodyBytes = static_cast<uint32_t>(bodyBytes);
}

MessageType
SurgeryHeader::GetType() const
{
    return GetMessageType(m_body);
}

MessageSender
SurgeryHeader::GetSender() const
{
    return std::visit([](const auto& message) { return message.SENDER; }, m_body);
}

bool
SurgeryHeader::TravelsOn(ConnectionRole role) const
{
    return std::visit(
        [role](const auto& message) { return !message.ROLE || *message.ROLE == role; },
        m_body);
}

const MessageBody&
SurgeryHeader::GetBody() const
{
    return m_body;
}

uint32_t
SurgeryHeader::GetPayloadBytes() const
{
    return m_payloadBytes;
}

uint64_t
SurgeryHeader::GetMessageBytes() const
{
    return uint64_t{GetSerializedSize()} + m_payloadBytes;
}

void
SurgeryHeader::Stamp(int64_t sentNs)
{
    SetSentNs(m_body, sentNs);
}

int64_t
SurgeryHeader::GetSentNs() const
{
    return surgery::GetSentNs(m_body);
}

TypeId
SurgeryHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
SurgeryHeader::GetSerializedSize() const
{
    return PREAMBLE_BYTES + m_bodyBytes;
}

void
SurgeryHeader::Serialize(Buffer::Iterator start) const
{
    const auto body = EncodeBody(m_body);
    start.WriteHtonU32(MAGIC);
    start.WriteU8(VERSION);
    start.WriteU8(static_cast<uint8_t>(GetType()));
    start.WriteHtonU16(0); // flags
    start.WriteHtonU32(m_bodyBytes);
    start.WriteHtonU32(m_payloadBytes);
    start.Write(body.data(), m_bodyBytes);
}

uint32_t
SurgeryHeader::Deserialize(Buffer::Iterator start)
{
    uint8_t bytes[PREAMBLE_BYTES];
    Preamble preamble;
    if (start.GetRemainingSize() < PREAMBLE_BYTES)
    {
        return 0;
    }
    start.Read(bytes, PREAMBLE_BYTES);
    if (ParsePreamble(bytes, preamble) != ParseResult::OK ||
        start.GetRemainingSize() < preamble.bodyBytes)
    {
        return 0;
    }
    std::vector<uint8_t> body(preamble.bodyBytes);
    start.Read(body.data(), preamble.bodyBytes);
    if (!ParseBody(preamble, body.data(), *this))
    {
        return 0;
    }
    return PREAMBLE_BYTES + preamble.bodyBytes;
}

void
SurgeryHeader::Print(std::ostream& os) const
{
    os << '(' << GetType() << " payload=" << m_payloadBytes << ')';
    PrintBody(os, m_body);
}

const char*
GetParseResultName(ParseResult result)
{
    switch (result)
    {
    case ParseResult::OK:
        return "OK";
    case ParseResult::BAD_MAGIC:
        return "BAD_MAGIC";
    case ParseResult::BAD_VERSION:
        return "BAD_VERSION";
    case ParseResult::BAD_TYPE:
        return "BAD_TYPE";
    case ParseResult::BAD_LENGTH:
        return "BAD_LENGTH";
    case ParseResult::BAD_BODY:
        return "BAD_BODY";
    }
    return "unknown";
}

std::ostream&
operator<<(std::ostream& os, ParseResult result)
{
    return os << GetParseResultName(result);
}

} // namespace surgery
} // namespace ns3
