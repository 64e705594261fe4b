/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MESSAGE_STREAM_H
#define SURGERY_MESSAGE_STREAM_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-stall-watch.h"

#include <array>
#include <cstdint>
#include <list>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Messages over one connected TCP socket.
 *
 * Sending never blocks: messages wait in a queue, and the stream hands to the socket what its
 * buffer has room for. Headers are real bytes. Payloads are virtual and exist only as a length, so
 * that a queue of large tensors costs no memory. sentNs of a message becomes the time at which its
 * first byte is handed to the socket; if earlier messages are still in the socket's buffer, the
 * byte leaves later.
 *
 * Receiving does not depend on how TCP splits the stream. Payloads are counted, not kept.
 *
 * Bytes that are not a message, or a sentNs in the future, are a protocol error: the stream closes
 * the connection, reports the error, and ignores all further bytes.
 *
 * The owner may do anything in a callback, including to close and release the stream. Closing drops
 * all callbacks, and with them the references bound to them; none is called after that.
 */
class MessageStream : public SimpleRefCount<MessageStream>
{
  public:
    /**
     * @param [in] header a message
     */
    using HeaderCallback = Callback<void, const SurgeryHeader&>;

    /**
     * @param [in] header a message
     * @param [in] streamBytes its length: preamble, body and payload, byte
     */
    using ReceivedCallback = Callback<void, const SurgeryHeader&, uint64_t>;

    /**
     * @param [in] result what is wrong with the bytes received
     */
    using ErrorCallback = Callback<void, ParseResult>;

    using CloseCallback = Callback<void>; //!< the peer or the network closed the connection

    /**
     * Prepares a TCP socket, before it connects or listens. Sockets accepted inherit from the one
     * that listens.
     *
     * @param socket a TCP socket
     * @param address where it connects to, or listens
     * @param segmentSize largest payload of a segment over IPv4, byte, > 20; over IPv6 it is 20
     *        less, for its longer header
     * @param sndBuf size of the send buffer, byte
     * @param rcvBuf size of the receive buffer, byte
     * @throws std::invalid_argument if the socket is not one of TCP
     */
    static void ConfigureSocket(Ptr<Socket> socket,
                                const Address& address,
                                uint32_t segmentSize,
                                uint32_t sndBuf,
                                uint32_t rcvBuf);

    /**
     * Takes the receive, send and close callbacks of a socket. What it received before is read
     * after the current event.
     *
     * @param socket a connected TCP socket
     */
    explicit MessageStream(Ptr<Socket> socket);

    /**
     * Leaves the socket open, but without callbacks.
     */
    ~MessageStream();

    MessageStream(const MessageStream&) = delete;
    MessageStream& operator=(const MessageStream&) = delete;

    /**
     * @param callback called when the first byte of a message was handed to the socket, with
     *        sentNs set
     */
    void SetMessageStartedCallback(HeaderCallback callback);

    /**
     * @param callback called when the last byte of a message was received
     */
    void SetMessageReceivedCallback(ReceivedCallback callback);

    /**
     * @param callback called once, after the connection was closed for a protocol error
     */
    void SetProtocolErrorCallback(ErrorCallback callback);

    /**
     * @param callback called once, when the peer closed the connection or TCP gave it up; all that
     *        was received before has been reported by then, and the stream is closed after the call
     */
    void SetCloseCallback(CloseCallback callback);

    /**
     * Sends a message after those that wait. On a closed stream nothing happens.
     *
     * @param header the message; its payload is as long as it says
     */
    void Send(const SurgeryHeader& header);

    /**
     * Closes the connection and drops the messages that wait. TCP still delivers what was handed to
     * it, but any further data from the peer resets the connection.
     */
    void Close();

    /**
     * @return whether messages can be sent and received
     */
    bool IsOpen() const;

    /**
     * @return whether TCP held up the last message received, so that its duration tells nothing of
     *         the network; see StallWatch
     */
    bool WasHeldUp() const;

    /**
     * @return bytes received in order, all messages together
     */
    uint64_t GetBytesReceived() const;

    /**
     * @return bytes handed to the socket that the peer acknowledged
     */
    uint64_t GetBytesAcknowledged() const;

    /**
     * @return bytes given to Send() that the peer has not acknowledged; 0 once the stream is closed
     */
    uint64_t GetBytesPending() const;

