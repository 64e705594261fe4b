/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/partition/min-cut.h"
#include "test/support/game-dnns.h"
#include "test/support/large-dnn.h"

#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-dads.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-iao.h"
#include "ns3/surgery-neurosurgeon.h"
#include "ns3/surgery-optimum.h"

#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

/**
 * @defgroup dnn-surgery-benchmarks Benchmarks of DNN surgery
 * @ingroup dnn-surgery
 */

namespace
{

using namespace ns3::surgery;

constexpr double UPLINK_BPS = 20e6; ///< a middling uplink: interior cuts are common here
constexpr double SHARE = 0.25;      ///< a middling share
constexpr uint64_t SEED = 23;       ///< of all random games

/// The bundled profiles, each read once.
ProfileLibrary&
GetLibrary()
{
    static ProfileLibrary library;
    return library;
}

/// What a bundled DNN's layers cost on a Raspberry Pi 4 and a T4; narrow activations make for many
/// cuts worth having.
LayerCosts
GetBundledCosts(const std::string& dnn)
{
    auto& library = GetLibrary();
    return LayerCosts(library.GetDnn(dnn),
                      *library.GetProcessor("raspberry-pi-4"),
                      *library.GetProcessor("server-t4"),
                      Encoding{0, 8});
}

/// One best cut at one bandwidth and one share, the flow network built anew.
void
BenchmarkMinCut(benchmark::State& state, const std::string& dnn)
{
    const auto costs = GetBundledCosts(dnn);
    for (auto step : state)
    {
        MinCut minCut(costs);
        benchmark::DoNotOptimize(minCut.Solve(8 / UPLINK_BPS, 1 / SHARE));
    }
    state.counters["layers"] = static_cast<double>(costs.GetDnn().GetSize());
}

/// All cuts that can ever be best, or enough of them.
void
BenchmarkFrontier(benchmark::State& state, const LayerCosts& costs)
{
    std::size_t cuts = 0;
    std::size_t minCuts = 0;
    for (auto step : state)
    {
        const PartitionFrontier frontier(costs);
        cuts = frontier.GetCuts().size();
        minCuts = frontier.GetMinCuts();
    }
    state.counters["layers"] = static_cast<double>(costs.GetDnn().GetSize());
    state.counters["cuts"] = static_cast<double>(cuts);
    state.counters["min-cuts"] = static_cast<double>(minCuts);
}

/// Devices with bundled DNNs on three processors, a link and a rho of its own each.
Game
MakeGame(std::size_t players)
{
    PartitionFrontierCache cache(std::make_shared<ProfileLibrary>(GetLibrary()));
    std::vector<std::shared_ptr<const PartitionFrontier>> frontiers;
    for (const auto& dnn : GAME_DNNS)
    {
        for (const auto* device : {"raspberry-pi-3b", "raspberry-pi-4", "jetson-nano"})
        {
            frontiers.push_back(cache.Get(dnn, device, "server-t4", Encoding()));
        }
    }
    std::mt19937_64 random(SEED);
    const auto draw = [&random](double low, double high) {
        return std::exp(std::uniform_real_distribution<>(std::log(low), std::log(high))(random));
    };
    Game game;
    game.players.reserve(players);
    for (std::size_t i = 0; i < players; ++i)
    {
        Player player;
        player.options = MakeOptions(frontiers[random() % frontiers.size()]);
        player.link.uplinkBps = draw(3e6, 200e6);
        player.link.downlinkBps = draw(3e6, 200e6);
        player.link.uplinkDelayS = draw(1e-3, 2e-2);
        player.link.downlinkDelayS = draw(1e-3, 2e-2);
        player.usagePriceS = draw(1e-4, 1e-2);
        game.players.push_back(player);
    }
    return game;
}

/// One timestep's decision, the devices' envelopes built anew.
void
BenchmarkEquilibrium(benchmark::State& state)
{
    const auto game = MakeGame(static_cast<std::size_t>(state.range(0)));
    uint32_t rounds = 0;
    for (auto step : state)
    {
        rounds = SolveEquilibrium(game).rounds;
    }
    state.counters["rounds"] = rounds;
}

/// One timestep's decision of a rival. @param decide its rule
template <class Rule>
void
BenchmarkRival(benchmark::State& state, const Rule& decide)
{
    auto game = MakeGame(static_cast<std::size_t>(state.range(0)));
    for (auto& player : game.players)
    {
        player.requestRatePerS = 10; // too many for some, so that DADS has to turn to throughput
    }
    double sum = 0;
    decide(game); // finds the cuts of the chain and the weighted ones
    for (auto step : state)
    {
        sum = GetUnpricedSum(game, decide(game));
    }
    state.counters["latency_ms"] = 1e3 * sum / static_cast<double>(game.players.size());
}

/// The next timestep's decision: every device has a cut, and another one costs a tenth of its J.
void
BenchmarkDamped(benchmark::State& state)
{
    auto game = MakeGame(static_cast<std::size_t>(state.range(0)));
    const auto before = SolveEquilibrium(game);
    const auto costs = Evaluate(game, before).costsS;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        auto& player = game.players[i];
        player.currentCut = before.decisions[i].cut;
        player.switchingCostS = 0.1 * costs[i];
        player.link.uplinkBps *= i % 3 == 0 ? 0.3 : i % 3 == 1 ? 3 : 1;
    }
    uint32_t rounds = 0;
    for (auto step : state)
    {
        rounds = SolveEquilibrium(game).rounds;
    }
    state.counters["rounds"] = rounds;
    state.counters["regret"] = Evaluate(game, SolveEquilibrium(game)).maxRegret;
}

