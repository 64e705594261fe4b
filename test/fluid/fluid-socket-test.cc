/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/inet-socket-address.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/surgery-fluid-host.h"
#include "ns3/surgery-fluid-link.h"
#include "ns3/surgery-fluid-network.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint16_t PORT = 4600;

/// What has come to a socket.
struct Seen
{
    std::vector<std::pair<double, uint32_t>> pieces; ///< s, byte
    uint64_t bytes{0};                               ///< of them
    int normalCloses{0};                             ///< the peer took its leave
    int errorCloses{0};                              ///< the peer reset the connection
};

/// A rate that is not the same all the time: 1 Mbit/s and nothing, a second each.
class OnOff : public FluidRate
{
  public:
    double GetBytes(double seconds) const override
    {
        const auto whole = std::floor(seconds / 2);
        return 125000 * (whole + std::min(seconds - 2 * whole, 1.0));
    }

    double GetSeconds(double bytes) const override
    {
        const auto whole = std::max(0.0, std::ceil(bytes / 125000 - 1e-12) - 1);
        return 2 * whole + (bytes - 125000 * whole) / 125000;
    }

    double GetPeakBps() const override
    {
        return 1e6;
    }
};

/// Devices with links of 8 Mbit/s up, 16 Mbit/s down and 5 ms, and a server behind 3 ms.
class FluidSocketTest : public SimulatorFixture
{
  protected:
    /// Build. @param devices how many @param factor of headers @param serverBps of its link
    void Build(uint32_t devices, double factor = 1, double serverBps = 1e9)
    {
        network = Create<FluidNetwork>(factor);
        nodes.Create(devices + 1);
        for (uint32_t i = 0; i <= devices; ++i)
        {
            hosts.push_back(FluidHost::Install(nodes.Get(i), network, false));
        }
        for (uint32_t i = 0; i < devices; ++i)
        {
            up.push_back(FluidLink::MakePrivate(8e6));
            down.push_back(FluidLink::MakePrivate(16e6));
            hosts[i]->Attach(0, {{up[i]}, MilliSeconds(5)}, {{down[i]}, MilliSeconds(5)});
        }
        serverUp = FluidLink::MakeShared(serverBps, FluidLink::Sharing::MAX_MIN);
        serverDown = FluidLink::MakeShared(serverBps, FluidLink::Sharing::MAX_MIN);
        hosts[devices]->Attach(0, {{serverUp}, MilliSeconds(3)}, {{serverDown}, MilliSeconds(3)});
        listener = MakeSocket(devices);
        listener->Bind(hosts[devices]->GetAddress(PORT));
        listener->Listen();
        listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
                acceptedS.push_back(Simulator::Now().GetSeconds());
                accepted.push_back(socket);
                Watch(socket, seenByServer);
            }));
    }

    void TearDown() override
    {
        accepted.clear();
        listener = nullptr;
        hosts.clear();
        SimulatorFixture::TearDown();
    }

    /// @param node of a host @return a socket with a buffer of 1 MB
    Ptr<Socket> MakeSocket(uint32_t node)
    {
        const auto socket = Socket::CreateSocket(nodes.Get(node), TcpSocketFactory::GetTypeId());
        socket->SetAttribute("SndBufSize", UintegerValue(1000000));
        return socket;
    }

    /// Note what comes. @param socket to it @param seen where
    static void Watch(Ptr<Socket> socket, Seen& seen)
    {
        auto* const notes = &seen;
        socket->SetRecvCallback(Callback<void, Ptr<Socket>>([notes](Ptr<Socket> s) {
            while (const auto packet = s->Recv())
            {
                notes->pieces.emplace_back(Simulator::Now().GetSeconds(), packet->GetSize());
                notes->bytes += packet->GetSize();
            }
        }));
        socket->SetCloseCallbacks(
            Callback<void, Ptr<Socket>>([notes](Ptr<Socket>) { ++notes->normalCloses; }),
            Callback<void, Ptr<Socket>>([notes](Ptr<Socket>) { ++notes->errorCloses; }));
    }

    /// Connect a device. @param device it @return its socket
    Ptr<Socket> Connect(uint32_t device)
    {
        const auto socket = MakeSocket(device);
        socket->SetConnectCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket>) {
                                       connectedS.push_back(Simulator::Now().GetSeconds());
                                   }),
                                   Callback<void, Ptr<Socket>>([this](Ptr<Socket>) {
                                       failedS.push_back(Simulator::Now().GetSeconds());
                                   }));
        Watch(socket, seenByDevice);
        socket->Bind();
        socket->Connect(hosts.back()->GetAddress(PORT));
        return socket;
    }

    /// Run. @param seconds until when
    static void RunTo(double seconds)
    {
        Simulator::Stop(Seconds(seconds) - Simulator::Now());
        Simulator::Run();
    }

    /// Send. @param socket with a connection @param bytes how many @return what Send returns
    static int Send(Ptr<Socket> socket, uint32_t bytes)
    {
        return socket->Send(Create<Packet>(bytes));
    }

    Ptr<FluidNetwork> network;         ///< of all
    NodeContainer nodes;               ///< devices, the server
    std::vector<Ptr<FluidHost>> hosts; ///< in the same order
    std::vector<Ptr<FluidLink>> up;    ///< by device
    std::vector<Ptr<FluidLink>> down;  ///< by device
    Ptr<FluidLink> serverUp;           ///< from the server
    Ptr<FluidLink> serverDown;         ///< to the server
    Ptr<Socket> listener;              ///< the server's
    std::vector<Ptr<Socket>> accepted; ///< the server's
    std::vector<double> acceptedS;     ///< when
    std::vector<double> connectedS;    ///< when
    std::vector<double> failedS;       ///< when
    Seen seenByServer;                 ///< over all connections
    Seen seenByDevice;                 ///< over all connections
};

