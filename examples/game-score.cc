/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "game-score.h"

#include "common/statistics.h"
#include "common/text-table.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-equilibrium.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <stdexcept>

using namespace ns3::surgery;

namespace
{

/// Collect one value per score. @param scores of a scheduler @param get takes it from a score
template <class Get>
std::vector<double>
Collect(const std::vector<GameScore>& scores, Get get)
{
    std::vector<double> values;
    for (const auto& score : scores)
    {
        values.push_back(get(score));
    }
    return values;
}

/// Divide value by value. @param values the numerators @param reference the denominators
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

} // namespace

GameBounds
FindBounds(Game game)
{
    GameBounds bounds;
    bounds.costSumS = Evaluate(game, SolveEquilibrium(game)).dualBound;
    for (auto& player : game.players)
    {
        player.usagePriceS = 0;
    }
    bounds.latencySumS = Evaluate(game, SolveEquilibrium(game)).dualBound;
    return bounds;
}

GameScore
ScoreScheduler(SurgeryScheduler& scheduler, const Game& game, std::vector<double>& reference)
{
    const auto outcome = scheduler.Decide(game);
    const auto certificate = Evaluate(game, outcome);
    const auto n = static_cast<double>(game.players.size());
    if (reference.empty())
    {
        reference = certificate.latenciesS;
    }
    GameScore score;
    std::vector<double> speedups;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto latency = certificate.latenciesS[i];
        score.latencyMeanS += latency / n;
        score.latencyMaxS = std::max(score.latencyMaxS, latency);
        score.costMeanS += certificate.costsS[i] / n;
        score.offloading += outcome.decisions[i].cut->isLocal ? 0 : 1;
        score.faster += latency < (1 - 1e-9) * reference[i] ? 1 : 0;
        const auto& costs = game.players[i].options->front().frontier->GetCosts();
        speedups.push_back(costs.GetLocalSeconds() / latency);
    }
    score.speedupFairness = GetJainIndex(speedups);
    score.load = certificate.load;
    score.maxRegret = certificate.maxRegret;
    if (!(score.load <= game.capacity + 1e-9) || !std::isfinite(score.costMeanS))
    {
        throw std::runtime_error("decided on shares that sum to " + std::to_string(score.load) +
                                 " and a mean cost of " + std::to_string(score.costMeanS) + " s");
    }
    return score;
}

void
PrintScores(const std::vector<Contender>& contenders, uint32_t devices, const std::string& server)
{
    const auto latency = [](const GameScore& score) { return score.latencyMeanS; };
    const auto cost = [](const GameScore& score) { return score.costMeanS; };
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
        const auto devicePercent = [&](const auto& get) { return 1e2 * mean(get) / devices; };
        table.Add(
            {contender.name,
             ToText(1e3 * mean(latency), 1),
             ToText(1e3 * mean(cost), 1),
             ToText(ratio.mean, 3),
             ratio.halfWidth < 0 ? "-" : "+-" + ToText(ratio.halfWidth, 3),
             ToText(EstimateMean(costRatios).mean, 3),
             ToText(1e2 * static_cast<double>(ahead) / static_cast<double>(scores.size()), 1),
             ToText(devicePercent([](const GameScore& score) { return score.faster; }), 1),
             ToText(devicePercent([](const GameScore& score) { return score.offloading; }), 1),
             ToText(1e2 * mean([](const GameScore& score) { return score.load; }), 1),
             ToText(mean([](const GameScore& score) { return score.speedupFairness; }), 3),
             ToText(1e3 * mean([](const GameScore& score) { return score.latencyMaxS; }), 1)});
    }
    std::cout << "\n"
              << first.scores.size() << " random scenarios of " << devices << " devices each, "
              << server << ". Means over the scenarios; ratios to " << first.name
              << "\nwithin each scenario; ahead on J: scenarios with a lower mean J, "
              << "faster: devices with a lower T\nthan under " << first.name << ".\n\n"
              << table.ToString();
}
