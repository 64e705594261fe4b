/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-baselines.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

Outcome
DecideLocalOnly(const Game& game)
{
    CheckGame(game);
    Outcome outcome;
    for (const auto& player : game.players)
    {
        outcome.decisions.push_back({player.frontier->GetLocalCut(), 0.0});
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
        const auto cut = player.frontier->GetOffloadedCut();
        outcome.decisions.push_back({cut, cut->serverSeconds > 0 ? share : 0.0});
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

std::size_t
CountEqualShares(const Game& game)
{
    const auto fits = [&](std::size_t n) {
        const auto share = game.capacity / static_cast<double>(n);
        const auto offloading =
            std::count_if(game.players.begin(), game.players.end(), [&](const Player& player) {
                return GetBestCutAt(player, share).share > 0;
            });
        return static_cast<std::size_t>(offloading) <= n;
    };
    // fewer offload as the parts get smaller, so n fits if a smaller one does
    std::size_t least = 1;
    std::size_t enough = std::max<std::size_t>(1, game.players.size());
    while (least < enough)
    {
        const auto middle = (least + enough) / 2;
        fits(middle) ? enough = middle : least = middle + 1;
    }
    return enough;
}

} // namespace surgery
} // namespace ns3