TEST_F(FluidSocketTest, ConnectsInARoundTrip)
{
    Build(1);
    Connect(0);
    RunTo(1);
    ASSERT_EQ(connectedS.size(), 1u);
    ASSERT_EQ(acceptedS.size(), 1u);
    EXPECT_NEAR(connectedS[0], 0.016, 1e-9);
    EXPECT_NEAR(acceptedS[0], 0.024, 1e-9);
}

/// The same with other headers.
class FluidHeaders : public FluidSocketTest, public testing::WithParamInterface<double>
{
};

TEST_P(FluidHeaders, TransferTakesDelayAndBytesByRate)
{
    Build(1, GetParam());
    const auto socket = Connect(0);
    RunTo(1);
    EXPECT_EQ(Send(socket, 500000), 500000);
    RunTo(3);
    ASSERT_EQ(accepted.size(), 1u);
    Send(accepted[0], 700000);
    RunTo(6);
    ASSERT_EQ(seenByServer.pieces.size(), 1u);
    ASSERT_EQ(seenByDevice.pieces.size(), 1u);
    EXPECT_NEAR(seenByServer.pieces[0].first, 1.008 + 500000 * GetParam() * 8 / 8e6, 2e-9);
    EXPECT_NEAR(seenByDevice.pieces[0].first, 3.008 + 700000 * GetParam() * 8 / 16e6, 2e-9);
    EXPECT_EQ(up[0]->GetBytes(), 500000u);
    EXPECT_EQ(serverDown->GetBytes(), 500000u);
    EXPECT_EQ(down[0]->GetBytes(), 700000u);
    EXPECT_EQ(serverUp->GetBytes(), 700000u);
}

INSTANTIATE_TEST_SUITE_P(Factors, FluidHeaders, testing::Values(1.0, 1490.0 / 1448, 2.5));

TEST_F(FluidSocketTest, SharesTheServersLinkEqually)
{
    Build(4, 1, 16e6); // 4 Mbit/s each
    std::vector<Ptr<Socket>> sockets;
    for (uint32_t i = 0; i < 4; ++i)
    {
        sockets.push_back(Connect(i));
    }
    RunTo(1);
    for (const auto& socket : sockets)
    {
        Send(socket, 500000);
    }
    RunTo(4);
    ASSERT_EQ(seenByServer.pieces.size(), 4u);
    for (const auto& [seconds, bytes] : seenByServer.pieces)
    {
        EXPECT_NEAR(seconds, 2.008, 1e-8);
        EXPECT_EQ(bytes, 500000u);
    }
}

