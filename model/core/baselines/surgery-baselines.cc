/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-baselines.h"

#include <cstdint>
#include <limits>

namespace ns3
{
namespace surgery
{

namespace
{

/// The option with the least unpriced cost, each with one cut.
template <class CutOf>
Decision
GetBestOption(const Player& player, double share, CutOf cutOf)
{
    Decision best;
    auto leastCost = std::numeric_limits<double>::infinity();
    for (uint32_t option = 0; option < player.options->size(); ++option)
    {
        const auto cut = cutOf(*(*player.options)[option].frontier);
        const Decision decision{cut, cut->serverSeconds > 0 ? share : 0.0, option};
        const auto cost = GetUnpricedCost(player, decision);
        if (cost < leastCost)
        {
            leastCost = cost;
            best = decision;
        }
    }
    return best;
}

} // namespace

Outcome
DecideLocalOnly(const Game& game)
{
    CheckGame(game);
    Outcome outcome;
    for (const auto& player : game.players)
    {
        outcome.decisions.push_back(GetBestOption(player, 0.0, [](const auto& frontier) {
            return frontier.GetLocalCut();
        }));
    }
    return outcome;
}

Outcome
DecideServerOnly(const Game& game)
{
    CheckGame(game);
    if (game.capacity <= 0)
    {
        return DecideLocalOnly(game);
    }
    Outcome outcome;
    const auto share = game.capacity / static_cast<double>(game.players.size());
    for (const auto& player : game.players)
    {
        outcome.decisions.push_back(GetBestOption(player, share, [](const auto& frontier) {
            return frontier.GetOffloadedCut();
        }));
    }
    return outcome;
}

Outcome
DecideAtShare(const Game& game, double share)
{
    CheckGame(game);
    Outcome outcome;
    for (const auto& player : game.players)
    {
        outcome.decisions.push_back(GetBestCutAt(player, share));
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
