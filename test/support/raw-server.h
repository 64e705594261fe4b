/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RAW_SERVER_H
#define RAW_SERVER_H

#include "raw-connection.h"

#include "ns3/callback.h"
#include "ns3/inet-socket-address.h"
#include "ns3/node.h"
#include "ns3/socket.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/surgery-messages.h"
#include "ns3/tcp-socket-factory.h"

#include <cstdint>
#include <memory>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A server that a test plays: it lets devices in, and says what the test likes.
class RawServer
{
  public:
    /**
     * @param node where it runs
     * @param port where it listens, at any address
     */
    RawServer(ns3::Ptr<ns3::Node> node, uint16_t port)
    {
        using namespace ns3;
        m_listener = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>(
                [this](Ptr<Socket> socket, const Address&) { Accept(socket); }));
    }

    /// The latest control connection of a device; null: none is open.
    std::shared_ptr<RawConnection> FindControl(uint32_t device) const
    {
        using namespace ns3::surgery;
        for (auto it = m_connections.rbegin(); it != m_connections.rend(); ++it)
        {
            const auto hellos = (*it)->Get<Hello>();
            if (!hellos.empty() && hellos[0].deviceId == device &&
                hellos[0].role == ConnectionRole::CONTROL && (*it)->closed == 0)
            {
                return *it;
            }
        }
        return nullptr;
    }

  private:
    /// Let a device in. @param socket to it
    void Accept(ns3::Ptr<ns3::Socket> socket)
    {
        using namespace ns3;
        using namespace ns3::surgery;
        m_connections.push_back(std::make_shared<RawConnection>());
        auto* seen = m_connections.back().get();
        seen->socket = socket;
        seen->stream = Create<MessageStream>(socket);
        seen->stream->SetMessageReceivedCallback(Callback<void, const SurgeryHeader&, uint64_t>(
            [seen](const SurgeryHeader& header, uint64_t) { seen->received.push_back(header); }));
        seen->stream->SetCloseCallback(Callback<void>([seen]() { ++seen->closed; }));
    }

    ns3::Ptr<ns3::Socket> m_listener;                          ///< for all devices
    std::vector<std::shared_ptr<RawConnection>> m_connections; ///< in the order of their coming
};

/** @} */

#endif // RAW_SERVER_H
