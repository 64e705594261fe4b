/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SERVER_OFFER_H
#define SURGERY_SERVER_OFFER_H

#include "ns3/surgery-game.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a device has to know of a server to tell what Phi would be if it moved there or away: all
 * that the server's other devices are to it.
 */
struct ServerOffer
{
    double shadowPriceS{0}; ///< lambda, s: the price at which the devices' cuts fit the capacity
    double curvatureS{0};   ///< kappa, s: by how much the price rises per share that is taken from
                            ///< them; 0: nobody holds a share
    double load{0};         ///< sum of the shares, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * Get what a server offers after a decision: the shadow price is that of the capacity water-filled
 * among the cuts decided, whatever decided them, and 1 / kappa = sum_j sqrt(E_j) / (2 (rho_j +
 * lambda)^1.5) over the devices with work on the server. O(players).
 *
 * @param game the game
 * @param outcome the decision, with a cut for each player
 * @return the offer; without capacity, the price is the outcome's
 */
ServerOffer GetServerOffer(const Game& game, const Outcome& outcome);

/**
 * @ingroup dnn-surgery
 *
 * Predict by how much Phi rises if a device joins a server: its own cost, and what the others pay
 * more because it takes a share from them. With w = sqrt(E), q = rho + lambda, phi = w / sqrt(q),
 * the least B + 2 w sqrt(q) + kappa phi'^2 / 2 of all its cuts; phi' is what phi exceeds the
 * capacity left over by. If all devices have the same rho, this is exact as long as no cut changes.
 *
 * @param player the device as it would be there
 * @param offer what the server offers
 * @return seconds
 */
double GetJoiningCost(const Player& player, const ServerOffer& offer);

/**
 * @ingroup dnn-surgery
 *
 * Predict by how much Phi falls if a device leaves its server: its own cost, and what the others
 * save because its share becomes theirs: J + lambda phi - kappa phi^2 / 2 as long as the price stays
 * above 0, and less where it does not.
 *
 * @param player the device at its server
 * @param decision its cut and share
 * @param offer what the server offers with the device on it
 * @return seconds
 */
double GetLeavingGain(const Player& player, const Decision& decision, const ServerOffer& offer);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SERVER_OFFER_H
