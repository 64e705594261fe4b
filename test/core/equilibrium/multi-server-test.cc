/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/multi-server-games.h"
#include "test/support/slow-multi-server-search.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-equilibrium.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What every solution must hold.
void
ExpectEquilibrium(const MultiServerGame& game,
                  const MultiServerOutcome& outcome,
                  const MultiServerCertificate& certificate)
{
    EXPECT_LE(certificate.maxRegret, 1e-9);
    EXPECT_GE(certificate.dualGap, -1e-9 * certificate.potential);
    double excess = 0;
    for (std::size_t s = 0; s < game.capacities.size(); ++s)
    {
        EXPECT_LE(certificate.loads[s], game.capacities[s] + 1e-12);
        EXPECT_GE(outcome.shadowPricesS[s], 0);
    }
    EXPECT_GE(certificate.largestExcess, -1e-12);
    // the gap is the sum of its two parts
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        const auto& [server, decision] = outcome.decisions[i];
        const auto rho = GetUsagePrice(game, i);
        auto cheapest = std::numeric_limits<double>::infinity();
        for (const auto& choice : ListChoices(game, i))
        {
            const auto price = rho + outcome.shadowPricesS[choice.server];
            const auto phi = choice.workS > 0 ? std::min(1.0, std::sqrt(choice.workS / price)) : 0;
            cheapest =
                std::min(cheapest,
                         choice.baseS + (choice.workS > 0 ? choice.workS / phi + price * phi : 0));
        }
        const auto line = MakeLine(game.devices[i][server], decision);
        excess += certificate.costsS[i] + line.switchingS +
                  outcome.shadowPricesS[server] * decision.share - cheapest;
    }
    EXPECT_NEAR(certificate.dualGap, excess + certificate.unsoldS, 1e-9 * certificate.potential);
}

/// Equal devices with a DNN of one layer: B .05 and E .01 at each server, or 1 s alone.
MultiServerGame
MakeEqualGame(std::size_t servers, std::size_t devices)
{
    MultiServerGame game;
    game.capacities.assign(servers, 1.0);
    Player player;
    player.options = MakeOptions(std::make_shared<const PartitionFrontier>(
        MakeTestCosts({{{}, 0, 0, 1000}, {{0}, 1, 0.01, 1000}})));
    player.link = {1e12, 1e12, 0.025, 0.025};
    player.usagePriceS = 1e-3;
    game.devices.assign(devices, ServersOfDevice(servers, player));
    return game;
}

TEST(MultiServer, ClimbsWhereRaisingPricesServerByServerStalls)
{
    const auto game = MakeEqualGame(2, 8);
    const auto outcome = SolveEquilibrium(game);
    const auto certificate = Evaluate(game, outcome);
    // raising one price alone sends everybody to the other server, and lowers the bound of .488
    EXPECT_NEAR(outcome.shadowPricesS[0], 0.159, 1e-3);
    EXPECT_NEAR(outcome.shadowPricesS[1], 0.159, 1e-3);
    EXPECT_NEAR(certificate.dualBound, 0.722, 1e-4);
    EXPECT_NEAR(certificate.potential, 0.722, 1e-4);
    ExpectEquilibrium(game, outcome, certificate);
    EXPECT_EQ(std::count_if(outcome.decisions.begin(),
                            outcome.decisions.end(),
                            [](const auto& decision) { return decision.server == 0; }),
              4);
}

TEST(MultiServer, OneServerIsTheGameOfOneServer)
{
    for (uint64_t seed = 1; seed <= 40; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        auto alone = MakeBundledGame(random, 1 + seed % 60);
        AddSwitchingCosts(random, alone);
        MultiServerGame game;
        game.capacities = {alone.capacity};
        for (const auto& player : alone.players)
        {
            game.devices.push_back({player});
        }
        const auto expected = SolveEquilibrium(alone);
        const auto outcome = SolveEquilibrium(game);
        EXPECT_EQ(outcome.shadowPricesS, std::vector<double>{expected.shadowPriceS});
        EXPECT_EQ(outcome.rounds, expected.rounds);
        for (std::size_t i = 0; i < alone.players.size(); ++i)
        {
            EXPECT_EQ(outcome.decisions[i].server, 0U);
            EXPECT_EQ(outcome.decisions[i].decision.cut, expected.decisions[i].cut);
            EXPECT_EQ(outcome.decisions[i].decision.share, expected.decisions[i].share);
        }
        const auto known = Evaluate(alone, expected);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_EQ(certificate.potential, known.costsS.empty() ? 0 : certificate.potential);
        EXPECT_NEAR(certificate.potential, known.potential, 1e-12 * known.potential);
        EXPECT_NEAR(certificate.dualBound, known.dualBound, 1e-9 * known.potential);
        EXPECT_NEAR(certificate.maxRegret, known.maxRegret, 1e-9);
    }
}