/// One timestep's certificate.
void
BenchmarkEvaluate(benchmark::State& state)
{
    const auto game = MakeGame(static_cast<std::size_t>(state.range(0)));
    const auto outcome = SolveEquilibrium(game);
    Certificate certificate;
    for (auto step : state)
    {
        certificate = Evaluate(game, outcome);
    }
    state.counters["regret"] = certificate.maxRegret;
    state.counters["gap_%"] = 100 * certificate.dualGap / certificate.dualBound;
}

/// Registers one benchmark per bundled DNN, whatever is bundled.
bool
RegisterPerDnn()
{
    for (const auto& dnn : ProfileLibrary::GetDnnNames())
    {
        benchmark::RegisterBenchmark(("MinCut/" + dnn).c_str(), BenchmarkMinCut, dnn)
            ->Unit(benchmark::kMillisecond);
        benchmark::RegisterBenchmark(("Frontier/" + dnn).c_str(),
                                     BenchmarkFrontier,
                                     GetBundledCosts(dnn))
            ->Unit(benchmark::kMillisecond);
    }
    return true;
}

/// Registers one benchmark per kind of large DNN.
bool
RegisterLarge()
{
    const auto add = [](const std::string& name, const std::vector<TestLayer>& layers) {
        benchmark::RegisterBenchmark(("Frontier/" + name).c_str(),
                                     BenchmarkFrontier,
                                     MakeTestCosts(layers))
            ->Unit(benchmark::kMillisecond);
    };
    std::mt19937_64 random(1);
    add("chain-20000", MakeChain(random, 20000));
    add("fan-300", MakeFan(random, 300, 1));
    add("fan-32x20", MakeFan(random, 32, 20));
    add("random-2000", MakeDense(random, 2000, 2000));
    add("local-2000", MakeDense(random, 2000, 30));
    return true;
}

/// Registers one benchmark per rival.
bool
RegisterRivals()
{
    const auto add = [](const std::string& name, const auto& rule) {
        benchmark::RegisterBenchmark(("Rival/" + name).c_str(),
                                     BenchmarkRival<std::decay_t<decltype(rule)>>,
                                     rule)
            ->Unit(benchmark::kMillisecond)
            ->Arg(10)
            ->Arg(100)
            ->Arg(1000);
    };
    add("dds", [](const Game& game) { return SolveEquilibrium(game); });
    add("neurosurgeon",
        [](const Game& game) { return DecideNeurosurgeon(game, EqualShares::AMONG_OFFLOADING); });
    add("dads", [](const Game& game) { return DecideDads(game, EqualShares::AMONG_OFFLOADING); });
    add("iao", [](const Game& game) { return DecideIao(game); });
    add("optimum", [](const Game& game) { return DecideOptimum(game); });
    return true;
}

const bool g_registered = RegisterPerDnn() && RegisterLarge() && RegisterRivals(); ///< before main

BENCHMARK(BenchmarkEquilibrium)
    ->Name("Equilibrium")
    ->Unit(benchmark::kMillisecond)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(100000);
BENCHMARK(BenchmarkDamped)
    ->Name("EquilibriumDamped")
    ->Unit(benchmark::kMillisecond)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(100000);
BENCHMARK(BenchmarkEvaluate)
    ->Name("Evaluate")
    ->Unit(benchmark::kMillisecond)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(100000);

} // namespace
