/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SLOW_SEARCH_H
#define SLOW_SEARCH_H

#include "ns3/surgery-game.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/**
 * Least potential for cuts that are fixed, by bisection on the price: an independent and slow way
 * of water-filling.
 */
inline double
FillSlowly(const ns3::surgery::Game& game, const std::vector<const ns3::surgery::Cut*>& cuts)
{
    const auto load = [&](double price) {
        double sum = 0;
        for (std::size_t i = 0; i < cuts.size(); ++i)
        {
            if (cuts[i]->serverSeconds > 0)
            {
                sum += std::sqrt(cuts[i]->serverSeconds / (game.players[i].usagePriceS + price));
            }
        }
        return sum;
    };
    double low = 0;
    double high = 1e9;
    if (load(0) <= game.capacity)
    {
        high = 0;
    }
    for (int step = 0; step < 200 && high > 0; ++step)
    {
        const auto middle = low > 0 ? std::sqrt(low * high) : high * 1e-3;
        (load(middle) <= game.capacity ? high : low) = middle;
        if (high < 1e-30)
        {
            break;
        }
    }
    double potential = 0;
    for (std::size_t i = 0; i < cuts.size(); ++i)
    {
        const auto& player = game.players[i];
        const auto share = cuts[i]->serverSeconds > 0
                               ? std::sqrt(cuts[i]->serverSeconds / (player.usagePriceS + high))
                               : 0.0;
        potential += GetCost(*cuts[i], player.link, share, player.usagePriceS) +
                     GetSwitchingCost(player, *cuts[i]);
    }
    return potential;
}

/// The least potential of all combinations of each player's cuts, each water-filled.
inline double
SearchExhaustively(const ns3::surgery::Game& game,
                   const std::vector<std::vector<const ns3::surgery::Cut*>>& cuts)
{
    auto least = std::numeric_limits<double>::infinity();
    std::vector<const ns3::surgery::Cut*> chosen(cuts.size());
    const std::function<void(std::size_t)> descend = [&](std::size_t i) {
        if (i == cuts.size())
        {
            least = std::min(least, FillSlowly(game, chosen));
            return;
        }
        for (const auto* cut : cuts[i])
        {
            chosen[i] = cut;
            descend(i + 1);
        }
    };
    descend(0);
    return least;
}

/** @} */

#endif // SLOW_SEARCH_H
