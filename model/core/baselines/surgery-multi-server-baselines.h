/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MULTI_SERVER_BASELINES_H
#define SURGERY_MULTI_SERVER_BASELINES_H

#include "ns3/surgery-multi-server-game.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3
{
namespace surgery
{

/// Decides for the devices of one server.
using OneServerRule = std::function<Outcome(const Game&)>;

/**
 * @ingroup dnn-surgery
 *
 * Find each device's nearest server: the one with the least delay there and back; of equally near
 * ones the one with the fastest uplink, then the first.
 *
 * @param game the game, which is valid
 * @return by device, index of a server
 */
std::vector<uint32_t> FindNearestServers(const MultiServerGame& game);

/**
 * @ingroup dnn-surgery
 *
 * Let each server decide by itself for the devices of which it is the nearest: what a scheduler for
 * one server does where there are several.
 *
 * @param game the game
 * @param decide how each server decides
 * @return what was decided
 * @throws std::invalid_argument if the game is malformed
 */
MultiServerOutcome DecideAtNearest(const MultiServerGame& game, const OneServerRule& decide);

/**
 * @ingroup dnn-surgery
 *
 * Let one planner choose servers, cuts and shares for all, with as small a sum of unpriced costs as
 * it can find: the better of the joint solution without prices and switching costs and of
 * DecideOptimum at the nearest servers. With one server it is DecideOptimum, bit for bit.
 *
 * @param game the game
 * @return what was decided; the shadow prices are those of the game without prices
 * @throws std::invalid_argument if the game is malformed
 */
MultiServerOutcome DecideOptimum(const MultiServerGame& game);

/**
 * @ingroup dnn-surgery
 *
 * Give each device the same share of a server, and find the server and the cut with the least
 * unpriced cost. The shares may sum to more than a server has.
 *
 * @param game the game
 * @param share of the server, > 0 to 1
 * @return what was decided
 * @throws std::invalid_argument if the game is malformed
 */
MultiServerOutcome DecideAtShare(const MultiServerGame& game, double share);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MULTI_SERVER_BASELINES_H
