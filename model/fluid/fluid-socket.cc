/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fluid-socket.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/surgery-socket-text.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("FluidSocket");

NS_OBJECT_ENSURE_REGISTERED(FluidSocket);

TypeId
FluidSocket::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::FluidSocket")
                            .SetParent<TcpSocket>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<FluidSocket>();
    return tid;
}

FluidSocket::FluidSocket()
    : m_flow(Create<FluidFlow>(static_cast<FluidFlow::Owner&>(*this)))
{
    NS_LOG_FUNCTION(this);
}

FluidSocket::~FluidSocket()
{
    NS_LOG_FUNCTION(this);
    Abandon();
    m_flow->Release();
}

void
FluidSocket::DoDispose()
{
    NS_LOG_FUNCTION(this);
    Abandon();
    FluidSocketSettings::DoDispose();
}

void
FluidSocket::SetHost(Ptr<FluidHost> host)
{
    m_host = host;
}

bool
FluidSocket::HasClosed() const
{
    return m_hasClosed;
}

std::size_t
FluidSocket::GetPlaceInHost() const
{
    return m_placeInHost;
}

void
FluidSocket::SetPlaceInHost(std::size_t place)
{
    m_placeInHost = place;
}

// CONNECTING

int
FluidSocket::Bind(const Address& address)
{
    NS_LOG_FUNCTION(this << address);
    const auto port = FindPort(address);
    if (!port || m_state != State::CLOSED)
    {
        return Fail(ERROR_INVAL);
    }
    m_port = *port;
    return m_port > 0 ? 0 : Bind();
}

int
FluidSocket::Bind()
{
    m_port = m_host->MakePort();
    return 0;
}

int
FluidSocket::Bind6()
{
    return Bind();
}

int
FluidSocket::Listen()
{
    NS_LOG_FUNCTION(this);
    if (m_state != State::CLOSED || m_port == 0)
    {
        return Fail(ERROR_INVAL);
    }
    if (!m_host->Listen(m_port, this))
    {
        return Fail(ERROR_ADDRINUSE);
    }
    m_state = State::LISTENING;
    return 0;
}

int
FluidSocket::Connect(const Address& address)
{
    NS_LOG_FUNCTION(this << address);
    if (m_state != State::CLOSED || !FindPort(address))
    {
        return Fail(ERROR_INVAL);
    }
    const auto host = FluidHost::Find(address);
    if (!host || host->GetNetwork() != m_host->GetNetwork())
    {
        return Fail(ERROR_NOROUTETOHOST);
    }
    if (m_port == 0)
    {
        Bind();
    }
    m_remote = address;
    m_state = State::CONNECTING;
    m_requests = GetSynRetries();
    Request();
    return 0;
}

void
FluidSocket::Request()
{
    const auto host = FluidHost::Find(m_remote);
    Time delay;
    const Ptr<FluidSocket> self(this); // also if the application forgets it
    m_requestTimeout = Simulator::Schedule(GetConnTimeout(), &FluidSocket::HandleTimeout, self);
    if (!host || !FindWay(*m_host, *host, delay))
    {
        return; // lost
    }
    Simulator::Schedule(delay, &FluidSocket::ArriveAt, self, host);
}

void
FluidSocket::ArriveAt(Ptr<FluidHost> host)
{
    const Ptr<FluidSocket> listener(host->GetListener(FindPort(m_remote).value()));
    Time delay;
    if (listener)
    {
        listener->HandleRequest(this);
    }
    else if (FindWay(*host, *m_host, delay))
    {
        SendReset(this, delay);
    }
}

void
FluidSocket::HandleTimeout()
{
    NS_LOG_FUNCTION(this << m_requests);
    const auto isConnecting = m_state == State::CONNECTING;
    if (m_requests > 0)
    {
        --m_requests;
        isConnecting ? Request() : Answer();
        return;
    }
    const Ptr<FluidSocket> self(this);
    Clear();
    if (isConnecting)
    {
        m_errno = ERROR_NOTCONN;
        NotifyConnectionFailed();
    }
}

