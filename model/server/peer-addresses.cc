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

/// @param node a node @param local where it listens @return where others reach it, if it listens at
/// all of its addresses: not at loopback and link-local ones
std::vector<Address>
GetAddresses(Ptr<Node> node, const Address& local)
{
    std::vector<Address> addresses;
    // without a stack it can only be in a fluid network
    const auto hasStack = node->GetObject<Ipv4>() || node->GetObject<Ipv6>();
    if (InetSocketAddress::IsMatchingType(local))
    {
        const auto port = InetSocketAddress::ConvertFrom(local).GetPort();
        if (!hasStack)
        {
            addresses.push_back(MakeNodeAddress(node->GetId(), port, false));
        }
        const auto ip = node->GetObject<Ipv4>();
        for (uint32_t i = 0; ip && i < ip->GetNInterfaces(); ++i)
        {
            for (uint32_t k = 0; k < ip->GetNAddresses(i); ++k)
            {
                const auto address = ip->GetAddress(i, k).GetLocal();
                if (!address.IsLocalhost())
                {
                    addresses.push_back(InetSocketAddress(address, port));
                }
            }
        }
    }
    else if (Inet6SocketAddress::IsMatchingType(local))
    {
        const auto port = Inet6SocketAddress::ConvertFrom(local).GetPort();
        if (!hasStack)
        {
            addresses.push_back(MakeNodeAddress(node->GetId(), port, true));
        }
        const auto ip = node->GetObject<Ipv6>();
        for (uint32_t i = 0; ip && i < ip->GetNInterfaces(); ++i)
        {
            for (uint32_t k = 0; k < ip->GetNAddresses(i); ++k)
            {
                const auto address = ip->GetAddress(i, k).GetAddress();
                if (!address.IsLocalhost() && !address.IsLinkLocal())
                {
                    addresses.push_back(Inet6SocketAddress(address, port));
                }
            }
        }
    }
    return addresses;
}

/// @param local where a server listens @return whether that is at all of its addresses
bool
IsAny(const Address& local)
{
    if (InetSocketAddress::IsMatchingType(local))
    {
        return InetSocketAddress::ConvertFrom(local).GetIpv4() == Ipv4Address::GetAny();
    }
    return Inet6SocketAddress::IsMatchingType(local) &&
           Inet6SocketAddress::ConvertFrom(local).GetIpv6().IsAny();
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
    const auto own = GetAddresses(node, local);
    for (const auto& peer : peers)
    {
        if (peer == local || std::find(own.begin(), own.end(), peer) != own.end())
        {
            throw std::invalid_argument("MecServer: Peers: " + GetSocketText(peer) +
                                        " is this server itself");
        }
    }
}

Address
GetReachableAddress(Ptr<Node> node, const Address& local)
{
    const auto own = GetAddresses(node, local);
    return IsAny(local) && !own.empty() ? own.front() : local;
}

} // namespace surgery
} // namespace ns3
