/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * How fast the game over several servers is solved.
 */

#include "test/support/multi-server-games.h"

#include "ns3/surgery-multi-server-equilibrium.h"

#include <benchmark/benchmark.h>
#include <random>

namespace
{

using namespace ns3::surgery;

/// One timestep's joint decision for all devices and servers.
void
BenchmarkMultiServer(benchmark::State& state)
{
    std::mt19937_64 random(1);
    const auto game = MakeSkewedGame(random,
                                     static_cast<std::size_t>(state.range(0)),
                                     static_cast<std::size_t>(state.range(1)));
    MultiServerOutcome outcome;
    for (auto step : state)
    {
        outcome = SolveEquilibrium(game);
    }
    const auto certificate = Evaluate(game, outcome);
    state.counters["regret"] = certificate.maxRegret;
    state.counters["gap_%"] = 100 * certificate.dualGap / certificate.dualBound;
    state.counters["rounds"] = outcome.rounds;
}

BENCHMARK(BenchmarkMultiServer)
    ->Name("MultiServer")
    ->Args({4, 24})
    ->Args({8, 400})
    ->Args({8, 20000})
    ->Unit(benchmark::kMillisecond);

} // namespace
