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
 * of RngRun=1 are numbers 1 to 200, those of RngRun=2 are 201 to 400. So runs have nothing in
 * common, and any scenario is had again, alone, by --RngRun=NUMBER --scenarios=1.
 *
 * Exit codes: 0 done, 1 a setting is wrong or a file cannot be written, 2 an unknown scheduler.
 */

#include "common/example-main.h"
#include "common/plugin.h"
#include "common/results-file.h"
#include "common/text-table.h"
#include "random-games.h"

#include "ns3/command-line.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <numeric>
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

/// What the command line sets beside the games.
struct Settings
{
    std::string schedulers{"dds,dads,dads[AmongOffloading=true],server-only,local-only"};
    uint32_t scenarios{200};
    std::string point;
    std::string results;
};

/// What no outcome of a game can undercut.
struct Bounds
{
    double costSumS{0};    ///< sum of J
    double latencySumS{0}; ///< sum of T
};

/// How good a scheduler's outcome of one game is.
struct Score
{
    double latencyMeanS{0};    ///< T, over the devices
    double latencyMaxS{0};     ///< T of the slowest device
    double costMeanS{0};       ///< J, over the devices
    double speedupFairness{0}; ///< Jain's index of local latency / T
    double load{0};            ///< sum of the shares
    double maxRegret{0};       ///< relative
    std::size_t offloading{0}; ///< devices
    std::size_t faster{0};     ///< devices with a lower T than under the first scheduler
};

/// A scheduler with its scores, a scenario each.
struct Contender
{
    std::string name;
    Ptr<SurgeryScheduler> scheduler;
    std::vector<Score> scores;
};

/// Tells how far the run is once it has taken a few seconds.
class Progress
{
  public:
    /// @param total scenarios
    explicit Progress(uint32_t total)
        : m_total(total)
    {
    }

    /// Say it now and then. @param done scenarios
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

/// The bounds come from the prices at which capacity clears, with rho and without.
/// @param game the game
Bounds
FindBounds(Game game)
{
    Bounds bounds;
    bounds.costSumS = Evaluate(game, SolveEquilibrium(game)).dualBound;
    for (auto& player : game.players)
    {
        player.usagePriceS = 0;
    }
    bounds.latencySumS = Evaluate(game, SolveEquilibrium(game)).dualBound;
    return bounds;
}

/// Let a scheduler decide. @param scheduler who @param game what
/// @param reference T of the devices under the first scheduler; filled in by it
/// @throws std::runtime_error if the outcome is none
Score
Play(SurgeryScheduler& scheduler, const Game& game, std::vector<double>& reference)
{
    const auto outcome = scheduler.Decide(game);
    const auto certificate = Evaluate(game, outcome);
    const auto n = static_cast<double>(game.players.size());
    if (reference.empty())
    {
        reference = certificate.latenciesS;
    }
    Score score;
    double speedupSum = 0;
    double squareSum = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto latency = certificate.latenciesS[i];
        const auto speedup =
            game.players[i].options->front().frontier->GetCosts().GetLocalSeconds() / latency;
        score.latencyMeanS += latency / n;
        score.latencyMaxS = std::max(score.latencyMaxS, latency);
        score.costMeanS += certificate.costsS[i] / n;
        score.offloading += outcome.decisions[i].cut->isLocal ? 0 : 1;
        score.faster += latency < (1 - 1e-9) * reference[i] ? 1 : 0;
        speedupSum += speedup;
        squareSum += speedup * speedup;
    }
    score.speedupFairness = speedupSum * speedupSum / (n * squareSum);
    score.load = certificate.load;
    score.maxRegret = certificate.maxRegret;
    if (!(score.load <= game.capacity + 1e-9) || !std::isfinite(score.costMeanS))
    {
        throw std::runtime_error("decided on a load of " + std::to_string(score.load) +
                                 " and a mean cost of " + std::to_string(score.costMeanS) + " s");
    }
    return score;
}

/// A line of the results. @param settings for the point @param number the scenario's
/// @param devices their number @param name the scheduler's @param score its
/// @param bounds the game's
TableRow
MakeRow(const Settings& settings,
        uint64_t number,
        uint32_t devices,
        const std::string& name,
        const Score& score,
        const Bounds& bounds)
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

/// A mean and half the width of its 95 % confidence interval.
struct Estimate
{
    double mean{0};
    double halfWidth{-1}; ///< -1: not known from one value
};

/// By Student's t. @param values at least one
Estimate
EstimateMean(const std::vector<double>& values)
{
    const auto n = static_cast<double>(values.size());
    Estimate estimate;
    estimate.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    if (values.size() > 1)
    {
        double squares = 0;
        for (const auto value : values)
        {
            squares += (value - estimate.mean) * (value - estimate.mean);
        }
        const boost::math::students_t distribution(n - 1);
        const auto t = boost::math::quantile(distribution, 0.975);
        estimate.halfWidth = t * std::sqrt(squares / (n - 1) / n);
    }
    return estimate;
}

