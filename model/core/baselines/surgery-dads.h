/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DADS_H
#define SURGERY_DADS_H

#include "ns3/surgery-equal-shares.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What DADS decided, and for how many devices by DSH.
 */
struct DadsOutcome : Outcome
{
    uint32_t heavilyLoaded{0}; ///< devices cut by DSH
    uint32_t overloaded{0};    ///< those of them whose requests are too many even for DSH
};

/**
 * @ingroup dnn-surgery
 *
 * DSH, the cut of DADS under heavy load: the one, among those of all variants, whose slowest
 * pipeline stage (GetSlowestStage) is shortest, and of those the one with the least unpriced cost.
 * The stage comes first: whatever the device pays for energy and accuracy, it gets the variant that
 * answers most requests.
 *
 * The authors bound that stage by minimum cuts that weigh device and server by alpha and gamma, and
 * vary the weights. Here FindWeightedCuts gives the cuts for all weights, so the best of them is
 * picked without a search over weights. Its slowest stage takes at most three times as long as the
 * shortest slowest stage of all cuts. O(weighted cuts).
 *
 * @param player the device
 * @param share the share, 0..1
 * @return the cut, with the share if it leaves work to the server, else 0; its slowest stage is not
 *         longer than that of GetBestCutAt
 */
Decision GetSteadiestCutAt(const Player& player, double share);

/**
 * @ingroup dnn-surgery
 *
 * DADS: at an equal share, each device's cut with the least unpriced cost (DSL) or, if its slowest
 * stage then takes longer than the time between two requests, the cut of DSH.
 *
 * @param game the game
 * @param among who gets a part of the server
 * @return the cuts and shares
 * @throws std::invalid_argument if the game is malformed
 */
DadsOutcome DecideDads(const Game& game, EqualShares among);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DADS_H
