/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "arp-learning.h"

#include "ns3/arp-cache.h"
#include "ns3/arp-header.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/callback.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/packet.h"

namespace ns3
{
namespace surgery
{

namespace
{

/// Remember the sender of a request. @param interface of the host @param packet that it received
void
Learn(Ptr<Ipv4Interface> interface, Ptr<const Packet> packet)
{
    ArpHeader arp;
    if (packet->PeekHeader(arp) == 0 || !arp.IsRequest() || interface->GetNAddresses() == 0 ||
        arp.GetDestinationIpv4Address() != interface->GetAddress(0).GetLocal())
    {
        return;
    }
    const auto cache = interface->GetArpCache();
    auto* entry = cache->Lookup(arp.GetSourceIpv4Address());
    if (entry && entry->IsDead())
    {
        cache->Remove(entry); // ns-3 brings none back to life
        entry = nullptr;
    }
    if (!entry)
    {
        entry = cache->Add(arp.GetSourceIpv4Address());
        entry->SetMacAddress(arp.GetSourceHardwareAddress());
        entry->UpdateSeen();
    }
}

} // namespace

void
LearnFromArpRequests(Ptr<NetDevice> device)
{
    const auto node = device->GetNode();
    const auto ipv4 = node->GetObject<Ipv4L3Protocol>();
    if (!ipv4)
    {
        return;
    }
    const auto interface = ipv4->GetInterface(ipv4->GetInterfaceForDevice(device));
    const auto handle = [interface](Ptr<NetDevice>,
                                    Ptr<const Packet> packet,
                                    uint16_t,
                                    const Address&,
                                    const Address&,
                                    NetDevice::PacketType) { Learn(interface, packet); };
    node->RegisterProtocolHandler(Node::ProtocolHandler(handle),
                                  ArpL3Protocol::PROT_NUMBER,
                                  device);
}

} // namespace surgery
} // namespace ns3
