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
        outcome.decisions.push_back(GetBestOption(player, 0, &PartitionFrontier::GetLocalCut));
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
        outcome.decisions.push_back(
            GetBestOption(player, share, &PartitionFrontier::GetOffloadedCut));
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

Outcome
DecideBestEffort(const Game& game, double speed)
{
    if (game.capacity <= 0)
    {
        return DecideLocalOnly(game);
    }
    auto outcome = DecideAtShare(game, speed);
    auto& decisions = outcome.decisions;
    const auto offloads = [](const Decision& decision) { return decision.share > 0; };
    const auto count = std::count_if(decisions.begin(), decisions.end(), offloads);
    for (auto& decision : decisions)
    {
        decision.share = offloads(decision) ? game.capacity / static_cast<double>(count) : 0.0;
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
