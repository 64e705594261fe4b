/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_CONNECTION_H
#define SERVER_CONNECTION_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
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
 * A client's side of the two TCP connections to the server: control and data.
 *
 * On a shared connection activations of some megabytes would delay GRANTs, so each kind has its own
 * connection. Both are opened together, send HELLO, and are closed together. TCP alone takes
 * minutes to notice a dead peer; here the pair is replaced when
 * - either connection closes or is refused,
 * - tensors are under way, but fewer than StallBytes moved within StallTimeout beyond what TCP
 *   moves by retransmission timeouts alone, or
 * - the owner demands it, because its lease expired.
 *
 * Attempts are ReconnectInterval apart.
 */
class ServerConnection : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ServerConnection();
    ~ServerConnection() override;

    /// Called with each message that arrived whole, and its size in bytes.
    using MessageCallback = Callback<void, const SurgeryHeader&, uint64_t>;

    /// Called when both connections are open (true) and when they were lost (false).
    using StatusCallback = Callback<void, bool>;

    /// Called when the first byte of a message was handed to TCP.
    using StartedCallback = Callback<void, const SurgeryHeader&>;

    /**
     * Connect, and reconnect until Stop.
     *
     * @param node the device
     * @param remote the server's address and port
     * @param hello how to introduce the device; its role is set for each connection
     */
    void Start(Ptr<Node> node, const Address& remote, const Hello& hello);

    /**
     * Close the connections, and connect to another server or with another introduction.
     *
     * @param remote the server's address and port
     * @param hello how to introduce the device; its role is set for each connection
     * @param reason in words, for the trace
     */
    void Redirect(const Address& remote, const Hello& hello, const std::string& reason);

    /**
     * Introduce the device differently from the next connection on.
     *
     * @param hello how; its role is set for each connection
     */
    void SetHello(const Hello& hello);

    /**
     * Close the connections permanently; no callback follows.
     */
    void Stop();

    /**
     * @param message called with each message
     * @param status called when the connection is up or down
     * @param started called when a message's first byte is handed to TCP
     */
    void SetCallbacks(MessageCallback message, StatusCallback status, StartedCallback started);

    /**
     * Close both connections, and connect again after ReconnectInterval.
     *
     * @param reason why, in words, for the trace
     */
    void Replace(const std::string& reason);

    /**
     * @return whether Start was called, and Stop was not
     */
    bool IsRunning() const;

    /**
     * @return whether both connections are open
     */
    bool IsUp() const;

    /**
     * Send a message over the control connection.
     *
     * @param header the message; it is lost if the connection is down
     */
    void SendControl(const SurgeryHeader& header);

    /**
     * Send a message over the data connection.
     *
     * @param header the message; it is lost if the connection is down
     */
    void SendData(const SurgeryHeader& header);

    /**
     * @param role one of the connections
     * @return whether TCP held up the last message that came over it; see StallWatch
     */
    bool WasHeldUp(ConnectionRole role) const;

    /**
     * @return how much TCP sends over the data connection before it waits for an acknowledgment,
     * byte
     */
    uint32_t GetWindow() const;

    /**
     * @return how often open connections were replaced
     */
    uint64_t GetReconnections() const;

    /**
     * Signature of the trace source Status.
     *
     * @param [in] up whether both connections are open
     * @param [in] reason why they were lost, in words; empty if up
     */
    typedef void (*StatusTracedCallback)(bool up, const std::string& reason);

  protected:
    /// Release both sockets, without sending anything to their peers.
    void DoDispose() override;

  private:
    /// One of the two connections.
    struct Leg
    {
        ConnectionRole role;       ///< control or data
        Ptr<Socket> socket;        ///< null while not connecting or connected
        Ptr<MessageStream> stream; ///< null until it is open
    };

    /// Open both connections.
    void Open();
    /// Open one connection. @param leg the connection
    void OpenLeg(Leg& leg);
    /// A connection is open. @param socket its socket
    void HandleOpen(Ptr<Socket> socket);
    /// A connection was refused or timed out. @param socket its socket
    void HandleRefused(Ptr<Socket> socket);
    /// A connection was closed by the server, or broke.
    void HandleClosed();
    /// A connection received bytes that are no message. @param result what is wrong with them
    void HandleProtocolError(ParseResult result);
    /// Close both connections.
    void CloseLegs();
    /// Count TCP's retransmission timeouts, which double the time that TCP waits for the next one.
    /// @param before the time that TCP waited @param rto the time that TCP waits from now on
    void HandleRto(Time before, Time rto);
    /// Note the data connection's congestion window. @param before the old one, byte
    /// @param window the new one, byte
    void HandleWindow(uint32_t before, uint32_t window);
    /// Check whether the data connection is stuck.
    void Watch();
    /// Find a connection. @param socket its socket @return the connection, or null
    Leg* FindLeg(Ptr<Socket> socket);

    Ptr<Node> m_node;            ///< the device
    Address m_remote;            ///< the server
    Hello m_hello;               ///< the introduction, without the role
    Leg m_control;               ///< HELLO, STATE, GRANT, BYE, questions, answers
    Leg m_data;                  ///< HELLO, ACTIVATION, RESULT, probes, replies
    MessageCallback m_message;   ///< to the owner
    StatusCallback m_status;     ///< to the owner
    StartedCallback m_started;   ///< to the owner
    bool m_running{false};       ///< between Start and Stop
    bool m_up{false};            ///< whether the owner was told that it is up
    uint64_t m_reconnections{0}; ///< pairs replaced
    uint64_t m_progress{0};      ///< bytes moved over data at the last Watch
    uint64_t m_timeouts{0};      ///< TCP's timeouts over data since then
    bool m_wasPending{false};    ///< whether tensors were under way then
    uint32_t m_window{0};        ///< GetWindow; unlimited if the socket does not tell it
    Time m_stallTimeout;         ///< attribute
    uint64_t m_stallBytes{0};    ///< attribute
    Time m_reconnectInterval;    ///< attribute
    uint32_t m_segmentSize{0};   ///< attribute
    bool m_timestamps{false};    ///< attribute
    uint32_t m_sendBuffer{0};    ///< attribute
    uint32_t m_receiveBuffer{0}; ///< attribute
    EventId m_openEvent;         ///< next attempt
    EventId m_watchEvent;        ///< next Watch
    TracedCallback<bool, const std::string&> m_statusTrace; ///< Status
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_CONNECTION_H
