/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/constant-position-mobility-model.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node-container.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// What a device knew of its network, and did.
struct Seen
{
    double rateBps{0};        ///< of the uplink, as estimated last
    std::string cut{"local"}; ///< in the end
    int estimates{0};         ///< transfers that it learned from
    double sentBytes{0};      ///< over the network, with all headers
};

/// A device that begins with a wrong guess of its network.
class FirstGuess : public SimulatorFixture
{
  protected:
    static constexpr double BEGIN = 0.55;   ///< of the client, s: Wi-Fi has a station by then
    static constexpr double DECISION = 1;   ///< the first one that knows the client, s
    static constexpr double TIMESTEP = 0.5; ///< between decisions, s

    /// @param megabits rate of both directions, Mbit/s @param milliseconds delay, ms
    /// @return for AccessNetwork::Create
    static std::string GetWire(double megabits, int milliseconds)
    {
        const auto rate = "=ns3::ConstantRandomVariable[Constant=" + std::to_string(megabits) + "]";
        return "wired[UplinkMbps" + rate + "|DownlinkMbps" + rate +
               "|Delay=" + std::to_string(milliseconds) + "ms]";
    }

    /// Run. @param access for AccessNetwork::Create @param guess the InitialRate; empty: default
    /// @param dnn the DNN @param end when it ends, s
    static Seen Run(const std::string& access,
                    const std::string& guess,
                    const std::string& dnn,
                    double end)
    {
        NodeContainer mobiles(1);
        NodeContainer server(1);
        const auto mobility = CreateObject<ConstantPositionMobilityModel>();
        mobility->SetPosition(Vector(10, 0, 0));
        mobiles.Get(0)->AggregateObject(mobility);
        const auto network = AccessNetwork::Create(access);
        network->Install(mobiles, server.Get(0));
        network->AssignStreams(1);
        MecServerHelper(network->GetListeningAddress(4600)).Install(server);
        InferenceClientHelper helper(network->GetServerAddress(4600));
        helper.SetAttribute("Dnn", StringValue(dnn));
        if (!guess.empty())
        {
            const StringValue estimator("ns3::surgery::FittedLinkEstimator[InitialRate=" + guess +
                                        "]");
            helper.SetAttribute("UplinkEstimator", estimator);
            helper.SetAttribute("DownlinkEstimator", estimator);
        }
        const auto clients = helper.Install(mobiles.Get(0));
        InferenceClientHelper::AssignStreams(clients, 1000);
        const auto client = clients.Get(0);
        client->SetStartTime(Seconds(BEGIN));
        Seen seen;
        Listen(client, "LinkEstimated", [&seen](const LinkRecord& record) {
            seen.rateBps = record.uplinkBps;
            ++seen.estimates;
        });
        Listen(client, "CutChanged", [&seen](const CutChangeRecord& change) {
            seen.cut = change.newCut;
        });
        Listen(mobiles.Get(0)->GetObject<Ipv4L3Protocol>(),
               "Tx",
               [&seen](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t) {
                   seen.sentBytes += packet->GetSize();
               });
        Simulator::Stop(Seconds(end));
        Simulator::Run();
        network->Dispose();
        Simulator::Destroy();
        return seen;
    }

    /// Expect that a guess costs little. @param access the network @param dnn the DNN
    /// @param guesses a hundred times too low and too high
    /// @param tolerance how far off the rate may be before the first decision
    static void ExpectCheap(const std::string& access,
                            const std::string& dnn,
                            const std::vector<std::string>& guesses,
                            double tolerance)
    {
        const auto truth = Run(access, "", dnn, 5);
        for (const auto& guess : guesses)
        {
            SCOPED_TRACE(access + ", " + dnn + ", guess " + guess);
            // before the first decision the network is known
            const auto first = Run(access, guess, dnn, DECISION - 0.001);
            EXPECT_EQ(first.estimates, 4);
            EXPECT_LT(std::abs(first.rateBps / truth.rateBps - 1), tolerance)
                << first.rateBps << " instead of " << truth.rateBps;
            // two trials of TCP's first window to 32 kB, and what is below 10 kB
            EXPECT_LT(first.sentBytes, 2 * 32768 * 1.05 + 10000);
            EXPECT_GT(first.sentBytes, 2 * 13032);
            // the first decision and two further ones
            const auto then = Run(access, guess, dnn, DECISION + 2.1 * TIMESTEP);
            EXPECT_EQ(then.cut, truth.cut);
            EXPECT_LT(std::abs(then.rateBps / truth.rateBps - 1), 0.3)
                << then.rateBps << " instead of " << truth.rateBps;
        }
    }
};

TEST_F(FirstGuess, IsForgottenBeforeTheFirstDecisionOnAWire)
{
    for (const std::string dnn : {"resnet50", "alexnet", "vgg19"})
    {
        ExpectCheap(GetWire(20, 5), dnn, {"200kbps", "2Gbps"}, 0.3);
    }
}

TEST_F(FirstGuess, IsForgottenBeforeTheFirstDecisionOnALongWire)
{
    // its round trip takes longer than 32 kB, which TCP's first window does not hold
    ExpectCheap(GetWire(20, 20), "resnet50", {"200kbps", "2Gbps"}, 0.3);
}

TEST_F(FirstGuess, IsForgottenBeforeTheFirstDecisionOnWifi)
{
    // 32 kB take 1 ms, and as long again until Wi-Fi and TCP have got going: tensors tell more
    ExpectCheap("wifi", "resnet50", {"2Mbps", "20Gbps"}, 0.8);
}

TEST_F(FirstGuess, TooHighKeepsNoSlowLinkBusy)
{
    // an image would take 2.4 s, and 32 kB half a second
    const auto seen = Run(GetWire(0.5, 10), "50Mbps", "resnet50", 3);
    EXPECT_LT(std::abs(seen.rateBps / (500e3 * 1448 / 1490) - 1), 0.3) << seen.rateBps;
    EXPECT_EQ(seen.cut, "local");
    // what takes a quarter of a second, twice, three segments, headers and STATEs
    EXPECT_LT(seen.sentBytes, 2 * 15625 * 1.2 + 4344 + 5000);
}

} // namespace
