/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/equilibrium/market.h"
#include "model/device/server-connection.h"
#include "model/message/codec.h"
#include "model/server/client-connections.h"
#include "test/support/listen.h"
#include "test/support/negotiated-network.h"

#include "ns3/surgery-device-demand.h"
#include "ns3/surgery-response-lines.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint32_t DEVICE_COUNT = 50;
constexpr double TIMESTEP_S = 0.5;

class Negotiation : public SimulatorFixture
{
};

/// Compare shares before the hand-out with those of the server's price search.
/// @return whether all cuts are the same
bool
HaveSameCuts(const NegotiatedNetwork& scenario, const NegotiationRecord& record)
{
    Game game;
    for (uint32_t i = 0; i < scenario.clients.GetN(); ++i)
    {
        game.players.push_back(DynamicCast<InferenceClient>(scenario.clients.Get(i))->GetPlayer());
    }
    const ResponseLines lines(game.players);
    const Market market(game, lines);
    EXPECT_NEAR(record.priceS / market.GetPrice(), 1, 1e-3);
    auto isSame = true;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& player = game.players[i];
        const auto& line = lines.GetLines(i)[market.GetChoice(i)];
        // what it would do with its share, had there been nothing to hand out
        const auto cut = DeviceDemand(player).Settle(record.shares.at(i).cleared).cut;
        if (cut != player.options->front().frontier->GetCuts()[line.cut])
        {
            isSame = false;
            continue;
        }
        const auto share = line.rootWork / std::sqrt(player.usagePriceS + market.GetPrice());
        EXPECT_NEAR(record.shares.at(i).cleared, share, 1e-3 * share) << i;
    }
    return isSame;
}

TEST_F(Negotiation, ReachesTheServersEquilibrium)
{
    constexpr int SCENARIOS = 100;
    int sameCuts = 0;
    double excess = 0;
    for (uint64_t seed = 1; seed <= SCENARIOS; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SetUp();
        NegotiatedNetwork scenario(seed, DEVICE_COUNT);
        scenario.AddDevices(DEVICE_COUNT);
        scenario.Observe();
        scenario.Run(MilliSeconds(600));
        ASSERT_EQ(scenario.games.size(), 1u);
        const auto& record = scenario.negotiations[0];
        const auto& game = scenario.games[0];
        ASSERT_EQ(game.devices, DEVICE_COUNT);
        EXPECT_TRUE(record.isExact);
        EXPECT_EQ(record.fresh, DEVICE_COUNT);
        EXPECT_EQ(record.late + record.ignored, 0u);
        EXPECT_LE(record.priceRounds, 4u);
        EXPECT_LE(record.offerRounds, 3u);
        EXPECT_LE(record.load, 1 + 1e-12);
        sameCuts += HaveSameCuts(scenario, record) ? 1 : 0;
        excess += (game.potentialS / game.serverPotentialS - 1) / SCENARIOS;
    }
    RecordProperty("same_cuts", sameCuts);
    RecordProperty("mean_excess_of_phi", std::to_string(excess));
    EXPECT_GE(sameCuts, 95);
    EXPECT_LE(excess, 1e-3);
}

TEST_F(Negotiation, FollowsDriftingLinksInFewRoundsAndBytes)
{
    NegotiatedNetwork scenario(3, DEVICE_COUNT);
    scenario.AddDevices(DEVICE_COUNT);
    uint64_t wireBytes = 0; // headers of TCP, IP and PPP included, both ways
    for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
    {
        for (const uint32_t end : {0, 1})
        {
            Listen(scenario.network.GetLink(i).Get(end), "PhyTxEnd", [&](Ptr<const Packet> packet) {
                wireBytes += packet->GetSize();
            });
        }
    }
    constexpr int TIMESTEPS = 40;
    for (int t = 1; t <= TIMESTEPS; ++t)
    {
        Simulator::Schedule(Seconds(TIMESTEP_S * t) - MilliSeconds(50), [&] {
            for (uint32_t i = 0; i < DEVICE_COUNT; ++i)
            {
                scenario.ScaleUplink(i, DrawLog(scenario.random, 0.8, 1.25));
            }
        });
    }
    uint64_t before = 0;
    Simulator::Schedule(MilliSeconds(450), [&] { before = wireBytes; });
    scenario.Run(Seconds(TIMESTEP_S * TIMESTEPS) + MilliSeconds(450));
    ASSERT_EQ(scenario.negotiations.size(), static_cast<std::size_t>(TIMESTEPS));
    std::vector<uint32_t> rounds;
    for (int t = 1; t < TIMESTEPS; ++t)
    {
        EXPECT_TRUE(scenario.negotiations[t].isExact);
        rounds.push_back(scenario.negotiations[t].priceRounds);
    }
    std::sort(rounds.begin(), rounds.end());
    EXPECT_LE(rounds[rounds.size() / 2], 3u);
    EXPECT_LE(rounds.back(), 6u);

    double bytes = 0;
    for (const auto& timestep : scenario.timesteps)
    {
        bytes += static_cast<double>(timestep.controlBytes);
        EXPECT_GE(timestep.controlMessages, 2 * DEVICE_COUNT * timestep.rounds);
        EXPECT_TRUE(std::isnan(timestep.potentialS));
    }
    const auto perSecond = bytes / (TIMESTEPS * TIMESTEP_S * DEVICE_COUNT);
    const auto onTheWire =
        static_cast<double>(wireBytes - before) / (TIMESTEPS * TIMESTEP_S * DEVICE_COUNT);
    RecordProperty("message_bytes_per_s", std::to_string(perSecond));
    RecordProperty("wire_bytes_per_s", std::to_string(onTheWire));
    EXPECT_LE(perSecond, 5000);
    EXPECT_LE(onTheWire, 5000);
}

