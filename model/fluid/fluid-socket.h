/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_SOCKET_H
#define FLUID_SOCKET_H

#include "fluid-flow.h"
#include "fluid-socket-settings.h"

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/surgery-fluid-host.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * One end of a stream over a fluid network, which behaves as one of TCP does: three-way handshake,
 * refusal where nobody listens, order, a closing in which each end takes its leave, resets. What is
 * handed over in one call of Send arrives in one piece, when its last byte does.
 *
 * Nothing is lost but what tells the peer something while a link of the way is down: requests to
 * connect, which are repeated, their answers, and resets. Bytes wait for the link.
 *
 * There is no congestion window, and no acknowledgment: a byte leaves the send buffer when it has
 * passed the links. What has arrived waits for the application without limit.
 */
class FluidSocket : public FluidSocketSettings, private FluidFlow::Owner
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FluidSocket();
    ~FluidSocket() override;

    /// @param host of the socket, to be set once
    void SetHost(Ptr<FluidHost> host);

    /// One of both hosts is attached otherwise: go on over the new links.
    void HandleMoved();

    /// Drop the connection, without telling anyone.
    void Abandon();

    /// @return whether it has no more to send, though the connection may go on until all is sent
    /// and the peer has closed it, too
    bool HasClosed() const;

    /// @return index into the host's sockets
    std::size_t GetPlaceInHost() const;

    /// @param place index into the host's sockets
    void SetPlaceInHost(std::size_t place);

    // as ns3::Socket documents them
    /// @cond
    SocketErrno GetErrno() const override;
    SocketType GetSocketType() const override;
    Ptr<Node> GetNode() const override;
    int Bind(const Address& address) override;
    int Bind() override;
    int Bind6() override;
    int Close() override;
    int ShutdownSend() override;
    int ShutdownRecv() override;
    int Connect(const Address& address) override;
    int Listen() override;
    uint32_t GetTxAvailable() const override;
    int Send(Ptr<Packet> packet, uint32_t flags) override;
    int SendTo(Ptr<Packet> packet, uint32_t flags, const Address& address) override;
    uint32_t GetRxAvailable() const override;
    Ptr<Packet> Recv(uint32_t maxSize, uint32_t flags) override;
    Ptr<Packet> RecvFrom(uint32_t maxSize, uint32_t flags, Address& address) override;
    int GetSockName(Address& address) const override;
    int GetPeerName(Address& address) const override;
    bool SetAllowBroadcast(bool allow) override;
    bool GetAllowBroadcast() const override;
    /// @endcond

  protected:
    /// Drop the connection.
    void DoDispose() override;

  private:
    /// Where a connection is.
    enum class State
    {
        CLOSED,     ///< there is none
        LISTENING,  ///< it makes others
        CONNECTING, ///< the peer has not answered yet
        OPEN,       ///< there is one, as long as one end has not taken its leave
    };

    std::optional<double> HandleServed() override;

    /// Ask the peer for a connection.
    void Request();
    /// The own request has come to the peer. @param host the peer's
    void ArriveAt(Ptr<FluidHost> host);
    /// A request has come. @param peer who asks
    void HandleRequest(Ptr<FluidSocket> peer);
    /// Tell the peer that there is a connection, until it has told that it knows.
    void Answer();
    /// A request was answered. @param peer a new socket
    void HandleAnswer(Ptr<FluidSocket> peer);
    /// The peer knows that there is a connection.
    void HandleOpen();
    /// A request was not answered, or the peer has not told that it knows the answer.
    void HandleTimeout();
    /// There is a connection. @param peer its other end
    void Open(Ptr<FluidSocket> peer);
    /// Something has come. @param peer who sent it @param packet bytes, or null: there are no more
    void HandleArrival(Ptr<FluidSocket> peer, Ptr<Packet> packet);
    /// The peer knows no such connection, or refuses one.
    void HandleReset();
    /// Tell the other end that there is no connection. @param peer it @param delay until it knows
    void SendReset(Ptr<FluidSocket> peer, Time delay);
    /// End the connection at once.
    void Reset();
    /// Forget the connection.
    void Clear();
    /// Send on. @param packet bytes, or null: there are no more
    void Push(Ptr<Packet> packet);
    /// @param packet bytes or null @return what its links carry, bit
    double GetBits(Ptr<const Packet> packet) const;
    /// @param from a host @param to another one @param delay set to that of the way
    /// @return whether the way is open
    static bool FindWay(const FluidHost& from, const FluidHost& to, Time& delay);
    /// @param code what was wrong @return -1
    int Fail(SocketErrno code);

    Ptr<FluidHost> m_host;               ///< null once disposed of
    State m_state{State::CLOSED};        ///< of the connection
    SocketErrno m_errno{ERROR_NOTERROR}; ///< the last error
    uint16_t m_port{0};                  ///< of TCP; 0: none yet
    Address m_remote;                    ///< the peer's address
    Ptr<FluidSocket> m_peer;             ///< the other end, while there is a connection
    Ptr<FluidSocket> m_listener;         ///< that made this one, until it is accepted
    std::size_t m_placeInHost{0};        ///< index into its sockets

    Ptr<FluidFlow> m_flow;             ///< what is sent
    std::list<Ptr<Packet>> m_queue;    ///< not sent yet; null: the end
    uint32_t m_queuedBytes{0};         ///< of these, with those of the first one that are sent
    Time m_arrival;                    ///< when what was sent last arrives
    bool m_hasClosed{false};           ///< whether this end takes its leave
    bool m_hasSentEnd{false};          ///< whether it has done so
    bool m_peerHasClosed{false};       ///< whether the other end has
    std::list<Ptr<Packet>> m_received; ///< for the application
    uint32_t m_receivedBytes{0};       ///< of these

    EventId m_requestTimeout; ///< the next request, or answer
    uint32_t m_requests{0};   ///< left
};

} // namespace surgery
} // namespace ns3

#endif // FLUID_SOCKET_H
