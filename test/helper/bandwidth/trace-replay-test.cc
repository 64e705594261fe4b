/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simple-net-device.h"
#include "ns3/socket.h"
#include "ns3/surgery-bandwidth-trace-file.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-bandwidth-trace.h"
#include "ns3/surgery-traced-data-rate.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/wifi-net-device.h"

#include <cmath>
#include <gtest/gtest.h>
#include <iomanip>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <stdexcept>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A packet that has gone over a link.
struct Passage
{
    int64_t beginNs;
    int64_t endNs;
    uint32_t bytes;
};

/// One direction of a link of a star without delay, with all that crosses it.
class Direction
{
  public:
    /// Listen to the device's end of a link, or, for the downlink, to the server's.
    Direction(const StarNetwork& network, uint32_t device, bool isUplink)
        : m_from(isUplink ? network.GetDeviceNode(device) : network.GetServerNode()),
          m_device(network.GetLink(device).Get(isUplink ? 0 : 1))
    {
        const auto peer = network.GetLink(device).Get(isUplink ? 1 : 0);
        m_peer = peer->GetNode()->GetObject<Ipv4>()->GetAddress(peer->GetIfIndex(), 0).GetLocal();
        // somebody must listen, or each packet is answered by ICMP
        m_sink = Socket::CreateSocket(peer->GetNode(), UdpSocketFactory::GetTypeId());
        m_sink->Bind(InetSocketAddress(m_peer, 9));
        Listen(m_device, "PhyTxBegin", [this](Ptr<const Packet> packet) { HandleBegin(packet); });
        Listen(m_device, "PhyTxEnd", [this](Ptr<const Packet> packet) { HandleEnd(packet); });
    }

    /// Keep the device busy with UDP from now on, in packets of these sizes in turn.
    void Saturate(std::vector<uint32_t> payloads)
    {
        m_payloads = std::move(payloads);
        Simulator::ScheduleNow(&Direction::Refill, this, 10);
    }

    /// Send one UDP packet.
    void Send(uint32_t payload)
    {
        if (!m_socket)
        {
            m_socket = Socket::CreateSocket(m_from, UdpSocketFactory::GetTypeId());
            m_socket->Bind();
            m_socket->Connect(InetSocketAddress(m_peer, 9));
        }
        ASSERT_EQ(m_socket->Send(Create<Packet>(payload)), static_cast<int>(payload));
    }

    /// What has crossed the link.
    const std::vector<Passage>& GetPassages() const
    {
        return m_passages;
    }

    /// Bytes of packets that ended in (from, until].
    double CountBytes(double fromS, double untilS) const
    {
        double sum = 0;
        for (const auto& passage : m_passages)
        {
            const auto end = static_cast<double>(passage.endNs) * 1e-9;
            sum += end > fromS && end <= untilS ? passage.bytes : 0;
        }
        return sum;
    }

  private:
    void Refill(int packets)
    {
        for (int i = 0; i < packets; ++i)
        {
            Send(m_payloads[m_sent++ % m_payloads.size()]);
        }
    }

    void HandleBegin(Ptr<const Packet> packet)
    {
        m_passages.push_back({Simulator::Now().GetNanoSeconds(), -1, packet->GetSize()});
    }

    void HandleEnd(Ptr<const Packet>)
    {
        m_passages.back().endNs = Simulator::Now().GetNanoSeconds();
        if (!m_payloads.empty())
        {
            Simulator::ScheduleNow(&Direction::Refill, this, 1);
        }
    }

    Ptr<Node> m_from;
    Ptr<NetDevice> m_device;
    Ipv4Address m_peer;
    Ptr<Socket> m_sink;
    Ptr<Socket> m_socket;
    std::vector<uint32_t> m_payloads;
    std::size_t m_sent{0};
    std::vector<Passage> m_passages;
};

constexpr uint32_t FULL = 1472; //!< payload of an IP packet of 1500 bytes

/// Bytes of UDP, IP and PPP headers.
constexpr uint32_t HEADERS = 8 + 20 + 2;

class TraceReplay : public SimulatorFixture
{
};

