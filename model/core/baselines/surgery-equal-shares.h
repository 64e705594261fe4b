/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_EQUAL_SHARES_H
#define SURGERY_EQUAL_SHARES_H

#include "ns3/surgery-game.h"

#include <cstddef>
#include <functional>

namespace ns3
{
namespace surgery
{

/// Among whom a server is divided equally.
enum class EqualShares
{
    AMONG_ALL,       ///< 1/N: all N devices count, those that do not offload waste their part
    AMONG_OFFLOADING ///< 1/n: the smallest n such that at most n devices offload at 1/n
};

/// Picks a device's cut at a given share; the share is 0 if the cut needs none.
using CutRule = std::function<Decision(const Player& player, double share)>;

/**
 * @ingroup dnn-surgery
 *
 * Find the smallest number of equal parts that is enough for all devices that want one: the
 * smallest n such that at most n devices offload at capacity / n. O(players x log(players)) calls
 * of the rule.
 *
 * @param game the game
 * @param rule how devices pick their cuts; if a device offloads at a share, it must do so at a
 *        larger one too
 * @return n, 1..players
 */
std::size_t CountEqualShares(const Game& game, const CutRule& rule = GetBestCutAt);

/**
 * @ingroup dnn-surgery
 *
 * @param game the game
 * @param among who gets a part of the server
 * @param rule how devices pick their cuts
 * @return the part of each, 0..1
 */
double GetEqualShare(const Game& game, EqualShares among, const CutRule& rule);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_EQUAL_SHARES_H
