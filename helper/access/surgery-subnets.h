/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SUBNETS_H
#define SURGERY_SUBNETS_H

#include "ns3/net-device-container.h"

#include <cstdint>
#include <set>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Gives each link a subnet in which no node of the simulation has an address: 10.0.16.0/20,
 * 10.0.32.0/20, ... (4094 hosts each) or fd00:0:0:1::/64, fd00:0:0:2::/64, ...
 *
 * The subnets in use are read from the nodes. So several networks can share one simulation with
 * each other and with addresses that a program assigns itself, and no state outlives the
 * simulation.
 */
class Subnets
{
  public:
    /**
     * Note the subnets that are taken.
     *
     * @param useIpv6 whether addresses are IPv6, instead of IPv4
     */
    explicit Subnets(bool useIpv6);

    /**
     * Address the devices of a link, in the next free subnet.
     *
     * @param devices on nodes with an internet stack of this address family
     */
    void Assign(const NetDeviceContainer& devices);

  private:
    /// Note where all nodes have their IPv4 addresses.
    void NoteIpv4();
    /// Note where all nodes have their IPv6 addresses.
    void NoteIpv6();

    bool m_useIpv6;             ///< whether addresses are IPv6
    std::set<uint32_t> m_taken; ///< numbers of subnets with addresses of others
    uint32_t m_last{0};         ///< number of the subnet given last
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SUBNETS_H