void
FluidSocket::HandleRequest(Ptr<FluidSocket> peer)
{
    NS_LOG_FUNCTION(this << peer);
    Time delay;
    if (!FindWay(*m_host, *peer->m_host, delay))
    {
        return;
    }
    const auto from = peer->m_host->GetAddress(peer->m_port);
    if (m_state != State::LISTENING || !NotifyConnectionRequest(from))
    {
        SendReset(peer, delay);
        return;
    }
    const auto socket = CreateObject<FluidSocket>();
    socket->SetHost(m_host);
    socket->m_port = m_port;
    socket->m_remote = from;
    socket->Inherit(*this);
    socket->m_listener = this;
    socket->m_requests = GetSynRetries();
    socket->Open(peer);
    socket->Answer();
}

void
FluidSocket::Answer()
{
    const Ptr<FluidSocket> self(this);
    m_requestTimeout = Simulator::Schedule(GetConnTimeout(), &FluidSocket::HandleTimeout, self);
    Time delay;
    if (FindWay(*m_host, *m_peer->m_host, delay))
    {
        Simulator::Schedule(delay, &FluidSocket::HandleAnswer, m_peer, self);
    }
}

void
FluidSocket::HandleAnswer(Ptr<FluidSocket> peer)
{
    NS_LOG_FUNCTION(this << peer);
    Time delay;
    const auto isOpen = FindWay(*m_host, *peer->m_host, delay);
    const auto isNew = m_state == State::CONNECTING;
    if (!isNew && m_peer != peer)
    {
        if (isOpen)
        {
            SendReset(peer, delay);
        }
        return;
    }
    if (isNew)
    {
        m_requestTimeout.Cancel();
        Open(peer);
    }
    if (isOpen)
    {
        m_arrival = std::max(m_arrival, Simulator::Now() + delay);
        Simulator::Schedule(delay, &FluidSocket::HandleOpen, peer);
    }
    if (!isNew)
    {
        return; // the answer came again, because nobody heard of the first one
    }
    NotifyConnectionSucceeded();
}

void
FluidSocket::Open(Ptr<FluidSocket> peer)
{
    m_state = State::OPEN;
    m_peer = peer;
    m_host->Add(this);
    m_flow->SetRoute(m_host->GetNetwork()->FindRoute(*m_host, *peer->m_host));
}

void
FluidSocket::HandleOpen()
{
    const auto listener = m_listener;
    m_listener = nullptr;
    if (m_state != State::OPEN || !listener)
    {
        return;
    }
    m_requestTimeout.Cancel();
    if (listener->m_state != State::LISTENING)
    {
        Reset();
        return;
    }
    listener->NotifyNewConnectionCreated(this, m_remote);
}

void
FluidSocket::HandleMoved()
{
    const auto move = [](FluidSocket& end) {
        if (!end.m_peer)
        {
            return;
        }
        const auto isActive = end.m_flow->IsActive();
        const auto left = end.m_flow->Stop();
        end.m_flow->SetRoute(end.m_host->GetNetwork()->FindRoute(*end.m_host, *end.m_peer->m_host));
        if (isActive)
        {
            end.m_flow->Start(left);
        }
    };
    move(*this);
    if (m_peer && m_peer->m_peer == this)
    {
        move(*m_peer);
    }
}

bool
FluidSocket::FindWay(const FluidHost& from, const FluidHost& to, Time& delay)
{
    const auto route = from.GetNetwork()->FindRoute(from, to);
    delay = route.delay;
    return route.IsOpen();
}

// SENDING

uint32_t
FluidSocket::GetTxAvailable() const
{
    auto used = static_cast<double>(m_queuedBytes);
    if (!m_queue.empty() && m_queue.front())
    {
        const auto bits = GetBits(m_queue.front());
        const auto part = bits > 0 ? 1 - m_flow->GetBitsLeft() / bits : 0;
        used -= std::floor(part * m_queue.front()->GetSize());
    }
    return GetSndBufSize() - std::min(GetSndBufSize(), static_cast<uint32_t>(std::max(used, 0.0)));
}

