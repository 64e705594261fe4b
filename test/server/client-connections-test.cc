/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/client-connections.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/tcp-socket-factory.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr auto CONTROL = ConnectionRole::CONTROL;
constexpr auto DATA = ConnectionRole::DATA;

/// The device's end of a connection.
struct End
{
    Ptr<Socket> socket;                  ///< its socket
    Ptr<MessageStream> stream;           ///< null before it is open
    std::vector<SurgeryHeader> received; ///< messages that came
    int closed{0};                       ///< closings by the server
};

/// A message as the server got it.
struct Message
{
    uint32_t device;      ///< whose
    SurgeryHeader header; ///< it
    uint64_t bytes;       ///< its size
};

class ClientConnectionsTest : public SimulatorFixture
{
  protected:
    /// Two devices and a server that listens. Everything takes a few ms.
    void Build()
    {
        m_network = std::make_unique<StarNetwork>(2, "100Mbps", MilliSeconds(1));
        m_connections = CreateObject<ClientConnections>();
        m_connections->SetCallbacks(
            ClientConnections::HelloCallback([this](const Hello& hello) {
                m_hellos.push_back(hello);
                return m_helloFault;
            }),
            ClientConnections::MessageCallback(
                [this](uint32_t device, const SurgeryHeader& header, uint64_t bytes) {
                    m_messages.push_back({device, header, bytes});
                    return m_messageFault;
                }));
        Listen(m_connections,
               "ProtocolError",
               [this](const Address& peer, const std::string& reason) {
                   EXPECT_TRUE(InetSocketAddress::IsMatchingType(peer));
                   m_errors.push_back(reason);
               });
        m_connections->Listen(m_network->GetServerNode(),
                              InetSocketAddress(Ipv4Address::GetAny(), 4600));
        m_connections->SetAccepting(true);
    }

    void TearDown() override
    {
        if (m_connections)
        {
            m_connections->Dispose();
        }
        SimulatorFixture::TearDown();
    }

    /// Let everything that is under way arrive.
    static void Wait(Time time = MilliSeconds(20))
    {
        Simulator::Stop(time);
        Simulator::Run();
    }

    /// Open a connection. @param node of which device @return the device's end
    std::shared_ptr<End> Connect(uint32_t node)
    {
        auto end = std::make_shared<End>();
        auto* seen = end.get();
        m_ends.push_back(end);
        end->socket =
            Socket::CreateSocket(m_network->GetDeviceNode(node), TcpSocketFactory::GetTypeId());
        end->socket->Bind();
        end->socket->SetConnectCallback(Callback<void, Ptr<Socket>>([seen](Ptr<Socket> socket) {
                                            seen->stream = Create<MessageStream>(socket);
                                            seen->stream->SetMessageReceivedCallback(
                                                Callback<void, const SurgeryHeader&, uint64_t>(
                                                    [seen](const SurgeryHeader& header, uint64_t) {
                                                        seen->received.push_back(header);
                                                    }));
                                            seen->stream->SetCloseCallback(
                                                Callback<void>([seen]() { ++seen->closed; }));
                                        }),
                                        MakeNullCallback<void, Ptr<Socket>>());
        end->socket->Connect(m_network->GetServerAddress(node));
        Wait();
        return end;
    }

    /// A HELLO.
    static SurgeryHeader MakeHello(uint32_t device, ConnectionRole role)
    {
        Hello hello;
        hello.deviceId = device;
        hello.role = role;
        hello.dnn = "alexnet";
        hello.processor = "jetson-nano";
        return SurgeryHeader(hello);
    }

    /// A STATE.
    static SurgeryHeader MakeState(uint32_t device)
    {
        State state;
        state.deviceId = device;
        return SurgeryHeader(state);
    }

    /// Open a connection and introduce a device over it, whose node is its id modulo 2.
    std::shared_ptr<End> Introduce(uint32_t device, ConnectionRole role)
    {
        auto end = Connect(device % 2);
        if (end->stream)
        {
            end->stream->Send(MakeHello(device, role));
        }
        Wait();
        return end;
    }

