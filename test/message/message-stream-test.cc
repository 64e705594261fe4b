/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/message/codec.h"
#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/tcp-socket.h"
#include "ns3/traffic-control-helper.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint16_t PORT = 9;
constexpr uint32_t MEBIBYTE = 1 << 20;

/// One end of a connection: the stream, and what it reported.
struct End
{
    Ptr<Socket> socket;                  ///< null before it is open
    Ptr<MessageStream> stream;           ///< null before it is open
    std::vector<SurgeryHeader> started;  ///< messages whose first byte left
    std::vector<SurgeryHeader> received; ///< messages that came
    std::vector<uint64_t> sizes;         ///< their lengths
    std::vector<ParseResult> errors;     ///< protocol errors
    int closed{0};                       ///< closings by others
    std::function<void()> onStarted;     ///< called after each of these
    std::function<void()> onReceived;    ///< called after each of these
    std::function<void()> onClosed;      ///< called after each of these
    std::function<void()> onError;       ///< called after each of these

    /// @param connected a socket
    void Open(Ptr<Socket> connected)
    {
        const auto call = [](const std::function<void()>& function) {
            if (function)
            {
                function();
            }
        };
        socket = connected;
        stream = Create<MessageStream>(socket);
        stream->SetMessageStartedCallback(
            Callback<void, const SurgeryHeader&>([this, call](const SurgeryHeader& header) {
                EXPECT_LE(header.GetSentNs(), Simulator::Now().GetNanoSeconds());
                started.push_back(header);
                call(onStarted);
            }));
        stream->SetMessageReceivedCallback(Callback<void, const SurgeryHeader&, uint64_t>(
            [this, call](const SurgeryHeader& header, uint64_t bytes) {
                received.push_back(header);
                sizes.push_back(bytes);
                call(onReceived);
            }));
        stream->SetProtocolErrorCallback(
            Callback<void, ParseResult>([this, call](ParseResult result) {
                errors.push_back(result);
                call(onError);
            }));
        stream->SetCloseCallback(Callback<void>([this, call]() {
            ++closed;
            call(onClosed);
        }));
    }
};

/// @param payload its payload @param number tells it from others @return a RESULT
SurgeryHeader
MakeResult(uint32_t payload, uint64_t number = 0)
{
    Result result;
    result.inference = number;
    return SurgeryHeader(result, payload);
}

/// @param header a message @return its bytes, without sentNs, which changes on the way
std::vector<uint8_t>
Identify(SurgeryHeader header)
{
    header.Stamp(0);
    auto bytes = EncodeBody(header.GetBody());
    bytes.push_back(static_cast<uint8_t>(header.GetType()));
    for (int shift = 24; shift >= 0; shift -= 8)
    {
        bytes.push_back(static_cast<uint8_t>(header.GetPayloadBytes() >> shift));
    }
    return bytes;
}

class MessageStreamTest : public SimulatorFixture
{
  protected:
    /// A link's and two sockets' properties.
    struct Options
    {
        std::string rate{"100Mbps"};   ///< of the link
        double loss{0};                ///< share of packets lost
        uint32_t segment{1448};        ///< byte
        uint32_t sndBuf{4 * MEBIBYTE}; ///< byte
        uint32_t rcvBuf{4 * MEBIBYTE}; ///< byte
    };

