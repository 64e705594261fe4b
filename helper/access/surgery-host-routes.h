/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_HOST_ROUTES_H
#define SURGERY_HOST_ROUTES_H

#include "ns3/address.h"
#include "ns3/net-device-container.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

/**
 * @file
 * @ingroup dnn-surgery
 * Addresses and static routes of hosts, in IPv4 or IPv6.
 */

namespace ns3
{
namespace surgery
{

/**
 * @param node any node
 * @param useIpv6 whether it is to have IPv6, instead of IPv4
 * @return whether it has an internet stack
 * @throws std::invalid_argument if its stack is of the other address family alone, or has no static
 *         routing, or if the node is in a fluid network
 */
bool HasStack(Ptr<Node> node, bool useIpv6);

/**
 * @param host a device with an address
 * @param useIpv6 whether IPv6, instead of IPv4, is asked for
 * @return its address; if there are several IPv6 addresses, the one that is not link-local
 */
Address GetHostAddress(Ptr<NetDevice> host, bool useIpv6);

/**
 * Let a device forward what it receives for others.
 *
 * @param gateway the device
 * @param useIpv6 whether IPv6, instead of IPv4, is forwarded
 * @return its address for hosts on the same link, to send to
 */
Address OpenGateway(Ptr<NetDevice> gateway, bool useIpv6);

/**
 * Set a default route: packets without another route go to a gateway.
 *
 * @param host the host's device
 * @param gateway address of a gateway on the same link
 */
void SetDefaultRoute(Ptr<NetDevice> host, const Address& gateway);

/**
 * Set routes to the subnets of some devices, by way of a gateway, and no default route.
 *
 * @param host the host's device
 * @param gateway address of a gateway on the same link
 * @param destinations devices with an address; the host itself needs no route
 */
void AddRoutes(Ptr<NetDevice> host, const Address& gateway, const NetDeviceContainer& destinations);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_HOST_ROUTES_H