TEST_F(TraceReplay, SaturatedLinkCarriesWhatTheTraceDoes)
{
    // lines of the files per 10 s, counted without the reader
    const std::vector<double>
        up{6327, 4295, 8265, 5613, 1699, 2788, 2377, 4221, 3432, 5125, 7097, 7945, 4173, 6010};
    const std::vector<double>
        down{5768, 2505, 5393, 4083, 3567, 2471, 1917, 2234, 3361, 6803, 8571, 6062, 1898, 4022};
    for (const auto isUplink : {true, false})
    {
        const std::string name = isUplink ? "Verizon-LTE-short.up" : "Verizon-LTE-short.down";
        SCOPED_TRACE(name);
        StarNetwork network(1, "1Mbps", Time(0));
        BandwidthTraceHelper helper(isUplink ? name : "", isUplink ? "" : name);
        helper.Install(network.GetLink(0));
        Direction direction(network, 0, isUplink);
        direction.Saturate({FULL});
        Simulator::Stop(Seconds(140) + NanoSeconds(1));
        Simulator::Run();
        double worst = 0;
        double carried = 0;
        double expected = 0;
        for (int window = 0; window < 14; ++window)
        {
            const auto sum = 1500 * (isUplink ? up : down).at(window);
            const auto bytes = direction.CountBytes(10 * window, 10 * (window + 1));
            EXPECT_NEAR(bytes, sum, 0.02 * sum) << "window " << window;
            worst = std::max(worst, std::abs(bytes / sum - 1));
            carried += bytes;
            expected += sum;
        }
        EXPECT_NEAR(carried, expected, 0.005 * expected);
        std::cout << name << ": " << std::setprecision(9) << carried << " of " << expected
                  << " bytes, " << std::setprecision(2) << 100 * std::abs(carried / expected - 1)
                  << " % off, " << 100 * worst << " % in the worst 10 s\n";
        Simulator::Destroy();
    }
}

TEST_F(TraceReplay, BytesDeliveredAreTheIntegral)
{
    for (const std::string description : {"square:2Mbps,50Mbps,1s",
                                          "ramp:0Mbps,20Mbps,3s",
                                          "ramp:20Mbps,0bps,3s",
                                          "steps:1Mbps,1s,0bps,700ms,10Mbps,300ms",
                                          "constant:3.3Mbps"})
    {
        SCOPED_TRACE(description);
        const auto trace = LoadBandwidthTrace(description);
        StarNetwork network(1, "1Mbps", Time(0));
        BandwidthTraceHelper(trace, nullptr).Install(network.GetLink(0));
        Direction direction(network, 0, true);
        direction.Saturate({FULL, 1, 100, FULL, 700});
        Simulator::Stop(Seconds(7));
        Simulator::Run();
        double bytes = 0;
        for (const auto& passage : direction.GetPassages())
        {
            if (passage.endNs >= 0)
            {
                bytes += passage.bytes;
                // every single one ends when the integral says, not only their sum
                const auto end = static_cast<double>(passage.endNs) * 1e-9;
                const auto length = static_cast<double>(passage.endNs - passage.beginNs) * 1e-9;
                const auto early = length * length / (8 * passage.bytes); // DataRate rounded up
                ASSERT_NEAR(end, trace->GetSeconds(bytes), early + 2e-9);
                ASSERT_LE(end, trace->GetSeconds(bytes) + 2e-9);
            }
        }
        EXPECT_NEAR(bytes, trace->GetBytes(7), FULL + HEADERS + 1);
        Simulator::Destroy();
    }
}

TEST_F(TraceReplay, LonePacketsEndWhenTheTraceHasCarriedThem)
{
    const uint64_t seed = 4;
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto trace = LoadBandwidthTrace("steps:3Mbps,100ms,0bps,400ms,40Mbps,3ms,50kbps,250ms");
    const double offset = 0.321;
    StarNetwork network(1, "1Mbps", Time(0));
    BandwidthTraceHelper helper(nullptr, trace);
    const auto constant = CreateObject<ConstantRandomVariable>();
    constant->SetAttribute("Constant", DoubleValue(offset));
    helper.SetOffset(constant);
    helper.Install(network.GetLink(0));
    Direction direction(network, 0, false);
    for (int i = 0; i < 300; ++i)
    {
        const auto when = Seconds(i) + NanoSeconds(random() % 500000000);
        Simulator::Schedule(when, &Direction::Send, &direction, 1 + random() % FULL);
    }
    Simulator::Stop(Seconds(301));
    Simulator::Run();
    ASSERT_EQ(direction.GetPassages().size(), 300u);
    for (const auto& passage : direction.GetPassages())
    {
        const auto begin = static_cast<double>(passage.beginNs) * 1e-9;
        const auto length = static_cast<double>(passage.endNs - passage.beginNs) * 1e-9;
        const auto expected =
            trace->GetSeconds(trace->GetBytes(begin + offset) + passage.bytes) - offset - begin;
        EXPECT_LE(length, expected + 2e-9);
        EXPECT_GE(length, expected - length * length / (8 * passage.bytes) - 2e-9);
    }
}

