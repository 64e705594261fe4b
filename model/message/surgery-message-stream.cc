/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-message-stream.h"

#include "ns3/boolean.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("MessageStream");

void
MessageStream::ConfigureSocket(Ptr<Socket> socket,
                               const Address& address,
                               uint32_t segmentSize,
                               uint32_t sndBuf,
                               uint32_t rcvBuf)
{
    NS_LOG_FUNCTION(socket << address << segmentSize << sndBuf << rcvBuf);
    if (!DynamicCast<TcpSocket>(socket))
    {
        throw std::invalid_argument("MessageStream: socket: must be a TCP socket, but is a " +
                                    socket->GetInstanceTypeId().GetName());
    }
    const uint32_t longerHeader = Inet6SocketAddress::IsMatchingType(address) ? 20 : 0;
    socket->SetAttribute("SegmentSize", UintegerValue(segmentSize - longerHeader));
    socket->SetAttribute("SndBufSize", UintegerValue(sndBuf));
    socket->SetAttribute("RcvBufSize", UintegerValue(rcvBuf));
    // ns-3's TCP updates the timestamp that it echoes only when it sends an ACK without
    // data. A device that answers each RESULT with tensors sends none, so the server would take the
    // age of the last echo for the round-trip time, and wait that long to retransmit lost segments.
    // Sockets that only behave as those of TCP have none.
    socket->SetAttributeFailSafe("Timestamp", BooleanValue(false));
}

MessageStream::MessageStream(Ptr<Socket> socket)
    : m_socket(socket),
      m_mostSliceBytes(GetMostSliceBytes(socket)),
      m_stallWatch(GetLeastTimeout(socket))
{
    NS_LOG_FUNCTION(this << socket);
    m_socket->SetRecvCallback(MakeCallback(&MessageStream::HandleRecv, this));
    m_socket->SetSendCallback(MakeCallback(&MessageStream::HandleSend, this));
    m_socket->SetCloseCallbacks(MakeCallback(&MessageStream::HandleClose, this),
                                MakeCallback(&MessageStream::HandleClose, this));
    if (m_socket->GetRxAvailable() > 0)
    {
        m_firstRead = Simulator::ScheduleNow(&MessageStream::Read, this);
    }
}

MessageStream::~MessageStream()
{
    NS_LOG_FUNCTION(this);
    Detach();
}

void
MessageStream::SetMessageStartedCallback(HeaderCallback callback)
{
    m_started = callback;
}

void
MessageStream::SetMessageReceivedCallback(ReceivedCallback callback)
{
    m_received = callback;
}

void
MessageStream::SetProtocolErrorCallback(ErrorCallback callback)
{
    m_protocolError = callback;
}

void
MessageStream::SetCloseCallback(CloseCallback callback)
{
    m_closed = callback;
}

void
MessageStream::Send(const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << header);
    if (m_socket)
    {
        m_queue.push_back(header);
        m_queuedBytes += header.GetMessageBytes();
        Write();
    }
}

void
MessageStream::Close()
{
    NS_LOG_FUNCTION(this);
    if (!m_socket)
    {
        return;
    }
    const auto socket = m_socket;
    Detach();
    socket->SetRecvCallback(MakeCallback(&MessageStream::ResetOnData));
    CloseSocket(socket);
    socket->SetCloseCallbacks(MakeCallback(&MessageStream::CloseAgain),
                              MakeNullCallback<void, Ptr<Socket>>());
}

bool
MessageStream::IsOpen() const
{
    return m_socket != nullptr;
}

bool
MessageStream::WasHeldUp() const
{
    return m_stallWatch.WasHeldUp();
}

uint64_t
MessageStream::GetBytesReceived() const
{
    return m_bytesReceived;
}

uint64_t
MessageStream::GetBytesAcknowledged() const
{
    return m_bytesSent - GetBytesUnacknowledged();
}

uint64_t
MessageStream::GetBytesPending() const
{
    return m_queuedBytes + GetBytesUnacknowledged();
}