    /// Build two nodes. @param options as they say
    void Build(const Options& options)
    {
        m_options = options;
        m_nodes.Create(2);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue(options.rate));
        link.SetChannelAttribute("Delay", StringValue("2ms"));
        link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("100000p"));
        const auto devices = link.Install(m_nodes);
        InternetStackHelper().Install(m_nodes);
        Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
        TrafficControlHelper().Uninstall(devices);
        for (uint32_t i = 0; i < 2 && options.loss > 0; ++i)
        {
            const auto errors = CreateObject<RateErrorModel>();
            errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
            errors->SetRate(options.loss);
            errors->AssignStreams(100 + i);
            devices.Get(i)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
        }
    }

    /// @param node a node @return a socket prepared as the options say
    Ptr<Socket> MakeSocket(uint32_t node)
    {
        const auto socket = Socket::CreateSocket(m_nodes.Get(node), TcpSocketFactory::GetTypeId());
        MessageStream::ConfigureSocket(socket,
                                       InetSocketAddress(Ipv4Address::GetAny(), 0),
                                       m_options.segment,
                                       m_options.sndBuf,
                                       m_options.rcvBuf);
        return socket;
    }

    /// Accept connections on node 1. @param accepted called with each one's socket
    void Accept(std::function<void(Ptr<Socket>)> accepted)
    {
        m_listener = MakeSocket(1);
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>(
                [accepted](Ptr<Socket> socket, const Address&) { accepted(socket); }));
    }

    /// Connect from node 0. @param connected called with the socket @return the socket
    Ptr<Socket> Connect(std::function<void(Ptr<Socket>)> connected)
    {
        const auto socket = MakeSocket(0);
        socket->Bind();
        socket->SetConnectCallback(
            Callback<void, Ptr<Socket>>([connected](Ptr<Socket> s) { connected(s); }),
            MakeNullCallback<void, Ptr<Socket>>());
        socket->Connect(InetSocketAddress("10.0.0.2", PORT));
        return socket;
    }

    /// Connect two ends. @param client on node 0 @param server on node 1
    void ConnectEnds(End& client, End& server)
    {
        Accept([&server](Ptr<Socket> socket) { server.Open(socket); });
        Connect([&client](Ptr<Socket> socket) { client.Open(socket); });
        RunTo(MilliSeconds(100));
        ASSERT_TRUE(client.stream);
        ASSERT_TRUE(server.stream);
    }

    /// Run. @param time up to when
    static void RunTo(Time time)
    {
        Simulator::Stop(time - Simulator::Now());
        Simulator::Run();
    }

    /// Send real bytes. @param socket a connected socket @param bytes what
    static void SendBytes(Ptr<Socket> socket, const std::vector<uint8_t>& bytes)
    {
        socket->Send(Create<Packet>(bytes.data(), bytes.size()));
    }

    /// What one end sent must be what the other one got.
    static void CheckTransfer(const End& from,
                              const End& to,
                              const std::vector<SurgeryHeader>& sent)
    {
        ASSERT_EQ(to.received.size(), sent.size());
        ASSERT_EQ(from.started.size(), sent.size());
        uint64_t total = 0;
        for (std::size_t i = 0; i < sent.size(); ++i)
        {
            ASSERT_EQ(Identify(to.received[i]), Identify(sent[i])) << i;
            ASSERT_EQ(to.sizes[i], sent[i].GetMessageBytes()) << i;
            ASSERT_EQ(to.received[i].GetSentNs(), from.started[i].GetSentNs()) << i;
            total += to.sizes[i];
        }
        EXPECT_EQ(to.stream->GetBytesReceived(), total);
        EXPECT_EQ(from.stream->GetBytesAcknowledged(), total);
        EXPECT_EQ(from.stream->GetBytesPending(), 0U);
        EXPECT_TRUE(to.errors.empty());
        EXPECT_EQ(to.closed, 0);
    }

    Options m_options;      ///< of everything
    NodeContainer m_nodes;  ///< client, server
    Ptr<Socket> m_listener; ///< on node 1
};

