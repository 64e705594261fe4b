/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-held-shares.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// By how much shares may exceed the capacity because of rounding.
constexpr double ROUNDING = 1e-9;

} // namespace

Outcome
DecideAroundHeldShares(Game& game, const HeldShares& held, const DecideFunction& decide)
{
    // a player gives its share back unless it lost it earlier, or loses it by this decision
    std::vector<bool> isGiven(game.players.size());
    for (std::size_t i = 0; i < isGiven.size(); ++i)
    {
        isGiven[i] = !held.areLost[i];
    }
    while (true)
    {
        auto blocked = held.load;
        for (std::size_t i = 0; i < isGiven.size(); ++i)
        {
            blocked -= isGiven[i] ? held.shares[i] : 0;
        }
        game.capacity = std::clamp(1 - blocked, 0.0, 1.0);
        auto outcome = decide(game);
        CheckOutcome(game, outcome);
        auto isSettled = true;
        for (std::size_t i = 0; i < isGiven.size(); ++i)
        {
            if (isGiven[i] && outcome.decisions[i].share == 0 && held.shares[i] > 0)
            {
                isGiven[i] = false;
                isSettled = false;
            }
        }
        if (isSettled)
        {
            return outcome;
        }
    }
}

void
CheckOutcome(const Game& game, const Outcome& outcome)
{
    if (outcome.decisions.size() != game.players.size())
    {
        throw std::invalid_argument("Scheduler: " + std::to_string(outcome.decisions.size()) +
                                    " decisions for " + std::to_string(game.players.size()) +
                                    " devices");
    }
    double load = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& [cut, share, option] = outcome.decisions[i];
        const auto& options = *game.players[i].options;
        const auto isKnown = cut && option < options.size();
        if (!isKnown || !(share >= 0) ||
            cut->deviceLayers.size() != options[option].frontier->GetCosts().GetDnn().GetSize())
        {
            throw std::invalid_argument(
                "Scheduler: decisions need a cut of the device's DNN and a share >= 0");
        }
        load += share;
    }
    if (!(load <= game.capacity + ROUNDING))
    {
        throw std::invalid_argument("Scheduler: shares sum to " + std::to_string(load) +
                                    ", more than the capacity of " + std::to_string(game.capacity));
    }
}

} // namespace surgery
} // namespace ns3