uint64_t
MessageStream::GetBytesUnacknowledged() const
{
    if (!m_socket)
    {
        return 0;
    }
    UintegerValue capacity;
    m_socket->GetAttribute("SndBufSize", capacity);
    const uint64_t room = m_socket->GetTxAvailable();
    return capacity.Get() - std::min(capacity.Get(), room);
}

void
MessageStream::Detach()
{
    if (!m_socket)
    {
        return;
    }
    m_firstRead.Cancel();
    m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    m_socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                MakeNullCallback<void, Ptr<Socket>>());
    m_socket = nullptr;
    m_started = HeaderCallback();
    m_received = ReceivedCallback();
    m_protocolError = ErrorCallback();
    m_closed = CloseCallback();
    m_queue.clear();
    m_queuedBytes = 0;
}

// SOCKET CALLBACK METHODS

void
MessageStream::ResetOnData(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(socket);
    if (socket->GetRxAvailable() > 0)
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        CloseSocket(socket); // with bytes unread this sends a reset
    }
}

void
MessageStream::CloseSocket(Ptr<Socket> socket)
{
    // a reset can release the socket's last reference while it still handles a segment
    Simulator::ScheduleNow(&MessageStream::KeepSocket, socket);
    socket->Close();
}

void
MessageStream::CloseAgain(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(socket);
    socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                              MakeNullCallback<void, Ptr<Socket>>());
    // TCP is about to change its state; without effect if that is the one of a closed socket
    Simulator::ScheduleNow(&MessageStream::CloseSocket, socket);
}

void
MessageStream::KeepSocket(Ptr<Socket> /* socket */)
{
}

void
MessageStream::HandleRecv(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    Read();
}

void
MessageStream::HandleSend(Ptr<Socket> socket, uint32_t room)
{
    NS_LOG_FUNCTION(this << socket << room);
    if (!m_queue.empty())
    {
        Write();
    }
}

void
MessageStream::HandleClose(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const Ptr<MessageStream> self(this);
    Read();
    const auto closed = std::exchange(m_closed, CloseCallback());
    if (!closed.IsNull())
    {
        closed();
    }
    Close();
}

// RECEIVING

uint32_t
MessageStream::GetMostSliceBytes(Ptr<Socket> socket)
{
    // Where it joins pieces, TCP makes virtual bytes real, which is to stay small; a socket that
    // makes no segments does not join them.
    constexpr uint32_t SEGMENTED = 1 << 16;
    return DynamicCast<TcpSocketBase>(socket) ? SEGMENTED : SurgeryHeader::MAX_PAYLOAD_BYTES;
}

Time
MessageStream::GetLeastTimeout(Ptr<Socket> socket)
{
    TimeValue timeout;
    // what loses nothing has no timeout
    return socket->GetAttributeFailSafe("MinRto", timeout) ? timeout.Get() : Time::Max();
}

void
MessageStream::Read()
{
    const Ptr<MessageStream> self(this);
    while (m_socket && m_socket->GetRxAvailable() > 0)
    {
        // a read that ends where header or payload ends spares TCP from joining the two
        const auto headerBytes =
            m_hasPreamble ? m_preamble.bodyBytes : SurgeryHeader::PREAMBLE_BYTES;
        const auto packet = m_socket->Recv(m_hasBody ? m_payloadMissing : headerBytes - m_have, 0);
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        m_bytesReceived += packet->GetSize();
        m_stallWatch.HandleBytes();
        if (!m_hasBody)
        {
            ReadHeader(packet);
            continue;
        }
        m_payloadMissing -= packet->GetSize();
        if (m_payloadMissing == 0)
        {
            FinishMessage();
        }
    }
}

void
MessageStream::ReadHeader(Ptr<Packet> packet)
{
    auto* bytes = m_hasPreamble ? m_body.data() : m_preambleBytes.data();
    m_have += packet->CopyData(bytes + m_have, packet->GetSize());
    if (!m_hasPreamble && m_have == SurgeryHeader::PREAMBLE_BYTES)
    {
        FinishPreamble();
    }
    if (m_hasPreamble && m_have == m_preamble.bodyBytes)
    {
        FinishBody();
    }
}

