/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef PEER_CONNECTIONS_H
#define PEER_CONNECTIONS_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-message-stream.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{

class Node;
class Socket;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The connections that a server opens to its peers, one to each. It sends PEER and what it
 * announces; over them comes back only the PLAN of an orchestrator, for each peer opens a
 * connection of its own.
 *
 * A connection is opened anew, attempts an interval apart, if it is refused or closed, or if what
 * was announced is not acknowledged for a lifetime: TCP alone would take minutes to notice that a
 * peer is gone, and then send first what nobody needs any more.
 */
class PeerConnections
{
  public:
    /// Where and when to connect.
    struct Settings
    {
        Ptr<Node> node;              ///< the server
        std::vector<Address> peers;  ///< addresses with ports
        Time retryInterval;          ///< between two attempts
        Time lifetime;               ///< how long an announcement is of use
        uint32_t segmentSize{0};     ///< TCP's, byte
        uint32_t bufferBytes{65536}; ///< TCP's, byte
    };

    /**
     * @param settings where and when to connect
     */
    explicit PeerConnections(const Settings& settings);

    ~PeerConnections();

    PeerConnections(const PeerConnections&) = delete;
    PeerConnections& operator=(const PeerConnections&) = delete;

    /**
     * Connect to all peers, until Stop.
     */
    void Start();

    /**
     * Close all connections.
     */
    void Stop();

    /**
     * Release all sockets, without sending anything to the peers.
     */
    void Dispose();

    /**
     * Send all peers what the server announces; those are left out to which no connection is open.
     *
     * @param announce the announcement
     */
    void Send(const Announce& announce);

    /**
     * Send one peer a message; it is lost if no connection is open.
     *
     * @param peer where it listens
     * @param header the message
     */
    void SendTo(const Address& peer, const SurgeryHeader& header);

    /// Called with what a peer plans.
    using PlanCallback = Callback<void, const Plan&>;

    /**
     * @param plan called with each PLAN; without it they are faults
     */
    void SetPlanCallback(PlanCallback plan);

    /**
     * @return number of peers, connected or not
     */
    std::size_t GetPeers() const;

    /**
     * @return number of open connections
     */
    std::size_t GetOpen() const;

    /**
     * @return bytes of all messages sent so far, without the headers of TCP and IP
     */
    uint64_t GetBytesSent() const;

  private:
    /// A connection to a peer.
    struct Link
    {
        Address remote;            ///< the peer
        Ptr<Socket> socket;        ///< null while it waits for the next attempt
        Ptr<MessageStream> stream; ///< null until it is open
        EventId retry;             ///< next attempt
        uint64_t acknowledged{0};  ///< bytes acknowledged at the last look
        Time progress;             ///< when more was acknowledged, or nothing was under way
    };

    /// Try to connect. @param index of the connection
    void Open(std::size_t index);
    /// A connection is open. @param socket its socket
    void HandleOpen(Ptr<Socket> socket);
    /// A connection was refused or timed out. @param socket its socket
    void HandleRefused(Ptr<Socket> socket);
    /// A message came: a PLAN, or none is expected. @param index of the connection
    /// @param header the message @param bytes its size
    void HandleMessage(std::size_t index, const SurgeryHeader& header, uint64_t bytes);
    /// Bytes came that are no message. @param index of the connection @param result what is wrong
    void HandleProtocolError(std::size_t index, ParseResult result);
    /// Close a connection, and open it anew after the interval. @param index of the connection
    void Replace(std::size_t index);
    /// Close a connection. @param link the connection
    void Close(Link& link);
    /// Send a message. @param link an open connection @param header the message
    void SendOver(Link& link, const SurgeryHeader& header);
    /// @param link an open connection @return whether a lifetime went by without progress
    bool IsStuck(Link& link) const;
    /// @param socket a socket @return index of its connection; their number if there is none
    std::size_t Find(Ptr<Socket> socket) const;

    Settings m_settings;       ///< where and when to connect
    PlanCallback m_plan;       ///< to the owner
    bool m_isRunning{false};   ///< between Start and Stop
    std::vector<Link> m_links; ///< by peer
    uint64_t m_bytesSent{0};   ///< so far
};

} // namespace surgery
} // namespace ns3

#endif // PEER_CONNECTIONS_H
