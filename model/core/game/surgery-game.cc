/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-game.h"

#include "line-terms.h"

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
    if (!player.options || player.options->empty())
    {
        throw std::invalid_argument("frontier: is missing");
    }
    for (const auto& option : *player.options)
    {
        if (!option.frontier)
        {
            throw std::invalid_argument("frontier: is missing");
        }
        if (!std::isfinite(option.penaltyS) || option.penaltyS < 0)
        {
            throw std::invalid_argument("penalty: must be a finite number >= 0 s");
        }
    }
    for (const auto weight : {player.weights.busy,
                              player.weights.transmit,
                              player.weights.receive,
                              player.weights.idle})
    {
        if (!std::isfinite(weight) || weight < 1)
        {
            throw std::invalid_argument("weights: must be finite numbers >= 1");
        }
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
SetCurrentCut(Player& player, const Decision& current, double hysteresis)
{
    const auto cost = GetCost(MakeLine(player, current), current.share, player.usagePriceS);
    player.currentCut = current.cut;
    player.currentOption = current.option;
    player.switchingCostS = std::isfinite(cost) ? hysteresis * cost : 0.0;
}

Decision
GetBestResponse(const Player& player, double unitPriceS, double cap)
{
    Decision best;
    auto leastCost = std::numeric_limits<double>::infinity();
    terms::VisitContenders(player, [&](const Line& line) {
        if (line.baseS + line.switchingS >= leastCost)
        {
            return; // no share makes it cheaper
        }
        const auto share = terms::GetBestShare(line, unitPriceS, cap);
        const auto cost = terms::GetCost(line, share, unitPriceS) + line.switchingS;
        if (cost < leastCost)
        {
            leastCost = cost;
            best = {GetCut(player, line.option, line.cut), share, line.option};
        }
    });
    return best;
}

double
GetUnpricedCost(const Player& player, const Decision& decision)
{
    const auto line = MakeLine(player, decision);
    return GetLatency(line.baseS, line.workS, decision.share);
}

Decision
GetBestCutAmong(const Player& player, double share, const CutsOf& cutsOf)
{
    Decision best;
    auto leastCost = std::numeric_limits<double>::infinity();
    for (uint32_t option = 0; option < player.options->size(); ++option)
    {
        for (const auto& cut : cutsOf((*player.options)[option]))
        {
            const Decision decision{cut, cut->serverSeconds > 0 ? share : 0, option};
            const auto cost = GetUnpricedCost(player, decision);
            if (cost < leastCost)
            {
                leastCost = cost;
                best = decision;
            }
        }
    }
    return best;
}

Decision
GetBestCutAt(const Player& player, double share)
{
    return GetBestCutAmong(player, share, [](const Option& option) -> const Cuts& {
        return option.frontier->GetCuts();
    });
}

Decision
GetBestOption(const Player& player,
              double share,
              std::shared_ptr<const Cut> (PartitionFrontier::*cutOf)() const)
{
    Decision best;
    auto leastCost = std::numeric_limits<double>::infinity();
    for (uint32_t option = 0; option < player.options->size(); ++option)
    {
        const auto cut = ((*player.options)[option].frontier.get()->*cutOf)();
        const Decision decision{cut, cut->serverSeconds > 0 ? share : 0, option};
        const auto cost = GetUnpricedCost(player, decision);
        if (cost < leastCost)
        {
            leastCost = cost;
            best = decision;
        }
    }
    return best;
}

bool
IsOverloaded(const Player& player, const Decision& decision)
{
    return player.requestRatePerS > 0 &&
           GetSlowestStage(*decision.cut, player.link, decision.share) * player.requestRatePerS > 1;
}

} // namespace surgery
} // namespace ns3
