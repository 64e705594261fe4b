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

#include <algorithm>
#include <array>
#include <numeric>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr uint32_t IPV4_BASE = 0x64400000; ///< 100.64.0.0, in which nodes count from 0
constexpr uint32_t IPV4_NODES = 1u << 22;  ///< how many addresses there are
/// fd64::, in the same way
constexpr std::array<uint8_t, 12> IPV6_BASE{0xfd, 0x64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

/// @param id a number @return it, if it is that of a node without an internet stack, else NO_NODE
uint32_t
CheckNode(uint32_t id)
{
    if (id >= IPV4_NODES || id >= NodeList::GetNNodes())
    {
        return NO_NODE;
    }
    const auto node = NodeList::GetNode(id);
    return node->GetObject<Ipv4>() || node->GetObject<Ipv6>() ? NO_NODE : id;
}

/// @copydoc CheckNode
uint32_t
FindPlainNode(const Ipv4Address& address)
{
    return CheckNode(address.Get() - IPV4_BASE);
}

/// @copydoc CheckNode
uint32_t
FindPlainNode(const Ipv6Address& address)
{
    std::array<uint8_t, 16> bytes;
    address.GetBytes(bytes.data());
    const auto rest = std::mismatch(IPV6_BASE.begin(), IPV6_BASE.end(), bytes.begin());
    return rest.first != IPV6_BASE.end()
               ? NO_NODE
               : CheckNode(
                     std::accumulate(rest.second, bytes.end(), 0u, [](uint32_t id, uint8_t byte) {
                         return (id << 8) + byte;
                     }));
}

/// @tparam Stack Ipv4 or Ipv6 @param address one of its kind @return the node that has it
template <class Stack, class IpAddress>
uint32_t
FindNodeOf(const IpAddress& address)
{
    const auto plain = FindPlainNode(address);
    if (plain != NO_NODE)
    {
        return plain;
    }
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

Address
MakeNodeAddress(uint32_t node, uint16_t port, bool useIpv6)
{
    if (!useIpv6)
    {
        return InetSocketAddress(Ipv4Address(IPV4_BASE + node), port);
    }
    std::array<uint8_t, 16> bytes{};
    std::copy(IPV6_BASE.begin(), IPV6_BASE.end(), bytes.begin());
    for (std::size_t i = 0; i < sizeof(node); ++i)
    {
        bytes[15 - i] = static_cast<uint8_t>(node >> (8 * i));
    }
    return Inet6SocketAddress(Ipv6Address(bytes.data()), port);
}

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
