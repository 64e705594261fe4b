/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-bandwidth-trace.h"
#include "ns3/surgery-fluid-access-network.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/surgery-site-network.h"
#include "ns3/tcp-socket-factory.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// @param action what is to fail @return what the exception says; empty if there was none
std::string
GetError(const std::function<void()>& action)
{
    try
    {
        action();
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

class FluidAccess : public SimulatorFixture
{
  protected:
    /// Build. @param name as AccessNetwork::Create has it @param devices how many
    void Build(const std::string& name, uint32_t devices)
    {
        mobiles.Create(devices);
        server.Create(1);
        network = DynamicCast<FluidAccessNetwork>(AccessNetwork::Create(name));
        network->Install(mobiles, server.Get(0));
    }

    /// Send bytes from a device to ns-3's sink at the server. @param device it @param bytes how
    /// many
    /// @return when they have arrived, s; -1: not within 100 s
    double Send(uint32_t device, uint32_t bytes)
    {
        PacketSinkHelper helper("ns3::TcpSocketFactory", network->GetListeningAddress(9));
        const auto sink = helper.Install(server).Get(0);
        double end = -1;
        uint64_t missing = bytes;
        Listen(sink, "Rx", [&](Ptr<const Packet> packet, const Address&) {
            missing -= packet->GetSize();
            end = missing == 0 ? Simulator::Now().GetSeconds() : end;
        });
        const auto socket =
            Socket::CreateSocket(mobiles.Get(device), TcpSocketFactory::GetTypeId());
        socket->SetAttribute("SndBufSize", StringValue("10000000"));
        socket->Bind();
        Simulator::Schedule(MilliSeconds(500), [&] { // the sink listens by then
            socket->Connect(network->GetServerAddress(9));
        });
        Simulator::Schedule(Seconds(1), [&] { socket->Send(Create<Packet>(bytes)); });
        Simulator::Stop(Seconds(100));
        Simulator::Run();
        Simulator::Destroy();
        return end;
    }

    NodeContainer mobiles;           ///< the mobile nodes
    NodeContainer server;            ///< the server's node
    Ptr<FluidAccessNetwork> network; ///< between them
};

TEST_F(FluidAccess, TakesDelaysAndBytesByRate)
{
    Build("fluid[UplinkMbps=ns3::ConstantRandomVariable[Constant=8]|Delay=7ms|BackhaulDelay=3ms|"
          "HeaderFactor=1.25]",
          1);
    EXPECT_NEAR(Send(0, 1000000), 1 + 0.010 + 1.25, 2e-9);
}

TEST_F(FluidAccess, HasNodesWithoutAStack)
{
    Build("fluid", 2);
    for (const auto& nodes : {mobiles, server})
    {
        EXPECT_FALSE(nodes.Get(0)->GetObject<Ipv4>());
        EXPECT_EQ(nodes.Get(0)->GetNDevices(), 0u);
    }
    EXPECT_EQ(FindNode(network->GetServerAddress(4600)), server.Get(0)->GetId());
    EXPECT_EQ(network->GetServers().GetN(), 1u);
    EXPECT_EQ(network->GetBackhaul().GetN(), 0u);
}

TEST_F(FluidAccess, FollowsABandwidthTraceExactly)
{
    Build("fluid[Delay=0s|BackhaulDelay=0s|HeaderFactor=1]", 1);
    const std::vector<BandwidthTrace::Piece> pieces{{1, 8e6, 8e6}, {2, 0, 0}, {4, 0, 4e6}};
    const auto trace = std::make_shared<const BandwidthTrace>(pieces);
    BandwidthTraceHelper(trace, nullptr).Install(network->GetUplink(0), network->GetDownlink(0));
    const uint32_t bytes = 1700000; // from 1 s on: 500 kB by 4 s, 1 MB by 5 s, 200 kB in between
    const auto expected = trace->GetSeconds(trace->GetBytes(1) + bytes);
    EXPECT_GT(expected, 7);
    EXPECT_NEAR(Send(0, bytes), expected, 1e-8);
}

TEST_F(FluidAccess, SharesACell)
{
    // one device alone has the whole cell, in either direction
    Build("fluid[Cells=true|HalfDuplex=true|Delay=0s|BackhaulDelay=0s|HeaderFactor=1|"
          "UplinkMbps=ns3::ConstantRandomVariable[Constant=16]]",
          3);
    EXPECT_EQ(network->GetUplink(0), network->GetUplink(2));
    EXPECT_EQ(network->GetUplink(0), network->GetDownlink(1));
    EXPECT_NEAR(Send(2, 1000000), 1.5, 1e-8);
}

TEST_F(FluidAccess, RefusesRatesThatAreNone)
{
    for (const std::string rate : {"0", "-5", "1e-9"})
    {
        for (const std::string name : {"UplinkMbps", "DownlinkMbps"})
        {
            SetUp();
            mobiles = NodeContainer();
            server = NodeContainer();
            Build("fluid[" + name + "=ns3::ConstantRandomVariable[Constant=" + rate + "]]", 1);
            const auto message = RunForError(Seconds(1));
            EXPECT_EQ(message.rfind("FluidAccessNetwork: " + name + ": must be finite", 0), 0u)
                << message;
        }
    }
    SetUp();
    EXPECT_NE(GetError([] {
                  AccessNetwork::Create("fluid[BackhaulRate=0bps]")
                      ->Install(NodeContainer(1), NodeContainer(1).Get(0));
              }).find("BackhaulRate"),
              std::string::npos);
}

TEST_F(FluidAccess, RefusesMoreThanAHundredThousandDevices)
{
    const auto message = GetError([] {
        AccessNetwork::Create("fluid")->Install(NodeContainer(100001), NodeContainer(1).Get(0));
    });
    EXPECT_EQ(message, "FluidAccessNetwork: there can be 100000 mobile nodes at most, not 100001");
}

TEST_F(FluidAccess, RefusesToCapture)
{
    Build("fluid", 1);
    const auto message = GetError([this] { network->EnablePcap("x.pcap"); });
    EXPECT_EQ(message.rfind("x.pcap: a fluid network has no packets to capture", 0), 0u) << message;
}

TEST_F(FluidAccess, RefusesNodesOfPacketsAndIsRefusedByThem)
{
    NodeContainer nodes(3);
    InternetStackHelper().Install(nodes.Get(0));
    EXPECT_NE(GetError([&] {
                  AccessNetwork::Create("fluid")->Install(nodes.Get(0), nodes.Get(1));
              }).find("has an internet stack"),
              std::string::npos);
    AccessNetwork::Create("fluid")->Install(nodes.Get(2), NodeContainer(1).Get(0));
    EXPECT_NE(GetError([&] {
                  AccessNetwork::Create("wired")->Install(nodes.Get(2), NodeContainer(1).Get(0));
              }).find("is in a fluid network"),
              std::string::npos);
}

TEST_F(FluidAccess, AttachesDevicesToTheNearestSite)
{
    mobiles.Create(2);
    for (uint32_t i = 0; i < 2; ++i)
    {
        auto mobility = CreateObject<ConstantVelocityMobilityModel>();
        mobility->SetPosition(Vector(0, 0, 0));
        mobility->SetVelocity(Vector(i == 0 ? 10 : 0, 0, 0));
        mobiles.Get(i)->AggregateObject(mobility);
    }
    server.Create(2);
    SitePlan plan;
    plan.AddSite("west", Vector(0, 0, 0));
    plan.AddSite("east", Vector(100, 0, 0));
    plan.SetBackhaul("mesh");
    const auto sites = CreateObject<SiteNetwork>();
    sites->SetAttribute("Network",
                        StringValue("fluid[RoamingGap=100ms|BackhaulDelay=1ms|Delay=1ms]"));
    sites->SetPlan(plan);
    sites->Install(mobiles, server);
    std::vector<std::pair<double, uint32_t>> changes;
    Listen(sites, "SiteChanged", [&](uint32_t node, uint32_t site) {
        EXPECT_EQ(node, mobiles.Get(0)->GetId());
        changes.emplace_back(Simulator::Now().GetSeconds(), site);
    });
    // a connection to the server in the west, with a byte each 100 ms
    PacketSinkHelper helper("ns3::TcpSocketFactory", sites->GetListeningAddress(9));
    const auto sink = helper.Install(server.Get(0)).Get(0);
    std::vector<double> arrivals;
    Listen(sink, "Rx", [&](Ptr<const Packet>, const Address&) {
        arrivals.push_back(Simulator::Now().GetSeconds());
    });
    const auto socket = Socket::CreateSocket(mobiles.Get(0), TcpSocketFactory::GetTypeId());
    socket->Bind();
    socket->Connect(sites->GetServerAddress(9, "west"));
    for (int i = 10; i < 100; ++i)
    {
        Simulator::Schedule(MilliSeconds(100 * i), [&] { socket->Send(Create<Packet>(1)); });
    }
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_NEAR(changes[0].first, 6.1, 1e-6) << "nearer by a meter at 5.05 s, seen at 6 s";
    EXPECT_EQ(changes[0].second, 1u);
    EXPECT_EQ(sites->GetSite(mobiles.Get(1)->GetId()), 0u);
    ASSERT_EQ(arrivals.size(), 90u) << "nothing is lost";
    EXPECT_NEAR(arrivals[0] - 1, 0.002, 1e-5);
    EXPECT_NEAR(arrivals[89] - 9.9, 0.007, 1e-5) << "over the backhaul, 5 ms more";
    Simulator::Destroy();
}

} // namespace
