/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BASELINES_H
#define SURGERY_BASELINES_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Run everything on the devices.
 *
 * @param game the game
 * @return all-local cuts, no shares
 */
Outcome DecideLocalOnly(const Game& game);

/**
 * @ingroup dnn-surgery
 *
 * Run everything but the input on the server, in equal shares.
 *
 * @param game the game
 * @return fully offloaded cuts, capacity / players each; all-local without capacity
 */
Outcome DecideServerOnly(const Game& game);

/**
 * @ingroup dnn-surgery
 *
 * Give each device the cut with the least unpriced cost (GetBestCutAt) at a share that is the same
 * for all.
 *
 * @param game the game
 * @param share the share of every device that offloads, 0..1
 * @return the cuts; the share, or 0 if a cut leaves no work to the server
 */
Outcome DecideAtShare(const Game& game, double share);

/**
 * @ingroup dnn-surgery
 *
 * Decide for a server that reserves no shares: give each device the cut that is best at the speed
 * that it may count on there (DecideAtShare). The shares say only who offloads: all of those have
 * the same.
 *
 * @param game the game
 * @param speed of the server, as a part of the whole one, 0..1
 * @return the cuts; capacity / number of devices that offload, or 0
 */
Outcome DecideBestEffort(const Game& game, double speed);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BASELINES_H
