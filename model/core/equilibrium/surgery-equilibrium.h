/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_EQUILIBRIUM_H
#define SURGERY_EQUILIBRIUM_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Solve the game of DDS (Decentralized DNN Surgery; our formulation of arXiv 2306.12185).
 *
 * The players affect each other only through the capacity, so Phi = sum_i J_i is an exact
 * potential and its minimum a generalized Nash equilibrium. Of the many equilibria the normalized
 * (variational) one is selected:
 *
 * 1. All players face one shadow price lambda of capacity, the smallest at which their best
 *    responses to rho_i + lambda fit (class Market).
 * 2. Demand jumps where cuts change, so capacity may be left over. The cuts are kept and the
 *    capacity is water-filled; then single changes of cut among the players nearest to a jump are
 *    taken, the one that lowers Phi most first. If there are at most 4096 combinations of cuts in
 *    all, the best of them is found instead.
 * 3. Best-response moves, largest gain first, end the search: no player gains by moving alone.
 *
 * The result does not depend on the order of the players beyond rounding and exact ties.
 *
 * @param game the game
 * @return cut and share of each player, lambda, and the rounds it took
 * @throws std::invalid_argument if the game is malformed
 */
Outcome SolveEquilibrium(const Game& game);

/**
 * @ingroup dnn-surgery
 *
 * Solve the game as SolveEquilibrium does, but begin another search of steps 2 and 3 at the cuts
 * that the players run now, and take its result unless the fresh one has a lower Phi. Where devices
 * choose among servers, a solution that gets worse by chance would drive some away.
 *
 * @param game the game
 * @return cut and share of each player, lambda, and the rounds it took
 * @throws std::invalid_argument if the game is malformed
 */
Outcome SolveEquilibriumSteadily(const Game& game);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_EQUILIBRIUM_H