TEST_F(Negotiation, TracesRoundsThatNarrow)
{
    NegotiatedNetwork scenario(5, 20);
    scenario.AddDevices(20);
    scenario.Run(MilliSeconds(600));
    ASSERT_EQ(scenario.rounds.size(), scenario.negotiations.at(0).priceRounds);
    auto low = -1.0;
    auto high = std::numeric_limits<double>::infinity();
    for (std::size_t r = 0; r < scenario.rounds.size(); ++r)
    {
        const auto& round = scenario.rounds[r];
        EXPECT_EQ(round.timestep, 1u);
        EXPECT_EQ(round.round, r + 1);
        EXPECT_EQ(round.asked, 20u);
        EXPECT_EQ(round.answered, 20u);
        EXPECT_GE(round.lowPriceS, low);
        EXPECT_LE(round.highPriceS, high);
        EXPECT_GT(round.lowLoad, 1);
        EXPECT_LE(round.highLoad, 1);
        EXPECT_NEAR(round.excess, round.lowLoad - 1, 1e-12);
        low = round.lowPriceS;
        high = round.highPriceS;
    }
    const auto& record = scenario.negotiations[0];
    EXPECT_EQ(record.begin, MilliSeconds(500));
    EXPECT_GT(record.cleared, record.begin);
    EXPECT_GE(record.end, record.cleared);
    EXPECT_LE(record.priceS, high);
    EXPECT_GE(record.priceS, low);
}

TEST_F(Negotiation, RepeatsItselfToTheLastBit)
{
    std::vector<std::vector<double>> runs;
    for (int run = 0; run < 2; ++run)
    {
        SetUp();
        NegotiatedNetwork scenario(7, 12, "10Mbps", MilliSeconds(5));
        scenario.LosePackets(12, 0.02);
        for (uint32_t i = 0; i < 12; ++i)
        {
            scenario.AddDevice(i, [](InferenceClientHelper& helper) {
                helper.SetAttribute("ThinkTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=0.3]"));
            });
        }
        scenario.Run(Seconds(6));
        runs.emplace_back();
        for (const auto& record : scenario.negotiations)
        {
            runs.back().push_back(record.end.GetSeconds());
            runs.back().push_back(record.priceS);
            for (const auto& share : record.shares)
            {
                runs.back().push_back(share.share);
            }
        }
    }
    EXPECT_GT(runs[0].size(), 100u);
    EXPECT_EQ(runs[0], runs[1]);
}

