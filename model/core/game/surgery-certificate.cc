/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-certificate.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

void
CheckSize(const Game& game, const Outcome& outcome)
{
    if (outcome.decisions.size() != game.players.size())
    {
        throw std::invalid_argument("outcome: " + std::to_string(outcome.decisions.size()) +
                                    " decisions for " + std::to_string(game.players.size()) +
                                    " players");
    }
}

/// Whether the cut of a player is known to others than itself.
bool
IsKnown(const Decision& decision)
{
    return decision.cut != nullptr;
}

/// The certificate if players do not tell their cuts: the load.
Certificate
EvaluateShares(const Outcome& outcome)
{
    constexpr auto UNKNOWN = std::numeric_limits<double>::quiet_NaN();
    Certificate certificate;
    certificate.potential = UNKNOWN;
    certificate.switchingS = UNKNOWN;
    certificate.dualBound = UNKNOWN;
    certificate.dualGap = UNKNOWN;
    certificate.largestExcess = UNKNOWN;
    certificate.unsoldS = UNKNOWN;
    certificate.maxRegret = UNKNOWN;
    certificate.latenciesS.assign(outcome.decisions.size(), UNKNOWN);
    certificate.costsS.assign(outcome.decisions.size(), UNKNOWN);
    for (const auto& decision : outcome.decisions)
    {
        certificate.load += decision.share;
    }
    return certificate;
}

} // namespace

Certificate
Evaluate(const Game& game, const Outcome& outcome)
{
    const auto n = game.players.size();
    CheckSize(game, outcome);
    if (!std::all_of(outcome.decisions.begin(), outcome.decisions.end(), IsKnown))
    {
        return EvaluateShares(outcome);
    }
    Certificate certificate;
    certificate.latenciesS.reserve(n);
    certificate.costsS.reserve(n);
    std::vector<Line> lines;
    lines.reserve(n);
    for (std::size_t i = 0; i < n; ++i)
    {
        const auto& player = game.players[i];
        const auto& decision = outcome.decisions[i];
        lines.push_back(MakeLine(player, decision));
        certificate.latenciesS.push_back(GetLatency(*decision.cut, player.link, decision.share));
        certificate.costsS.push_back(GetCost(lines[i], decision.share, player.usagePriceS));
        certificate.load += decision.share;
        certificate.switchingS += lines[i].switchingS;
        certificate.overloaded += IsOverloaded(player, decision) ? 1 : 0;
        certificate.potential += certificate.costsS.back();
        for (const auto& option : *player.options)
        {
            certificate.cutTolerance =
                std::max(certificate.cutTolerance, option.frontier->GetTolerance());
        }
    }
    certificate.potential += certificate.switchingS;
    // what a decision costs a player in the game it plays
    const auto play = [](const Line& line, double share, double price) {
        return GetCost(line, share, price) + line.switchingS;
    };
    const auto unused = std::max(0.0, game.capacity - certificate.load);
    for (std::size_t i = 0; i < n; ++i)
    {
        const auto& player = game.players[i];
        const auto share = outcome.decisions[i].share;
        const auto cap = std::min(1.0, share + unused);
        const auto own = GetBestResponse(player, player.usagePriceS, cap);
        const auto best = play(MakeLine(player, own), own.share, player.usagePriceS);
        const auto cost = play(lines[i], share, player.usagePriceS);
        // a device left with work on a server it may not use regrets all of its cost
        const auto regret = std::isinf(cost) ? 1.0 : cost > 0 ? (cost - best) / cost : 0.0;
        certificate.maxRegret = std::max(certificate.maxRegret, regret);

        const auto price = player.usagePriceS + outcome.shadowPriceS;
        const auto relaxed = GetBestResponse(player, price, 1.0);
        const auto cheapest = play(MakeLine(player, relaxed), relaxed.share, price);
        const auto priced = play(lines[i], share, price);
        certificate.dualBound += cheapest;
        const auto excess = std::isinf(priced) ? 1.0 : priced > 0 ? 1 - cheapest / priced : 0.0;
        certificate.largestExcess = std::max(certificate.largestExcess, excess);
    }
    certificate.unsoldS = outcome.shadowPriceS * (game.capacity - certificate.load);
    certificate.dualBound -= outcome.shadowPriceS * game.capacity;
    certificate.dualGap = certificate.potential - certificate.dualBound;
    return certificate;
}

double
GetUnpricedSum(const Game& game, const Outcome& outcome)
{
    CheckSize(game, outcome);
    double sum = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        sum += GetUnpricedCost(game.players[i], outcome.decisions[i]);
    }
    return sum;
}

double
GetUnpricedBound(const Game& game, double priceS)
{
    auto bound = -priceS * game.capacity;
    for (auto player : game.players)
    {
        player.currentCut = nullptr;
        player.gapVariation = 0;
        const auto best = GetBestResponse(player, priceS, game.capacity);
        bound += GetCost(MakeLine(player, best), best.share, priceS);
    }
    return bound;
}

} // namespace surgery
} // namespace ns3
