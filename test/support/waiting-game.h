/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WAITING_GAME_H
#define WAITING_GAME_H

#include "random-game.h"

#include "ns3/dnn-chain-cuts.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-latency.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Let most players make requests that do not wait: from seldom to more than get through.
inline void
AddRequests(std::mt19937_64& random, ns3::surgery::Game& game)
{
    for (auto& player : game.players)
    {
        if (random() % 6 == 0)
        {
            continue; // weighs no waiting
        }
        const auto local = player.options->front().frontier->GetLocalCut()->deviceSeconds;
        player.requestRatePerS = DrawLog(random, 0.1, 100) / std::max(local, 1e-3);
        player.gapVariation = random() % 2 == 0 ? 1.0 : DrawLog(random, 1e-2, 10);
    }
}

/// What a player pays for a cut and a share at a price, computed apart from the library's lines.
inline double
GetCostSlowly(const ns3::surgery::Player& player,
              const ns3::surgery::Cut& cut,
              double share,
              double priceS)
{
    auto cost = GetCost(cut, player.link, share, priceS);
    const auto stage = GetSlowestStage(cut, player.link, share);
    if (player.requestRatePerS > 0 && player.gapVariation > 0)
    {
        const auto border = std::min(stage, 0.9 / player.requestRatePerS);
        const auto use = player.requestRatePerS * border;
        cost += player.gapVariation * (use * border / (2 * (1 - use)) +
                                       (stage - border) * (1 / (1 - use) / (1 - use) - 1) / 2);
    }
    return cost;
}

/// All cuts that a player may choose from: of a frontier and of the DNN as a chain.
inline std::vector<std::shared_ptr<const ns3::surgery::Cut>>
GetAllCuts(const ns3::surgery::Player& player)
{
    const auto& frontier = *player.options->front().frontier;
    auto cuts = frontier.GetCuts();
    for (std::size_t layer = 0; layer < frontier.GetCosts().GetDnn().GetSize(); ++layer)
    {
        cuts.push_back(std::make_shared<const ns3::surgery::Cut>(
            ns3::surgery::MakeChainCut(frontier.GetCosts(), layer)));
    }
    return cuts;
}

/** @} */

#endif // WAITING_GAME_H
