/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"

#include "ns3/string.h"
#include "ns3/surgery-external-scheduler.h"

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup dnn-surgery-benchmarks
 * What it costs to let a program in Python decide, per timestep.
 */

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Decides nothing: what remains is the bridge.
constexpr auto LOCAL = R"(["/usr/bin/python3", "-c", "
from dnn_surgery.scheduler import Decision, Scheduler, main

class Local(Scheduler):
    def decide(self, game):
        return [Decision(device.device, 0) for device in game.devices]

main(Local())
"])";

/// Returns what dds advises.
constexpr auto ADVISED = R"(["/usr/bin/python3", "-c", "
from dnn_surgery.scheduler import Scheduler, main

class Advised(Scheduler):
    def decide(self, game):
        return game.advice

main(Advised())
"])";

/// @param text JSON with line feeds in its strings @return JSON
std::string
EscapeLineFeeds(const std::string& text)
{
    std::string escaped;
    for (const auto letter : text)
    {
        escaped += letter == '\n' ? "\\n" : std::string(1, letter);
    }
    return escaped;
}

/// Decide a game of bundled devices, whose links change each time. @param state the benchmark's
/// @param command of the program, or nothing @param scheduler asked for advice, or to decide
void
Decide(benchmark::State& state, const std::string& command, const std::string& scheduler)
{
    std::mt19937_64 random(1);
    const auto count = static_cast<std::size_t>(state.range(0));
    auto game = MakeBundledGame(random, count);
    for (std::size_t i = 0; i < count; ++i)
    {
        game.players[i].device = static_cast<uint32_t>(i);
    }
    auto decider = SurgeryScheduler::Create(command.empty() ? scheduler : "external");
    if (!command.empty())
    {
        decider->SetAttribute("Command", StringValue(EscapeLineFeeds(command)));
        decider->SetAttribute("Advice", StringValue(scheduler));
    }
    try
    {
        decider->Decide(game); // starts the program, and tells what does not change
        for (auto _ : state)
        {
            for (auto& player : game.players)
            {
                player.link.uplinkBps = DrawLog(random, 3e6, 2e8);
            }
            benchmark::DoNotOptimize(decider->Decide(game));
        }
    }
    catch (const std::runtime_error& error)
    {
        state.SkipWithError(error.what());
    }
    decider->Dispose();
}

BENCHMARK_CAPTURE(Decide, BridgeLocal, LOCAL, "")
    ->Arg(12)
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(Decide, BridgeAdvised, ADVISED, "dds")
    ->Arg(12)
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(Decide, BridgeNone, "", "dds")
    ->Arg(12)
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

} // namespace
