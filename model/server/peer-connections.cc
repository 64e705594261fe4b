/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "peer-connections.h"

#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("PeerConnections");

PeerConnections::PeerConnections(const Settings& settings)
    : m_settings(settings)
{
    for (const auto& peer : settings.peers)
    {
        Link link;
        link.remote = peer;
        m_links.push_back(link);
    }
}

PeerConnections::~PeerConnections()
{
    Dispose();
}

void
PeerConnections::Start()
{
    NS_LOG_FUNCTION(this);
    m_isRunning = true;
    for (std::size_t i = 0; i < m_links.size(); ++i)
    {
        Open(i);
    }
}

void
PeerConnections::Stop()
{
    NS_LOG_FUNCTION(this);
    m_isRunning = false;
    for (auto& link : m_links)
    {
        Close(link);
    }
}

void
PeerConnections::Dispose()
{
    NS_LOG_FUNCTION(this);
    m_isRunning = false;
    for (auto& link : m_links)
    {
        link.retry.Cancel();
        if (link.socket && !link.stream)
        {
            link.socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                            MakeNullCallback<void, Ptr<Socket>>());
        }
        link.socket = nullptr;
        link.stream = nullptr;
    }
}

void
PeerConnections::Send(const Announce& announce)
{
    NS_LOG_FUNCTION(this << announce.sequence);
    for (std::size_t i = 0; i < m_links.size(); ++i)
    {
        auto& link = m_links[i];
        if (link.stream && IsStuck(link))
        {
            Replace(i);
        }
        else if (link.stream)
        {
            SendOver(link, SurgeryHeader(announce));
        }
    }
}

void
PeerConnections::SendTo(const Address& peer, const SurgeryHeader& header)
{
    for (auto& link : m_links)
    {
        if (link.stream && link.remote == peer)
        {
            SendOver(link, header);
        }
    }
}

void
PeerConnections::SetPlanCallback(PlanCallback plan)
{
    m_plan = plan;
}

std::size_t
PeerConnections::GetPeers() const
{
    return m_links.size();
}

std::size_t
PeerConnections::GetOpen() const
{
    return std::count_if(m_links.begin(), m_links.end(), [](const Link& link) {
        return link.stream != nullptr;
    });
}

uint64_t
PeerConnections::GetBytesSent() const
{
    return m_bytesSent;
}

void
PeerConnections::Open(std::size_t index)
{
    NS_LOG_FUNCTION(this << index);
    auto& link = m_links[index];
    Close(link);
    // unless it is open by then, the attempt has failed
    link.retry = Simulator::Schedule(m_settings.retryInterval, &PeerConnections::Open, this, index);
    link.socket = Socket::CreateSocket(m_settings.node, TcpSocketFactory::GetTypeId());
    MessageStream::ConfigureSocket(link.socket,
                                   link.remote,
                                   m_settings.segmentSize,
                                   m_settings.bufferBytes,
                                   m_settings.bufferBytes);
    if (Inet6SocketAddress::IsMatchingType(link.remote))
    {
        link.socket->Bind6();
    }
    else
    {
        link.socket->Bind();
    }
    link.socket->SetConnectCallback(MakeCallback(&PeerConnections::HandleOpen, this),
                                    MakeCallback(&PeerConnections::HandleRefused, this));
    // without a route this fails at once; the next attempt is already scheduled
    link.socket->Connect(link.remote);
}

std::size_t
PeerConnections::Find(Ptr<Socket> socket) const
{
    return std::find_if(m_links.begin(),
                        m_links.end(),
                        [&](const Link& link) { return link.socket == socket; }) -
           m_links.begin();
}

void
PeerConnections::HandleOpen(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const auto index = Find(socket);
    if (!m_isRunning || index == m_links.size())
    {
        return;
    }
    auto& link = m_links[index];
    link.retry.Cancel();
    link.stream = Create<MessageStream>(socket);
    link.stream->SetMessageReceivedCallback(
        MakeCallback(&PeerConnections::HandleMessage, this).Bind(index));
    link.stream->SetProtocolErrorCallback(
        MakeCallback(&PeerConnections::HandleProtocolError, this).Bind(index));
    link.stream->SetCloseCallback(MakeCallback(&PeerConnections::Replace, this).Bind(index));
    link.acknowledged = 0;
    link.progress = Simulator::Now();
    SendOver(link, SurgeryHeader(Peer{m_settings.node->GetId()}));
}

void
PeerConnections::HandleRefused(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const auto index = Find(socket);
    if (m_isRunning && index < m_links.size())
    {
        Replace(index);
    }
}

void
PeerConnections::HandleMessage(std::size_t index, const SurgeryHeader& header, uint64_t /* bytes */)
{
    const auto* plan = header.GetIf<Plan>();
    if (plan && !m_plan.IsNull())
    {
        m_plan(*plan);
        return;
    }
    NS_LOG_WARN("a peer sent " << header << " over a connection that it did not open");
    Replace(index);
}

void
PeerConnections::HandleProtocolError(std::size_t index, ParseResult result)
{
    NS_LOG_WARN("a peer sent what is no message: " << result);
    Replace(index);
}

void
PeerConnections::Replace(std::size_t index)
{
    NS_LOG_FUNCTION(this << index);
    if (m_isRunning)
    {
        auto& link = m_links[index];
        Close(link);
        link.retry =
            Simulator::Schedule(m_settings.retryInterval, &PeerConnections::Open, this, index);
    }
}

void
PeerConnections::Close(Link& link)
{
    NS_LOG_FUNCTION(this);
    link.retry.Cancel();
    const auto socket = std::exchange(link.socket, nullptr);
    const auto stream = std::exchange(link.stream, nullptr);
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

void
PeerConnections::SendOver(Link& link, const SurgeryHeader& header)
{
    m_bytesSent += header.GetMessageBytes();
    link.stream->Send(header);
}

bool
PeerConnections::IsStuck(Link& link) const
{
    const auto acknowledged = link.stream->GetBytesAcknowledged();
    if (acknowledged != link.acknowledged || link.stream->GetBytesPending() == 0)
    {
        link.acknowledged = acknowledged;
        link.progress = Simulator::Now();
    }
    return Simulator::Now() - link.progress > m_settings.lifetime;
}

} // namespace surgery
} // namespace ns3
