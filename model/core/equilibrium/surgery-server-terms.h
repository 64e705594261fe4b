/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SERVER_TERMS_H
#define SURGERY_SERVER_TERMS_H

#include "ns3/surgery-game.h"
#include "ns3/surgery-move-costs.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Get what a server tells of its market after a decision. The shadow price is that of the capacity
 * water-filled among the cuts decided, whatever decided them. The curvature is its slope: 1 / kappa
 * = sum_j sqrt(E_j) / (2 (rho_j + lambda)^1.5) over the devices with work on the server, 0 if there
 * are none. O(players).
 *
 * @param game the game
 * @param outcome the decision, with a cut for each player
 * @return the terms; without capacity, the price is the outcome's
 */
ServerTerms GetServerTerms(const Game& game, const Outcome& outcome);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SERVER_TERMS_H
