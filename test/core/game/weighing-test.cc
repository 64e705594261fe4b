/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-dads.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-iao.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-neurosurgeon.h"
#include "ns3/surgery-optimum.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// What a device draws, by what it does, and what a joule is worth to it.
struct Drain
{
    ActivityWeights powerW;     ///< W
    double energyPriceSPerJ{0}; ///< kappa
};

Drain
DrawDrain(std::mt19937_64& random)
{
    Drain drain;
    const auto base = random() % 3 == 0 ? 0.0 : DrawLog(random, 0.1, 10);
    drain.powerW = {base + DrawLog(random, 0.1, 30),
                    base + DrawLog(random, 0.01, 10),
                    base + DrawLog(random, 0.01, 10),
                    base};
    // up to a joule that is worth far more than the time in which it is drained
    drain.energyPriceSPerJ = DrawLog(random, 1e-3, 1e3);
    return drain;
}

/// The same DNN with tensors of other widths, and sometimes other DNNs: a variant each, with a
/// penalty each.
std::vector<LayerCosts>
DrawVariants(std::mt19937_64& random, std::size_t maxLayers, bool isSlowServer)
{
    std::vector<LayerCosts> variants;
    const auto dnns = 1 + random() % 3;
    for (std::size_t k = 0; k < dnns; ++k)
    {
        auto layers = MakeRandomLayers(random, maxLayers);
        for (auto& layer : layers)
        {
            layer.serverSeconds = isSlowServer ? layer.deviceSeconds : layer.serverSeconds;
        }
        const auto dnn = MakeTestDnn(layers);
        for (const auto bits : {8u, 16u, 32u})
        {
            if (random() % 2 == 0 || (k == 0 && bits == 32))
            {
                variants.emplace_back(dnn,
                                      MakeTestProcessor("device"),
                                      MakeTestProcessor("server"),
                                      Encoding{0, bits});
            }
        }
    }
    return variants;
}

/// A device that weighs energy and accuracy.
struct Weigher
{
    Weigher(std::mt19937_64& random, std::size_t maxLayers)
        : drain(DrawDrain(random)),
          variants(DrawVariants(random, maxLayers, random() % 3 == 0))
    {
        player = MakeRandomGame(random, 1, 2).players[0];
        player.weights = WeighEnergy(drain.energyPriceSPerJ, drain.powerW);
        std::vector<Option> options;
        for (const auto& costs : variants)
        {
            const auto penalty = random() % 2 == 0 ? 0.0 : DrawLog(random, 1e-3, 1);
            options.push_back(
                {std::make_shared<const PartitionFrontier>(costs,
                                                           GetLeastInverseShare(player.weights)),
                 penalty});
        }
        player.options = std::make_shared<const std::vector<Option>>(options);
    }

    /// One way to run the DNN, with what it costs by the formulas of the documentation.
    struct Way
    {
        double baseS;    ///< B'
        double workS;    ///< E'
        double latencyS; ///< T without E / phi
        double serviceS; ///< E
        double energyJ;  ///< without what the server's work takes
    };

    /// All cuts of all variants, not those of a frontier.
    std::vector<Way> EnumerateWays() const
    {
        const auto& link = player.link;
        const auto& power = drain.powerW;
        std::vector<Way> ways;
        for (std::size_t i = 0; i < variants.size(); ++i)
        {
            for (const auto& cut : EnumerateCuts(variants[i]))
            {
                auto latency = cut.deviceSeconds;
                auto energy = power.busy * cut.deviceSeconds;
                if (!cut.isLocal)
                {
                    const auto up = 8.0 * static_cast<double>(cut.uploadBytes) / link.uplinkBps;
                    const auto down = 8.0 * static_cast<double>(cut.resultBytes) / link.downlinkBps;
                    const auto delay = link.uplinkDelayS + link.downlinkDelayS;
                    latency += up + down + delay;
                    energy += power.transmit * up + power.receive * down + power.idle * delay;
                }
                const auto kappa = drain.energyPriceSPerJ;
                ways.push_back({latency + kappa * energy + (*player.options)[i].penaltyS,
                                (1 + kappa * power.idle) * cut.serverSeconds,
                                latency,
                                cut.serverSeconds,
                                energy});
            }
        }
        return ways;
    }

    Drain drain;
    std::vector<LayerCosts> variants;
    Player player;
};

/// The least cost of some ways at a price and a largest share.
double
FindLeastCost(const std::vector<Weigher::Way>& ways, double priceS, double cap)
{
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& way : ways)
    {
        const auto share = way.workS > 0 ? std::min(cap, std::sqrt(way.workS / priceS)) : 0.0;
        const auto work = way.workS > 0 ? way.workS / share : 0.0;
        least = std::min(least, way.baseS + work + (share > 0 ? priceS * share : 0.0));
    }
    return least;
}