TEST(MultiServer, BoundIsThatOfASlowSolver)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto servers = 2 + seed % 3;
        const auto game = MakeRandomMultiServerGame(random, servers, 3 + random() % 20, 7);
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        double most = 1e-3;
        for (const auto price : outcome.shadowPricesS)
        {
            most = std::max(most, 10 * price);
        }
        const auto bound = MaximizeDualSlowly(game, most);
        EXPECT_NEAR(certificate.dualBound, bound, 1e-4 * bound);
        EXPECT_LE(certificate.dualBound, certificate.potential * (1 + 1e-12));
        ExpectEquilibrium(game, outcome, certificate);
    }
}

TEST(MultiServer, ReachesTheLeastPotentialOfFewDevices)
{
    int games = 0;
    for (uint64_t seed = 1; games < 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeRandomMultiServerGame(random, 2 + seed % 2, 3 + seed / 2 % 2, 5);
        const auto least = SearchSlowly(game);
        if (least < 0)
        {
            continue;
        }
        ++games;
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_NEAR(certificate.potential, least, 1e-6 * least);
        ExpectEquilibrium(game, outcome, certificate);
    }
}

TEST(MultiServer, IsNearTheBoundWithManyDevices)
{
    for (const auto& [devices, most] : {std::pair<std::size_t, double>{20, 0.012}, {400, 0.001}})
    {
        double sum = 0;
        for (uint64_t seed = 1; seed <= 20; ++seed)
        {
            SCOPED_TRACE(std::to_string(devices) + " devices, seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            const auto game = MakeSkewedGame(random, 8, devices);
            const auto outcome = SolveEquilibrium(game);
            const auto certificate = Evaluate(game, outcome);
            ExpectEquilibrium(game, outcome, certificate);
            sum += certificate.dualGap / certificate.dualBound;
        }
        EXPECT_LE(sum / 20, most);
        RecordProperty("gap_" + std::to_string(devices), std::to_string(sum / 20));
    }
}

TEST(MultiServer, EqualDevicesSpreadOverEqualServers)
{
    for (const std::size_t servers : {2, 3, 5, 8})
    {
        for (const std::size_t devices : {1, 7, 40, 1500})
        {
            SCOPED_TRACE(std::to_string(devices) + " devices, " + std::to_string(servers) +
                         " servers");
            const auto game = MakeEqualGame(servers, devices);
            const auto outcome = SolveEquilibrium(game);
            const auto certificate = Evaluate(game, outcome);
            ExpectEquilibrium(game, outcome, certificate);
            std::vector<int> count(servers, 0);
            for (const auto& [server, decision] : outcome.decisions)
            {
                count[server] += decision.share > 0 ? 1 : 0;
            }
            const auto [fewest, most] = std::minmax_element(count.begin(), count.end());
            EXPECT_LE(*most - *fewest, 1);
        }
    }
}

TEST(MultiServer, RefusesWhatIsNoGame)
{
    const auto expect = [](MultiServerGame game, const std::string& what) {
        try
        {
            SolveEquilibrium(game);
            ADD_FAILURE() << "is taken: " << what;
        }
        catch (const std::invalid_argument& error)
        {
            EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
        }
    };
    auto game = MakeEqualGame(2, 3);
    game.capacities.clear();
    expect(game, "there must be a server");
    game = MakeEqualGame(2, 3);
    game.devices[1].pop_back();
    expect(game, "device 1: must have one player per server");
    game = MakeEqualGame(2, 3);
    game.devices[2].assign(2, Player());
    expect(game, "device 2: must reach a server");
    game = MakeEqualGame(2, 3);
    game.devices[0][1].usagePriceS = 2;
    expect(game, "device 0: rho must be the same at all servers");
    game = MakeEqualGame(2, 3);
    game.capacities[1] = 1.5;
    expect(game, "server 1, device 0: capacity: must be in 0..1");
    game = MakeEqualGame(2, 3);
    game.devices[1][1].link.uplinkBps = 0;
    expect(game, "server 1, device 1: player 0: ");
}

} // namespace
