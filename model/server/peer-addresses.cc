/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "peer-addresses.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/surgery-socket-text.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param node a node @return whether it can only be in a fluid network
bool
HasNoStack(Ptr<Node> node)
{
    return !node->GetObject<Ipv4>() && !node->GetObject<Ipv6>();
}

/// @param node a node @return its addresses, but for loopback and link-local ones
std::vector<Ipv4Address>
GetIpv4Addresses(Ptr<Node> node)
{
    std::vector<Ipv4Address> addresses;
    const auto ip = node->GetObject<Ipv4>();
    if (HasNoStack(node))
    {
        const auto plain = MakeNodeAddress(node->GetId(), 0, false);
        addresses.push_back(InetSocketAddress::ConvertFrom(plain).GetIpv4());
    }
    for (uint32_t i = 0; ip && i < ip->GetNInterfaces(); ++i)
    {
        for (uint32_t k = 0; k < ip->GetNAddresses(i); ++k)
        {
            const auto address = ip->GetAddress(i, k).GetLocal();
            if (!address.IsLocalhost())
            {
                addresses.push_back(address);
            }
        }
    }
    return addresses;
}

/// @copydoc GetIpv4Addresses
std::vector<Ipv6Address>
GetIpv6Addresses(Ptr<Node> node)
{
    std::vector<Ipv6Address> addresses;
    const auto ip = node->GetObject<Ipv6>();
    if (HasNoStack(node))
    {
        const auto plain = MakeNodeAddress(node->GetId(), 0, true);
        addresses.push_back(Inet6SocketAddress::ConvertFrom(plain).GetIpv6());
    }
    for (uint32_t i = 0; ip && i < ip->GetNInterfaces(); ++i)
    {
        for (uint32_t k = 0; k < ip->GetNAddresses(i); ++k)
        {
            const auto address = ip->GetAddress(i, k).GetAddress();
            if (!address.IsLocalhost() && !address.IsLinkLocal())
            {
                addresses.push_back(address);
            }
        }
    }
    return addresses;
}

} // namespace

std::vector<Address>
ParsePeers(const std::string& text)
{
    std::vector<Address> peers;
    const std::string separators = " \t\n,";
    for (std::size_t begin = 0; begin < text.size();)
    {
        const auto end = std::min(text.find_first_of(separators, begin), text.size());
        const auto word = text.substr(begin, end - begin);
        begin = end + 1;
        if (word.empty())
        {
            continue;
        }
        const auto peer = ParseSocketText(word);
        if (!peer)
        {
            throw std::invalid_argument("MecServer: Peers: \"" + word +
                                        "\" is no address with a port, such as 10.1.1.1:4600 or "
                                        "[2001:db8::1]:4600");
        }
        if (std::find(peers.begin(), peers.end(), *peer) != peers.end())
        {
            throw std::invalid_argument("MecServer: Peers: " + word + " comes twice");
        }
        peers.push_back(*peer);
    }
    return peers;
}

std::string
GetPeersText(const std::vector<Address>& peers)
{
    std::string text;
    for (const auto& peer : peers)
    {
        text += (text.empty() ? "" : " ") + GetSocketText(peer);
    }
    return text;
}

void
CheckPeers(const std::vector<Address>& peers, Ptr<Node> node, const Address& local)
{
    for (const auto& peer : peers)
    {
        auto isSelf = peer == local;
        if (InetSocketAddress::IsMatchingType(peer) && InetSocketAddress::IsMatchingType(local))
        {
            const auto socket = InetSocketAddress::ConvertFrom(peer);
            const auto own = GetIpv4Addresses(node);
            isSelf = socket.GetPort() == InetSocketAddress::ConvertFrom(local).GetPort() &&
                     std::find(own.begin(), own.end(), socket.GetIpv4()) != own.end();
        }
        else if (Inet6SocketAddress::IsMatchingType(peer) &&
                 Inet6SocketAddress::IsMatchingType(local))
        {
            const auto socket = Inet6SocketAddress::ConvertFrom(peer);
            const auto own = GetIpv6Addresses(node);
            isSelf = socket.GetPort() == Inet6SocketAddress::ConvertFrom(local).GetPort() &&
                     std::find(own.begin(), own.end(), socket.GetIpv6()) != own.end();
        }
        if (isSelf)
        {
            throw std::invalid_argument("MecServer: Peers: " + GetSocketText(peer) +
                                        " is this server itself");
        }
    }
}

Address
GetReachableAddress(Ptr<Node> node, const Address& local)
{
    if (InetSocketAddress::IsMatchingType(local))
    {
        const auto socket = InetSocketAddress::ConvertFrom(local);
        const auto own = GetIpv4Addresses(node);
        return socket.GetIpv4() == Ipv4Address::GetAny() && !own.empty()
                   ? Address(InetSocketAddress(own.front(), socket.GetPort()))
                   : local;
    }
    if (Inet6SocketAddress::IsMatchingType(local))
    {
        const auto socket = Inet6SocketAddress::ConvertFrom(local);
        const auto own = GetIpv6Addresses(node);
        return socket.GetIpv6().IsAny() && !own.empty()
                   ? Address(Inet6SocketAddress(own.front(), socket.GetPort()))
                   : local;
    }
    return local;
}

} // namespace surgery
} // namespace ns3
