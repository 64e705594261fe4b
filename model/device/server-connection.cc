/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-connection.h"

#include "ns3/assert.h"
#include "ns3/boolean.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ServerConnection");

NS_OBJECT_ENSURE_REGISTERED(ServerConnection);

TypeId
ServerConnection::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ServerConnection")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<ServerConnection>()
            .AddAttribute("StallTimeout",
                          "Time between two checks of the progress of tensors under way. Without "
                          "progress from one check to the next, that is after one to two times "
                          "this value, the connections are replaced.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&ServerConnection::m_stallTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("StallBytes",
                          "How much must move within StallTimeout to count as progress, in bytes. "
                          "Two segments per retransmission timeout do not count: TCP may go on at "
                          "that pace for minutes after a burst of losses.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&ServerConnection::m_stallBytes),
                          MakeUintegerChecker<uint64_t>(1))
            .AddAttribute(
                "ReconnectInterval",
                "Time between two attempts to connect. It must exceed the round-trip time.",
                TimeValue(MilliSeconds(500)),
                MakeTimeAccessor(&ServerConnection::m_reconnectInterval),
                MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("SegmentSize",
                          "TCP maximum segment size over IPv4, in bytes. Over IPv6 it is 20 bytes "
                          "less, because the header is 20 bytes longer.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&ServerConnection::m_segmentSize),
                          MakeUintegerChecker<uint32_t>(21, 65495))
            .AddAttribute("SendBuffer",
                          "TCP send buffer of each connection, in bytes.",
                          UintegerValue(4 << 20),
                          MakeUintegerAccessor(&ServerConnection::m_sendBuffer),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ReceiveBuffer",
                          "TCP receive buffer of each connection, in bytes. It must be at least "
                          "SendBuffer: with less, ns-3.37's TCP may crash when segments are lost.",
                          UintegerValue(4 << 20),
                          MakeUintegerAccessor(&ServerConnection::m_receiveBuffer),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Timestamps",
                          "Whether TCP's segments carry timestamps (RFC 7323), 12 bytes each, as "
                          "real hosts' do. With them, ns-3's TCP takes the time since its peer's "
                          "last ACK without data for the round-trip time.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&ServerConnection::m_timestamps),
                          MakeBooleanChecker())
            .AddTraceSource("Status",
                            "Both connections opened, or were lost.",
                            MakeTraceSourceAccessor(&ServerConnection::m_statusTrace),
                            "ns3::surgery::ServerConnection::StatusTracedCallback");
    return tid;
}

ServerConnection::ServerConnection()
    : m_control{ConnectionRole::CONTROL, nullptr, nullptr},
      m_data{ConnectionRole::DATA, nullptr, nullptr}
{
    NS_LOG_FUNCTION(this);
}

ServerConnection::~ServerConnection()
{
    NS_LOG_FUNCTION(this);
}

void
ServerConnection::DoDispose()
{
    NS_LOG_FUNCTION(this);
    // sends nothing: TCP would crash on a node whose IPv6 is already disposed of
    for (auto* leg : {&m_control, &m_data})
    {
        if (leg->socket && !leg->stream)
        {
            leg->socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                            MakeNullCallback<void, Ptr<Socket>>());
        }
        leg->socket = nullptr;
        leg->stream = nullptr;
    }
    Stop();
    m_node = nullptr;
    Object::DoDispose();
}

void
ServerConnection::Start(Ptr<Node> node, const Address& remote, const Hello& hello)
{
    NS_LOG_FUNCTION(this << node << remote);
    m_node = node;
    m_remote = remote;
    m_hello = hello;
    m_running = true;
    Open();
}

void
ServerConnection::Redirect(const Address& remote, const Hello& hello, const std::string& reason)
{
    NS_LOG_FUNCTION(this << remote << reason);
    m_remote = remote;
    m_hello = hello;
    Replace(reason);
}

void
ServerConnection::SetHello(const Hello& hello)
{
    m_hello = hello;
}

void
ServerConnection::Stop()
{
    NS_LOG_FUNCTION(this);
    m_running = false;
    m_up = false;
    m_openEvent.Cancel();
    CloseLegs();
    SetCallbacks(MakeNullCallback<void, const SurgeryHeader&, uint64_t>(),
                 MakeNullCallback<void, bool>(),
                 MakeNullCallback<void, const SurgeryHeader&>());
}

void
ServerConnection::SetCallbacks(MessageCallback message,
                               StatusCallback status,
                               StartedCallback started)
{
    m_message = message;
    m_status = status;
    m_started = started;
}

bool
ServerConnection::IsUp() const
{
    return m_up;
}

bool
ServerConnection::IsRunning() const
{
    return m_running;
}

void
ServerConnection::SendControl(const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this);
    NS_ASSERT_MSG(header.TravelsOn(m_control.role) && header.GetSender() == MessageSender::DEVICE,
                  header << " is not sent this way");
    if (m_up)
    {
        m_control.stream->Send(header);
    }
}

void
ServerConnection::SendData(const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this);
    NS_ASSERT_MSG(header.TravelsOn(m_data.role) && header.GetSender() == MessageSender::DEVICE,
                  header << " is not sent this way");
    if (m_up)
    {
        m_data.stream->Send(header);
    }
}

bool
ServerConnection::WasHeldUp(ConnectionRole role) const
{
    const auto& leg = role == ConnectionRole::CONTROL ? m_control : m_data;
    return leg.stream && leg.stream->WasHeldUp();
}

uint32_t
ServerConnection::GetWindow() const
{
    return m_window;
}

uint64_t
ServerConnection::GetReconnections() const
{
    return m_reconnections;
}

