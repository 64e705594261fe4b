/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-equilibrium.h"

#include "hand-out.h"
#include "market.h"
#include "waiting-lines.h"
#include "waiting-market.h"
#include "waiting-water-filling.h"

#include "ns3/surgery-response-lines.h"
#include "ns3/surgery-water-filling.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

namespace
{

/// Solve a game with players and capacity, steadily or not.
template <class Lines, class Water, class Clearing>
Outcome
Solve(const Game& game, bool steadily)
{
    const Lines lines(game.players);
    const Clearing market(game, lines);
    HandOut<Lines, Water, Clearing> handOut(game, lines, market);
    if (steadily)
    {
        handOut.TryCurrentCuts(market);
    }
    return handOut.GetOutcome(market);
}

/// Solve a game, steadily or not.
Outcome
Solve(const Game& game, bool steadily)
{
    CheckGame(game);
    if (game.players.empty() || game.capacity <= 0)
    {
        Outcome without;
        for (const auto& player : game.players)
        {
            without.decisions.push_back(GetBestResponse(player, player.usagePriceS, 0.0));
        }
        return without;
    }
    return std::any_of(game.players.begin(), game.players.end(), &WeighsWaiting)
               ? Solve<WaitingLines, WaitingWaterFilling, WaitingMarket>(game, steadily)
               : Solve<ResponseLines, WaterFilling, Market>(game, steadily);
}

} // namespace

Outcome
SolveEquilibrium(const Game& game)
{
    return Solve(game, false);
}

Outcome
SolveEquilibriumSteadily(const Game& game)
{
    return Solve(game, true);
}

} // namespace surgery
} // namespace ns3
