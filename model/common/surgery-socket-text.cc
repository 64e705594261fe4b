/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-socket-text.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <sstream>

namespace ns3
{
namespace surgery
{

std::string
GetSocketText(const Address& address)
{
    std::ostringstream text;
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto socket = InetSocketAddress::ConvertFrom(address);
        text << socket.GetIpv4() << ':' << socket.GetPort();
    }
    else if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto socket = Inet6SocketAddress::ConvertFrom(address);
        text << '[' << socket.GetIpv6() << "]:" << socket.GetPort();
    }
    return text.str();
}

std::optional<uint16_t>
FindPort(const Address& address)
{
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        return Inet6SocketAddress::ConvertFrom(address).GetPort();
    }
    if (InetSocketAddress::IsMatchingType(address))
    {
        return InetSocketAddress::ConvertFrom(address).GetPort();
    }
    return std::nullopt;
}

std::optional<Address>
ParseSocketText(const std::string& text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string::npos)
    {
        return std::nullopt;
    }
    const auto digits = text.substr(colon + 1);
    const auto isNumber = !digits.empty() && digits.size() <= 5 &&
                          std::all_of(digits.begin(), digits.end(), [](unsigned char digit) {
                              return std::isdigit(digit);
                          });
    const auto port = isNumber ? std::stoul(digits) : 0;
    if (port < 1 || port > 65535)
    {
        return std::nullopt;
    }
    auto host = text.substr(0, colon);
    // ns-3's addresses do not say whether their text is one
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1)
    {
        return InetSocketAddress(Ipv4Address(host.c_str()), static_cast<uint16_t>(port));
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    {
        host = host.substr(1, host.size() - 2);
        if (inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1)
        {
            return Inet6SocketAddress(Ipv6Address(host.c_str()), static_cast<uint16_t>(port));
        }
    }
    return std::nullopt;
}

} // namespace surgery
} // namespace ns3
