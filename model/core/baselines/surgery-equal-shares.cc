/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-equal-shares.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

std::size_t
CountEqualShares(const Game& game, const CutRule& rule)
{
    const auto fits = [&](std::size_t n) {
        const auto share = game.capacity / static_cast<double>(n);
        const auto offloading =
            std::count_if(game.players.begin(), game.players.end(), [&](const Player& player) {
                return rule(player, share).share > 0;
            });
        return static_cast<std::size_t>(offloading) <= n;
    };
    // fewer offload as the parts get smaller, so n fits if a smaller one does
    std::size_t least = 1;
    std::size_t enough = std::max<std::size_t>(1, game.players.size());
    while (least < enough)
    {
        const auto middle = (least + enough) / 2;
        fits(middle) ? enough = middle : least = middle + 1;
    }
    return enough;
}

double
GetEqualShare(const Game& game, EqualShares among, const CutRule& rule)
{
    const auto parts = among == EqualShares::AMONG_ALL
                           ? std::max<std::size_t>(1, game.players.size())
                           : CountEqualShares(game, rule);
    return game.capacity / static_cast<double>(parts);
}

} // namespace surgery
} // namespace ns3