TEST_F(FluidSocketTest, FreesTheSendBufferAsBytesPass)
{
    Build(1);
    const auto socket = Connect(0);
    RunTo(1);
    Send(socket, 400000);
    EXPECT_EQ(socket->GetTxAvailable(), 600000u);
    EXPECT_EQ(Send(socket, 600001), -1) << "all or nothing";
    EXPECT_EQ(socket->GetErrno(), Socket::ERROR_MSGSIZE);
    RunTo(1.1);
    EXPECT_NEAR(socket->GetTxAvailable(), 700000, 1);
    Send(socket, 700000);
    RunTo(5);
    EXPECT_EQ(socket->GetTxAvailable(), 1000000u);
    EXPECT_EQ(seenByServer.bytes, 1100000u);
    ASSERT_EQ(seenByServer.pieces.size(), 2u);
    EXPECT_NEAR(seenByServer.pieces[0].first, 1.408, 2e-9);
    EXPECT_NEAR(seenByServer.pieces[1].first, 2.108, 2e-9);
}

TEST_F(FluidSocketTest, IsRefusedWhereNobodyListens)
{
    Build(1);
    listener->Close();
    Connect(0);
    RunTo(1);
    ASSERT_EQ(failedS.size(), 1u);
    EXPECT_NEAR(failedS[0], 0.016, 1e-9);
    EXPECT_TRUE(connectedS.empty());
    const auto socket = MakeSocket(0);
    EXPECT_EQ(socket->Connect(InetSocketAddress("100.64.1.1", PORT)), -1) << "no such node";
}

TEST_F(FluidSocketTest, ClosesAfterWhatWasSent)
{
    Build(1);
    const auto socket = Connect(0);
    RunTo(1);
    Send(socket, 500000);
    socket->Close();
    EXPECT_EQ(Send(socket, 1), -1);
    RunTo(1.4);
    EXPECT_EQ(seenByServer.normalCloses, 0);
    RunTo(2);
    EXPECT_EQ(seenByServer.bytes, 500000u);
    EXPECT_EQ(seenByServer.normalCloses, 1);
    accepted[0]->Close();
    RunTo(3);
    EXPECT_EQ(seenByDevice.normalCloses + seenByDevice.errorCloses, 0) << "it closed first";
    Address address;
    EXPECT_EQ(socket->GetPeerName(address), -1);
    EXPECT_EQ(accepted[0]->GetPeerName(address), -1);
}

TEST_F(FluidSocketTest, ResetsWhatIsNotWantedAnyMore)
{
    Build(1);
    const auto socket = Connect(0);
    RunTo(1);
    Send(socket, 900000);
    RunTo(1.3);
    accepted[0]->Close(); // bytes are on their way to it
    RunTo(1.31);
    EXPECT_EQ(seenByDevice.errorCloses, 1);
    EXPECT_EQ(Send(socket, 1), -1);
    RunTo(3);
    EXPECT_EQ(seenByServer.bytes, 0u);
    EXPECT_EQ(up[0]->GetBytes(), 0u);
}

TEST_F(FluidSocketTest, WaitsWhileALinkIsDown)
{
    Build(1);
    const auto socket = Connect(0);
    RunTo(1);
    Send(socket, 500000);
    Simulator::Schedule(MilliSeconds(200), &FluidLink::SetUp, up[0], false);
    Simulator::Schedule(MilliSeconds(900), &FluidLink::SetUp, up[0], true);
    RunTo(1.5);
    EXPECT_NEAR(socket->GetTxAvailable(), 700000, 1);
    RunTo(3);
    ASSERT_EQ(seenByServer.pieces.size(), 1u);
    EXPECT_NEAR(seenByServer.pieces[0].first, 1.508 + 0.7, 3e-9);
}

TEST_F(FluidSocketTest, AsksAgainUntilTheLinkIsUp)
{
    Build(1);
    serverDown->SetUp(false);
    Connect(0);
    Simulator::Schedule(Seconds(4), &FluidLink::SetUp, serverDown, true);
    RunTo(10);
    ASSERT_EQ(connectedS.size(), 1u);
    EXPECT_NEAR(connectedS[0], 6.016, 1e-9) << "TCP's ConnTimeout is 3 s";
}

TEST_F(FluidSocketTest, GivesUpAPeerThatDoesNotAnswer)
{
    Build(1);
    serverDown->SetUp(false);
    Connect(0);
    RunTo(60);
    ASSERT_EQ(failedS.size(), 1u);
    EXPECT_TRUE(connectedS.empty());
}

