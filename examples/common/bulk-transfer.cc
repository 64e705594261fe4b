/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bulk-transfer.h"

#include "run-summary.h"

#include "ns3/callback.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint16_t PORT = 5001;            ///< where the bytes go
constexpr uint32_t SEGMENT_BYTES = 1448;   ///< of TCP, the default of clients
constexpr uint32_t BUFFER_BYTES = 4 << 20; ///< of TCP, the default of clients
constexpr uint32_t PIECE_BYTES = 65536;    ///< handed over at once

/// Devices that send in bulk, and the server that counts what comes.
class BulkTransfer
{
  public:
    /// Let all devices send, each from when its client would start. @param simulation they are of
    /// @param parts of the run; bytes count from the end of the warm-up
    void Begin(const Simulation& simulation, const SimulationParts& parts)
    {
        m_from = simulation.warmup;
        m_listener =
            Socket::CreateSocket(parts.network->GetServers().Get(0), TcpSocketFactory::GetTypeId());
        const auto local = parts.network->GetListeningAddress(PORT);
        MessageStream::ConfigureSocket(m_listener,
                                       local,
                                       SEGMENT_BYTES,
                                       BUFFER_BYTES,
                                       BUFFER_BYTES);
        m_listener->Bind(local);
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
                m_sockets.push_back(socket);
                socket->SetRecvCallback(
                    Callback<void, Ptr<Socket>>([this](Ptr<Socket> from) { Receive(from); }));
            }));
        const auto remote = parts.network->GetServerAddress(PORT);
        for (uint32_t i = 0; i < parts.mobiles.GetN(); ++i)
        {
            Simulator::Schedule(simulation.devices[i].start,
                                &BulkTransfer::Connect,
                                this,
                                parts.mobiles.Get(i),
                                remote);
        }
    }

    /// @return what has come since bytes count, byte
    uint64_t GetBytes() const
    {
        return m_bytes;
    }

  private:
    /// Let a device send. @param node it @param remote the server
    void Connect(Ptr<Node> node, Address remote)
    {
        const auto socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
        MessageStream::ConfigureSocket(socket, remote, SEGMENT_BYTES, BUFFER_BYTES, BUFFER_BYTES);
        socket->SetConnectCallback(Callback<void, Ptr<Socket>>(&BulkTransfer::Fill),
                                   MakeNullCallback<void, Ptr<Socket>>());
        socket->SetSendCallback(Callback<void, Ptr<Socket>, uint32_t>(
            [](Ptr<Socket> socket, uint32_t) { Fill(socket); }));
        socket->Connect(remote);
        m_sockets.push_back(socket);
    }

    /// Hand over what there is room for. @param socket of a device
    static void Fill(Ptr<Socket> socket)
    {
        while (socket->GetTxAvailable() >= PIECE_BYTES &&
               socket->Send(Create<Packet>(PIECE_BYTES)) > 0)
        {
        }
    }

    /// Count what has come. @param socket of the server
    void Receive(Ptr<Socket> socket)
    {
        while (const auto packet = socket->Recv())
        {
            m_bytes += Simulator::Now() >= m_from ? packet->GetSize() : 0;
        }
    }

    Time m_from;                        ///< when bytes count
    Ptr<Socket> m_listener;             ///< of the server
    std::vector<Ptr<Socket>> m_sockets; ///< of all devices, and the server's
    uint64_t m_bytes{0};                ///< that have come since
};

} // namespace

double
MeasureGoodput(Simulation simulation)
{
    if (!simulation.plan.GetSites().empty())
    {
        throw std::invalid_argument("--goodput: is measured with one server, not with sites");
    }
    const auto counted = simulation.duration - simulation.warmup;
    if (!counted.IsStrictlyPositive())
    {
        throw std::invalid_argument("--goodput: nothing is left behind the warm-up");
    }
    BulkTransfer transfer;
    simulation.name = "goodput";
    simulation.observe = [&](const SimulationParts& parts) {
        for (uint32_t i = 0; i < parts.clients.GetN(); ++i)
        {
            parts.clients.Get(i)->SetStartTime(simulation.duration + Seconds(1)); // not any more
        }
        transfer.Begin(simulation, parts);
    };
    Simulate(simulation, "");
    return 8 * static_cast<double>(transfer.GetBytes()) / counted.GetSeconds();
}
