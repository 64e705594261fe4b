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
 * Activations of some megabytes would hold up GRANTs on a shared connection, so each kind has its
 * own. Both are opened together, say HELLO, and fall together. TCP alone takes minutes to notice a
 * dead peer; here the pair is replaced when
 * - either connection closes or is refused,
 * - tensors are under way and no more than StallBytes, and what TCP moves by retransmission
 * timeouts alone, moved within StallTimeout, or
 * - the owner says so, because its lease expired.
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

    /// Called when both connections are open (true) and when they fell (false).
    using StatusCallback = Callback<void, bool>;

    /// Called when the first byte of a message was handed to TCP.
    using StartedCallback = Callback<void, const SurgeryHeader&>;

    /**
     * Connect, and go on connecting until Stop.
     *
     * @param node the device
     * @param remote the server's address and port
     * @param hello how to introduce the device
     */
    void Start(Ptr<Node> node, const Address& remote, const Hello& hello);

    /**
     * Close, and connect anew to another server or as somebody else.
     *
     * @param remote the server's address and port
     * @param hello how to introduce the device
     * @param reason in words, for the trace
     */
    void Redirect(const Address& remote, const Hello& hello, const std::string& reason);

    /**
     * Close for good; no callback follows.
     */
    void Stop();

    /**
     * @param message called with each message
     * @param status called when the connection is up or down
     * @param started called when a message's first byte is handed to TCP
     */
    void SetCallbacks(MessageCallback message, StatusCallback status, StartedCallback started);

    /**
     * Close both connections and try again later.
     *
     * @param reason in words
     */
    void Replace(const std::string& reason);

    /**
     * @return whether it was started and not stopped
     */
    bool IsRunning() const;

    /**
     * @return whether both connections are open
     */
    bool IsUp() const;

    /**
     * @param header the message; lost if the connection is down
     */
    void SendControl(const SurgeryHeader& header);

    /**
     * @param header the message; lost if the connection is down
     */
    void SendData(const SurgeryHeader& header);

    /**
     * @param role one of the connections
     * @return whether TCP stalled the last message that came over it; see StallWatch
     */
    bool WasStalled(ConnectionRole role) const;

    /**
     * @return what TCP sends over the data connection before it waits for an acknowledgment, byte
     */
    uint32_t GetWindow() const;

    /**
     * @return how often the pair was replaced
     */
    uint64_t GetReconnections() const;

    /**
     * Signature of the trace source Status.
     *
     * @param [in] up whether both connections are open
     * @param [in] reason why they fell, in words; empty if up
     */
    typedef void (*StatusTracedCallback)(bool up, const std::string& reason);

  protected:
    /// Let go of both sockets, without a word to their other ends.
    void DoDispose() override;

  private:
    /// One of the two connections.
    struct Leg
    {
        ConnectionRole role;       ///< which one
        Ptr<Socket> socket;        ///< null while there is none
        Ptr<MessageStream> stream; ///< null until it is open
    };

    /// Open both connections.
    void Open();
    /// Open one. @param leg which one
    void OpenLeg(Leg& leg);
    /// One is open. @param socket its socket
    void HandleOpen(Ptr<Socket> socket);
    /// One was refused or timed out. @param socket its socket
    void HandleRefused(Ptr<Socket> socket);
    /// One was closed by the other side, or broke.
    void HandleClosed();
    /// One received bytes that are no message. @param result what is wrong with it
    void HandleProtocolError(ParseResult result);
    /// Close both at once.
    void CloseLegs();
    /// Count TCP's timeouts. @param before its retransmission timeout was @param rto and is now
    void HandleRto(Time before, Time rto);
    /// Note data's congestion window. @param before it was, byte @param window and is now, byte
    void HandleWindow(uint32_t before, uint32_t window);
    /// Look whether the data connection is stuck.
    void Watch();
    /// Find a connection. @param socket its socket @return the connection, or null
    Leg* FindLeg(Ptr<Socket> socket);

    Ptr<Node> m_node;            ///< the device
    Address m_remote;            ///< the server
    Hello m_hello;               ///< the introduction, but for the role
    Leg m_control;               ///< HELLO, STATE, GRANT, BYE
    Leg m_data;                  ///< ACTIVATION, RESULT
    MessageCallback m_message;   ///< to the owner
    StatusCallback m_status;     ///< to the owner
    StartedCallback m_started;   ///< to the owner
    bool m_running{false};       ///< between Start and Stop
    bool m_up{false};            ///< whether the owner was told that it is up
    uint64_t m_reconnections{0}; ///< pairs replaced
    uint64_t m_progress{0};      ///< bytes moved by data at the last look
    uint64_t m_timeouts{0};      ///< of data's TCP since the last look
    bool m_wasPending{false};    ///< whether tensors were under way at the last look
    uint32_t m_window{0};        ///< of data's TCP; unlimited if the socket does not tell
    Time m_stallTimeout;         ///< attribute
    uint64_t m_stallBytes{0};    ///< attribute
    Time m_reconnectInterval;    ///< attribute
    uint32_t m_segmentSize{0};   ///< attribute
    uint32_t m_sendBuffer{0};    ///< attribute
    uint32_t m_receiveBuffer{0}; ///< attribute
    EventId m_openEvent;         ///< next attempt
    EventId m_watchEvent;        ///< next Watch
    TracedCallback<bool, const std::string&> m_statusTrace; ///< Status
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_CONNECTION_H