/// Messages of all kinds. @param generator draws them @param count how many @param top largest
/// payload
std::vector<SurgeryHeader>
MakeMessages(std::mt19937& generator, int count, uint32_t top)
{
    const auto draw = [&generator](uint32_t from, uint32_t to) {
        return std::uniform_int_distribution<uint32_t>(from, to)(generator);
    };
    std::vector<SurgeryHeader> messages;
    for (int i = 0; i < count; ++i)
    {
        const auto number = static_cast<uint64_t>(i);
        const auto payload = draw(0, 3) > 0 ? draw(0, std::min(top, 3000U)) : draw(0, top);
        const std::vector<bool> cut(draw(0, 400), draw(0, 1) == 1);
        switch (draw(0, 5))
        {
        case 0:
            messages.emplace_back(
                Hello{1, ConnectionRole::DATA, "resnet50", "phone", 9, 8, 0.1, 0.05});
            break;
        case 1:
            messages.emplace_back(State{1, 1e6, 0, 1e6, 0, 3, 0, number, -1, 2});
            break;
        case 2:
            messages.emplace_back(Grant{number, 0.5, 10, 0, cut, 0.1, 0, -1});
            break;
        case 3:
            messages.emplace_back(Bye{static_cast<uint32_t>(i)});
            break;
        case 4:
            messages.emplace_back(Activation{1, number, 0, 0, cut}, payload + 1);
            break;
        default:
            messages.push_back(MakeResult(payload, number));
        }
    }
    return messages;
}

} // unnamed namespace

TEST_F(MessageStreamTest, AMessageThatDoesNotTellWhenItWasSentHoldsUpNoOther)
{
    Build({});
    End client;
    End server;
    ConnectEnds(client, server);
    RunTo(Seconds(10)); // as long as many timeouts
    std::vector<bool> heldUp;
    server.onReceived = [&] { heldUp.push_back(server.stream->WasHeldUp()); };
    client.stream->Send(SurgeryHeader(Hello()));
    client.stream->Send(SurgeryHeader(Probe(), 100));
    RunTo(Seconds(20));
    client.stream->Send(SurgeryHeader(Bye()));
    client.stream->Send(SurgeryHeader(Probe(), 100));
    RunTo(Seconds(21));
    EXPECT_EQ(heldUp, std::vector<bool>(4, false));
}

TEST_F(MessageStreamTest, MessagesArriveInOrderAndIntact)
{
    struct Case
    {
        Options options; ///< of the network
        int count;       ///< messages each way
        uint32_t top;    ///< largest payload, byte
    };

    const std::vector<Case> cases{
        {{"100Mbps"}, 100, 500000},
        {{"100Mbps", 0.01}, 100, 500000},
        {{"10Mbps", 0.01, 536, 20000, 100000}, 100, 100000},
        {{"1Gbps", 0, 1448, 6000, 4 * MEBIBYTE}, 100, 100000},
        {{"1Mbps", 0, 100, 30, 5000}, 50, 2000}, // headers longer than the send buffer
        {{"1Mbps", 0.01, 1448, 1, 5000}, 6, 20},
    };
    for (std::size_t i = 0; i < cases.size(); ++i)
    {
        SCOPED_TRACE("case and seed " + std::to_string(i));
        std::mt19937 generator(static_cast<uint32_t>(i));
        TearDown();
        m_nodes = NodeContainer();
        Build(cases[i].options);
        End client;
        End server;
        ConnectEnds(client, server);
        const auto up = MakeMessages(generator, cases[i].count, cases[i].top);
        const auto down = MakeMessages(generator, cases[i].count, cases[i].top);
        const auto send = [&generator](const std::vector<SurgeryHeader>& messages, End& end) {
            auto time = Seconds(0);
            for (const auto& message : messages)
            {
                Simulator::Schedule(time, [&end, message]() { end.stream->Send(message); });
                time += MicroSeconds(std::uniform_int_distribution<>(0, 3)(generator) * 20000);
            }
        };
        send(up, client);
        send(down, server);
        RunTo(Seconds(3600));
        CheckTransfer(client, server, up);
        CheckTransfer(server, client, down);
    }
}

