/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-game.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

void
CheckPlayer(const Player& player)
{
    if (!player.options || player.options->empty() || !player.options->front().frontier)
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
    if (!std::isfinite(player.gapVariation) || player.gapVariation < 0)
    {
        throw std::invalid_argument("gap variation: must be a finite number >= 0");
    }
    CheckLink(player.link);
}

} // namespace

bool
WeighsWaiting(const Player& player)
{
    return player.requestRatePerS > 0 && player.gapVariation > 0;
}

Options
MakeOptions(std::shared_ptr<const PartitionFrontier> frontier)
{
    return std::make_shared<const std::vector<Option>>(1, Option{std::move(frontier)});
}

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

void
SetCurrentCut(Player& player, std::shared_ptr<const Cut> cut, double share, double hysteresis)
{
    const auto cost = GetCost(MakeLine(player, *cut, 0, 0), share, player.usagePriceS);
    player.currentCut = std::move(cut);
    player.switchingCostS = std::isfinite(cost) ? hysteresis * cost : 0.0;
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
    ForEachLine(player, [&](const Line& line) {
        const auto share = GetBestShare(line, unitPriceS, cap);
        const auto cost = GetCost(line, share, unitPriceS) + line.switchingS;
        if (cost < leastCost)
        {
            leastCost = cost;
            best = {GetCut(player, line.option, line.cut), share, line.option};
        }
    });
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
GetFastest(const Player& player, double share, const CutsOf& cutsOf)
{
    Decision best;
    auto leastLatency = std::numeric_limits<double>::infinity();
    for (uint32_t option = 0; option < player.options->size(); ++option)
    {
        auto decision = GetFastest(cutsOf((*player.options)[option]), player.link, share);
        const auto latency =
            decision.cut ? GetLatency(*decision.cut, player.link, decision.share) : leastLatency;
        if (latency < leastLatency)
        {
            leastLatency = latency;
            best = std::move(decision);
            best.option = option;
        }
    }
    return best;
}

Decision
GetBestCutAt(const Player& player, double share)
{
    return GetFastest(player, share, [](const Option& option) -> const Cuts& {
        return option.frontier->GetCuts();
    });
}

bool
IsOverloaded(const Player& player, const Decision& decision)
{
    return player.requestRatePerS > 0 &&
           GetSlowestStage(*decision.cut, player.link, decision.share) * player.requestRatePerS > 1;
}

} // namespace surgery
} // namespace ns3