TEST_F(Negotiation, TellsTheServerNothingButDemands)
{
    NegotiatedNetwork scenario(9, 3);
    std::vector<std::string> sent;
    for (uint32_t i = 0; i < 3; ++i)
    {
        scenario.AddDevice(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("squeezenet"));
            helper.SetAttribute("Processor", StringValue("raspberry-pi-3b"));
            helper.SetAttribute("UsagePrice", TimeValue(MicroSeconds(1234567)));
            helper.SetAttribute("Variants", StringValue("resnet18"));
            helper.SetAttribute("AccuracyPrice", DoubleValue(0.00765432));
            helper.SetAttribute("EnergyPrice", DoubleValue(0.0123457));
            helper.SetAttribute("Deadline", TimeValue(MicroSeconds(3456789)));
            helper.SetAttribute("ThinkTime",
                                StringValue("ns3::ConstantRandomVariable[Constant=0.2]"));
        });
        Listen(scenario.network.GetLink(i).Get(0), "PhyTxEnd", [&](Ptr<const Packet> packet) {
            std::string bytes(packet->GetSize(), '\0');
            packet->CopyData(reinterpret_cast<uint8_t*>(&bytes[0]), packet->GetSize());
            sent.push_back(bytes);
        });
    }
    scenario.Run(Seconds(6));
    std::vector<std::string> secrets{"squeezenet", "resnet18", "raspberry"};
    // a price, what is lost by a point of accuracy and by a joule, the deadline
    for (const auto number : {1.234567, 0.00765432, 0.0123457, 3.456789})
    {
        const auto hello = Encode(Hello{0, ConnectionRole::CONTROL, "", "", 0, 32, number, 0});
        secrets.emplace_back(hello.end() - 16, hello.end() - 8);
    }
    uint64_t offloads = 0;
    for (const auto& bytes : sent)
    {
        for (const auto& secret : secrets)
        {
            EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
        }
        offloads += bytes.size() > 1000;
    }
    EXPECT_GT(offloads, 100u); // tensors crossed, and results came back all the same
    for (uint32_t i = 0; i < 3; ++i)
    {
        EXPECT_GT(DynamicCast<InferenceClient>(scenario.clients.Get(i))->GetCompleted(), 5u);
    }
    EXPECT_EQ(scenario.server->GetProtocolErrors(), 0u);
}

TEST_F(Negotiation, MendsDevicesOfTheOtherMode)
{
    for (const std::string scheduler : {"dds", "decentralized-dds"})
    {
        for (const std::string mode : {"server-side", "decentralized"})
        {
            SetUp();
            StarNetwork network(1, "100Mbps", MilliSeconds(2));
            const auto server = network.InstallServer(
                [&](MecServerHelper& helper) { helper.SetScheduler(scheduler); });
            const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
                helper.SetAttribute("Mode", StringValue(mode));
            });
            std::vector<InferenceRecord> records;
            Listen(client, "Inference", [&](const InferenceRecord& record) {
                records.push_back(record);
            });
            Simulator::Stop(Seconds(6));
            Simulator::Run();
            const auto isSame = (scheduler == "dds") == (mode == "server-side");
            const auto offloaded =
                std::count_if(records.begin(), records.end(), [](const InferenceRecord& record) {
                    return record.serverEnd.IsStrictlyPositive();
                });
            EXPECT_GT(offloaded, 5) << scheduler << ' ' << mode;
            EXPECT_EQ(client->GetConnection()->GetReconnections(), isSame ? 0u : 1u);
            EXPECT_EQ(server->GetProtocolErrors(), 0u);
            StringValue adopted;
            client->GetAttribute("Mode", adopted);
            EXPECT_EQ(adopted.Get(), scheduler == "dds" ? "server-side" : "decentralized");
            TearDown();
        }
    }
}

TEST_F(Negotiation, KnowsItsModes)
{
    EXPECT_TRUE(DecisionProcess::Create("decentralized-dds[MaxRounds=3]")->IsDecentralized());
    EXPECT_FALSE(DecisionProcess::Create("dds")->IsDecentralized());
    EXPECT_THROW(SurgeryScheduler::Create("decentralized-dds"), std::invalid_argument)
        << "it does not decide a game by itself";
    EXPECT_THROW(CreateObject<InferenceClient>()->SetAttribute("Mode", StringValue("none")),
                 std::invalid_argument);
}

TEST_F(Negotiation, TakesNewRulesWhileItRuns)
{
    NegotiatedNetwork scenario(21, 12);
    scenario.AddDevices(12);
    Simulator::Schedule(Seconds(2.6), [&scenario] {
        scenario.negotiation->SetAttribute("MaxRounds", UintegerValue(1));
        scenario.negotiation->SetAttribute("HandOutRounds", UintegerValue(0));
    });
    scenario.Run(Seconds(6));
    uint32_t before = 0;
    for (const auto& record : scenario.negotiations)
    {
        if (record.begin < Seconds(2.6))
        {
            before = std::max(before, record.priceRounds);
            continue;
        }
        EXPECT_EQ(record.priceRounds, 1u);
        EXPECT_EQ(record.offerRounds, 0u);
    }
    EXPECT_GT(before, 1u);
}

// ANSWERS THAT CANNOT BE MEANT

/// A device that answers as a test says.
class RogueDevice
{
  public:
    using Rule = std::function<void(Demand&, const Price&)>;

