/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_OPTIMUM_H
#define SURGERY_OPTIMUM_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * One planner for all: cuts and shares with as small a sum of latencies as can be found.
 *
 * Solves the game without prices and switching costs (SolveEquilibrium), and takes up what all
 * other schedulers decide: at the shares they give each device gets its fastest cut, for these cuts
 * the capacity is water-filled, and so on in turn while it helps. From the best of these starts
 * single cuts are changed while that helps; if there are at most 4096 combinations of cuts the best
 * one is taken. So the sum exceeds that of no other scheduler of this module, at its defaults and
 * in both strengths of equal shares.
 *
 * @param game the game
 * @return the cuts and shares; its shadow price is that of the game without prices, for which
 *         GetLatencyBound is near the sum of the latencies
 * @throws std::invalid_argument if the game is malformed
 */
Outcome DecideOptimum(const Game& game);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_OPTIMUM_H
