/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Random games without a network: every scheduler decides each of them once, and one evaluator
 * scores all decisions.
 *
 * All schedulers see the same games. RngRun counts blocks of scenarios: with 200 scenarios, those
 * of RngRun=1 are numbers 1 to 200, those of RngRun=2 are 201 to 400. So runs have no scenario in
 * common, and --RngRun=NUMBER --scenarios=1 repeats any scenario alone.
 *
 * Exit codes: 0 done, 1 a scheduler failed or a file cannot be written, 2 a setting is wrong.
 */

#include "common/plugin.h"
#include "common/results-file.h"
#include "common/text-table.h"
#include "game-score.h"
#include "random-games.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-scheduler.h"

#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

const std::vector<std::string> COLUMNS{"point",
                                       "devices",
                                       "scenario",
                                       "scheduler",
                                       "latency_mean_s",
                                       "latency_sum_s",
                                       "cost_mean_s",
                                       "dual_bound_cost_sum_s",
                                       "latency_max_s",
                                       "speedup_jain",
                                       "load",
                                       "offloading",
                                       "max_regret",
                                       "dual_bound_latency_sum_s",
                                       "devices_faster"};

/// What the command line sets, except for the games.
struct Settings
{
    std::string schedulers{"dds,dads,dads[AmongOffloading=true],server-only,local-only"};
    uint32_t scenarios{200};
    std::string point;
    std::string results;
};

/// Reports progress every few seconds, so that short runs print nothing.
class Progress
{
  public:
    /// @param total scenarios
    explicit Progress(uint32_t total)
        : m_total(total)
    {
    }

    /// Report, at most every three seconds. @param done scenarios
    void Report(uint32_t done)
    {
        using Seconds = std::chrono::duration<double>;
        const auto now = std::chrono::steady_clock::now();
        if (Seconds(now - m_last).count() < 3 || done == m_total)
        {
            return;
        }
        m_last = now;
        const auto left = Seconds(now - m_start).count() / done * (m_total - done);
        std::cerr << "  " << done << " of " << m_total << " scenarios, about "
                  << static_cast<int>(std::ceil(left)) << " s left" << std::endl;
    }

  private:
    uint32_t m_total;                                                                ///< scenarios
    std::chrono::steady_clock::time_point m_start{std::chrono::steady_clock::now()}; ///< of the run
    std::chrono::steady_clock::time_point m_last{m_start};                           ///< report
};

/// A line of the results. @param settings for the point @param number the scenario's
/// @param devices their number @param name the scheduler's @param score its
/// @param bounds the game's
TableRow
MakeRow(const Settings& settings,
        uint64_t number,
        uint32_t devices,
        const std::string& name,
        const GameScore& score,
        const GameBounds& bounds)
{
    return {settings.point,
            ToField(devices),
            ToField(number),
            name,
            score.latencyMeanS,
            score.latencyMeanS * devices,
            score.costMeanS,
            bounds.costSumS,
            score.latencyMaxS,
            score.speedupFairness,
            score.load,
            ToField(score.offloading),
            score.maxRegret,
            bounds.latencySumS,
            ToField(score.faster)};
}

/// @param settings with the names @return the schedulers
std::vector<Contender>
MakeContenders(const Settings& settings)
{
    std::vector<Contender> contenders;
    for (const auto& name : SplitAtCommas(settings.schedulers))
    {
        try
        {
            contenders.push_back({name, SurgeryScheduler::Create(name), {}});
        }
        catch (const std::invalid_argument& error)
        {
            throw std::invalid_argument(std::string("--schedulers: ") + error.what());
        }
    }
    if (contenders.empty())
    {
        throw std::invalid_argument("--schedulers: names no scheduler");
    }
    return contenders;
}

/// @param settings of the run @param games the games
void
RunAll(const Settings& settings, RandomGames& games)
{
    auto contenders = MakeContenders(settings);
    games.Check();
    if (RngSeedManager::GetRun() < 1 || RngSeedManager::GetRun() > 1000000000000)
    {
        throw std::invalid_argument("--RngRun: must be in 1..1e12");
    }
    std::unique_ptr<ResultsFile> file;
    if (!settings.results.empty())
    {
        file = std::make_unique<ResultsFile>(settings.results, COLUMNS);
    }
    Progress progress(settings.scenarios);
    const auto first = (RngSeedManager::GetRun() - 1) * settings.scenarios + 1;
    for (uint32_t k = 0; k < settings.scenarios; ++k)
    {
        const auto number = first + k;
        const auto game = games.Make(number);
        std::vector<double> reference;
        const auto bounds = file ? FindBounds(game) : GameBounds{};
        for (auto& [name, scheduler, scores] : contenders)
        {
            try
            {
                scores.push_back(ScoreScheduler(*scheduler, game, reference));
            }
            catch (const std::exception& error)
            {
                throw std::runtime_error(name + " on scenario " + std::to_string(number) + ": " +
                                         error.what());
            }
            if (file)
            {
                file->Add(MakeRow(settings, number, games.devices, name, scores.back(), bounds));
            }
        }
        progress.Report(k + 1);
    }
    PrintScores(contenders, games.devices, games.server);
    if (file)
    {
        file->Complete();
        std::cout << "\n"
                  << settings.results << ": "
                  << contenders.size() * contenders.front().scores.size() << " rows\n";
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-analytic", [&] {
        Settings settings;
        RandomGames games;
        ProgramOptions options(__FILE__);
        options.Usage(
            "Random games without a network, decided by several schedulers and scored by one\n"
            "evaluator. Prints a table, and writes a CSV file with a row per scheduler and\n"
            "scenario. Scenarios are numbered: --RngRun=NUMBER --scenarios=1 draws one alone.");
        games.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas; ratios refer to the first.",
                         settings.schedulers);
        options.AddValue("scenarios", "Number of random games.", settings.scenarios, 1, 1000000);
        options.AddValue("point",
                         "Name of a point of an experiment, copied into the results.",
                         settings.point);
        options.AddValue("results",
                         "CSV file for the results; none is written without it.",
                         settings.results);
        AddPluginOption(options);
        options.Parse(argc, argv);
        RunAll(settings, games);
    });
}