void
MessageStream::FinishPreamble()
{
    const auto result = SurgeryHeader::ParsePreamble(m_preambleBytes.data(), m_preamble);
    if (result != ParseResult::OK)
    {
        Fail(result);
        return;
    }
    m_hasPreamble = true;
    m_have = 0;
    m_body.resize(m_preamble.bodyBytes);
}

void
MessageStream::FinishBody()
{
    if (!SurgeryHeader::ParseBody(m_preamble, m_body.data(), m_header) ||
        m_header.GetSentNs() > Simulator::Now().GetNanoSeconds())
    {
        Fail(ParseResult::BAD_BODY);
        return;
    }
    if (m_header.GetSentNs() >= 0) // a HELLO does not tell for how long it was under way
    {
        m_stallWatch.HandleSent(NanoSeconds(m_header.GetSentNs()));
    }
    m_hasBody = true;
    m_payloadMissing = m_preamble.payloadBytes;
    if (m_payloadMissing == 0)
    {
        FinishMessage();
    }
}

void
MessageStream::FinishMessage()
{
    NS_LOG_INFO("received " << m_header);
    const auto messageBytes =
        uint64_t{SurgeryHeader::PREAMBLE_BYTES} + m_preamble.bodyBytes + m_preamble.payloadBytes;
    m_hasPreamble = false;
    m_hasBody = false;
    m_have = 0;
    m_stallWatch.HandleEnd();
    const auto received = m_received;
    if (!received.IsNull())
    {
        received(m_header, messageBytes);
    }
}

void
MessageStream::Fail(ParseResult result)
{
    NS_LOG_WARN("protocol error: " << result);
    const auto protocolError = m_protocolError;
    Close();
    if (!protocolError.IsNull())
    {
        protocolError(result);
    }
}

// SENDING

void
MessageStream::Write()
{
    if (m_isWriting)
    {
        return; // the call that is running takes the new message as well
    }
    const Ptr<MessageStream> self(this);
    m_isWriting = true;
    while (m_socket && !m_queue.empty())
    {
        const auto room = m_socket->GetTxAvailable();
        if (room == 0 || !WriteSlice(room))
        {
            break;
        }
    }
    m_isWriting = false;
}

bool
MessageStream::WriteSlice(uint32_t room)
{
    auto& header = m_queue.front();
    const auto isFirst = m_headerSent == 0;
    if (isFirst)
    {
        header.Stamp(Simulator::Now().GetNanoSeconds());
        m_headerSize = header.GetSerializedSize();
        m_payloadRest = header.GetPayloadBytes();
    }
    const auto headerBytes = std::min(room, m_headerSize - m_headerSent);
    const auto isWhole = headerBytes == m_headerSize;
    const auto payloadBytes = isWhole || headerBytes == 0
                                  ? std::min({room - headerBytes, m_payloadRest, m_mostSliceBytes})
                                  : 0;
    auto slice = Create<Packet>(payloadBytes);
    if (headerBytes > 0)
    {
        slice->AddHeader(header);
    }
    if (headerBytes > 0 && !isWhole)
    {
        slice = slice->CreateFragment(m_headerSent, headerBytes);
    }
    if (m_socket->Send(slice, 0) < 0)
    {
        return false; // not connected
    }
    m_headerSent += headerBytes;
    m_payloadRest -= payloadBytes;
    m_bytesSent += slice->GetSize();
    m_queuedBytes -= slice->GetSize();
    std::list<SurgeryHeader> done; // the callback may change the queue
    if (m_headerSent == m_headerSize && m_payloadRest == 0)
    {
        done.splice(done.begin(), m_queue, m_queue.begin());
        m_headerSent = 0;
    }
    const auto started = isFirst ? m_started : HeaderCallback();
    if (!started.IsNull() && done.empty())
    {
        started(SurgeryHeader(header));
    }
    else if (!started.IsNull())
    {
        started(header);
    }
    return true;
}

} // namespace surgery
} // namespace ns3