TEST(Weighing, EnergyIsInfiniteWhereAnInferenceNeverEnds)
{
    Cut cut;
    cut.isLocal = false;
    cut.deviceSeconds = 0.1;
    cut.serverSeconds = 0.2;
    const Link link{1e6, 1e6, 0.01, 0.01};
    const RadioPower radio{1.5, 0.9, 0.3};
    for (const auto countsIdle : {true, false})
    {
        const auto power = GetDevicePower({6, 2, "test"}, radio, countsIdle);
        EXPECT_TRUE(std::isinf(GetEnergy(cut, link, 0, power)));
        const auto all = GetEnergy(cut, link, 1, power);
        EXPECT_DOUBLE_EQ(GetEnergy(cut, link, 0.5, power), all + (countsIdle ? 2.3 * 0.2 : 0));
        auto local = cut;
        local.serverSeconds = 0;
        EXPECT_DOUBLE_EQ(GetEnergy(local, link, 0, power), all - (countsIdle ? 2.3 * 0.2 : 0));
    }
}

TEST(Weighing, BestResponseIsTheBestOfAllCutsOfAllVariants)
{
    int variantsPicked = 0;
    for (uint64_t seed = 1; seed <= 10000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Weigher device(random, 7);
        const auto price = DrawLog(random, 1e-6, 1e3);
        const auto cap = random() % 2 == 0 ? 1.0 : DrawLog(random, 1e-3, 1);
        const auto ways = device.EnumerateWays();
        const auto best = GetBestResponse(device.player, price, cap);
        const auto cost = GetCost(MakeLine(device.player, best), best.share, price);
        const auto least = FindLeastCost(ways, price, cap);
        ASSERT_NEAR(cost, least, 1e-9 * least);
        variantsPicked += best.option > 0 ? 1 : 0;

        // at a given share, the whole server included, where the frontier from y = 1 fails
        const auto share = random() % 2 == 0 ? 1.0 : cap;
        auto leastAt = std::numeric_limits<double>::infinity();
        for (const auto& way : ways)
        {
            leastAt = std::min(leastAt, way.baseS + way.workS / share);
        }
        ASSERT_NEAR(GetUnpricedCost(device.player, GetBestCutAt(device.player, share)),
                    leastAt,
                    1e-9 * leastAt);
    }
    EXPECT_GT(variantsPicked, 1000);
}

TEST(Weighing, FrontierFromOneMissesTheBestCut)
{
    int missed = 0;
    for (uint64_t seed = 1; seed <= 2000; ++seed)
    {
        std::mt19937_64 random(seed);
        Weigher device(random, 7);
        const auto ways = device.EnumerateWays();
        auto options = *device.player.options;
        for (std::size_t i = 0; i < options.size(); ++i)
        {
            options[i].frontier = std::make_shared<const PartitionFrontier>(device.variants[i], 1);
        }
        device.player.options = std::make_shared<const std::vector<Option>>(options);
        const auto best = GetBestResponse(device.player, 1e-6, 1);
        const auto cost = GetCost(MakeLine(device.player, best), best.share, 1e-6);
        missed += cost > FindLeastCost(ways, 1e-6, 1) * (1 + 1e-9) ? 1 : 0;
    }
    EXPECT_GT(missed, 20) << "why frontiers of devices that weigh energy begin at y = 0";
}

/// The least potential of two players, by all pairs of ways, each water-filled by bisection.
double
SearchPairs(const std::vector<Weigher>& devices)
{
    const auto first = devices[0].EnumerateWays();
    const auto second = devices[1].EnumerateWays();
    const double prices[] = {devices[0].player.usagePriceS, devices[1].player.usagePriceS};
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& a : first)
    {
        for (const auto& b : second)
        {
            const auto share = [&](const Weigher::Way& way, double usage, double lambda) {
                return way.workS > 0 ? std::sqrt(way.workS / (usage + lambda)) : 0.0;
            };
            const auto fits = [&](double lambda) {
                return share(a, prices[0], lambda) + share(b, prices[1], lambda) <= 1;
            };
            double low = 0;
            double high = 1e12;
            if (fits(0))
            {
                high = 0;
            }
            for (int step = 0; step < 200 && high > 0; ++step)
            {
                const auto middle = low > 0 ? std::sqrt(low * high) : high * 1e-3;
                (fits(middle) ? high : low) = middle;
                if (high < 1e-30)
                {
                    break;
                }
            }
            const auto cost = [&](const Weigher::Way& way, double usage) {
                const auto phi = share(way, usage, high);
                return way.workS > 0 ? way.baseS + way.workS / phi + usage * phi : way.baseS;
            };
            least = std::min(least, cost(a, prices[0]) + cost(b, prices[1]));
        }
    }
    return least;
}

TEST(Weighing, TwoPlayersReachTheLeastPotentialOfAllChoices)
{
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        std::vector<Weigher> devices;
        devices.emplace_back(random, 5);
        devices.emplace_back(random, 5);
        const Game game{{devices[0].player, devices[1].player}};
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        EXPECT_LE(certificate.maxRegret, 1e-9);
        EXPECT_LE(certificate.load, 1 + 1e-12);
        const auto least = SearchPairs(devices);
        EXPECT_NEAR(certificate.potential, least, 1e-6 * least);
        EXPECT_LE(certificate.dualBound, least * (1 + 1e-6));
    }
}

