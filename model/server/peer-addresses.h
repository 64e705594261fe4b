/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef PEER_ADDRESSES_H
#define PEER_ADDRESSES_H

#include "ns3/address.h"
#include "ns3/ptr.h"

#include <string>
#include <vector>

namespace ns3
{

class Node;

namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * Where a server and its peers listen.
 */

/**
 * @ingroup dnn-surgery
 *
 * @param text addresses with ports, as GetSocketText writes them, separated by blanks or commas
 * @return the addresses
 * @throws std::invalid_argument if one is none, or comes twice
 */
std::vector<Address> ParsePeers(const std::string& text);

/**
 * @ingroup dnn-surgery
 *
 * @param peers addresses with ports
 * @return them as text that ParsePeers reads
 */
std::string GetPeersText(const std::vector<Address>& peers);

/**
 * @ingroup dnn-surgery
 *
 * Check that no server is to be its own peer.
 *
 * @param peers addresses with ports
 * @param node the server
 * @param local where it listens
 * @throws std::invalid_argument if one of them is the server
 */
void CheckPeers(const std::vector<Address>& peers, Ptr<Node> node, const Address& local);

/**
 * @ingroup dnn-surgery
 *
 * Get what others can connect to.
 *
 * @param node a server
 * @param local where it listens: at an address, or at any of the node's
 * @return that address, or the node's first one that is not its loopback or link-local, and the
 *         port; local if there is none
 */
Address GetReachableAddress(Ptr<Node> node, const Address& local);

} // namespace surgery
} // namespace ns3

#endif // PEER_ADDRESSES_H