TEST_F(TraceReplay, OutagesHoldPacketsBack)
{
    for (const double outage : {0.5, 30.0, 400.0, 2000.0})
    {
        SCOPED_TRACE(outage);
        std::ostringstream description;
        description << "steps:0bps," << outage << "s,10Mbps,1s";
        const auto trace = LoadBandwidthTrace(description.str());
        StarNetwork network(1, "1Mbps", Time(0));
        BandwidthTraceHelper(trace, nullptr).Install(network.GetLink(0));
        Direction direction(network, 0, true);
        direction.Saturate({FULL});
        Simulator::Stop(Seconds(2 * outage + 2));
        Simulator::Run();
        // a packet is early by up to the rounding of its rate, and nothing else is
        const auto early = outage * outage / (8 * (FULL + HEADERS));
        EXPECT_LE(direction.CountBytes(0, outage - early - 1e-6), 0);
        EXPECT_LE(direction.CountBytes(0, outage), 2 * (FULL + HEADERS));
        EXPECT_NEAR(direction.CountBytes(0, 2 * outage + 2), 2.5e6, 2 * (FULL + HEADERS));
        Simulator::Destroy();
    }
}

/// The instants at which packets end on three links that share traces from random offsets.
std::vector<int64_t>
RunLinks(int64_t stream)
{
    StarNetwork network(3, "1Mbps", MilliSeconds(1));
    BandwidthTraceHelper helper("Verizon-LTE-short.up", "Verizon-LTE-short.down");
    const auto offset = CreateObject<UniformRandomVariable>();
    offset->SetAttribute("Max", DoubleValue(140));
    helper.SetOffset(offset);
    EXPECT_EQ(helper.AssignStreams(stream), 1);
    std::vector<std::unique_ptr<Direction>> directions;
    for (uint32_t i = 0; i < 3; ++i)
    {
        helper.Install(network.GetLink(i));
        TimeValue up;
        TimeValue down;
        network.GetLink(i).Get(0)->GetObject<TracedDataRate>()->GetAttribute("Offset", up);
        network.GetLink(i).Get(1)->GetObject<TracedDataRate>()->GetAttribute("Offset", down);
        EXPECT_EQ(up.Get(), down.Get());
        for (const auto isUplink : {true, false})
        {
            directions.push_back(std::make_unique<Direction>(network, i, isUplink));
            directions.back()->Saturate({FULL});
        }
    }
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    std::vector<int64_t> ends;
    for (const auto& direction : directions)
    {
        ends.push_back(static_cast<int64_t>(direction->GetPassages().size()));
        for (const auto& passage : direction->GetPassages())
        {
            ends.push_back(passage.endNs);
        }
    }
    Simulator::Destroy();
    return ends;
}

TEST_F(TraceReplay, LinksShareTracesFromOffsetsOfAStream)
{
    const auto first = RunLinks(7);
    EXPECT_EQ(first, RunLinks(7));
    EXPECT_NE(first, RunLinks(8));
}

TEST_F(TraceReplay, RatesAreTraced)
{
    StarNetwork network(1, "1Mbps", Time(0));
    BandwidthTraceHelper("constant:8Mbps", "").Install(network.GetLink(0));
    std::vector<uint64_t> rates;
    Listen(network.GetLink(0).Get(0)->GetObject<TracedDataRate>(), "Rate", [&rates](DataRate rate) {
        rates.push_back(rate.GetBitRate());
    });
    Direction up(network, 0, true);
    Direction down(network, 0, false);
    up.Saturate({FULL});
    down.Saturate({FULL});
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    ASSERT_EQ(rates.size(), 666u);
    for (const auto rate : rates)
    {
        EXPECT_NEAR(static_cast<double>(rate), 8e6, 20);
    }
    // the other direction keeps the rate that the link was made with
    EXPECT_NEAR(down.CountBytes(0, 1), 1e6 / 8, FULL + HEADERS);
}

TEST_F(TraceReplay, OtherDevicesAreRefusedByName)
{
    StarNetwork network(2, "1Mbps", Time(0));
    const BandwidthTraceHelper helper("constant:8Mbps", "constant:8Mbps");
    const auto getError = [&helper](const NetDeviceContainer& ends) -> std::string {
        try
        {
            helper.Install(ends);
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
        return "";
    };
    NetDeviceContainer simple;
    simple.Add(CreateObject<SimpleNetDevice>());
    simple.Add(CreateObject<SimpleNetDevice>());
    EXPECT_NE(getError(simple).find("not ns3::SimpleNetDevice"), std::string::npos);
    NetDeviceContainer wifi;
    wifi.Add(CreateObject<WifiNetDevice>());
    wifi.Add(CreateObject<WifiNetDevice>());
    EXPECT_NE(getError(wifi).find("not ns3::WifiNetDevice"), std::string::npos);
    EXPECT_NE(getError(NetDeviceContainer()).find("not 0 devices"), std::string::npos);
    EXPECT_EQ(getError(network.GetLink(1)), "");
    EXPECT_NE(getError(network.GetLink(1)).find("already"), std::string::npos);
}

} // namespace
