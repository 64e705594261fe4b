/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ARP_LEARNING_H
#define ARP_LEARNING_H

#include "ns3/net-device.h"
#include "ns3/ptr.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Let a host remember who asks for its address by ARP, as RFC 826 demands ("Packet Reception").
 *
 * ns-3's hosts answer, and then ask back by a broadcast as soon as they have a packet for the one
 * who asked. On Wi-Fi nobody repeats a broadcast that collides, so that the packet waits for ARP's
 * retry, one second. When a server fails, all its stations ask their next gateway at once.
 *
 * @param device the host's, with its internet stack; nothing changes without IPv4
 */
void LearnFromArpRequests(Ptr<NetDevice> device);

} // namespace surgery
} // namespace ns3

#endif // ARP_LEARNING_H
