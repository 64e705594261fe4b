/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_HELD_SHARES_H
#define SURGERY_HELD_SHARES_H

#include "ns3/surgery-game.h"

#include <functional>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The shares in effect before a decision.
 *
 * A device that loses its share may still have work on its way, so its former share stays in effect
 * for a while. The device holds that share, and no other device can have it.
 */
struct HeldShares
{
    double load{0};             ///< sum of all shares in effect, of other devices, too, 0..1
    std::vector<double> shares; ///< in effect, 0..1, one per player, in the game's order
    std::vector<bool> areLost;  ///< whether a player lost its share earlier and still holds it
};

/// Decides a game; a scheduler's method.
using DecideFunction = std::function<Outcome(const Game&)>;

/**
 * @ingroup dnn-surgery
 *
 * Decide with the capacity that held shares leave. If a decision takes a player's share away, the
 * player still holds that share, so there is less to give. The scheduler is therefore asked again
 * until it takes no further share away, at most once more than there are players.
 *
 * @param [in,out] game the players; its capacity is set to that of the last decision
 * @param held the shares in effect
 * @param decide makes a decision; a scheduler's method
 * @return the decision; with the shares that are held, its shares sum to at most 1
 * @throws std::invalid_argument if a decision is invalid: see CheckOutcome
 */
Outcome DecideAroundHeldShares(Game& game, const HeldShares& held, const DecideFunction& decide);

/**
 * @ingroup dnn-surgery
 *
 * @param game the game, with the capacity
 * @param outcome a decision, with one share per player
 * @return what its shares sum to, and whose is the largest, if that is more than the capacity and
 *         1e-9 for rounding; empty if they fit
 */
std::string FindExcess(const Game& game, const Outcome& outcome);

/**
 * @ingroup dnn-surgery
 *
 * Check what a scheduler decided.
 *
 * @param game the game
 * @param outcome the decision
 * @throws std::invalid_argument if the outcome is invalid: not one decision per player, a cut that
 *         is not of the player's DNN, a share below 0, or shares that sum to more than the capacity
 */
void CheckOutcome(const Game& game, const Outcome& outcome);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_HELD_SHARES_H