void
ServerConnection::Open()
{
    NS_LOG_FUNCTION(this);
    CloseLegs();
    // unless both are open by then, the attempt has failed
    m_openEvent = Simulator::Schedule(m_reconnectInterval, &ServerConnection::Open, this);
    OpenLeg(m_control);
    OpenLeg(m_data);
}

void
ServerConnection::OpenLeg(Leg& leg)
{
    leg.socket = Socket::CreateSocket(m_node, TcpSocketFactory::GetTypeId());
    MessageStream::ConfigureSocket(leg.socket,
                                   m_remote,
                                   m_segmentSize,
                                   m_sendBuffer,
                                   m_receiveBuffer);
    leg.socket->SetAttributeFailSafe("Timestamp", BooleanValue(m_timestamps));
    if (Inet6SocketAddress::IsMatchingType(m_remote))
    {
        leg.socket->Bind6();
    }
    else
    {
        leg.socket->Bind();
    }
    leg.socket->SetConnectCallback(MakeCallback(&ServerConnection::HandleOpen, this),
                                   MakeCallback(&ServerConnection::HandleRefused, this));
    if (leg.role == ConnectionRole::DATA)
    {
        leg.socket->TraceConnectWithoutContext("RTO",
                                               MakeCallback(&ServerConnection::HandleRto, this));
        m_window = UINT32_MAX;
        leg.socket->TraceConnectWithoutContext("CongestionWindow",
                                               MakeCallback(&ServerConnection::HandleWindow, this));
    }
    // without a route this fails at once; the next attempt is already scheduled
    leg.socket->Connect(m_remote);
}

ServerConnection::Leg*
ServerConnection::FindLeg(Ptr<Socket> socket)
{
    for (auto* leg : {&m_control, &m_data})
    {
        if (leg->socket == socket)
        {
            return leg;
        }
    }
    return nullptr;
}

void
ServerConnection::HandleOpen(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    auto* leg = FindLeg(socket);
    if (!m_running || !leg)
    {
        return;
    }
    leg->stream = Create<MessageStream>(socket);
    leg->stream->SetMessageReceivedCallback(m_message);
    leg->stream->SetMessageStartedCallback(m_started);
    leg->stream->SetProtocolErrorCallback(
        MakeCallback(&ServerConnection::HandleProtocolError, this));
    leg->stream->SetCloseCallback(MakeCallback(&ServerConnection::HandleClosed, this));
    auto hello = m_hello;
    hello.role = leg->role;
    leg->stream->Send(SurgeryHeader(hello));
    if (m_control.stream && m_data.stream)
    {
        m_openEvent.Cancel();
        m_up = true;
        m_progress = 0;
        m_timeouts = 0;
        m_wasPending = false;
        m_watchEvent = Simulator::Schedule(m_stallTimeout, &ServerConnection::Watch, this);
        m_statusTrace(true, "");
        m_status(true);
    }
}

void
ServerConnection::HandleRefused(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    if (m_running && FindLeg(socket))
    {
        Replace("connection refused");
    }
}

void
ServerConnection::HandleClosed()
{
    NS_LOG_FUNCTION(this);
    Replace("connection closed");
}

void
ServerConnection::HandleProtocolError(ParseResult result)
{
    NS_LOG_FUNCTION(this);
    Replace(GetParseResultName(result));
}

void
ServerConnection::HandleRto(Time before, Time rto)
{
    m_timeouts += before.IsStrictlyPositive() && rto >= 2 * before; // TCP backs off
}

void
ServerConnection::HandleWindow(uint32_t /* before */, uint32_t window)
{
    m_window = window;
}

void
ServerConnection::Watch()
{
    NS_LOG_FUNCTION(this);
    const auto progress = m_data.stream->GetBytesReceived() + m_data.stream->GetBytesAcknowledged();
    const auto isPending = m_data.stream->GetBytesPending() > 0;
    const auto crawl = uint64_t{2} * m_segmentSize * std::exchange(m_timeouts, 0);
    if (m_wasPending && isPending && progress < m_progress + m_stallBytes + crawl)
    {
        Replace("no progress");
        return;
    }
    m_progress = progress;
    m_wasPending = isPending;
    m_watchEvent = Simulator::Schedule(m_stallTimeout, &ServerConnection::Watch, this);
}

void
ServerConnection::Replace(const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    if (!m_running)
    {
        return;
    }
    const auto wasUp = std::exchange(m_up, false);
    CloseLegs();
    m_openEvent.Cancel();
    m_openEvent = Simulator::Schedule(m_reconnectInterval, &ServerConnection::Open, this);
    if (wasUp)
    {
        ++m_reconnections;
        m_statusTrace(false, reason);
        m_status(false);
    }
}

void
ServerConnection::CloseLegs()
{
    NS_LOG_FUNCTION(this);
    m_watchEvent.Cancel();
    for (auto* leg : {&m_control, &m_data})
    {
        const auto socket = std::exchange(leg->socket, nullptr);
        const auto stream = std::exchange(leg->stream, nullptr);
        if (socket)
        {
            socket->TraceDisconnectWithoutContext("RTO",
                                                  MakeCallback(&ServerConnection::HandleRto, this));
            socket->TraceDisconnectWithoutContext(
                "CongestionWindow",
                MakeCallback(&ServerConnection::HandleWindow, this));
        }
        if (stream)
        {
            stream->Close();
        }
        else if (socket)
        {
            socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                       MakeNullCallback<void, Ptr<Socket>>());
            socket->Close();
        }
    }
}

} // namespace surgery
} // namespace ns3
