/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-wired-access-network.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint64_t INPUT_BYTES = 800000;

/// What was seen of one device that offloads everything.
struct Seen
{
    std::vector<double> uplinkS; ///< time of each transfer of tensors
    uint32_t largestPacket{0};   ///< that its device sent, byte
    uint32_t packets{0};         ///< that it sent
    uint32_t dropped{0};         ///< for lack of room in its queue toward the gateway
};

class WiredAccess : public SimulatorFixture
{
  protected:
    /// Offload ten times. @param network as AccessNetwork::Create has it @param segment of TCP,
    /// byte
    static Seen Run(const std::string& network, uint32_t segment)
    {
        NodeContainer mobile(1);
        NodeContainer server(1);
        auto wires = DynamicCast<WiredAccessNetwork>(AccessNetwork::Create(network));
        wires->Install(mobile, server.Get(0));
        MecServerHelper serverHelper(wires->GetListeningAddress(4600));
        serverHelper.SetAttribute("Scheduler", StringValue("ns3::surgery::ServerOnlyScheduler"));
        serverHelper.SetAttribute("Connections",
                                  StringValue("ns3::surgery::ClientConnections[SegmentSize=" +
                                              std::to_string(segment) + "]"));
        serverHelper.Install(server.Get(0));
        InferenceClientHelper clientHelper(wires->GetServerAddress(4600));
        clientHelper.SetAttribute("InputBytes", UintegerValue(INPUT_BYTES));
        clientHelper.SetAttribute("MaxRequests", UintegerValue(10));
        clientHelper.SetAttribute("ThinkTime",
                                  StringValue("ns3::ConstantRandomVariable[Constant=1]"));
        clientHelper.SetAttribute("Connection",
                                  StringValue("ns3::surgery::ServerConnection[SegmentSize=" +
                                              std::to_string(segment) + "]"));
        auto client = clientHelper.Install(mobile.Get(0)).Get(0);
        Seen seen;
        Listen(client, "Inference", [&seen](const InferenceRecord& record) {
            if (record.outcome == InferenceOutcome::COMPLETED && !record.serverEnd.IsNegative())
            {
                seen.uplinkS.push_back(record.uplinkTransfer.GetSeconds());
            }
        });
        const auto device = wires->GetLink(0).Get(0);
        Listen(device, "PhyTxBegin", [&seen](Ptr<const Packet> packet) {
            ++seen.packets;
            seen.largestPacket = std::max(seen.largestPacket, packet->GetSize());
        });
        // without a queue disc, what a full queue has no room for is dropped in front of it
        Listen(mobile.Get(0)->GetObject<TrafficControlLayer>(),
               "TcDrop",
               [&seen](Ptr<const Packet>) { ++seen.dropped; });
        Simulator::Stop(Seconds(60));
        Simulator::Run();
        Simulator::Destroy();
        return seen;
    }
};

TEST_F(WiredAccess, TokenBucketLetsItsBurstPassAndThenItsRate)
{
    for (const double mbps : {10.0, 25.0, 50.0})
    {
        const auto seen =
            Run("wired[Mtu=9001|BackhaulMtu=9001|Delay=200us|BackhaulDelay=0s|BackhaulRate=10Gbps|"
                "UplinkMbps=ns3::ConstantRandomVariable[Constant=10000]|"
                "UplinkQueueDisc=ns3::TbfQueueDisc[Rate=" +
                    std::to_string(static_cast<int>(mbps)) +
                    "Mbps|Burst=64000|Mtu=9015|MaxSize=376500B]]",
                8949);
        ASSERT_GE(seen.uplinkS.size(), 8u);
        auto times = seen.uplinkS;
        std::sort(times.begin(), times.end());
        // headers of TCP and IP per segment; the bucket is full after a pause of a second
        const auto wireBytes = INPUT_BYTES * (8949 + 40) / 8949.0;
        const auto expected = 8 * (wireBytes - 64000) / (1e6 * mbps);
        EXPECT_NEAR(times[times.size() / 2], expected, 0.01 * expected + 0.001) << mbps;
        EXPECT_EQ(seen.largestPacket, 8949u + 40 + 2) << "of the headers of IP, TCP and PPP";
    }
}

TEST_F(WiredAccess, SegmentsBeyondTheMtuBecomeFragments)
{
    const auto whole = Run("wired[Mtu=9001|BackhaulMtu=9001]", 8949);
    const auto split = Run("wired[BackhaulMtu=9001]", 8949);
    EXPECT_GT(whole.largestPacket, 8000u);
    EXPECT_LE(split.largestPacket, 1502u);
    EXPECT_GT(split.packets, 4 * whole.packets);
}

TEST_F(WiredAccess, ShortQueueDropsWhatALongOneHolds)
{
    EXPECT_EQ(Run("wired", 1448).dropped, 0u);
    const auto seen = Run("wired[UplinkQueue=64p]", 1448);
    EXPECT_GT(seen.dropped, 0u);
    EXPECT_GE(seen.uplinkS.size(), 8u) << "TCP sends again what was dropped";
}

TEST_F(WiredAccess, RefusesWhatIsNoQueueDisc)
{
    for (const std::string wrong : {"ns3::DropTailQueue",
                                    "nonsense",
                                    "ns3::TbfQueueDisc[Rate=fast]",
                                    "ns3::QueueDisc",
                                    "ns3::TbfQueueDisc[Rate=0bps]",   // what ns-3 divides by,
                                    "ns3::FqCoDelQueueDisc[Flows=0]", // too,
                                    "ns3::PieQueueDisc[Tupdate=0s]",  // and what stops time
                                    // what ns-3 reads when the device starts
                                    "ns3::FqCoDelQueueDisc[Interval=abc]",
                                    "ns3::FqCobaltQueueDisc[Target=]",
                                    "ns3::MqQueueDisc",
                                    "ns3::PrioQueueDisc[Priomap=1]",
                                    "ns3::PrioQueueDisc[Priomap=1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 x]",
                                    "ns3::PrioQueueDisc[Priomap=1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 3]",
                                    "ns3::FqCoDelQueueDisc[SetWays=0]",
                                    "ns3::FqCoDelQueueDisc[UseL4s=true]"})
    {
        for (const std::string attribute : {"UplinkQueueDisc", "DownlinkQueueDisc"})
        {
            auto network = CreateObject<WiredAccessNetwork>();
            try
            {
                network->SetAttribute(attribute, StringValue(wrong));
                ADD_FAILURE() << attribute << " took " << wrong;
            }
            catch (const std::invalid_argument& error)
            {
                EXPECT_EQ(std::string(error.what()).rfind("WiredAccessNetwork: " + attribute, 0),
                          0u)
                    << error.what();
            }
        }
    }
}

TEST_F(WiredAccess, TakesQueueDiscsWithTimesAndMapsOfPriorities)
{
    for (const std::string right : {"ns3::FqCoDelQueueDisc[Interval=50ms|Target=2ms]",
                                    "ns3::CoDelQueueDisc[Interval=50ms]",
                                    "ns3::PrioQueueDisc[Priomap=1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1]"})
    {
        EXPECT_GE(Run("wired[UplinkQueueDisc=" + right + "]", 1448).uplinkS.size(), 8u) << right;
    }
}

} // namespace
