/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/multi-server-games.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-equilibrium.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// Every line of a device, over all servers that it reaches.
struct Choice
{
    uint32_t server; ///< where
    double baseS;    ///< B with the switching cost
    double workS;    ///< E
};

std::vector<Choice>
ListChoices(const MultiServerGame& game, std::size_t device)
{
    std::vector<Choice> choices;
    for (uint32_t s = 0; s < game.capacities.size(); ++s)
    {
        if (CanReach(game.devices[device][s]))
        {
            ForEachLine(game.devices[device][s], [&](const Line& line) {
                choices.push_back({s, line.baseS + line.switchingS, line.workS});
            });
        }
    }
    return choices;
}

double
GetUsagePrice(const MultiServerGame& game, std::size_t device)
{
    const auto& players = game.devices[device];
    return std::find_if(players.begin(), players.end(), &CanReach)->usagePriceS;
}

/// The dual function and a supergradient of it, from their definition.
double
LookAtDual(const MultiServerGame& game,
           const std::vector<double>& prices,
           std::vector<double>& gradient)
{
    double value = 0;
    for (std::size_t s = 0; s < prices.size(); ++s)
    {
        gradient[s] = -game.capacities[s];
        value -= prices[s] * game.capacities[s];
    }
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        auto least = std::numeric_limits<double>::infinity();
        double share = 0;
        uint32_t server = 0;
        for (const auto& choice : ListChoices(game, i))
        {
            const auto price = GetUsagePrice(game, i) + prices[choice.server];
            const auto phi = choice.workS > 0 ? std::min(1.0, std::sqrt(choice.workS / price)) : 0;
            const auto cost =
                choice.baseS + (choice.workS > 0 ? choice.workS / phi + price * phi : 0);
            if (cost < least)
            {
                least = cost;
                share = phi;
                server = choice.server;
            }
        }
        value += least;
        gradient[server] += share;
    }
    return value;
}

/// The largest value of the dual function, by the ellipsoid method: slow, and apart from the
/// library.
double
MaximizeDualSlowly(const MultiServerGame& game, double mostPriceS)
{
    const auto n = game.capacities.size();
    const auto dimensions = static_cast<double>(n);
    std::vector<double> center(n, mostPriceS / 2);
    std::vector<double> shape(n * n, 0.0);
    for (std::size_t s = 0; s < n; ++s)
    {
        shape[s * n + s] = mostPriceS * mostPriceS * dimensions;
    }
    auto best = -std::numeric_limits<double>::infinity();
    std::vector<double> gradient(n);
    for (int step = 0; step < 150 * static_cast<int>(n * n); ++step)
    {
        const auto negative =
            std::find_if(center.begin(), center.end(), [](double price) { return price < 0; });
        if (negative == center.end())
        {
            best = std::max(best, LookAtDual(game, center, gradient));
        }
        else
        {
            gradient.assign(n, 0.0);
            gradient[static_cast<std::size_t>(negative - center.begin())] = 1;
        }
        std::vector<double> along(n, 0.0);
        double length = 0;
        for (std::size_t s = 0; s < n; ++s)
        {
            for (std::size_t t = 0; t < n; ++t)
            {
                along[s] += shape[s * n + t] * gradient[t];
            }
            length += along[s] * gradient[s];
        }
        if (!(length > 1e-30))
        {
            break;
        }
        for (std::size_t s = 0; s < n; ++s)
        {
            along[s] /= std::sqrt(length);
            center[s] += along[s] / (dimensions + 1);
        }
        const auto grow = dimensions * dimensions / (dimensions * dimensions - 1);
        for (std::size_t s = 0; s < n; ++s)
        {
            for (std::size_t t = 0; t < n; ++t)
            {
                shape[s * n + t] =
                    grow * (shape[s * n + t] - 2 / (dimensions + 1) * along[s] * along[t]);
            }
        }
    }
    return best;
}

/// What shares of one server cost if these devices have this work there, by bisection.
double
FillServerSlowly(double capacity, const std::vector<std::pair<double, double>>& workAndPrices)
{
    const auto load = [&](double price) {
        double sum = 0;
        for (const auto& [work, rho] : workAndPrices)
        {
            sum += std::sqrt(work / (rho + price));
        }
        return sum;
    };
    double low = 0;
    double high = 0;
    if (load(0) > capacity)
    {
        for (high = 1e-9; load(high) > capacity; high *= 4)
        {
            low = high;
        }
        for (int step = 0; step < 60; ++step)
        {
            const auto middle = (low + high) / 2;
            (load(middle) <= capacity ? high : low) = middle;
        }
    }
    double cost = 0;
    for (const auto& [work, rho] : workAndPrices)
    {
        const auto share = std::sqrt(work / (rho + high));
        cost += work / share + rho * share;
    }
    return cost;
}

/// The least potential of all combinations of choices; negative if there are too many.
double
SearchSlowly(const MultiServerGame& game)
{
    std::vector<std::vector<Choice>> choices;
    double combinations = 1;
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        choices.push_back(ListChoices(game, i));
        combinations *= static_cast<double>(choices.back().size());
    }
    if (combinations > 20000)
    {
        return -1;
    }
    auto least = std::numeric_limits<double>::infinity();
    std::vector<std::vector<std::pair<double, double>>> there(game.capacities.size());
    const std::function<void(std::size_t, double)> descend = [&](std::size_t i, double base) {
        if (i == choices.size())
        {
            for (std::size_t s = 0; s < there.size() && base < least; ++s)
            {
                base += FillServerSlowly(game.capacities[s], there[s]);
            }
            least = std::min(least, base);
            return;
        }
        for (const auto& choice : choices[i])
        {
            if (choice.workS > 0)
            {
                there[choice.server].emplace_back(choice.workS, GetUsagePrice(game, i));
            }
            descend(i + 1, base + choice.baseS);
            if (choice.workS > 0)
            {
                there[choice.server].pop_back();
            }
        }
    };
    descend(0, 0);
    return least;
}

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
        EXPECT_GE(certificate.dualBound, bound * (1 - 1e-4));
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