TEST_F(MessageStreamTest, TimeoutsFollowTheRoundTripWhereAnswersCarryAllAcks)
{
    Build({"100Mbps"});
    End client;
    End server;
    Time largest;
    const auto watch = [&largest](Ptr<Socket> socket) {
        Listen(socket, "RTO", [&largest](Time, Time rto) { largest = std::max(largest, rto); });
    };
    Accept([&](Ptr<Socket> socket) {
        server.Open(socket);
        watch(socket);
    });
    Connect([&](Ptr<Socket> socket) {
        client.Open(socket);
        watch(socket);
    });
    RunTo(MilliSeconds(100));
    server.onReceived = [&server] { server.stream->Send(MakeResult(1000)); };
    client.onReceived = [&client] { client.stream->Send(MakeResult(20000)); };
    client.onReceived();
    RunTo(Seconds(20));
    EXPECT_GT(client.received.size(), 1000U);
    EXPECT_LE(largest, Seconds(1)); // the least that TCP waits, far above this round trip
}

TEST_F(MessageStreamTest, LargeTensorsCrossBothWays)
{
    for (const auto loss : {0.0, 0.01})
    {
        SCOPED_TRACE("loss " + std::to_string(loss));
        TearDown();
        m_nodes = NodeContainer();
        Build({"1Gbps", loss});
        End client;
        End server;
        ConnectEnds(client, server);
        std::vector<SurgeryHeader> messages;
        for (const auto payload : {0, 12000000, 1, 600000, 0, 3000000, 1448})
        {
            messages.push_back(MakeResult(payload, messages.size()));
            client.stream->Send(messages.back());
            server.stream->Send(messages.back());
        }
        RunTo(Seconds(600));
        CheckTransfer(client, server, messages);
        CheckTransfer(server, client, messages);
    }
}

TEST_F(MessageStreamTest, ASlowReaderGetsEveryByte)
{
    Options options;
    options.sndBuf = 16384;
    Build(options);
    End client;
    std::vector<uint8_t> bytes;
    Ptr<Socket> reader;
    Accept([&reader](Ptr<Socket> socket) { reader = socket; });
    Connect([&client](Ptr<Socket> socket) { client.Open(socket); });
    RunTo(MilliSeconds(100));
    ASSERT_TRUE(client.stream);
    const std::vector<SurgeryHeader> messages{MakeResult(40000, 1),
                                              MakeResult(0, 2),
                                              MakeResult(100000, 3)};
    uint64_t total = 0;
    for (const auto& message : messages)
    {
        client.stream->Send(message);
        total += message.GetMessageBytes();
    }
    EXPECT_EQ(client.stream->GetBytesPending(), total);
    EXPECT_EQ(client.started.size(), 1U) << "only the first one fits";
    std::function<void()> read = [&]() {
        if (const auto packet = reader->Recv(777, 0))
        {
            const auto before = bytes.size();
            bytes.resize(before + packet->GetSize());
            packet->CopyData(bytes.data() + before, packet->GetSize());
        }
        Simulator::Schedule(MilliSeconds(50), read);
    };
    read();
    RunTo(Seconds(100));
    ASSERT_EQ(bytes.size(), total);
    std::size_t at = 0;
    for (const auto& message : messages)
    {
        const auto packet = Create<Packet>(bytes.data() + at, bytes.size() - at);
        SurgeryHeader header;
        ASSERT_GT(packet->RemoveHeader(header), 0U);
        EXPECT_EQ(Identify(header), Identify(message));
        const auto payload = bytes.begin() + at + header.GetSerializedSize();
        EXPECT_EQ(std::count(payload, payload + header.GetPayloadBytes(), 0),
                  header.GetPayloadBytes());
        at += message.GetMessageBytes();
    }
    EXPECT_EQ(client.stream->GetBytesPending(), 0U);
}

