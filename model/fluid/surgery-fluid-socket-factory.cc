/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fluid-socket-factory.h"

#include "fluid-socket.h"

#include "ns3/surgery-fluid-host.h"

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(FluidSocketFactory);

TypeId
FluidSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::FluidSocketFactory")
                            .SetParent<TcpSocketFactory>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<FluidSocketFactory>();
    return tid;
}

Ptr<Socket>
FluidSocketFactory::CreateSocket()
{
    const auto socket = CreateObject<FluidSocket>();
    socket->SetHost(GetObject<FluidHost>());
    return socket;
}

} // namespace surgery
} // namespace ns3
