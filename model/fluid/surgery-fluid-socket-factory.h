/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_FLUID_SOCKET_FACTORY_H
#define SURGERY_FLUID_SOCKET_FACTORY_H

#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Makes the sockets of a node in a fluid network. It stands where TCP's factory stands on other
 * nodes: applications ask for sockets of ns3::TcpSocketFactory, and get what their node has.
 */
class FluidSocketFactory : public TcpSocketFactory
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /// @return a new socket of the node's fluid host
    Ptr<Socket> CreateSocket() override;
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_FLUID_SOCKET_FACTORY_H