TEST_F(MessageStreamTest, TheStampIsWhenTheFirstByteLeaves)
{
    Options options;
    options.rate = "1Mbps";
    options.sndBuf = 10000;
    Build(options);
    End client;
    End server;
    ConnectEnds(client, server);
    std::vector<int64_t> startTimes;
    client.onStarted = [&startTimes]() { startTimes.push_back(Simulator::Now().GetNanoSeconds()); };
    const auto sent = Simulator::Now();
    client.stream->Send(MakeResult(125000, 1));
    client.stream->Send(MakeResult(100, 2));
    RunTo(Seconds(10));
    ASSERT_EQ(server.received.size(), 2U);
    EXPECT_EQ(startTimes[0], sent.GetNanoSeconds());
    // 125 kB less what the buffer holds have left before the second one gets in
    EXPECT_GT(NanoSeconds(startTimes[1]), sent + MilliSeconds(900));
    for (std::size_t i = 0; i < 2; ++i)
    {
        EXPECT_EQ(server.received[i].GetSentNs(), startTimes[i]);
    }
}

TEST_F(MessageStreamTest, DamagedBytesCloseTheirConnectionOnly)
{
    struct Case
    {
        ParseResult expected;       ///< what is reported
        std::vector<uint8_t> bytes; ///< what is sent
    };

    const std::vector<uint8_t> bye{'D', 'D', 'S', '1', 1, 7, 0, 0, 0, 0,
                                   0,   4,   0,   0,   0, 0, 1, 2, 3, 4};
    const auto change = [&bye](std::size_t at, uint8_t value) {
        auto bytes = bye;
        bytes[at] = value;
        return bytes;
    };
    State future;
    future.sentNs = Hours(24).GetNanoSeconds();
    auto stamped = EncodeBody(future);
    stamped.insert(stamped.begin(), {'D', 'D', 'S', '1', 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    stamped[11] = static_cast<uint8_t>(stamped.size() - SurgeryHeader::PREAMBLE_BYTES);
    const std::vector<Case> cases{
        {ParseResult::BAD_MAGIC, std::vector<uint8_t>(5000, 0xaa)},
        {ParseResult::BAD_MAGIC, change(0, 'd')},
        {ParseResult::BAD_VERSION, change(4, 9)},
        {ParseResult::BAD_TYPE, change(5, 99)},
        {ParseResult::BAD_LENGTH, change(8, 1)},
        {ParseResult::BAD_LENGTH, change(15, 1)},
        {ParseResult::BAD_BODY, change(11, 3)},
        {ParseResult::BAD_BODY, stamped},
    };
    Build({});
    std::vector<std::unique_ptr<End>> servers;
    Accept([&servers](Ptr<Socket> socket) {
        servers.push_back(std::make_unique<End>());
        servers.back()->Open(socket);
    });
    End good;
    Connect([&good](Ptr<Socket> socket) { good.Open(socket); });
    RunTo(Seconds(1));
    ASSERT_EQ(servers.size(), 1U);
    uint64_t number = 0;
    for (const auto piecewise : {false, true})
    {
        for (const auto& [expected, bytes] : cases)
        {
            SCOPED_TRACE(GetParseResultName(expected));
            auto closed = 0;
            const auto close = Callback<void, Ptr<Socket>>([&closed](Ptr<Socket>) { ++closed; });
            const auto socket = Connect([](Ptr<Socket>) {});
            socket->SetCloseCallbacks(close, close);
            RunTo(Simulator::Now() + Seconds(1));
            // a good message, the bad bytes, and more, which is not to be read
            auto all = bye;
            all.insert(all.end(), bytes.begin(), bytes.end());
            all.insert(all.end(), bye.begin(), bye.end());
            all.insert(all.end(), 3000, 0x55);
            const auto step = piecewise ? std::size_t{7} : all.size();
            for (std::size_t at = 0; at < std::min<std::size_t>(all.size(), 700 * step); at += step)
            {
                SendBytes(socket,
                          {all.begin() + at, all.begin() + std::min(all.size(), at + step)});
                RunTo(Simulator::Now() + MilliSeconds(piecewise ? 3 : 0));
            }
            good.stream->Send(MakeResult(50000, ++number));
            RunTo(Simulator::Now() + Seconds(5));
            auto& server = *servers.back();
            EXPECT_EQ(server.received.size(), 1U);
            ASSERT_EQ(server.errors.size(), 1U);
            EXPECT_EQ(server.errors[0], expected);
            EXPECT_EQ(server.closed, 0);
            EXPECT_FALSE(server.stream->IsOpen());
            EXPECT_EQ(closed, 1);
            EXPECT_EQ(servers.front()->received.size(), number);
            EXPECT_TRUE(servers.front()->stream->IsOpen());
        }
    }
}

TEST_F(MessageStreamTest, APeerThatLeavesHalfWayIsReportedOnce)
{
    Options options;
    options.rate = "1Mbps";
    options.sndBuf = 5000;
    Build(options);
    End client;
    End server;
    ConnectEnds(client, server);
    client.stream->Send(MakeResult(100));
    client.stream->Send(MakeResult(1000000));
    RunTo(Simulator::Now() + Seconds(1));
    client.stream->Close();
    client.stream->Close();
    EXPECT_FALSE(client.stream->IsOpen());
    EXPECT_EQ(client.stream->GetBytesPending(), 0U);
    client.stream->Send(MakeResult(1)); // goes nowhere
    RunTo(Simulator::Now() + Seconds(100));
    EXPECT_EQ(server.received.size(), 1U);
    EXPECT_GT(server.stream->GetBytesReceived(), server.received[0].GetMessageBytes());
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(client.closed, 0);
    EXPECT_FALSE(server.stream->IsOpen());
    EXPECT_TRUE(server.errors.empty());
}

TEST_F(MessageStreamTest, DataAfterClosingResetsThePeer)
{
    Options options;
    options.rate = "1Mbps";
    Build(options);
    End client;
    End server;
    ConnectEnds(client, server);
    client.stream->Send(MakeResult(1000000)); // takes eight seconds
    RunTo(Simulator::Now() + Seconds(1));
    server.stream->Close();
    const auto received = server.stream->GetBytesReceived();
    RunTo(Simulator::Now() + Seconds(1));
    EXPECT_EQ(client.closed, 1);
    EXPECT_FALSE(client.stream->IsOpen());
    EXPECT_EQ(server.closed, 0);
    EXPECT_EQ(server.stream->GetBytesReceived(), received);
    EXPECT_TRUE(server.received.empty());
    // nothing goes on: the simulation runs out of events
    Simulator::Run();
    EXPECT_LT(Simulator::Now(), Seconds(300));
}

TEST_F(MessageStreamTest, NoSocketStaysWhenAMessageIsLostBeforeBothClose)
{
    Build({});
    End client;
    End server;
    ConnectEnds(client, server);
    std::vector<TcpSocket::TcpStates_t> states(2, TcpSocket::ESTABLISHED);
    const std::vector<const End*> ends{&client, &server};
    for (std::size_t i = 0; i < ends.size(); ++i)
    {
        Listen(ends[i]->socket,
               "State",
               [&states, i](TcpSocket::TcpStates_t, TcpSocket::TcpStates_t state) {
                   states[i] = state;
               });
    }
    server.onReceived = [&server] {
        if (server.received.size() == 2)
        {
            server.stream->Close();
        }
    };
    // the first message comes when the second one and FIN are there
    const auto errors = CreateObject<RateErrorModel>();
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    errors->SetRate(1);
    m_nodes.Get(1)->GetDevice(0)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    client.stream->Send(MakeResult(100, 1));
    RunTo(Simulator::Now() + MilliSeconds(10));
    errors->SetRate(0);
    client.stream->Send(MakeResult(100, 2));
    client.stream->Close();
    RunTo(Seconds(300));
    EXPECT_EQ(server.received.size(), 2U);
    EXPECT_EQ(states, std::vector<TcpSocket::TcpStates_t>(2, TcpSocket::CLOSED));
}

TEST_F(MessageStreamTest, ADeadPeerIsReportedByTcp)
{
    Build({});
    End client;
    End server;
    ConnectEnds(client, server);
    const auto errors = CreateObject<RateErrorModel>();
    errors->SetRate(1);
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    m_nodes.Get(1)->GetDevice(0)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    client.stream->Send(MakeResult(1000));
    RunTo(Simulator::Now() + Seconds(10));
    EXPECT_EQ(client.stream->GetBytesAcknowledged(), 0U);
    EXPECT_EQ(client.stream->GetBytesPending(), MakeResult(1000).GetMessageBytes());
    RunTo(Simulator::Now() + Hours(1));
    EXPECT_EQ(client.closed, 1);
    EXPECT_FALSE(client.stream->IsOpen());
}

TEST_F(MessageStreamTest, CallbacksMayCloseAndRelease)
{
    // what happens in which callback of which end
    for (int where = 0; where < 4; ++where)
    {
        for (const auto release : {false, true})
        {
            SCOPED_TRACE("callback " + std::to_string(where) + " release " +
                         std::to_string(release));
            TearDown();
            m_nodes = NodeContainer();
            Build({});
            End client;
            End server;
            ConnectEnds(client, server);
            auto calls = 0;
            auto& end = where == 0 ? client : server;
            const auto leave = [&end, &calls, release]() {
                ++calls;
                if (!release)
                {
                    end.stream->Close();
                }
                end.stream = nullptr;
            };
            (where == 0   ? end.onStarted
             : where == 1 ? end.onReceived
             : where == 2 ? end.onClosed
                          : end.onError) = leave;
            for (int i = 0; i < 20; ++i)
            {
                if (client.stream)
                {
                    client.stream->Send(MakeResult(200));
                }
            }
            if (where == 3)
            {
                SendBytes(client.socket, std::vector<uint8_t>(3000, 1));
            }
            if (client.stream)
            {
                client.stream->Send(MakeResult(200));
            }
            RunTo(Simulator::Now() + Seconds(1));
            if (where == 2)
            {
                client.stream->Close();
            }
            RunTo(Simulator::Now() + Seconds(100));
            EXPECT_GE(calls, 1);
            EXPECT_TRUE(release || calls == 1) << "called after closing";
        }
    }
}

TEST_F(MessageStreamTest, CallbacksMaySend)
{
    Build({});
    End client;
    End server;
    ConnectEnds(client, server);
    // as soon as one leaves, the next one is queued; every one is answered
    client.onStarted = [&client]() {
        if (client.started.size() < 50)
        {
            client.stream->Send(MakeResult(3000, client.started.size()));
        }
    };
    server.onReceived = [&server]() { server.stream->Send(server.received.back()); };
    client.stream->Send(MakeResult(3000, 0));
    RunTo(Seconds(100));
    ASSERT_EQ(server.received.size(), 50U);
    ASSERT_EQ(client.received.size(), 50U);
    for (uint64_t i = 0; i < 50; ++i)
    {
        EXPECT_EQ(server.received[i].GetIf<Result>()->inference, i);
        EXPECT_EQ(client.received[i].GetIf<Result>()->inference, i);
    }
}

TEST_F(MessageStreamTest, WhatCameBeforeTheStreamIsRead)
{
    Build({});
    End client;
    End server;
    Ptr<Socket> accepted;
    Accept([&accepted](Ptr<Socket> socket) { accepted = socket; });
    Connect([&client](Ptr<Socket> socket) {
        client.Open(socket);
        client.stream->Send(MakeResult(5000));
    });
    RunTo(Seconds(1));
    server.Open(accepted);
    EXPECT_TRUE(server.received.empty()) << "called before it could be ready";
    RunTo(Seconds(2));
    EXPECT_EQ(server.received.size(), 1U);
}
