/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MULTI_SERVER_EQUILIBRIUM_H
#define SURGERY_MULTI_SERVER_EQUILIBRIUM_H

#include "ns3/surgery-multi-server-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Solve the game over several servers: joint choice of server, cut and share for all devices.
 *
 * Phi = sum_i J_i is an exact potential here, too. The prices of the servers' capacities are those
 * at which the Lagrangian bound of Phi is largest (class SmoothedDual); from them, devices are
 * handed servers, cuts and shares so that Phi is small and nobody gains by moving alone (class
 * MultiServerHandOut). Evaluate tells how far Phi is from the bound at most.
 *
 * With one server this is SolveEquilibrium, bit for bit.
 *
 * @param game the game
 * @return server, cut and share of each device, and the servers' shadow prices
 * @throws std::invalid_argument if the game is malformed
 */
MultiServerOutcome SolveEquilibrium(const MultiServerGame& game);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MULTI_SERVER_EQUILIBRIUM_H