int
FluidSocket::Send(Ptr<Packet> packet, uint32_t /* flags */)
{
    NS_LOG_FUNCTION(this << packet->GetSize());
    if (m_state != State::OPEN || m_hasClosed)
    {
        return Fail(ERROR_NOTCONN);
    }
    if (packet->GetSize() > GetTxAvailable())
    {
        return Fail(ERROR_MSGSIZE);
    }
    if (packet->GetSize() > 0)
    {
        Push(packet);
    }
    return static_cast<int>(packet->GetSize());
}

int
FluidSocket::SendTo(Ptr<Packet> packet, uint32_t flags, const Address& /* address */)
{
    return Send(packet, flags);
}

double
FluidSocket::GetBits(Ptr<const Packet> packet) const
{
    return packet ? 8 * m_host->GetNetwork()->GetHeaderFactor() * packet->GetSize() : 0;
}

void
FluidSocket::Push(Ptr<Packet> packet)
{
    m_queue.push_back(packet);
    m_queuedBytes += packet ? packet->GetSize() : 0;
    if (!m_flow->IsActive())
    {
        m_flow->Start(GetBits(m_queue.front()));
    }
}

std::optional<double>
FluidSocket::HandleServed()
{
    const Ptr<FluidSocket> self(this);
    const auto packet = m_queue.front();
    m_queue.pop_front();
    const auto& route = m_flow->GetRoute();
    // what was sent before a change of links may not be overtaken
    m_arrival = std::max(m_arrival, Simulator::Now() + route.delay);
    Simulator::Schedule(m_arrival - Simulator::Now(),
                        &FluidSocket::HandleArrival,
                        m_peer,
                        self,
                        packet);
    if (packet)
    {
        m_queuedBytes -= packet->GetSize();
        if (route.access)
        {
            route.access->Count(packet->GetSize());
        }
        for (const auto& link : route.bundle->GetLinks())
        {
            link->Count(packet->GetSize());
        }
        NotifyDataSent(packet->GetSize());
        if (m_state == State::OPEN && !m_hasClosed)
        {
            NotifySend(GetTxAvailable());
        }
    }
    else
    {
        m_hasSentEnd = true;
        if (m_peerHasClosed)
        {
            Clear();
        }
    }
    return m_queue.empty() ? std::nullopt : std::optional<double>(GetBits(m_queue.front()));
}

// RECEIVING

void
FluidSocket::HandleArrival(Ptr<FluidSocket> peer, Ptr<Packet> packet)
{
    NS_LOG_FUNCTION(this << peer << packet);
    HandleOpen(); // if what told so was lost
    Time delay;
    if (m_state != State::OPEN || m_peer != peer)
    {
        if (packet && FindWay(*m_host, *peer->m_host, delay))
        {
            SendReset(peer, delay);
        }
        return;
    }
    if (packet)
    {
        m_received.push_back(packet);
        m_receivedBytes += packet->GetSize();
        NotifyDataRecv();
        return;
    }
    m_peerHasClosed = true;
    const Ptr<FluidSocket> self(this);
    if (m_hasSentEnd)
    {
        Clear();
    }
    else if (!m_hasClosed)
    {
        NotifyNormalClose();
    }
}

uint32_t
FluidSocket::GetRxAvailable() const
{
    return m_receivedBytes;
}

Ptr<Packet>
FluidSocket::Recv(uint32_t maxSize, uint32_t /* flags */)
{
    if (m_received.empty() || maxSize == 0)
    {
        return nullptr;
    }
    auto packet = m_received.front();
    if (packet->GetSize() <= maxSize)
    {
        m_received.pop_front();
    }
    else
    {
        m_received.front() = packet->CreateFragment(maxSize, packet->GetSize() - maxSize);
        packet = packet->CreateFragment(0, maxSize);
    }
    m_receivedBytes -= packet->GetSize();
    return packet;
}

