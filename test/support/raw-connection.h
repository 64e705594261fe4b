/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RAW_CONNECTION_H
#define RAW_CONNECTION_H

#include "ns3/callback.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A connection to a server on which a test says what it likes.
struct RawConnection
{
    ns3::Ptr<ns3::Socket> socket;                      ///< its socket
    ns3::Ptr<ns3::surgery::MessageStream> stream;      ///< null before it is open
    std::vector<ns3::surgery::SurgeryHeader> received; ///< messages that came
    int closed{0};                                     ///< closings by the server

    /// Say something, as a good stream does.
    void Send(const ns3::surgery::MessageBody& body, uint32_t payloadBytes = 0) const
    {
        if (stream)
        {
            stream->Send(ns3::surgery::SurgeryHeader(body, payloadBytes));
        }
    }

    /// Say something with any instant of sending, and with bytes changed. @param offset of the
    /// first byte to be changed in the body @param bytes what to write there
    void SendForged(const ns3::surgery::MessageBody& body,
                    std::size_t offset = 0,
                    const std::vector<uint8_t>& bytes = {}) const
    {
        const auto packet = ns3::Create<ns3::Packet>();
        packet->AddHeader(ns3::surgery::SurgeryHeader(body));
        std::vector<uint8_t> all(packet->GetSize());
        packet->CopyData(all.data(), packet->GetSize());
        std::copy(bytes.begin(),
                  bytes.end(),
                  all.begin() + ns3::surgery::SurgeryHeader::PREAMBLE_BYTES + offset);
        socket->Send(ns3::Create<ns3::Packet>(all.data(), all.size()));
    }

    /// @tparam T a message @return all of these that came
    template <typename T>
    std::vector<T> Get() const
    {
        std::vector<T> found;
        for (const auto& header : received)
        {
            if (const auto* body = header.GetIf<T>())
            {
                found.push_back(*body);
            }
        }
        return found;
    }
};

/// Let time go by.
inline void
Wait(ns3::Time time = ns3::MilliSeconds(20))
{
    ns3::Simulator::Stop(time);
    ns3::Simulator::Run();
}

/// Begin to open a connection. @param [in,out] end the connection, at an address that stays
/// @param node from where @param remote a server
inline void
OpenRaw(RawConnection& end, ns3::Ptr<ns3::Node> node, const ns3::Address& remote)
{
    using namespace ns3;
    using namespace ns3::surgery;
    auto* seen = &end;
    end.socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    end.socket->Bind();
    end.socket->SetConnectCallback(
        Callback<void, Ptr<Socket>>([seen](Ptr<Socket> socket) {
            seen->stream = Create<MessageStream>(socket);
            seen->stream->SetMessageReceivedCallback(Callback<void, const SurgeryHeader&, uint64_t>(
                [seen](const SurgeryHeader& header, uint64_t) {
                    seen->received.push_back(header);
                }));
            seen->stream->SetCloseCallback(Callback<void>([seen]() { ++seen->closed; }));
        }),
        MakeNullCallback<void, Ptr<Socket>>());
    end.socket->Connect(remote);
}

/// Open a connection, and wait for it. @param node from where @param remote a server
inline std::shared_ptr<RawConnection>
ConnectRaw(ns3::Ptr<ns3::Node> node, const ns3::Address& remote)
{
    auto end = std::make_shared<RawConnection>();
    OpenRaw(*end, node, remote);
    Wait();
    return end;
}

/** @} */

#endif // RAW_CONNECTION_H
