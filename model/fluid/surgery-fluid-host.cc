/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fluid-host.h"

#include "fluid-socket.h"

#include "ns3/log.h"
#include "ns3/node-list.h"
#include "ns3/surgery-fluid-socket-factory.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("FluidHost");

NS_OBJECT_ENSURE_REGISTERED(FluidHost);

TypeId
FluidHost::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::FluidHost")
                            .SetParent<Object>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<FluidHost>();
    return tid;
}

FluidHost::FluidHost()
{
    NS_LOG_FUNCTION(this);
}

FluidHost::~FluidHost()
{
    NS_LOG_FUNCTION(this);
}

void
FluidHost::DoDispose()
{
    NS_LOG_FUNCTION(this);
    while (!m_sockets.empty())
    {
        m_sockets.back()->Abandon();
    }
    m_listeners.clear();
    m_network = nullptr;
    m_node = nullptr;
    m_up = {};
    m_down = {};
    Object::DoDispose();
}

Ptr<FluidHost>
FluidHost::Install(Ptr<Node> node, Ptr<FluidNetwork> network, bool useIpv6)
{
    NS_LOG_FUNCTION(node << useIpv6);
    if (node->GetObject<TcpSocketFactory>())
    {
        throw std::invalid_argument(
            "FluidHost: node " + std::to_string(node->GetId()) + " has " +
            (node->GetObject<FluidHost>() ? "a fluid network already" : "an internet stack") +
            ": it can have one of them");
    }
    const auto host = CreateObject<FluidHost>();
    host->m_network = network;
    host->m_node = PeekPointer(node);
    host->m_useIpv6 = useIpv6;
    node->AggregateObject(host);
    node->AggregateObject(CreateObject<FluidSocketFactory>());
    return host;
}

Ptr<FluidHost>
FluidHost::Find(const Address& address)
{
    const auto node = FindNode(address);
    return node != NO_NODE ? NodeList::GetNode(node)->GetObject<FluidHost>() : nullptr;
}

// WHERE IT IS

void
FluidHost::Attach(uint32_t place, const FluidSegment& up, const FluidSegment& down)
{
    NS_LOG_FUNCTION(this << place);
    m_place = place;
    m_up = up;
    m_down = down;
    for (auto* socket : m_sockets)
    {
        socket->HandleMoved();
    }
}

uint32_t
FluidHost::GetPlace() const
{
    return m_place;
}

const FluidSegment&
FluidHost::GetUp() const
{
    return m_up;
}

const FluidSegment&
FluidHost::GetDown() const
{
    return m_down;
}

Ptr<FluidNetwork>
FluidHost::GetNetwork() const
{
    return m_network;
}

Ptr<Node>
FluidHost::GetNode() const
{
    return m_node;
}

Address
FluidHost::GetAddress(uint16_t port) const
{
    return MakeNodeAddress(m_node->GetId(), port, m_useIpv6);
}

// SOCKETS

std::size_t
FluidHost::CountOpenSockets() const
{
    const auto isOpen = [](const FluidSocket* socket) { return !socket->HasClosed(); };
    return m_listeners.size() + std::count_if(m_sockets.begin(), m_sockets.end(), isOpen);
}

uint16_t
FluidHost::MakePort()
{
    do
    {
        m_lastPort = m_lastPort < 65535 ? m_lastPort + 1 : 49152;
    } while (m_listeners.count(m_lastPort) > 0);
    return m_lastPort;
}

bool
FluidHost::Listen(uint16_t port, FluidSocket* socket)
{
    if (!socket)
    {
        m_listeners.erase(port);
        return true;
    }
    return m_listeners.emplace(port, socket).second;
}

FluidSocket*
FluidHost::GetListener(uint16_t port) const
{
    const auto found = m_listeners.find(port);
    return found != m_listeners.end() ? found->second : nullptr;
}

void
FluidHost::Add(FluidSocket* socket)
{
    socket->SetPlaceInHost(m_sockets.size());
    m_sockets.push_back(socket);
}

void
FluidHost::Remove(FluidSocket* socket)
{
    auto* const last = m_sockets.back();
    m_sockets[socket->GetPlaceInHost()] = last;
    last->SetPlaceInHost(socket->GetPlaceInHost());
    m_sockets.pop_back();
}

} // namespace surgery
} // namespace ns3
