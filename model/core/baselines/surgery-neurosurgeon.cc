/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-neurosurgeon.h"

#include "cut-families.h"

namespace ns3
{
namespace surgery
{

Outcome
DecideNeurosurgeon(const Game& game, EqualShares among)
{
    CheckGame(game);
    const auto rule = [](const Player& player, double share) {
        return GetBestCutAmong(player, share, [](const Option& option) -> const Cuts& {
            return option.frontier->GetFamily(&FindChainCuts);
        });
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
