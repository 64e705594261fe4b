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
 * Let one planner choose cuts and shares for all, with as small a sum of unpriced costs
 * (GetUnpricedSum) as it can find.
 *
 * The planner starts from the game without prices and switching costs (SolveEquilibrium), and from
 * what each other scheduler decides. At the shares of a start each device gets its best cut, for
 * these cuts the capacity is water-filled, and both steps repeat while they help. From the best
 * result, single cuts are changed while that helps; if there are at most 4096 combinations of cuts,
 * the best one is taken. So the sum never exceeds that of another scheduler of this module, at its
 * defaults and in both strengths of equal shares.
 *
 * @param game the game
 * @return the cuts and shares; its shadow price is that of the game without prices, for which
 *         GetUnpricedBound is near the sum of the unpriced costs
 * @throws std::invalid_argument if the game is malformed
 */
Outcome DecideOptimum(const Game& game);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_OPTIMUM_H
