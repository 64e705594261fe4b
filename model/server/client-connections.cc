/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "client-connections.h"

#include "ns3/assert.h"
#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <stdexcept>
#include <vector>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ClientConnections");

NS_OBJECT_ENSURE_REGISTERED(ClientConnections);

TypeId
ClientConnections::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ClientConnections")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<ClientConnections>()
            .AddAttribute("SegmentSize",
                          "TCP maximum segment size over IPv4, in bytes. Over IPv6 it is 20 bytes "
                          "less, because the header is 20 bytes longer.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&ClientConnections::m_segmentSize),
                          MakeUintegerChecker<uint32_t>(21, 65495))
            .AddAttribute("SendBuffer",
                          "TCP send buffer of each connection, in bytes.",
                          UintegerValue(4 << 20),
                          MakeUintegerAccessor(&ClientConnections::m_sendBuffer),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ReceiveBuffer",
                          "TCP receive buffer of each connection, in bytes. It must be at least "
                          "SendBuffer: with less, ns-3.37's TCP may crash when segments are lost.",
                          UintegerValue(4 << 20),
                          MakeUintegerAccessor(&ClientConnections::m_receiveBuffer),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Timestamps",
                          "Whether TCP's segments carry timestamps (RFC 7323), 12 bytes each, as "
                          "real hosts' do. With them, ns-3's TCP takes the time since its peer's "
                          "last ACK without data for the round-trip time.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&ClientConnections::m_timestamps),
                          MakeBooleanChecker())
            .AddTraceSource("ProtocolError",
                            "A connection was closed because of what came over it.",
                            MakeTraceSourceAccessor(&ClientConnections::m_errorTrace),
                            "ns3::surgery::ClientConnections::ProtocolErrorTracedCallback");
    return tid;
}

ClientConnections::ClientConnections()
{
    NS_LOG_FUNCTION(this);
}

ClientConnections::~ClientConnections()
{
    NS_LOG_FUNCTION(this);
}

void
ClientConnections::DoDispose()
{
    NS_LOG_FUNCTION(this);
    // sends nothing: TCP would crash on a node whose IPv6 is already disposed of
    m_connections.clear();
    m_introduced.clear();
    m_peers.clear();
    if (m_listener)
    {
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_listener = nullptr;
    }
    SetCallbacks(HelloCallback(), MessageCallback());
    SetPeerCallback(PeerCallback());
    Object::DoDispose();
}

void
ClientConnections::SetCallbacks(HelloCallback hello, MessageCallback message)
{
    m_hello = hello;
    m_message = message;
}

void
ClientConnections::SetPeerCallback(PeerCallback peer)
{
    m_peer = peer;
}

void
ClientConnections::Listen(Ptr<Node> node, const Address& local)
{
    NS_LOG_FUNCTION(this << node << local);
    m_listener = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    MessageStream::ConfigureSocket(m_listener, local, m_segmentSize, m_sendBuffer, m_receiveBuffer);
    m_listener->SetAttributeFailSafe("Timestamp", BooleanValue(m_timestamps));
    if (m_listener->Bind(local) != 0 || m_listener->Listen() != 0)
    {
        throw std::runtime_error("MecServer: Local: cannot listen at this address");
    }
    m_listener->SetAcceptCallback(MakeCallback(&ClientConnections::HandleRequest, this),
                                  MakeCallback(&ClientConnections::HandleAccept, this));
}

void
ClientConnections::SetAccepting(bool accepting)
{
    NS_LOG_FUNCTION(this << accepting);
    m_accepting = accepting;
    while (!accepting && !m_connections.empty())
    {
        Close(m_connections.begin()->first);
    }
}

void
ClientConnections::Stop()
{
    NS_LOG_FUNCTION(this);
    SetAccepting(false);
    if (m_listener)
    {
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_listener->Close();
        m_listener = nullptr;
    }
    SetCallbacks(HelloCallback(), MessageCallback());
    SetPeerCallback(PeerCallback());
}

const ClientConnections::Connection*
ClientConnections::Find(uint32_t device, ConnectionRole role) const
{
    const auto found = m_introduced.find({device, role});
    return found != m_introduced.end() ? found->second : nullptr;
}

bool
ClientConnections::IsOpen(uint32_t device, ConnectionRole role) const
{
    return Find(device, role) != nullptr;
}

void
ClientConnections::Send(uint32_t device, ConnectionRole role, const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << device);
    NS_ASSERT_MSG(header.TravelsOn(role) && header.GetSender() == MessageSender::SERVER,
                  header << " is not sent this way");
    if (const auto* connection = Find(device, role))
    {
        m_traffic.Count(header, role, connection->isVisit);
        connection->stream->Send(header);
    }
}

bool
ClientConnections::SendToPeer(uint32_t server, const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << server);
    const auto peer = m_peers.find(server);
    if (peer != m_peers.end())
    {
        m_connections.at(peer->second).stream->Send(header);
    }
    return peer != m_peers.end();
}

bool
ClientConnections::WasHeldUp(uint32_t device, ConnectionRole role) const
{
    const auto* connection = Find(device, role);
    return connection && connection->stream->WasHeldUp();
}

uint64_t
ClientConnections::GetDataReceived(uint32_t device) const
{
    const auto* connection = Find(device, ConnectionRole::DATA);
    return connection ? connection->stream->GetBytesReceived() : 0;
}

