/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RANDOM_GAME_H
#define RANDOM_GAME_H

#include "random-dnn.h"

#include "ns3/surgery-game.h"

#include <cmath>
#include <memory>
#include <random>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A number between low and high, uniform in its logarithm.
inline double
DrawLog(std::mt19937_64& random, double low, double high)
{
    return std::exp(std::uniform_real_distribution<>(std::log(low), std::log(high))(random));
}

/// Players with random DNNs of up to maxLayers layers, random links and random rho.
inline ns3::surgery::Game
MakeRandomGame(std::mt19937_64& random, std::size_t players, std::size_t maxLayers)
{
    ns3::surgery::Game game;
    const bool free = random() % 5 == 0; // rho = 0 for some games
    for (std::size_t i = 0; i < players; ++i)
    {
        ns3::surgery::Player player;
        player.options = MakeOptions(std::make_shared<const ns3::surgery::PartitionFrontier>(
            MakeTestCosts(MakeRandomLayers(random, maxLayers))));
        player.link = {DrawLog(random, 1e6, 2e8),
                       DrawLog(random, 1e6, 2e8),
                       DrawLog(random, 1e-4, 1e-2),
                       DrawLog(random, 1e-4, 1e-2)};
        player.usagePriceS = free ? 0.0 : DrawLog(random, 1e-4, 1.0);
        game.players.push_back(player);
    }
    return game;
}

/// Give most players a second DNN of up to maxLayers layers to choose from.
inline void
AddOptions(std::mt19937_64& random, ns3::surgery::Game& game, std::size_t maxLayers)
{
    for (auto& player : game.players)
    {
        if (random() % 4 == 0)
        {
            continue;
        }
        auto options = *player.options;
        options.push_back({std::make_shared<const ns3::surgery::PartitionFrontier>(
            MakeTestCosts(MakeRandomLayers(random, maxLayers)))});
        player.options =
            std::make_shared<const std::vector<ns3::surgery::Option>>(std::move(options));
    }
}

/// Most players run one of their cuts already, and any other costs up to a third of its J.
inline void
AddSwitchingCosts(std::mt19937_64& random, ns3::surgery::Game& game)
{
    for (auto& player : game.players)
    {
        if (random() % 4 == 0)
        {
            continue;
        }
        const auto& options = *player.options;
        const auto& option = options.size() > 1 ? options[random() % options.size()] : options[0];
        const auto& cuts = option.frontier->GetCuts();
        player.currentCut = cuts[random() % cuts.size()];
        const auto share = DrawLog(random, 1e-3, 1);
        player.switchingCostS = DrawLog(random, 1e-3, 0.3) *
                                GetCost(*player.currentCut, player.link, share, player.usagePriceS);
    }
}

/** @} */

#endif // RANDOM_GAME_H
