/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_NEUROSURGEON_H
#define SURGERY_NEUROSURGEON_H

#include "ns3/surgery-equal-shares.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Neurosurgeon: give each device the cut with the least unpriced cost among those of the chain of
 * its layers (FindChainCuts), at an equal share. O(chain cuts) per device.
 *
 * @param game the game
 * @param among who gets a part of the server
 * @return the cuts and shares
 * @throws std::invalid_argument if the game is malformed
 */
Outcome DecideNeurosurgeon(const Game& game, EqualShares among);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_NEUROSURGEON_H
