/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_NODE_LOOKUP_H
#define SURGERY_NODE_LOOKUP_H

#include "ns3/address.h"

#include <cstdint>
#include <limits>

namespace ns3
{
namespace surgery
{

/// Stands for a node that is not known.
constexpr auto NO_NODE = std::numeric_limits<uint32_t>::max();

/**
 * @ingroup dnn-surgery
 *
 * The address of a node that has no internet stack, as those of a fluid network: 100.64.0.0 and
 * further, which RFC 6598 sets apart for such uses, or fd64:: and further.
 *
 * @param node its id, < 2^22
 * @param port a port
 * @param useIpv6 whether it is IPv6, instead of IPv4
 * @return the address, with the port
 */
Address MakeNodeAddress(uint32_t node, uint16_t port, bool useIpv6);

/**
 * @ingroup dnn-surgery
 *
 * Find the node that has an address. Only an observer of the simulation may use it, not a protocol.
 * O(nodes x interfaces), but O(1) for addresses of nodes without an internet stack.
 *
 * @param address with or without a port, IPv4 or IPv6
 * @return the id of the first node that has it on an interface; NO_NODE if there is none
 */
uint32_t FindNode(const Address& address);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_NODE_LOOKUP_H
