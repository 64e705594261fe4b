/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-host-routes.h"

#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/surgery-fluid-host.h"

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param device any device @return its IPv4 address and mask
Ipv4InterfaceAddress
GetIpv4Address(Ptr<NetDevice> device)
{
    const auto ipv4 = device->GetNode()->GetObject<Ipv4>();
    return ipv4->GetAddress(ipv4->GetInterfaceForDevice(device), 0);
}

/// @param device any device @param index 0: its link-local IPv6 address, 1: the one it was given
/// @return the address and its prefix
Ipv6InterfaceAddress
GetIpv6Address(Ptr<NetDevice> device, uint32_t index)
{
    const auto ipv6 = device->GetNode()->GetObject<Ipv6>();
    return ipv6->GetAddress(ipv6->GetInterfaceForDevice(device), index);
}

} // namespace

bool
HasStack(Ptr<Node> node, bool useIpv6)
{
    const auto ipv4 = node->GetObject<Ipv4>();
    const auto ipv6 = node->GetObject<Ipv6>();
    if (!ipv4 && !ipv6)
    {
        if (node->GetObject<FluidHost>())
        {
            throw std::invalid_argument("AccessNetwork: node " + std::to_string(node->GetId()) +
                                        " is in a fluid network: it cannot have packets, too");
        }
        return false;
    }
    const auto family = std::string(useIpv6 ? "IPv6" : "IPv4");
    const auto prefix =
        "AccessNetwork: node " + std::to_string(node->GetId()) + " has an internet stack without ";
    if (useIpv6 ? !ipv6 : !ipv4)
    {
        throw std::invalid_argument(prefix + family +
                                    ": install one with both address families, before");
    }
    if (useIpv6 ? !Ipv6StaticRoutingHelper().GetStaticRouting(ipv6)
                : !Ipv4StaticRoutingHelper().GetStaticRouting(ipv4))
    {
        throw std::invalid_argument(prefix + "static " + family + " routing");
    }
    return true;
}

Address
GetHostAddress(Ptr<NetDevice> host, bool useIpv6)
{
    if (useIpv6)
    {
        return GetIpv6Address(host, 1).GetAddress();
    }
    return GetIpv4Address(host).GetLocal();
}

Address
OpenGateway(Ptr<NetDevice> gateway, bool useIpv6)
{
    if (useIpv6)
    {
        const auto ipv6 = gateway->GetNode()->GetObject<Ipv6>();
        ipv6->SetForwarding(ipv6->GetInterfaceForDevice(gateway), true);
        return GetIpv6Address(gateway, 0).GetAddress();
    }
    return GetIpv4Address(gateway).GetLocal(); // ns-3 forwards IPv4 anyway
}

void
SetDefaultRoute(Ptr<NetDevice> host, const Address& gateway)
{
    if (Ipv6Address::IsMatchingType(gateway))
    {
        const auto ipv6 = host->GetNode()->GetObject<Ipv6>();
        Ipv6StaticRoutingHelper().GetStaticRouting(ipv6)->SetDefaultRoute(
            Ipv6Address::ConvertFrom(gateway),
            ipv6->GetInterfaceForDevice(host));
        return;
    }
    const auto ipv4 = host->GetNode()->GetObject<Ipv4>();
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(
        Ipv4Address::ConvertFrom(gateway),
        ipv4->GetInterfaceForDevice(host));
}

void
AddRoutes(Ptr<NetDevice> host, const Address& gateway, const NetDeviceContainer& destinations)
{
    if (Ipv6Address::IsMatchingType(gateway))
    {
        const auto ipv6 = host->GetNode()->GetObject<Ipv6>();
        const auto routing = Ipv6StaticRoutingHelper().GetStaticRouting(ipv6);
        std::set<Ipv6Address> seen;
        for (auto device = destinations.Begin(); device != destinations.End(); ++device)
        {
            const auto address = GetIpv6Address(*device, 1);
            const auto network = address.GetAddress().CombinePrefix(address.GetPrefix());
            if (*device != host && seen.insert(network).second)
            {
                routing->AddNetworkRouteTo(network,
                                           address.GetPrefix(),
                                           Ipv6Address::ConvertFrom(gateway),
                                           ipv6->GetInterfaceForDevice(host));
            }
        }
        return;
    }
    const auto ipv4 = host->GetNode()->GetObject<Ipv4>();
    const auto routing = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
    std::set<Ipv4Address> seen;
    for (auto device = destinations.Begin(); device != destinations.End(); ++device)
    {
        const auto address = GetIpv4Address(*device);
        const auto network = address.GetLocal().CombineMask(address.GetMask());
        if (seen.insert(network).second)
        {
            routing->AddNetworkRouteTo(network,
                                       address.GetMask(),
                                       Ipv4Address::ConvertFrom(gateway),
                                       ipv4->GetInterfaceForDevice(host));
        }
    }
}

} // namespace surgery
} // namespace ns3
