/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-dads.h"

#include "cut-families.h"

namespace ns3
{
namespace surgery
{

Decision
GetSteadiestCutAt(const Player& player, double share)
{
    auto best = GetBestCutAt(player, share);
    auto leastStage = GetSlowestStage(*best.cut, player.link, best.share);
    auto leastCost = GetUnpricedCost(player, best);
    for (uint32_t option = 0; option < player.options->size(); ++option)
    {
        for (const auto& cut : (*player.options)[option].frontier->GetFamily(&FindWeightedCuts))
        {
            const auto stage = GetSlowestStage(*cut, player.link, share);
            const Decision decision{cut, cut->serverSeconds > 0 ? share : 0, option};
            const auto cost = GetUnpricedCost(player, decision);
            if (stage < leastStage || (stage == leastStage && cost < leastCost))
            {
                leastStage = stage;
                leastCost = cost;
                best = decision;
            }
        }
    }
    return best;
}

DadsOutcome
DecideDads(const Game& game, EqualShares among)
{
    CheckGame(game);
    const auto rule = [](const Player& player, double share) {
        const auto light = GetBestCutAt(player, share);
        return IsOverloaded(player, light) ? GetSteadiestCutAt(player, share) : light;
    };
    const auto share = GetEqualShare(game, among, rule);
    DadsOutcome outcome;
    outcome.decisions.reserve(game.players.size());
    for (const auto& player : game.players)
    {
        auto decision = GetBestCutAt(player, share);
        if (IsOverloaded(player, decision))
        {
            decision = GetSteadiestCutAt(player, share);
            ++outcome.heavilyLoaded;
            outcome.overloaded += IsOverloaded(player, decision) ? 1 : 0;
        }
        outcome.decisions.push_back(decision);
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
