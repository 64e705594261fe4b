/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-node-lookup.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/node-list.h"
#include "ns3/node.h"

namespace ns3
{
namespace surgery
{

namespace
{

/// @tparam Stack Ipv4 or Ipv6 @param address one of its kind @return the node that has it
template <class Stack, class IpAddress>
uint32_t
FindNodeOf(const IpAddress& address)
{
    for (auto node = NodeList::Begin(); node != NodeList::End(); ++node)
    {
        const auto stack = (*node)->GetObject<Stack>();
        if (stack && stack->GetInterfaceForAddress(address) >= 0)
        {
            return (*node)->GetId();
        }
    }
    return NO_NODE;
}

} // namespace

uint32_t
FindNode(const Address& address)
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        return FindNodeOf<Ipv4>(InetSocketAddress::ConvertFrom(address).GetIpv4());
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        return FindNodeOf<Ipv6>(Inet6SocketAddress::ConvertFrom(address).GetIpv6());
    }
    if (Ipv4Address::IsMatchingType(address))
    {
        return FindNodeOf<Ipv4>(Ipv4Address::ConvertFrom(address));
    }
    if (Ipv6Address::IsMatchingType(address))
    {
        return FindNodeOf<Ipv6>(Ipv6Address::ConvertFrom(address));
    }
    return NO_NODE;
}

} // namespace surgery
} // namespace ns3