    RogueDevice(const StarNetwork& network, uint32_t device, Rule rule)
        : m_rule(rule),
          m_connection(CreateObject<ServerConnection>())
    {
        m_connection->SetCallbacks(MakeCallback(&RogueDevice::HandleMessage, this),
                                   MakeCallback(&RogueDevice::HandleStatus, this),
                                   MakeCallback(&RogueDevice::HandleStarted, this));
        Hello hello;
        hello.deviceId = 1000 + device;
        const auto node = network.GetDeviceNode(device);
        const Address remote = network.GetServerAddress(device);
        Simulator::Schedule(MilliSeconds(1), [this, node, remote, hello] {
            m_connection->Start(node, remote, hello);
        });
    }

    ~RogueDevice()
    {
        m_connection->Dispose();
    }

    int grants{0}; ///< with a share

  private:
    void HandleMessage(const SurgeryHeader& header, uint64_t)
    {
        if (const auto* price = header.GetIf<Price>())
        {
            Demand demand;
            demand.round = price->round;
            demand.shares.assign(price->prices.size(), 0.0);
            m_rule(demand, *price);
            m_connection->SendControl(SurgeryHeader(demand));
        }
        if (const auto* grant = header.GetIf<Grant>())
        {
            grants += grant->nextShare > 0;
        }
    }

    void HandleStatus(bool)
    {
    }

    void HandleStarted(const SurgeryHeader&)
    {
    }

    Rule m_rule;
    Ptr<ServerConnection> m_connection;
};

TEST_F(Negotiation, IgnoresAnswersThatCannotBeMeant)
{
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::pair<std::string, RogueDevice::Rule>> rogues{
        {"negative", [](Demand& d, const Price&) { d.shares.back() = -0.1; }},
        {"NaN", [nan](Demand& d, const Price&) { d.shares[3] = nan; }},
        {"rising", [](Demand& d, const Price&) { d.shares.back() = 0.1; }},
        {"a later round", [](Demand& d, const Price& p) { d.round = p.round + 1; }},
        {"round 0", [](Demand& d, const Price&) { d.round = 0; }},
        {"too few", [](Demand& d, const Price&) { d.shares.pop_back(); }},
        {"a gain that is not finite", [nan](Demand& d, const Price&) { d.gainS = nan; }},
    };
    constexpr uint32_t HONEST = 6;
    const auto devices = HONEST + static_cast<uint32_t>(rogues.size());
    NegotiatedNetwork scenario(11, devices);
    scenario.AddDevices(HONEST);
    scenario.Observe();
    std::vector<std::unique_ptr<RogueDevice>> devicesOfThem;
    for (uint32_t i = 0; i < rogues.size(); ++i)
    {
        devicesOfThem.push_back(
            std::make_unique<RogueDevice>(scenario.network, HONEST + i, rogues[i].second));
    }
    scenario.Run(Seconds(3.2));
    EXPECT_EQ(scenario.server->GetProtocolErrors(), 0u) << "their connections stay open";
    EXPECT_EQ(scenario.negotiation->GetIgnored(), scenario.ignored.size());
    EXPECT_GE(scenario.ignored.size(), rogues.size() * 6 * 1);
    for (uint32_t i = 0; i < rogues.size(); ++i)
    {
        EXPECT_EQ(devicesOfThem[i]->grants, 0) << rogues[i].first;
    }
    ASSERT_EQ(scenario.games.size(), 6u);
    for (const auto& game : scenario.games)
    {
        EXPECT_EQ(game.devices, HONEST);
        EXPECT_NEAR(game.priceS, game.serverPriceS, 1e-3 * game.serverPriceS + 1e-6);
        EXPECT_LE(game.potentialS, 1.01 * game.serverPotentialS);
    }
}

TEST_F(Negotiation, CutsDownADemandWithoutBounds)
{
    // a device that wants everything at any price: everything fits nevertheless
    NegotiatedNetwork scenario(12, 3);
    scenario.AddDevices(2);
    RogueDevice greedy(scenario.network, 2, [](Demand& demand, const Price& price) {
        demand.shares.assign(price.prices.size(), std::numeric_limits<double>::infinity());
    });
    scenario.Run(Seconds(3.2));
    EXPECT_EQ(scenario.ignored.size(), 0u);
    EXPECT_GT(greedy.grants, 0);
    for (const auto& record : scenario.negotiations)
    {
        EXPECT_LE(record.load, 1 + 1e-12);
    }
    for (const auto& record : scenario.timesteps)
    {
        EXPECT_LE(record.load, 1 + 1e-12);
    }
}

} // namespace