TEST_F(FluidSocketTest, AnswersAgainUntilTheDeviceConfirms)
{
    Build(1);
    Connect(0);
    RunTo(0.009); // the request has come
    up[0]->SetUp(false);
    RunTo(4);
    EXPECT_EQ(connectedS.size(), 1u);
    EXPECT_TRUE(accepted.empty());
    up[0]->SetUp(true);
    RunTo(10);
    ASSERT_EQ(acceptedS.size(), 1u);
    EXPECT_NEAR(acceptedS[0], 6.024, 1e-9) << "a request, and the third answer";
    EXPECT_EQ(connectedS.size(), 1u);
}

TEST_F(FluidSocketTest, ForgetsAConnectionThatTheDeviceNeverConfirms)
{
    Build(1);
    const auto socket = Connect(0);
    RunTo(0.009);
    up[0]->SetUp(false);
    RunTo(20);
    EXPECT_EQ(hosts.back()->CountOpenSockets(), 2u);
    RunTo(22); // 3 s, and 6 times more
    EXPECT_EQ(hosts.back()->CountOpenSockets(), 1u) << "the one that listens";
    EXPECT_TRUE(accepted.empty());
    up[0]->SetUp(true);
    Send(socket, 1000);
    RunTo(23);
    EXPECT_EQ(seenByDevice.errorCloses, 1) << "nobody knows its connection";
    EXPECT_TRUE(accepted.empty());
}

TEST_F(FluidSocketTest, FollowsARateExactly)
{
    Build(1);
    up[0]->Follow(Create<OnOff>(), Time());
    const auto socket = Connect(0);
    RunTo(2);
    Send(socket, 300000); // 2.4 s of the time with a rate: 2..3, 4..5, 6..6.4
    Send(socket, 75000);  // and 0.6 s
    RunTo(20);
    ASSERT_EQ(seenByServer.pieces.size(), 2u);
    EXPECT_NEAR(seenByServer.pieces[0].first, 6.408, 1e-8);
    EXPECT_NEAR(seenByServer.pieces[1].first, 7.008, 1e-8);
}

TEST_F(FluidSocketTest, FollowsARateInStepsWhereASharedLinkHoldsItBack)
{
    Build(1, 1, 0.5e6);
    up[0]->Follow(Create<OnOff>(), Time());
    const auto socket = Connect(0);
    RunTo(2);
    Send(socket, 100000); // 1.6 s at 0.5 Mbit/s: 2..3, 4..4.6
    RunTo(20);
    ASSERT_EQ(seenByServer.pieces.size(), 1u);
    EXPECT_NEAR(seenByServer.pieces[0].first, 4.608, 1e-6);
}

TEST_F(FluidSocketTest, KeepsConnectionsWhereverItIsAttached)
{
    Build(1);
    const auto socket = Connect(0);
    RunTo(1);
    Send(socket, 500000);
    const auto fast = FluidLink::MakePrivate(80e6);
    Simulator::Schedule(MilliSeconds(250), [&] {
        hosts[0]->Attach(0, {{fast}, MilliSeconds(1)}, {{down[0]}, MilliSeconds(1)});
    });
    RunTo(3);
    ASSERT_EQ(seenByServer.pieces.size(), 1u);
    EXPECT_NEAR(seenByServer.pieces[0].first, 1.25 + 0.025 + 0.004, 3e-9);
}

TEST_F(FluidSocketTest, RefusesRatesThatAreNone)
{
    for (const double bps : std::vector<double>{0, -1, 0.5, INFINITY, NAN})
    {
        EXPECT_THROW(FluidLink::MakePrivate(bps), std::invalid_argument) << bps;
        EXPECT_THROW(FluidLink::MakeShared(bps, FluidLink::Sharing::EQUAL), std::invalid_argument);
        EXPECT_THROW(FluidLink::MakePrivate(1)->SetRate(bps), std::invalid_argument);
    }
    for (const double factor : std::vector<double>{0, 0.9, 11, NAN})
    {
        EXPECT_THROW(Create<FluidNetwork>(factor), std::invalid_argument) << factor;
    }
}

TEST_F(FluidSocketTest, IsInOneNetwork)
{
    Build(1);
    EXPECT_THROW(FluidHost::Install(nodes.Get(0), network, false), std::invalid_argument);
}

} // namespace