    /// Expect that a connection was closed for one reason. @param end its end @param reason why
    void ExpectRejected(const End& end, const std::string& reason) const
    {
        EXPECT_EQ(m_errors, std::vector<std::string>{reason});
        EXPECT_EQ(m_connections->GetProtocolErrors(), 1u);
        EXPECT_EQ(end.closed, 1);
    }

    std::unique_ptr<StarNetwork> m_network;   ///< devices and server
    Ptr<ClientConnections> m_connections;     ///< what is tested
    std::vector<std::shared_ptr<End>> m_ends; ///< all devices' ends
    std::vector<Hello> m_hellos;              ///< as the server was asked
    std::vector<Message> m_messages;          ///< as the server got them
    std::vector<std::string> m_errors;        ///< reasons of protocol errors
    std::string m_helloFault;                 ///< what the server says to a HELLO
    std::string m_messageFault;               ///< what the server says to a message
};

TEST_F(ClientConnectionsTest, KnowsDevicesByTheirHello)
{
    Build();
    std::map<std::pair<uint32_t, ConnectionRole>, std::shared_ptr<End>> ends;
    for (const uint32_t device : {10, 11})
    {
        for (const auto role : {CONTROL, DATA})
        {
            EXPECT_FALSE(m_connections->IsOpen(device, role));
            ends[{device, role}] = Introduce(device, role);
            EXPECT_TRUE(m_connections->IsOpen(device, role));
        }
    }
    EXPECT_EQ(m_hellos.size(), 4u);
    EXPECT_TRUE(m_messages.empty()) << "a HELLO is none";
    ends[{11, CONTROL}]->stream->Send(MakeState(11));
    ends[{10, DATA}]->stream->Send(SurgeryHeader(Probe(), 5000));
    Wait();
    ASSERT_EQ(m_messages.size(), 2u);
    EXPECT_EQ(m_messages[0].device, 11u);
    EXPECT_TRUE(m_messages[0].header.GetIf<State>());
    EXPECT_EQ(m_messages[0].bytes, MakeState(11).GetMessageBytes());
    EXPECT_EQ(m_messages[1].device, 10u);
    EXPECT_EQ(m_messages[1].bytes, SurgeryHeader(Probe(), 5000).GetMessageBytes());
    EXPECT_EQ(m_connections->GetDataReceived(10),
              m_messages[1].bytes + MakeHello(10, DATA).GetMessageBytes());
    EXPECT_EQ(m_connections->GetDataReceived(99), 0u);

    m_connections->Send(10, CONTROL, SurgeryHeader(Grant()));
    m_connections->Send(11, DATA, SurgeryHeader(Result(), 3000));
    m_connections->Send(99, CONTROL, SurgeryHeader(Grant())); // nobody
    Wait();
    for (const auto& [key, end] : ends)
    {
        const auto isMeant = key == std::make_pair(uint32_t{10}, CONTROL) ||
                             key == std::make_pair(uint32_t{11}, DATA);
        EXPECT_EQ(end->received.size(), isMeant ? 1u : 0u);
    }
    // HELLO and what travels as data do not count
    const auto traffic = m_connections->GetTraffic().GetControl();
    EXPECT_EQ(traffic.messages, 2u);
    EXPECT_EQ(traffic.bytes,
              MakeState(11).GetMessageBytes() + SurgeryHeader(Grant()).GetMessageBytes());
    EXPECT_EQ(m_connections->GetProtocolErrors(), 0u);
}

TEST_F(ClientConnectionsTest, RejectsAMessageBeforeHello)
{
    Build();
    const auto end = Connect(0);
    end->stream->Send(MakeState(10));
    Wait();
    ExpectRejected(*end, "a message before HELLO");
    EXPECT_TRUE(m_messages.empty());
}

TEST_F(ClientConnectionsTest, RejectsASecondHello)
{
    Build();
    const auto end = Introduce(10, CONTROL);
    end->stream->Send(MakeHello(11, CONTROL));
    Wait();
    ExpectRejected(*end, "a second HELLO");
    EXPECT_EQ(m_hellos.size(), 1u);
    EXPECT_FALSE(m_connections->IsOpen(10, CONTROL));
    EXPECT_FALSE(m_connections->IsOpen(11, CONTROL));
}

