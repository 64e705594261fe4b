/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-baselines.h"

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

} // namespace surgery
} // namespace ns3
