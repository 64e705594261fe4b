/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COUNT_SOCKETS_H
#define COUNT_SOCKETS_H

#include "ns3/node.h"
#include "ns3/object-vector.h"
#include "ns3/ptr.h"
#include "ns3/surgery-fluid-host.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-base.h"

#include <algorithm>
#include <cstddef>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Lends its rights to look at a socket's state.
class SocketState : public ns3::TcpSocketBase
{
  public:
    /// Whether nobody has closed a socket on this side. One that was closed may stay nevertheless:
    /// ns-3 has no timer for FIN_WAIT_2, and may forget the FIN of one closed with data to send.
    static bool IsOpen(const ns3::TcpSocketBase& socket)
    {
        const auto state = socket.*(&SocketState::m_state);
        const auto isClosing = socket.*(&SocketState::m_closeOnEmpty);
        return state == LISTEN || ((state == ESTABLISHED || state == CLOSE_WAIT) && !isClosing);
    }
};

/// Sockets that are open on a node, those that listen included. @param node of any network
inline std::size_t
CountOpenSockets(ns3::Ptr<ns3::Node> node)
{
    if (const auto host = node->GetObject<ns3::surgery::FluidHost>())
    {
        return host->CountOpenSockets();
    }
    ns3::ObjectVectorValue sockets;
    node->GetObject<ns3::TcpL4Protocol>()->GetAttribute("SocketList", sockets);
    return std::count_if(sockets.Begin(), sockets.End(), [](const auto& entry) {
        return SocketState::IsOpen(*ns3::DynamicCast<ns3::TcpSocketBase>(entry.second));
    });
}

/** @} */

#endif // COUNT_SOCKETS_H