TEST_F(ClientConnectionsTest, RejectsWhatTheServerFindsFaultWith)
{
    Build();
    const auto control = Introduce(10, CONTROL);
    m_helloFault = "no such DNN";
    const auto impostor = Introduce(10, CONTROL);
    ExpectRejected(*impostor, "no such DNN");
    EXPECT_TRUE(m_connections->IsOpen(10, CONTROL)) << "a HELLO in vain replaces nobody";
    EXPECT_EQ(control->closed, 0);
    m_messageFault = "a fault";
    control->stream->Send(MakeState(10));
    Wait();
    EXPECT_EQ(m_errors.back(), "a fault");
    EXPECT_EQ(control->closed, 1);
    EXPECT_FALSE(m_connections->IsOpen(10, CONTROL));
}

TEST_F(ClientConnectionsTest, ClosesWhereNoMessageCameAndNothingElse)
{
    for (const auto isIntroduced : {false, true})
    {
        TearDown();
        m_errors.clear();
        Build();
        const auto other = Introduce(11, CONTROL);
        const auto end = isIntroduced ? Introduce(10, CONTROL) : Connect(0);
        const std::vector<uint8_t> text(64, 'x');
        end->socket->Send(Create<Packet>(text.data(), 64));
        Wait();
        ExpectRejected(*end, GetParseResultName(ParseResult::BAD_MAGIC));
        EXPECT_FALSE(m_connections->IsOpen(10, CONTROL));
        EXPECT_TRUE(m_connections->IsOpen(11, CONTROL));
        EXPECT_EQ(other->closed, 0);
    }
}

TEST_F(ClientConnectionsTest, ReplacesAnOldSessionOfTheSameRole)
{
    Build();
    const auto old = Introduce(10, CONTROL);
    const auto data = Introduce(10, DATA);
    const auto fresh = Introduce(10, CONTROL);
    EXPECT_EQ(old->closed, 1);
    EXPECT_EQ(data->closed, 0);
    EXPECT_TRUE(m_connections->IsOpen(10, CONTROL));
    EXPECT_TRUE(m_connections->IsOpen(10, DATA));
    EXPECT_TRUE(m_errors.empty()) << "that is no fault";
    m_connections->Send(10, CONTROL, SurgeryHeader(Grant()));
    fresh->stream->Send(MakeState(10));
    Wait();
    EXPECT_TRUE(old->received.empty());
    EXPECT_EQ(fresh->received.size(), 1u);
    EXPECT_EQ(m_messages.size(), 1u);
}

TEST_F(ClientConnectionsTest, DropsStrangersThatHadTheirTime)
{
    Build();
    const auto known = Introduce(0, CONTROL);
    const auto stranger = Connect(0);
    Wait(Seconds(1));
    const auto late = Connect(1);
    m_connections->DropStrangers(Seconds(1));
    Wait();
    EXPECT_EQ(stranger->closed, 1);
    EXPECT_EQ(late->closed, 0);
    EXPECT_EQ(known->closed, 0);
    EXPECT_TRUE(m_connections->IsOpen(0, CONTROL)) << "a stranger has no id, not the id 0";
    EXPECT_TRUE(m_errors.empty());
    late->stream->Send(MakeHello(11, CONTROL));
    Wait(Seconds(2));
    m_connections->DropStrangers(Seconds(1));
    Wait();
    EXPECT_TRUE(m_connections->IsOpen(11, CONTROL)) << "it is no stranger any more";
}

TEST_F(ClientConnectionsTest, DropsBothConnectionsOfADevice)
{
    Build();
    const auto control = Introduce(10, CONTROL);
    const auto data = Introduce(10, DATA);
    const auto other = Introduce(11, DATA);
    m_connections->Drop(10);
    m_connections->Drop(99); // nobody
    EXPECT_FALSE(m_connections->IsOpen(10, CONTROL));
    EXPECT_FALSE(m_connections->IsOpen(10, DATA));
    Wait();
    EXPECT_EQ(control->closed, 1);
    EXPECT_EQ(data->closed, 1);
    EXPECT_EQ(other->closed, 0);
}

