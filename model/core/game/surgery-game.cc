/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-game.h"

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
CheckPlayer(const Player& player)
{
    if (!player.frontier)
    {
        throw std::invalid_argument("frontier: is missing");
    }
    if (!std::isfinite(player.usagePriceS) || player.usagePriceS < 0)
    {
        throw std::invalid_argument("rho: must be a finite number >= 0 s");
    }
    if (!std::isfinite(player.switchingCostS) || player.switchingCostS < 0)
    {
        throw std::invalid_argument("switching cost: must be a finite number >= 0 s");
    }
    if (!std::isfinite(player.requestRatePerS) || player.requestRatePerS < 0)
    {
        throw std::invalid_argument("request rate: must be a finite number >= 0 /s");
    }
    CheckLink(player.link);
}

} // namespace

void
CheckGame(const Game& game)
{
    if (!std::isfinite(game.capacity) || game.capacity < 0 || game.capacity > 1)
    {
        throw std::invalid_argument("capacity: must be in 0..1");
    }
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        try
        {
            CheckPlayer(game.players[i]);
        }
        catch (const std::invalid_argument& error)
        {
            throw std::invalid_argument("player " + std::to_string(i) + ": " + error.what());
        }
    }
}

double
GetSwitchingCost(const Player& player, const Cut& cut)
{
    return player.currentCut && player.currentCut.get() != &cut ? player.switchingCostS : 0.0;
}

Decision
GetBestResponse(const Player& player, double unitPriceS, double cap)
{
    Decision best;
    auto leastCost = std::numeric_limits<double>::infinity();
    for (const auto& cut : player.frontier->GetCuts())
    {
        const auto wanted = cut->serverSeconds > 0 ? std::sqrt(cut->serverSeconds / unitPriceS) : 0;
        const auto share = std::min(cap, wanted);
        const auto cost =
            GetCost(*cut, player.link, share, unitPriceS) + GetSwitchingCost(player, *cut);
        if (cost < leastCost)
        {
            leastCost = cost;
            best = {cut, share};
        }
    }
    return best;
}

Decision
GetFastest(const Cuts& cuts, const Link& link, double share)
{
    Decision best;
    auto leastLatency = std::numeric_limits<double>::infinity();
    for (const auto& cut : cuts)
    {
        const auto latency = GetLatency(*cut, link, share);
        if (latency < leastLatency)
        {
            leastLatency = latency;
            best = {cut, cut->serverSeconds > 0 ? share : 0};
        }
    }
    return best;
}

Decision
GetBestCutAt(const Player& player, double share)
{
    return GetFastest(player.frontier->GetCuts(), player.link, share);
}

bool
IsOverloaded(const Player& player, const Decision& decision)
{
    return player.requestRatePerS > 0 &&
           GetSlowestStage(*decision.cut, player.link, decision.share) * player.requestRatePerS > 1;
}

} // namespace surgery
} // namespace ns3