Ptr<Packet>
FluidSocket::RecvFrom(uint32_t maxSize, uint32_t flags, Address& address)
{
    address = m_remote;
    return Recv(maxSize, flags);
}

// CLOSING

int
FluidSocket::Close()
{
    NS_LOG_FUNCTION(this);
    if (m_state == State::LISTENING)
    {
        m_host->Listen(m_port, nullptr);
        m_state = State::CLOSED;
    }
    else if (m_state == State::CONNECTING)
    {
        Clear();
    }
    else if (m_state == State::OPEN)
    {
        // As TCP would: what the application will never read ends the connection at once. Bytes
        // that are on their way here arrive one by one, as it were.
        if (m_receivedBytes > 0 || (m_queue.empty() && m_peer->m_flow->IsActive() &&
                                    !m_peer->m_hasSentEnd && m_peer->m_queue.front()))
        {
            Reset();
        }
        else
        {
            ShutdownSend();
        }
    }
    return 0;
}

int
FluidSocket::ShutdownSend()
{
    if (m_state == State::OPEN && !m_hasClosed)
    {
        m_hasClosed = true;
        Push(nullptr);
    }
    return 0; // a socket that listens sends nothing anyway
}

int
FluidSocket::ShutdownRecv()
{
    return 0;
}

void
FluidSocket::Reset()
{
    const Ptr<FluidSocket> self(this);
    const auto peer = m_peer;
    Time delay;
    if (FindWay(*m_host, *peer->m_host, delay))
    {
        SendReset(peer, delay);
    }
    Clear();
}

void
FluidSocket::SendReset(Ptr<FluidSocket> peer, Time delay)
{
    Simulator::Schedule(delay, &FluidSocket::HandleReset, peer);
}

void
FluidSocket::HandleReset()
{
    NS_LOG_FUNCTION(this);
    const Ptr<FluidSocket> self(this);
    const auto state = m_state;
    const auto hasClosed = m_hasClosed;
    if (state != State::CONNECTING && state != State::OPEN)
    {
        return;
    }
    Clear();
    m_errno = ERROR_NOTCONN;
    if (state == State::CONNECTING)
    {
        NotifyConnectionFailed();
    }
    else if (!hasClosed)
    {
        NotifyErrorClose();
    }
}

void
FluidSocket::Clear()
{
    m_requestTimeout.Cancel();
    m_flow->Stop();
    m_queue.clear();
    m_queuedBytes = 0;
    if (m_state == State::OPEN)
    {
        m_host->Remove(this);
    }
    m_state = State::CLOSED;
    m_listener = nullptr;
    m_peer = nullptr;
}

void
FluidSocket::Abandon()
{
    if (m_state == State::LISTENING)
    {
        m_host->Listen(m_port, nullptr);
    }
    Clear();
    m_received.clear();
    m_receivedBytes = 0;
}

// WHAT THE SOCKET IS

int
FluidSocket::Fail(SocketErrno code)
{
    m_errno = code;
    return -1;
}

Socket::SocketErrno
FluidSocket::GetErrno() const
{
    return m_errno;
}

Socket::SocketType
FluidSocket::GetSocketType() const
{
    return NS3_SOCK_STREAM;
}

Ptr<Node>
FluidSocket::GetNode() const
{
    return m_host->GetNode();
}

int
FluidSocket::GetSockName(Address& address) const
{
    address = m_host->GetAddress(m_port);
    return 0;
}

int
FluidSocket::GetPeerName(Address& address) const
{
    if (m_state != State::OPEN)
    {
        return -1;
    }
    address = m_remote;
    return 0;
}

bool
FluidSocket::SetAllowBroadcast(bool allow)
{
    return !allow;
}

bool
FluidSocket::GetAllowBroadcast() const
{
    return false;
}

} // namespace surgery
} // namespace ns3
