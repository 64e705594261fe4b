/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-subnets.h"

#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6.h"
#include "ns3/node-list.h"
#include "ns3/node.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace surgery
{

namespace
{

/// Where subnet 0 begins: 10.0.0.0/20, which is left to the core network of LTE.
constexpr uint32_t IPV4_BASE = 10u << 24;
/// Bits of an IPv4 address that tell the hosts of a subnet.
constexpr uint32_t IPV4_HOST_BITS = 12;
/// Where the number of the subnet is in an IPv6 address, bytes.
constexpr std::size_t IPV6_NUMBER = 4;
/// How an IPv6 address begins: a private prefix, because ns-3 does not forward to 2001:db8::/32,
/// that of documentation.
constexpr std::array<uint8_t, IPV6_NUMBER> IPV6_BASE{0xfd, 0, 0, 0};

} // namespace

Subnets::Subnets(bool useIpv6)
    : m_useIpv6(useIpv6)
{
    m_useIpv6 ? NoteIpv6() : NoteIpv4();
}

void
Subnets::NoteIpv4()
{
    for (auto node = NodeList::Begin(); node != NodeList::End(); ++node)
    {
        const auto ipv4 = (*node)->GetObject<Ipv4>();
        for (uint32_t i = 0; ipv4 && i < ipv4->GetNInterfaces(); ++i)
        {
            for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
            {
                const auto address = ipv4->GetAddress(i, j).GetLocal().Get();
                if (address >= IPV4_BASE)
                {
                    m_taken.insert((address - IPV4_BASE) >> IPV4_HOST_BITS);
                }
            }
        }
    }
}

void
Subnets::NoteIpv6()
{
    for (auto node = NodeList::Begin(); node != NodeList::End(); ++node)
    {
        const auto ipv6 = (*node)->GetObject<Ipv6>();
        for (uint32_t i = 0; ipv6 && i < ipv6->GetNInterfaces(); ++i)
        {
            for (uint32_t j = 0; j < ipv6->GetNAddresses(i); ++j)
            {
                std::array<uint8_t, 16> bytes;
                ipv6->GetAddress(i, j).GetAddress().GetBytes(bytes.data());
                if (std::equal(IPV6_BASE.begin(), IPV6_BASE.end(), bytes.begin()))
                {
                    uint32_t number = 0;
                    for (auto k = IPV6_NUMBER; k < IPV6_NUMBER + sizeof(number); ++k)
                    {
                        number = (number << 8) + bytes[k];
                    }
                    m_taken.insert(number);
                }
            }
        }
    }
}

void
Subnets::Assign(const NetDeviceContainer& devices)
{
    do
    {
        ++m_last;
    } while (m_taken.count(m_last) > 0);
    if (m_useIpv6)
    {
        std::array<uint8_t, 16> bytes{};
        std::copy(IPV6_BASE.begin(), IPV6_BASE.end(), bytes.begin());
        for (auto k = sizeof(m_last); k > 0; --k)
        {
            bytes[IPV6_NUMBER + sizeof(m_last) - k] = (m_last >> (8 * (k - 1))) & 0xff;
        }
        Ipv6AddressHelper(Ipv6Address(bytes.data()), Ipv6Prefix(64)).Assign(devices);
    }
    else
    {
        const Ipv4Address network(IPV4_BASE + (m_last << IPV4_HOST_BITS));
        Ipv4AddressHelper(network, Ipv4Mask(~0u << IPV4_HOST_BITS)).Assign(devices);
    }
}

} // namespace surgery
} // namespace ns3