TEST_F(ClientConnectionsTest, TakesConnectionsOnlyWhileItAccepts)
{
    Build();
    const auto before = Introduce(10, CONTROL);
    const auto stranger = Connect(1);
    m_connections->SetAccepting(false);
    EXPECT_FALSE(m_connections->IsOpen(10, CONTROL));
    Wait();
    EXPECT_EQ(before->closed, 1);
    EXPECT_EQ(stranger->closed, 1);
    const auto refused = Introduce(10, CONTROL);
    EXPECT_FALSE(refused->stream && refused->stream->IsOpen());
    EXPECT_EQ(m_hellos.size(), 1u);
    m_connections->SetAccepting(true);
    Introduce(11, CONTROL);
    EXPECT_TRUE(m_connections->IsOpen(11, CONTROL));
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(ClientConnectionsTest, IsSilentOnceStopped)
{
    Build();
    const auto end = Introduce(10, CONTROL);
    end->stream->Send(MakeState(10));
    m_connections->Stop(); // it is on its way
    Wait();
    EXPECT_TRUE(m_messages.empty());
    EXPECT_EQ(end->closed, 1);
    const auto late = Introduce(11, CONTROL);
    EXPECT_FALSE(late->stream && late->stream->IsOpen());
    EXPECT_EQ(m_hellos.size(), 1u);
}

TEST_F(ClientConnectionsTest, ListensOncePerAddress)
{
    Build();
    const auto second = CreateObject<ClientConnections>();
    EXPECT_THROW(
        second->Listen(m_network->GetServerNode(), InetSocketAddress(Ipv4Address::GetAny(), 4600)),
        std::runtime_error);
    second->Dispose();
}

TEST_F(ClientConnectionsTest, KnowsWhichConnectionsAreOpenWhateverHappens)
{
    for (uint64_t seed = 1; seed <= 10; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        TearDown();
        m_ends.clear();
        m_errors.clear();
        Build();
        std::map<std::pair<uint32_t, ConnectionRole>, std::shared_ptr<End>> open;
        uint64_t faults = 0;
        for (int step = 0; step < 60; ++step)
        {
            const auto device = static_cast<uint32_t>(10 + random() % 4);
            const auto role = random() % 2 == 0 ? CONTROL : DATA;
            const auto found = open.find({device, role});
            const auto what = random() % 8;
            if (what < 4)
            {
                open[{device, role}] = Introduce(device, role);
            }
            else if (what == 4)
            {
                m_connections->Drop(device);
                open.erase({device, CONTROL});
                open.erase({device, DATA});
            }
            else if (found != open.end())
            {
                const auto end = found->second;
                if (what == 5)
                {
                    end->stream->Close();
                }
                else
                {
                    ++faults;
                    const std::vector<uint8_t> text(64, 'x');
                    what == 6 ? end->stream->Send(MakeHello(device, role))
                              : void(end->socket->Send(Create<Packet>(text.data(), 64)));
                }
                open.erase(found);
            }
            Wait();
            for (uint32_t id = 10; id < 14; ++id)
            {
                for (const auto each : {CONTROL, DATA})
                {
                    EXPECT_EQ(m_connections->IsOpen(id, each), open.count({id, each}) > 0)
                        << "device " << id << ", step " << step;
                }
            }
            EXPECT_EQ(m_connections->GetProtocolErrors(), faults);
        }
        // the ones that are open are those that the devices opened last
        for (const auto& [key, end] : open)
        {
            if (key.second == CONTROL)
            {
                m_connections->Send(key.first, CONTROL, SurgeryHeader(Grant()));
            }
        }
        Wait();
        for (const auto& [key, end] : open)
        {
            EXPECT_EQ(end->received.size(), key.second == CONTROL ? 1u : 0u);
        }
        EXPECT_EQ(m_errors.size(), faults);
    }
}

} // namespace