void
ClientConnections::Drop(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    for (const auto role : {ConnectionRole::CONTROL, ConnectionRole::DATA})
    {
        if (const auto* connection = Find(device, role))
        {
            Close(connection->number);
        }
    }
}

void
ClientConnections::EndVisit(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    for (auto& [number, connection] : m_connections)
    {
        connection.isVisit = connection.isVisit && connection.device != device;
    }
}

void
ClientConnections::DropStrangers(Time age)
{
    NS_LOG_FUNCTION(this << age);
    std::vector<uint32_t> strangers;
    for (const auto& [number, connection] : m_connections)
    {
        if (!connection.introduced && Simulator::Now() - connection.accepted >= age)
        {
            strangers.push_back(number);
        }
    }
    for (const auto number : strangers)
    {
        Close(number);
    }
}

const ClientTraffic&
ClientConnections::GetTraffic() const
{
    return m_traffic;
}

uint64_t
ClientConnections::GetProtocolErrors() const
{
    return m_protocolErrors;
}

bool
ClientConnections::HandleRequest(Ptr<Socket> socket, const Address& peer)
{
    NS_LOG_FUNCTION(this << socket << peer);
    return m_accepting;
}

void
ClientConnections::HandleAccept(Ptr<Socket> socket, const Address& peer)
{
    NS_LOG_FUNCTION(this << socket << peer);
    if (!m_accepting)
    {
        Create<MessageStream>(socket)->Close(); // requested just before connections were refused
        return;
    }
    const auto number = ++m_lastNumber;
    auto& connection = m_connections[number];
    connection.number = number;
    connection.peer = peer;
    connection.accepted = Simulator::Now();
    connection.stream = Create<MessageStream>(socket);
    connection.stream->SetMessageReceivedCallback(
        MakeCallback(&ClientConnections::HandleMessage, this).Bind(number));
    connection.stream->SetProtocolErrorCallback(
        MakeCallback(&ClientConnections::HandleProtocolError, this).Bind(number));
    connection.stream->SetCloseCallback(MakeCallback(&ClientConnections::Close, this).Bind(number));
}

void
ClientConnections::HandleMessage(uint32_t number, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << number << bytes);
    const auto found = m_connections.find(number);
    if (found == m_connections.end())
    {
        return;
    }
    const auto& connection = found->second;
    if (const auto* hello = header.GetIf<Hello>())
    {
        HandleHello(number, *hello);
    }
    else if (const auto* peer = header.GetIf<Peer>(); peer || connection.isPeer)
    {
        HandlePeer(number, peer ? peer->server : connection.device, header);
    }
    else if (!connection.introduced)
    {
        Reject(number, "a message before HELLO");
    }
    else
    {
        m_traffic.Count(header, connection.role, connection.isVisit);
        const auto fault = m_message(connection.device, header, bytes);
        if (!fault.empty())
        {
            Reject(number, fault);
        }
    }
}

void
ClientConnections::HandleHello(uint32_t number, const Hello& hello)
{
    NS_LOG_FUNCTION(this << number << hello.deviceId);
    auto& connection = m_connections.at(number);
    const auto fault = connection.introduced ? "a second HELLO" : m_hello(hello);
    if (!fault.empty())
    {
        Reject(number, fault);
        return;
    }
    if (const auto* old = Find(hello.deviceId, hello.role))
    {
        Close(old->number);
    }
    connection.introduced = true;
    connection.device = hello.deviceId;
    connection.role = hello.role;
    connection.isVisit = hello.attendance == Attendance::VISITING;
    m_introduced[{hello.deviceId, hello.role}] = &connection;
    if (connection.isVisit)
    {
        m_traffic.Count(SurgeryHeader(hello), hello.role, true);
    }
}

void
ClientConnections::HandlePeer(uint32_t number, uint32_t server, const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << number << server);
    auto& connection = m_connections.at(number);
    const auto isOdd = m_peer.IsNull() || (connection.introduced && header.GetIf<Peer>());
    const auto fault = isOdd ? "a server's message that is not expected" : m_peer(server, header);
    if (!fault.empty())
    {
        Reject(number, fault);
    }
    else if (!connection.introduced)
    {
        if (const auto old = m_peers.find(server); old != m_peers.end())
        {
            Close(old->second);
        }
        connection.introduced = true;
        connection.isPeer = true;
        connection.device = server;
        m_peers[server] = number;
    }
}

void
ClientConnections::HandleProtocolError(uint32_t number, ParseResult result)
{
    NS_LOG_FUNCTION(this << number);
    Reject(number, GetParseResultName(result));
}

void
ClientConnections::Reject(uint32_t number, const std::string& reason)
{
    NS_LOG_FUNCTION(this << number << reason);
    const auto found = m_connections.find(number);
    if (found != m_connections.end())
    {
        ++m_protocolErrors;
        m_errorTrace(found->second.peer, reason);
        Close(number);
    }
}

void
ClientConnections::Close(uint32_t number)
{
    NS_LOG_FUNCTION(this << number);
    const auto found = m_connections.find(number);
    if (found == m_connections.end())
    {
        return;
    }
    const auto connection = found->second;
    m_connections.erase(found);
    if (connection.isPeer)
    {
        m_peers.erase(connection.device);
    }
    else if (connection.introduced)
    {
        m_introduced.erase({connection.device, connection.role});
    }
    connection.stream->Close();
}

} // namespace surgery
} // namespace ns3
