/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/price-policies.h"
#include "test/support/listen.h"
#include "test/support/many-servers.h"
#include "test/support/negotiated-network.h"
#include "test/support/random-game.h"
#include "test/support/star-network.h"

#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-price-policy.h"
#include "ns3/surgery-revenue-price.h"
#include "ns3/surgery-table-helper.h"
#include "ns3/surgery-welfare.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A policy that does as a test says.
class TestPolicy : public PricePolicy
{
  public:
    /// How to decide.
    using Rule = std::function<double(const PriceView&)>;

    explicit TestPolicy(Rule rule)
        : m_rule(std::move(rule))
    {
    }

    double Decide(const PriceView& view) override
    {
        return m_rule(view);
    }

  private:
    Rule m_rule;
};

/// What Create says of a name.
std::string
GetError(const std::string& name)
{
    try
    {
        PricePolicy::Create(name);
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

TEST(PricePolicies, HaveNames)
{
    const std::vector<std::string> names{"fixed", "linear", "none", "revenue"};
    EXPECT_EQ(PricePolicy::GetNames(), names);
    EXPECT_FALSE(PricePolicy::Create("none")->SetsPrices());
    EXPECT_TRUE(PricePolicy::Create("fixed")->SetsPrices());
    EXPECT_TRUE(PricePolicy::Create("revenue")->NeedsPlayers());
}

TEST(PricePolicies, AreRefusedInOneLineIfWrong)
{
    for (const std::string name : {"dear",
                                   "fixed[Price=-1ms]",
                                   "linear[Base=-1s]",
                                   "linear[Slope=-1s]",
                                   "fixed[Cost=1s]",
                                   "fixed[Price=much]",
                                   "revenue[Price=1s]"})
    {
        SCOPED_TRACE(name);
        const auto error = GetError(name);
        EXPECT_FALSE(error.empty());
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    }
    EXPECT_NE(GetError("dear").find("fixed, linear, none, revenue"), std::string::npos)
        << GetError("dear");
    EXPECT_NE(GetError("fixed[Price=-1ms]").find("Price"), std::string::npos)
        << GetError("fixed[Price=-1ms]");
}

TEST(PricePolicies, DoAsTheyPromise)
{
    std::mt19937_64 random(7);
    const auto game = MakeRandomGame(random, 5, 9);
    const PriceView view{game, 0.3, 0.25, 0.1};
    EXPECT_EQ(PricePolicy::Create("none")->Decide(view), 0);
    EXPECT_DOUBLE_EQ(PricePolicy::Create("fixed[Price=12ms]")->Decide(view), 0.012);
    EXPECT_DOUBLE_EQ(PricePolicy::Create("linear[Base=10ms|Slope=40ms]")->Decide(view), 0.02);
    EXPECT_EQ(PricePolicy::Create("revenue")->Decide(view), FindRevenuePrice(game).priceS);
}

class PostedPrice : public SimulatorFixture
{
  protected:
    /// Devices of several kinds that the server decides for, and what it traces.
    struct Run
    {
        /// @param policy the price policy, or null: as by default
        /// @param scheduler a short name
        explicit Run(Ptr<PricePolicy> policy, const std::string& scheduler = "dds")
            : network(1, 4, "100Mbps", MilliSeconds(2), scheduler)
        {
            for (uint32_t i = 0; i < 4; ++i)
            {
                network.AddDevice(i, [](InferenceClientHelper& helper) {
                    helper.SetAttribute("Mode", StringValue("server-side"));
                    helper.SetAttribute("ThinkTime",
                                        StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
                });
            }
            if (policy)
            {
                network.server->SetAttribute("PricePolicy", PointerValue(policy));
            }
            Listen(network.server, "Timestep", [this](const TimestepRecord& record) {
                timesteps.push_back(record);
            });
            Listen(network.server, "Granted", [this](const GrantRecord& record) {
                costs[record.time] += record.costS;
                shares[record.time] += record.share;
            });
        }

        NegotiatedNetwork network;             ///< the devices
        std::vector<TimestepRecord> timesteps; ///< of the server
        std::map<Time, double> costs;          ///< sum of J by timestep
        std::map<Time, double> shares;         ///< sum of the shares by timestep
    };
};

TEST_F(PostedPrice, IsPaidByAllDevicesOnTopOfTheirRho)
{
    std::vector<Game> games;
    std::vector<double> loads;
    const auto policy = CreateObject<TestPolicy>([&](const PriceView& view) {
        games.push_back(view.game);
        loads.push_back(view.load);
        return 0.004 * static_cast<double>(games.size());
    });
    Run run(policy);
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    ASSERT_EQ(run.timesteps.size(), games.size());
    std::size_t sold = 0;
    for (std::size_t i = 0; i < games.size(); ++i)
    {
        const auto& record = run.timesteps[i];
        EXPECT_DOUBLE_EQ(record.postedPriceS, 0.004 * static_cast<double>(i + 1));
        EXPECT_EQ(loads[i], i > 0 ? run.timesteps[i - 1].load : 0.0);
        auto& game = games[i];
        AddPostedPrice(game, record.postedPriceS);
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_EQ(record.potentialS, certificate.potential);
        EXPECT_LE(record.maxRegret, 1e-9);
        const auto welfare = EvaluateWelfare(game, outcome, record.postedPriceS);
        EXPECT_EQ(record.welfare.revenueS, welfare.revenueS);
        EXPECT_EQ(record.welfare.surplusS, welfare.surplusS);
        EXPECT_EQ(record.welfare.welfareS, welfare.welfareS);
        EXPECT_EQ(record.welfare.largestEnvyS, welfare.largestEnvyS);
        EXPECT_NEAR(record.welfare.revenueS, record.postedPriceS * run.shares[record.time], 1e-12);
        EXPECT_NEAR(certificate.potential - certificate.switchingS, run.costs[record.time], 1e-12);
        sold += record.welfare.revenueS > 0 ? 1 : 0;
    }
    EXPECT_GT(sold, 3U);
}

TEST_F(PostedPrice, IsThatOfMostRevenueForTheDevicesAsTheyAre)
{
    Run run(PricePolicy::Create("revenue"));
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    std::size_t sold = 0;
    for (const auto& record : run.timesteps)
    {
        EXPECT_LE(record.maxRegret, 1e-9);
        EXPECT_LE(record.welfare.largestEnvyS, 1e-8) << "everybody has what it likes best";
        EXPECT_GE(record.welfare.surplusS, -1e-9);
        sold += record.welfare.revenueS > 0 ? 1 : 0;
    }
    EXPECT_GT(sold, 3U);
}

TEST_F(PostedPrice, IsNoneByDefault)
{
    Run run(nullptr);
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    ASSERT_FALSE(run.timesteps.empty());
    for (const auto& record : run.timesteps)
    {
        EXPECT_EQ(record.postedPriceS, 0);
        EXPECT_EQ(record.welfare.surplusS, 0);
    }
}

TEST_F(PostedPrice, ReachesDevicesThatDecideThemselves)
{
    for (uint64_t seed = 1; seed <= 10; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SetUp();
        constexpr uint32_t DEVICES = 12;
        NegotiatedNetwork scenario(seed, DEVICES);
        scenario.AddDevices(DEVICES);
        const auto price = DrawLog(scenario.random, 1e-3, 0.3);
        scenario.server->SetAttribute(
            "PricePolicy",
            StringValue("ns3::surgery::FixedPricePolicy[Price=" + std::to_string(price) + "s]"));
        scenario.Observe();
        std::vector<TimestepRecord> timesteps;
        Listen(scenario.server, "Timestep", [&](const TimestepRecord& record) {
            timesteps.push_back(record);
        });
        Simulator::Stop(Seconds(2.4));
        Simulator::Run();
        ASSERT_FALSE(scenario.games.empty());
        // the observer's players pay the price, too
        const auto& game = scenario.games.back();
        EXPECT_LE(game.maxRegret, 1e-2);
        EXPECT_LE(game.potentialS, game.serverPotentialS * 1.02);
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            const auto client = DynamicCast<InferenceClient>(scenario.clients.Get(i));
            TimeValue rho;
            client->GetAttribute("UsagePrice", rho);
            EXPECT_NEAR(client->GetPlayer().usagePriceS, rho.Get().GetSeconds() + price, 1e-6);
        }
        const auto& record = timesteps.back();
        EXPECT_NEAR(record.welfare.revenueS, record.postedPriceS * game.load, 1e-9);
        EXPECT_TRUE(std::isnan(record.welfare.surplusS));
    }
}

TEST_F(PostedPrice, IsRefusedInOneLineIfItIsNone)
{
    constexpr auto INFINITE = std::numeric_limits<double>::infinity();
    for (const double price : {-1e-9, std::numeric_limits<double>::quiet_NaN(), INFINITE})
    {
        SetUp();
        Run run(CreateObject<TestPolicy>([=](const PriceView&) { return price; }));
        const auto error = RunForError(Seconds(2));
        EXPECT_NE(error.find("MecServer: PricePolicy: "), std::string::npos) << error;
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    }
}

TEST_F(PostedPrice, IsRefusedIfItMustKnowDevicesThatDecideThemselves)
{
    NegotiatedNetwork scenario(1, 2);
    scenario.AddDevices(2);
    scenario.server->SetAttribute("PricePolicy", StringValue("ns3::surgery::RevenuePricePolicy"));
    const auto error = RunForError(Seconds(2));
    EXPECT_NE(error.find("MecServer: PricePolicy: "), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
}

TEST_F(PostedPrice, IsOfEachServerAndDrivesDevicesToTheCheaperOne)
{
    const std::vector<uint32_t> sites{0, 0, 0, 1, 1, 1};
    // how many devices end at each of two servers
    const auto run = [&](const std::vector<std::string>& policies) {
        SetUp();
        std::size_t installed = 0;
        ManyServers network(2, sites, [&](MecServerHelper& helper) {
            helper.SetPricePolicy(policies[installed++]);
        });
        std::vector<uint32_t> counts{0, 0};
        for (const auto& server : network.servers)
        {
            Listen(server, "Timestep", [&, server](const TimestepRecord& record) {
                counts[server == network.servers[0] ? 0 : 1] = record.devices;
            });
        }
        for (uint32_t i = 0; i < sites.size(); ++i)
        {
            network.AddClient(i, sites[i], "dds", [](InferenceClientHelper& helper) {
                const std::string known =
                    "ns3::surgery::OracleLinkEstimator[Rate=50Mbps|Delay=2ms]";
                helper.SetAttribute("Dnn", StringValue("resnet50"));
                helper.SetAttribute("Processor", StringValue("raspberry-pi-4"));
                helper.SetAttribute("UplinkEstimator", StringValue(known));
                helper.SetAttribute("DownlinkEstimator", StringValue(known));
                helper.SetAttribute("ThinkTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=1e6]"));
            });
        }
        Simulator::Stop(Seconds(15));
        Simulator::Run();
        return counts;
    };
    const std::vector<uint32_t> even{3, 3};
    EXPECT_EQ(run({"none", "none"}), even);
    const std::vector<uint32_t> second{0, 6};
    EXPECT_EQ(run({"fixed[Price=10s]", "none"}), second);
    const std::vector<uint32_t> first{6, 0};
    EXPECT_EQ(run({"none", "fixed[Price=10s]"}), first);
}

TEST_F(PostedPrice, HasColumnsOnlyWhereItIsSet)
{
    const auto folder =
        std::filesystem::path(testing::TempDir()) / ("posted-price-" + std::to_string(getpid()));
    const auto read = [&](const std::string& policy) {
        SetUp();
        std::filesystem::remove_all(folder);
        {
            Run run(PricePolicy::Create(policy));
            TableHelper tables(folder.string());
            tables.EnableSchedule(ApplicationContainer(run.network.server));
            Simulator::Stop(Seconds(2));
            Simulator::Run();
            Simulator::Destroy();
        }
        std::ostringstream text;
        text << std::ifstream(folder / "schedule.csv").rdbuf();
        std::filesystem::remove_all(folder);
        return text.str();
    };
    const std::string columns = ",posted_price_s,revenue_s,surplus_s,welfare_s,largest_envy_s";
    const auto none = read("none");
    const auto fixed = read("fixed[Price=20ms]");
    EXPECT_EQ(none.find("posted_price_s"), std::string::npos);
    EXPECT_NE(fixed.find(columns + "\n"), std::string::npos) << fixed;
    EXPECT_NE(fixed.find(",0.02,"), std::string::npos) << fixed;
    // a price of 0 is a price, and changes nothing else
    auto zero = read("fixed[Price=0s]");
    std::istringstream wide(zero);
    std::istringstream narrow(none);
    std::string longer;
    std::string shorter;
    while (std::getline(narrow, shorter))
    {
        ASSERT_TRUE(std::getline(wide, longer));
        EXPECT_EQ(longer.substr(0, shorter.size()), shorter);
    }
}

} // namespace
