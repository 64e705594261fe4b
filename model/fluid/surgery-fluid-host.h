/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_FLUID_HOST_H
#define SURGERY_FLUID_HOST_H

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-fluid-network.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace ns3
{
namespace surgery
{

class FluidSocket;

/**
 * @ingroup dnn-surgery
 *
 * A node in a fluid network, aggregated to it. It has an address, but neither network devices nor
 * an internet stack: sockets of TcpSocketFactory are FluidSockets (FluidSocketFactory).
 *
 * A host that is attached elsewhere, or by other links, keeps its address and its connections; what
 * it has under way goes on over the new links.
 */
class FluidHost : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FluidHost();
    ~FluidHost() override;

    /**
     * Let a node be in a fluid network, attached to place 0 by no links.
     *
     * @param node the node
     * @param network the network
     * @param useIpv6 whether its address is IPv6, instead of IPv4
     * @return its host
     * @throws std::invalid_argument if the node has an internet stack, or is in a fluid network
     */
    static Ptr<FluidHost> Install(Ptr<Node> node, Ptr<FluidNetwork> network, bool useIpv6);

    /**
     * @param address of a host, with or without a port
     * @return the host; null if there is none
     */
    static Ptr<FluidHost> Find(const Address& address);

    /**
     * Attach the host, also instead of where it is attached.
     *
     * @param place where
     * @param up the way to the place's gateway
     * @param down the way from there
     */
    void Attach(uint32_t place, const FluidSegment& up, const FluidSegment& down);

    /// @return where it is attached
    uint32_t GetPlace() const;

    /// @return the way to its gateway
    const FluidSegment& GetUp() const;

    /// @return the way from its gateway
    const FluidSegment& GetDown() const;

    /// @return the network
    Ptr<FluidNetwork> GetNetwork() const;

    /// @return the node
    Ptr<Node> GetNode() const;

    /// @param port of TCP @return its address with that port
    Address GetAddress(uint16_t port) const;

    /// @return how many sockets listen, or have a connection that they have not closed themselves
    std::size_t CountOpenSockets() const;

    // FOR SOCKETS

    /// @return a port that no socket has yet
    uint16_t MakePort();

    /// @param port of TCP @param socket that listens there; null: none any more
    /// @return whether no other one listens there
    bool Listen(uint16_t port, FluidSocket* socket);

    /// @param port of TCP @return the socket that listens there, or null
    FluidSocket* GetListener(uint16_t port) const;

    /// @param socket one with a connection
    void Add(FluidSocket* socket);

    /// @param socket one whose connection is over
    void Remove(FluidSocket* socket);

  protected:
    /// Drop all connections, without telling anyone.
    void DoDispose() override;

  private:
    Ptr<FluidNetwork> m_network;                  ///< it is in
    Node* m_node{nullptr};                        ///< to which it is aggregated
    bool m_useIpv6{false};                        ///< whether its address is IPv6
    uint32_t m_place{0};                          ///< where it is attached
    FluidSegment m_up;                            ///< to the gateway
    FluidSegment m_down;                          ///< from it
    uint16_t m_lastPort{49151};                   ///< that MakePort gave
    std::map<uint16_t, FluidSocket*> m_listeners; ///< by port
    std::vector<FluidSocket*> m_sockets;          ///< with connections
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_FLUID_HOST_H
