/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-neurosurgeon.h"

namespace ns3
{
namespace surgery
{

Outcome
DecideNeurosurgeon(const Game& game, EqualShares among)
{
    CheckGame(game);
    const auto rule = [](const Player& player, double share) {
        return GetFastest(player.frontier->GetChainCuts(), player.link, share);
    };
    const auto share = GetEqualShare(game, among, rule);
    Outcome outcome;
    outcome.decisions.reserve(game.players.size());
    for (const auto& player : game.players)
    {
        outcome.decisions.push_back(rule(player, share));
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
