/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_IAO_H
#define SURGERY_IAO_H

#include "ns3/surgery-game.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * IAO: cuts and whole units of capacity that minimize the largest unpriced cost (GetUnpricedCost),
 * which is the largest latency if devices weigh nothing else.
 *
 * A device's cost with its best cut falls as it gets more units, though not with every unit. So the
 * largest cost is found by bisection: a cost can be reached if the units that the devices need for
 * it sum to no more than there are. Leftover units go to the device with the largest cost that
 * falls by them, until none does. The largest cost found is the least possible one (to 1e-13).
 *
 * O(players x cuts) per step of the bisection, about 50 of them, and per unit left over.
 *
 * @param game the game
 * @param units number of units into which the capacity is divided; 0: max(100, 10 x players)
 * @return the cuts and shares
 * @throws std::invalid_argument if the game is malformed
 */
Outcome DecideIao(const Game& game, uint32_t units = 0);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_IAO_H
