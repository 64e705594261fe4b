/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLIENT_CONNECTIONS_H
#define CLIENT_CONNECTIONS_H

#include "client-traffic.h"

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <string>

namespace ns3
{

class Node;
class Socket;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A server's side of all TCP connections that others open. The HELLO of a connection says to which
 * device it belongs, and in which role; the PEER of a connection, to which other server.
 *
 * If a device sends HELLO and already has a connection in that role, the old connection is dead,
 * and the new one replaces it; so it is with PEER. A connection is closed and counted if it
 * delivers something that is no message, or no message for a server. This does not affect other
 * connections.
 */
class ClientConnections : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ClientConnections();
    ~ClientConnections() override;

    /// Asked about each HELLO; returns what is wrong with it, in words, or nothing.
    using HelloCallback = Callback<std::string, const Hello&>;

    /// Called with each other message that arrived whole: the device's id, the message, its size in
    /// bytes. Returns what is wrong with it, in words, or nothing.
    using MessageCallback = Callback<std::string, uint32_t, const SurgeryHeader&, uint64_t>;

    /// Called with each message of another server, PEER included: the server's node id, the
    /// message. Returns what is wrong with it, in words, or nothing.
    using PeerCallback = Callback<std::string, uint32_t, const SurgeryHeader&>;

    /**
     * @param hello asked about each HELLO
     * @param message called with each other message of a device
     */
    void SetCallbacks(HelloCallback hello, MessageCallback message);

    /**
     * @param peer called with each message of a server; without it they are faults
     */
    void SetPeerCallback(PeerCallback peer);

    /**
     * Open the listening socket. It refuses connections until SetAccepting.
     *
     * @param node the server
     * @param local the address and port
     * @throws std::runtime_error if it cannot listen there
     */
    void Listen(Ptr<Node> node, const Address& local);

    /**
     * Accept connections, or refuse them and close all existing ones.
     *
     * @param accepting whether to accept them
     */
    void SetAccepting(bool accepting);

    /**
     * Close everything permanently; no callback follows.
     */
    void Stop();

    /**
     * @param device its id
     * @param role which of its connections
     * @return whether it is open
     */
    bool IsOpen(uint32_t device, ConnectionRole role) const;

    /**
     * Send a device a message. Nothing is sent if it has no such connection.
     *
     * @param device its id
     * @param role over which of its connections
     * @param header the message
     */
    void Send(uint32_t device, ConnectionRole role, const SurgeryHeader& header);

    /**
     * Send another server a message, over the connection that it opened.
     *
     * @param server its node id
     * @param header the message
     * @return whether there is such a connection
     */
    bool SendToPeer(uint32_t server, const SurgeryHeader& header);

    /**
     * @param device a device's id
     * @param role which of its connections
     * @return whether TCP held up the last message that came over it; see StallWatch
     */
    bool WasHeldUp(uint32_t device, ConnectionRole role) const;

    /**
     * @param device its id
     * @return bytes received over its present data connection; 0 if it has none
     */
    uint64_t GetDataReceived(uint32_t device) const;

    /**
     * Close both connections of a device.
     *
     * @param device its id
     */
    void Drop(uint32_t device);

    /**
     * A visitor is served from now on, over the connections of its visit.
     *
     * @param device its id
     */
    void EndVisit(uint32_t device);

    /**
     * Close connections that have sent neither HELLO nor PEER.
     *
     * @param age how long they may take to send it
     */
    void DropStrangers(Time age);

    /**
     * @return messages so far, both ways, those of the HELLOs of devices that are served left out
     */
    const ClientTraffic& GetTraffic() const;

    /**
     * @return number of connections closed because of what came over them
     */
    uint64_t GetProtocolErrors() const;

    /**
     * Signature of the trace source ProtocolError.
     *
     * @param [in] peer the connection's other end
     * @param [in] reason what was wrong, in words
     */
    typedef void (*ProtocolErrorTracedCallback)(const Address& peer, const std::string& reason);

  protected:
    /// Release all sockets, without sending anything to their peers.
    void DoDispose() override;

  private:
    /// A connection, before and after its HELLO.
    struct Connection
    {
        uint32_t number{0};                           ///< its own
        Ptr<MessageStream> stream;                    ///< its messages
        Address peer;                                 ///< the other end
        Time accepted;                                ///< when it opened
        bool introduced{false};                       ///< whether HELLO or PEER came
        bool isPeer{false};                           ///< whether PEER came
        bool isVisit{false};                          ///< whether it belongs to a visitor
        uint32_t device{0};                           ///< set by HELLO; by PEER, the server
        ConnectionRole role{ConnectionRole::CONTROL}; ///< set by HELLO
    };

    /// A device asks for a connection. @param socket the listening socket @param peer the device
    /// @return whether the connection is accepted
    bool HandleRequest(Ptr<Socket> socket, const Address& peer);
    /// A connection was accepted. @param socket its socket @param peer the other end
    void HandleAccept(Ptr<Socket> socket, const Address& peer);
    /// A message arrived whole. @param number the connection @param header the message
    /// @param bytes its size
    void HandleMessage(uint32_t number, const SurgeryHeader& header, uint64_t bytes);
    /// A device introduces itself. @param number the connection @param hello its HELLO
    void HandleHello(uint32_t number, const Hello& hello);
    /// A server sent a message, which is a PEER at first. @param number the connection
    /// @param server its node id @param header the message
    void HandlePeer(uint32_t number, uint32_t server, const SurgeryHeader& header);
    /// Bytes arrived that are no message. @param number the connection
    /// @param result what is wrong with them
    void HandleProtocolError(uint32_t number, ParseResult result);
    /// Close a connection because of a fault. @param number its number @param reason the fault, in
    /// words
    void Reject(uint32_t number, const std::string& reason);
    /// Close a connection. @param number its number; nothing happens if it is unknown
    void Close(uint32_t number);
    /// Find an open connection. @param device the device's id @param role which of its connections
    /// @return the connection, or null
    const Connection* Find(uint32_t device, ConnectionRole role) const;

    HelloCallback m_hello;                        ///< to the owner
    MessageCallback m_message;                    ///< to the owner
    PeerCallback m_peer;                          ///< to the owner
    Ptr<Socket> m_listener;                       ///< open while connections are refused, too
    bool m_accepting{false};                      ///< whether connections are accepted
    std::map<uint32_t, Connection> m_connections; ///< by number, from 1
    uint32_t m_lastNumber{0};                     ///< number given last
    std::map<std::pair<uint32_t, ConnectionRole>, const Connection*>
        m_introduced;                     ///< connections of devices, by device and role
    std::map<uint32_t, uint32_t> m_peers; ///< connections of servers by their node ids
    uint64_t m_protocolErrors{0};         ///< connections closed because of a fault
    ClientTraffic m_traffic;              ///< so far
    uint32_t m_segmentSize{0};            ///< attribute
    bool m_timestamps{false};             ///< attribute
    uint32_t m_sendBuffer{0};             ///< attribute
    uint32_t m_receiveBuffer{0};          ///< attribute
    TracedCallback<const Address&, const std::string&> m_errorTrace; ///< ProtocolError
};

} // namespace surgery
} // namespace ns3

#endif // CLIENT_CONNECTIONS_H
