/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MULTI_SERVER_GAME_H
#define SURGERY_MULTI_SERVER_GAME_H

#include "ns3/surgery-game.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A device as the game over several servers knows it: by server, the player that it would be there.
 * Links and frontiers differ from server to server, because networks and processors do. A player
 * without options is one that cannot reach the server. A device reaches at least one server; all
 * its players have the same usage price.
 */
using ServersOfDevice = std::vector<Player>;

/**
 * @ingroup dnn-surgery
 *
 * The game of one instant over several servers: each device chooses a server, a cut and a share of
 * that server. To run everything on the device is one strategy, whatever the server.
 *
 * As in the game over one server, devices affect each other only through the capacities, so the sum
 * of what all of them pay is an exact potential.
 */
struct MultiServerGame
{
    std::vector<ServersOfDevice> devices; ///< in a fixed order, which decisions follow
    std::vector<double> capacities;       ///< by server, what the shares may sum to, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * What was decided for one device.
 */
struct ServerDecision
{
    uint32_t server{0}; ///< index of the server; for a device that does all itself, one in reach
    Decision decision;  ///< cut and share there
};

/**
 * @ingroup dnn-surgery
 *
 * What was decided for all devices.
 */
struct MultiServerOutcome
{
    std::vector<ServerDecision> decisions; ///< one per device, in the game's order
    std::vector<double> shadowPricesS;     ///< lambda of each server, s, >= 0
    uint32_t rounds{0};                    ///< price announcements and moves; 0 if not iterative
};

/**
 * @ingroup dnn-surgery
 *
 * @param player a device at a server
 * @return whether the device can reach the server
 */
bool CanReach(const Player& player);

/**
 * @ingroup dnn-surgery
 *
 * Check a game.
 *
 * @param game the game
 * @throws std::invalid_argument if a value is out of range; its text names device, server and field
 */
void CheckGame(const MultiServerGame& game);

/**
 * @ingroup dnn-surgery
 *
 * Get what devices that use one server only play there: the game of one server.
 *
 * @param game the game
 * @param server index of the server
 * @param devices which play, each of which reaches the server
 * @return the game of these devices, in this order
 */
Game GetServerGame(const MultiServerGame& game,
                   uint32_t server,
                   const std::vector<std::size_t>& devices);

/**
 * @ingroup dnn-surgery
 *
 * How good an outcome is, whatever decided it; as Certificate, but over all servers.
 *
 * With several full servers a small regret says little: devices that each stay at the nearest
 * server regret nothing, while Phi may be far from the least. The dual gap tells. It has two parts:
 * potential - dual bound = sum_i e_i + sum_s lambda_s (capacity_s - load_s), where e_i >= 0 is what
 * device i pays at the prices rho_i + lambda_s beyond its cheapest choice.
 */
struct MultiServerCertificate
{
    std::vector<double> loads;      ///< sum of the shares of each server
    double potential{0};            ///< Phi = sum of the costs J and of the switching costs, s
    double dualBound{0};            ///< no outcome has a lower potential, s
    double dualGap{0};              ///< potential - dual bound, s
    double largestExcess{0};        ///< largest e_i, of what device i pays at these prices
    double unsoldS{0};              ///< value of capacity that nobody uses, s: the second sum
    double maxRegret{0};            ///< largest gain by moving alone, of what the mover pays
    double cutTolerance{0};         ///< by which part cuts that nobody knows may be better, 0..1
    std::vector<double> latenciesS; ///< T of each device, s
    std::vector<double> costsS;     ///< J of each device, s
};

/**
 * @ingroup dnn-surgery
 *
 * Evaluate an outcome. O(devices x servers x cuts).
 *
 * - Regret: a device may change its server, cut and share, within what its server leaves it, or
 *   what another one has unused.
 * - Dual bound: sum_i min_s J_i(rho_i + lambda_s) - sum_s lambda_s x capacity_s.
 *
 * @param game the game
 * @param outcome one decision per device, one shadow price per server
 * @return the figures
 * @throws std::invalid_argument if the outcome does not fit the game
 */
MultiServerCertificate Evaluate(const MultiServerGame& game, const MultiServerOutcome& outcome);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MULTI_SERVER_GAME_H