TEST(Weighing, LatencyIsOfTheServersTimeNotOfItsCost)
{
    for (uint64_t seed = 1; seed <= 500; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const Weigher device(random, 6);
        const Game game{{device.player}};
        const auto outcome = SolveEquilibrium(game);
        const auto certificate = Evaluate(game, outcome);
        const auto& [cut, share, option] = outcome.decisions[0];
        const auto latency = certificate.latenciesS[0];
        EXPECT_DOUBLE_EQ(latency, GetLatency(*cut, device.player.link, share));
        // J is the latency, and what energy, lack of accuracy and share are worth
        const auto energy = GetEnergy(*cut, device.player.link, share, device.drain.powerW);
        const auto cost = latency + device.drain.energyPriceSPerJ * energy +
                          (*device.player.options)[option].penaltyS +
                          device.player.usagePriceS * share;
        EXPECT_NEAR(certificate.costsS[0], cost, 1e-9 * cost);
    }
}

TEST(Weighing, RivalsWeighTheSame)
{
    // with the same choices, no rival is below the planner that minimizes the sum of all costs
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Game game;
        std::vector<Weigher> devices;
        const auto n = 2 + random() % 6;
        for (std::size_t i = 0; i < n; ++i)
        {
            devices.emplace_back(random, 6);
            game.players.push_back(devices.back().player);
        }
        const auto optimum = GetUnpricedSum(game, DecideOptimum(game));
        const auto isNoWorse = [&](const Outcome& outcome) {
            return optimum <= GetUnpricedSum(game, outcome) * (1 + 1e-9);
        };
        EXPECT_TRUE(isNoWorse(DecideLocalOnly(game)));
        EXPECT_TRUE(isNoWorse(DecideServerOnly(game)));
        EXPECT_TRUE(isNoWorse(DecideIao(game)));
        EXPECT_TRUE(isNoWorse(DecideNeurosurgeon(game, EqualShares::AMONG_OFFLOADING)));
        EXPECT_TRUE(isNoWorse(DecideDads(game, EqualShares::AMONG_OFFLOADING)));
        EXPECT_TRUE(isNoWorse(SolveEquilibrium(game)));
        // each rival's cut is the best of all ways at the share that it gives
        const auto share = 1.0 / static_cast<double>(n);
        const auto dads = DecideDads(game, EqualShares::AMONG_ALL);
        for (std::size_t i = 0; i < n; ++i)
        {
            auto least = std::numeric_limits<double>::infinity();
            for (const auto& way : devices[i].EnumerateWays())
            {
                least = std::min(least, way.baseS + way.workS / share);
            }
            EXPECT_NEAR(GetUnpricedCost(game.players[i], dads.decisions[i]), least, 1e-9 * least);
        }
    }
}

TEST(Weighing, PowersAreOfTheWholeDevice)
{
    const ProcessorPower processor{10, 4, "test"};
    const RadioPower radio{3, 2, 1};
    const auto all = GetDevicePower(processor, radio, true);
    EXPECT_DOUBLE_EQ(all.busy, 11);
    EXPECT_DOUBLE_EQ(all.transmit, 7);
    EXPECT_DOUBLE_EQ(all.receive, 6);
    EXPECT_DOUBLE_EQ(all.idle, 5);
    const auto beyond = GetDevicePower(processor, radio, false);
    EXPECT_DOUBLE_EQ(beyond.busy, 6);
    EXPECT_DOUBLE_EQ(beyond.transmit, 2);
    EXPECT_DOUBLE_EQ(beyond.receive, 1);
    EXPECT_DOUBLE_EQ(beyond.idle, 0);
}

TEST(Weighing, RefusesWhatIsOutOfRange)
{
    std::mt19937_64 random(1);
    const auto good = MakeRandomGame(random, 1, 5);
    const auto rejects = [&good](const std::function<void(Player&)>& spoil,
                                 const std::string& why) {
        auto game = good;
        spoil(game.players[0]);
        try
        {
            CheckGame(game);
            return false;
        }
        catch (const std::invalid_argument& error)
        {
            return std::string(error.what()).find(why) != std::string::npos;
        }
    };
    EXPECT_NO_THROW(CheckGame(good));
    EXPECT_TRUE(rejects([](Player& p) { p.weights.idle = 0.5; }, "weights"));
    EXPECT_TRUE(rejects([](Player& p) { p.weights.busy = std::nan(""); }, "weights"));
    EXPECT_TRUE(rejects(
        [](Player& p) {
            auto options = *p.options;
            options[0].penaltyS = -1;
            p.options = std::make_shared<const std::vector<Option>>(options);
        },
        "penalty"));
}

} // namespace
