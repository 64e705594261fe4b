/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-multi-server-baselines.h"

#include "ns3/surgery-latency.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-equilibrium.h"
#include "ns3/surgery-optimum.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <tuple>

namespace ns3
{
namespace surgery
{

namespace
{

/// The sum of the unpriced costs, s.
double
GetUnpricedSum(const MultiServerGame& game, const MultiServerOutcome& outcome)
{
    double sum = 0;
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        const auto& [server, decision] = outcome.decisions[i];
        sum += GetUnpricedCost(game.devices[i][server], decision);
    }
    return sum;
}

} // namespace

std::vector<uint32_t>
FindNearestServers(const MultiServerGame& game)
{
    std::vector<uint32_t> nearest;
    nearest.reserve(game.devices.size());
    for (const auto& players : game.devices)
    {
        constexpr auto FAR = std::numeric_limits<double>::infinity();
        std::tuple<double, double, uint32_t> best{FAR, FAR, 0};
        for (uint32_t s = 0; s < players.size(); ++s)
        {
            if (CanReach(players[s]))
            {
                const auto& link = players[s].link;
                best =
                    std::min(best, {link.uplinkDelayS + link.downlinkDelayS, -link.uplinkBps, s});
            }
        }
        nearest.push_back(std::get<2>(best));
    }
    return nearest;
}

MultiServerOutcome
DecideAtNearest(const MultiServerGame& game, const OneServerRule& decide)
{
    CheckGame(game);
    const auto nearest = FindNearestServers(game);
    MultiServerOutcome outcome;
    outcome.decisions.resize(game.devices.size());
    for (uint32_t s = 0; s < game.capacities.size(); ++s)
    {
        std::vector<std::size_t> devices;
        for (std::size_t i = 0; i < nearest.size(); ++i)
        {
            if (nearest[i] == s)
            {
                devices.push_back(i);
            }
        }
        const auto own = decide(GetServerGame(game, s, devices));
        for (std::size_t k = 0; k < devices.size(); ++k)
        {
            outcome.decisions[devices[k]] = {s, own.decisions[k]};
        }
        outcome.shadowPricesS.push_back(own.shadowPriceS);
        outcome.rounds += own.rounds;
    }
    return outcome;
}

MultiServerOutcome
DecideOptimum(const MultiServerGame& game)
{
    const auto apart = DecideAtNearest(game, [](const Game& own) { return DecideOptimum(own); });
    if (game.capacities.size() == 1)
    {
        return apart;
    }
    auto plain = game;
    for (auto& players : plain.devices)
    {
        for (auto& player : players)
        {
            player.usagePriceS = 0;
            player.currentCut = nullptr;
        }
    }
    auto joint = SolveEquilibrium(plain);
    if (GetUnpricedSum(plain, joint) > GetUnpricedSum(plain, apart))
    {
        joint.decisions = apart.decisions;
    }
    return joint;
}

MultiServerOutcome
DecideAtShare(const MultiServerGame& game, double share)
{
    CheckGame(game);
    MultiServerOutcome outcome;
    outcome.shadowPricesS.assign(game.capacities.size(), 0.0);
    for (const auto& players : game.devices)
    {
        auto least = std::numeric_limits<double>::infinity();
        ServerDecision best;
        for (uint32_t s = 0; s < players.size(); ++s)
        {
            if (!CanReach(players[s]))
            {
                continue;
            }
            const auto there = GetBestCutAt(players[s], share);
            const auto cost = GetUnpricedCost(players[s], there);
            if (cost < least)
            {
                least = cost;
                best = {s, there};
            }
        }
        outcome.decisions.push_back(best);
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