/// Something of every score. @param scores of a scheduler @param get what
template <class Get>
std::vector<double>
Collect(const std::vector<Score>& scores, Get get)
{
    std::vector<double> values;
    for (const auto& score : scores)
    {
        values.push_back(get(score));
    }
    return values;
}

/// Quotients, value by value. @param values above @param reference below
std::vector<double>
Divide(std::vector<double> values, const std::vector<double>& reference)
{
    std::transform(values.begin(),
                   values.end(),
                   reference.begin(),
                   values.begin(),
                   std::divides<>());
    return values;
}

/// A line per scheduler. @param games the settings @param contenders the schedulers
void
PrintTable(const RandomGames& games, const std::vector<Contender>& contenders)
{
    const auto latency = [](const Score& score) { return score.latencyMeanS; };
    const auto cost = [](const Score& score) { return score.costMeanS; };
    const auto& first = contenders.front();
    TextTable table({"<scheduler",
                     "latency ms",
                     "J ms",
                     "latency ratio",
                     "95 % CI",
                     "J ratio",
                     "ahead on J %",
                     "faster %",
                     "offloading %",
                     "load %",
                     "Jain",
                     "slowest ms"});
    for (const auto& contender : contenders)
    {
        const auto& scores = contender.scores;
        const auto latencies = Collect(scores, latency);
        const auto costs = Collect(scores, cost);
        const auto ratio = EstimateMean(Divide(latencies, Collect(first.scores, latency)));
        const auto costRatios = Divide(costs, Collect(first.scores, cost));
        const auto ahead = std::count_if(costRatios.begin(), costRatios.end(), [](double r) {
            return r < 1 - 1e-9;
        });
        const auto mean = [&scores](const auto& get) {
            return EstimateMean(Collect(scores, get)).mean;
        };
        const auto devicePercent = [&](const auto& get) { return 1e2 * mean(get) / games.devices; };
        table.Add({contender.name,
                   ToText(1e3 * mean(latency), 1),
                   ToText(1e3 * mean(cost), 1),
                   ToText(ratio.mean, 3),
                   ratio.halfWidth < 0 ? "-" : "+-" + ToText(ratio.halfWidth, 3),
                   ToText(EstimateMean(costRatios).mean, 3),
                   ToText(1e2 * static_cast<double>(ahead) / static_cast<double>(scores.size()), 1),
                   ToText(devicePercent([](const Score& score) { return score.faster; }), 1),
                   ToText(devicePercent([](const Score& score) { return score.offloading; }), 1),
                   ToText(1e2 * mean([](const Score& score) { return score.load; }), 1),
                   ToText(mean([](const Score& score) { return score.speedupFairness; }), 3),
                   ToText(1e3 * mean([](const Score& score) { return score.latencyMaxS; }), 1)});
    }
    std::cout << "\n"
              << first.scores.size() << " random scenarios of " << games.devices
              << " devices each, " << games.server << ". Means over the scenarios; ratios to "
              << first.name << "\nwithin each scenario; ahead on J: scenarios with a lower mean J, "
              << "faster: devices with a lower T\nthan under " << first.name << ".\n\n"
              << table.ToString();
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
    if (settings.scenarios < 1 || settings.scenarios > 1000000)
    {
        throw std::invalid_argument("--scenarios: must be in 1..1000000");
    }
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
        const auto bounds = file ? FindBounds(game) : Bounds{};
        for (auto& [name, scheduler, scores] : contenders)
        {
            try
            {
                scores.push_back(Play(*scheduler, game, reference));
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
    PrintTable(games, contenders);
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
    Settings settings;
    RandomGames games;
    CommandLine cmd(__FILE__);
    cmd.Usage("Random games without a network, decided by several schedulers and scored by one\n"
              "evaluator. Prints a table, and writes a CSV file with a row per scheduler and\n"
              "scenario. Scenarios are numbered: --RngRun=NUMBER --scenarios=1 draws one alone.");
    games.AddOptions(cmd);
    cmd.AddValue("schedulers", "With commas; ratios refer to the first.", settings.schedulers);
    cmd.AddValue("scenarios", "Number of random games.", settings.scenarios);
    cmd.AddValue("point", "Copied into the results: what an experiment sweeps.", settings.point);
    cmd.AddValue("results", "The CSV file; none is written without it.", settings.results);
    AddPluginOption(cmd);
    cmd.Parse(argc, argv);
    return RunExample("dnn-surgery-analytic", [&] { RunAll(settings, games); });
}