  private:
    /**
     * Resets a connection whose stream is closed, when more data comes.
     *
     * @param socket the socket
     */
    static void ResetOnData(Ptr<Socket> socket);

    /**
     * Closes a socket, which may be in the middle of handling a segment.
     *
     * @param socket the socket
     */
    static void CloseSocket(Ptr<Socket> socket);

    /**
     * Closes a socket again that is closed, when its peer closes it, too. If the peer's FIN
     * overtook data, and the socket was closed while it handled that data, ns-3's TCP
     * (TcpSocketBase, DoPeerClose in ReceivedData) then forgets so: it would wait in CLOSE_WAIT for
     * ever.
     *
     * @param socket the socket
     */
    static void CloseAgain(Ptr<Socket> socket);

    /**
     * Does nothing: an event that refers to a socket until the current event is over.
     *
     * @param socket the socket
     */
    static void KeepSocket(Ptr<Socket> socket);

    /**
     * @param socket the socket with bytes to read
     */
    void HandleRecv(Ptr<Socket> socket);

    /**
     * @param socket the socket with room in its send buffer
     * @param room how much, byte
     */
    void HandleSend(Ptr<Socket> socket, uint32_t room);

    /**
     * @param socket the socket closed by the peer or given up by TCP
     */
    void HandleClose(Ptr<Socket> socket);

    /**
     * @param socket a TCP socket
     * @return the largest piece of a payload that it takes at once, byte
     */
    static uint32_t GetMostSliceBytes(Ptr<Socket> socket);

    /**
     * @param socket a TCP socket
     * @return the least retransmission timeout of its peer, taken to be as its own
     */
    static Time GetLeastTimeout(Ptr<Socket> socket);

    /**
     * Reads all there is.
     */
    void Read();

    /**
     * Takes bytes of a header.
     *
     * @param packet the bytes, at most what is missing of preamble or body
     */
    void ReadHeader(Ptr<Packet> packet);

    /**
     * Takes in a complete preamble.
     */
    void FinishPreamble();

    /**
     * Takes in a complete body.
     */
    void FinishBody();

    /**
     * Reports a complete message.
     */
    void FinishMessage();

    /**
     * @param result what is wrong
     */
    void Fail(ParseResult result);

    /**
     * Hands to the socket what fits.
     */
    void Write();

    /**
     * @param room how much fits, byte, > 0
     * @return whether the socket took it
     */
    bool WriteSlice(uint32_t room);

    /**
     * @return bytes in the socket's send buffer
     */
    uint64_t GetBytesUnacknowledged() const;

    /**
     * Takes the callbacks back from the socket and drops those of the owner.
     */
    void Detach();

    Ptr<Socket> m_socket;          //!< the connection, null once closed
    EventId m_firstRead;           //!< reads what came before this stream existed
    HeaderCallback m_started;      //!< the first byte of a message was sent
    ReceivedCallback m_received;   //!< a message was received
    ErrorCallback m_protocolError; //!< bytes were received that are no message
    CloseCallback m_closed;        //!< the connection was closed by others

    uint32_t m_mostSliceBytes;        //!< largest piece of a payload handed over at once, byte
    std::list<SurgeryHeader> m_queue; //!< messages not handed over completely
    uint64_t m_queuedBytes{0};        //!< their bytes not handed over
    uint32_t m_headerSize{0};         //!< size of the first one's header, byte
    uint32_t m_headerSent{0};         //!< how much of it was handed over, byte
    uint32_t m_payloadRest{0};        //!< what is left of the first one's payload, byte
    bool m_isWriting{false};          //!< whether Write() is running
    uint64_t m_bytesSent{0};          //!< bytes handed over

    std::array<uint8_t, SurgeryHeader::PREAMBLE_BYTES> m_preambleBytes{}; //!< as far as received
    std::vector<uint8_t> m_body;                                          //!< as far as received
    uint32_t m_have{0};                 //!< bytes received of preamble or body
    bool m_hasPreamble{false};          //!< whether the preamble is complete
    bool m_hasBody{false};              //!< whether the body is complete
    SurgeryHeader::Preamble m_preamble; //!< of the message that is coming
    SurgeryHeader m_header;             //!< of the message that is coming
    uint32_t m_payloadMissing{0};       //!< bytes of its payload still to come
    uint64_t m_bytesReceived{0};        //!< bytes received
    StallWatch m_stallWatch;            //!< watches when they arrive
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MESSAGE_STREAM_H
