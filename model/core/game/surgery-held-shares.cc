/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-held-shares.h"

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <sstream>
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

std::string
FindExcess(const Game& game, const Outcome& outcome)
{
    double load = 0;
    std::size_t largest = 0;
    for (std::size_t i = 0; i < outcome.decisions.size(); ++i)
    {
        load += outcome.decisions[i].share;
        largest = outcome.decisions[i].share > outcome.decisions[largest].share ? i : largest;
    }
    if (load <= game.capacity + ROUNDING)
    {
        return "";
    }
    std::ostringstream text;
    text << std::setprecision(12) << "shares that sum to " << load << ", more than the capacity of "
         << game.capacity << "; device " << game.players[largest].device << " has the largest, "
         << outcome.decisions[largest].share;
    return text.str();
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
    }
    const auto excess = FindExcess(game, outcome);
    if (!excess.empty())
    {
        throw std::invalid_argument("Scheduler: " + excess);
    }
}

} // namespace surgery
} // namespace ns3
