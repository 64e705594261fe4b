/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_GAME_H
#define SURGERY_GAME_H

#include "ns3/dnn-cut.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/surgery-latency.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * One way to run what a device has to run: a variant of its DNN, with an encoding of its tensors.
 * An exit of a DNN that is decided beforehand is a variant.
 */
struct Option
{
    std::shared_ptr<const PartitionFrontier> frontier; ///< the cuts worth choosing from
    double penaltyS{0}; ///< what its lack of accuracy costs the device, s, >= 0
};

/// The ways to run a device's DNN, at least one. They are shared because they seldom change.
using Options = std::shared_ptr<const std::vector<Option>>;

/**
 * @ingroup dnn-surgery
 *
 * @param frontier the cuts worth choosing from
 * @return options with one element
 */
Options MakeOptions(std::shared_ptr<const PartitionFrontier> frontier);

/**
 * @ingroup dnn-surgery
 *
 * A device as the game knows it.
 */
struct Player
{
    Options options;                         ///< its options; null: not known
    Link link;                               ///< the network to the server
    double usagePriceS{0};                   ///< rho, s, >= 0
    std::shared_ptr<const Cut> currentCut{}; ///< the cut that it runs now; null: none
    uint32_t currentOption{0};               ///< index of the option of that cut
    double switchingCostS{0};                ///< price of any other cut, s, >= 0
    double requestRatePerS{0};               ///< requests per second, >= 0; 0: unknown
    /// Squared coefficient of variation of the gaps between its requests, if they do not wait for
    /// results and the waiting time counts as latency does (WeighsWaiting); otherwise 0.
    double gapVariation{0};
    uint32_t device{0};           ///< its id, for schedulers that remember devices
    uint32_t offloadsInFlight{0}; ///< inferences on their way to, on, or from the server
    /// What a second costs it, in seconds, by what it does meanwhile, each >= 1: that second, and
    /// the energy that it draws in it (WeighEnergy).
    ActivityWeights weights{};
};

/**
 * @ingroup dnn-surgery
 *
 * Tell whether what a player minimizes holds the mean waiting time W of struct Waiting, beside J
 * (struct Game) and switching cost. Best responses, equilibrium and certificate follow it.
 *
 * @param player the device
 * @return whether it does: its request rate and the variation of its gaps are not 0
 */
inline bool
WeighsWaiting(const Player& player)
{
    return player.requestRatePerS > 0 && player.gapVariation > 0;
}

/**
 * @ingroup dnn-surgery
 *
 * The game of one instant: the players, and the capacity that they share.
 *
 * A generalized Nash game: each player minimizes J plus, for a cut other than its current one, its
 * switching cost. J is the latency T, the energy and the lack of accuracy as the player weighs
 * them, and the price of its share. Other players affect it only through the capacity that they
 * leave. A switching cost is a constant per cut, so the sum of what all players pay is an exact
 * potential, with or without switching costs.
 */
struct Game
{
    std::vector<Player> players; ///< in a fixed order, which decisions follow
    double capacity{1};          ///< what the shares may sum to, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * What a scheduler decided for one player.
 */
struct Decision
{
    std::shared_ptr<const Cut> cut; ///< where its DNN is cut
    double share{0};                ///< its share of the server, 0..1
    uint32_t option{0};             ///< index of the option that the cut belongs to
};

/**
 * @ingroup dnn-surgery
 *
 * What a scheduler decided for all players.
 */
struct Outcome
{
    std::vector<Decision> decisions; ///< one per player, in the game's order
    double shadowPriceS{0};          ///< lambda, the price of capacity beside rho, s; 0 if none
    uint32_t rounds{0};              ///< price announcements and moves; 0 if not iterative
};

/**
 * @ingroup dnn-surgery
 *
 * Check a game.
 *
 * @param game the game
 * @throws std::invalid_argument if a value is out of range; its text names player and field
 */
void CheckGame(const Game& game);

/**
 * @ingroup dnn-surgery
 *
 * Set the cut that a player runs now. The switching cost becomes a fraction of the player's present
 * J.
 *
 * @param [in,out] player the device, with its link and usage price
 * @param current the cut that it runs, one of its options', and its share
 * @param hysteresis fraction of J that another cut must save, 0..1; without effect if J is infinite
 */
void SetCurrentCut(Player& player, const Decision& current, double hysteresis);

/**
 * @ingroup dnn-surgery
 *
 * Get what a cut costs a player in addition to J. Cuts are compared by address: a frontier holds
 * each cut once. Of a cut of the chain (FindParetoChainCuts) that is in the frontier, too, the one
 * that the player runs costs nothing, the other one does.
 *
 * @param player the device
 * @param cut one of those that ForEachLine visits
 * @return the switching cost, s; 0 for the current cut, or if the player has none
 */
inline double
GetSwitchingCost(const Player& player, const Cut& cut)
{
    return player.currentCut && player.currentCut.get() != &cut ? player.switchingCostS : 0.0;
}

/**
 * @ingroup dnn-surgery
 *
 * Get a player's best response: the option, cut and share that minimize J at a unit price, plus the
 * switching cost, and the waiting time if the player weighs it.
 *
 * For a given cut the best share is that of GetBestShare: min(cap, sqrt(E / unit price)) with E as
 * priced, or more if the player weighs waiting. This takes O(cuts of all options) time. Of cuts
 * with equal costs, the one that ForEachLine visits first wins: in an option's frontier, the one
 * with less work on the server.
 *
 * @param player the device
 * @param unitPriceS price of the whole server, s, >= 0: rho, or rho + lambda
 * @param cap the largest share it may take, 0..1
 * @return its decision
 */
Decision GetBestResponse(const Player& player, double unitPriceS, double cap);

/**
 * @ingroup dnn-surgery
 *
 * Get what a decision costs a player if its share is free: J without the price of the share, the
 * switching cost and waiting. It is the latency T of a player that weighs nothing else.
 *
 * @param player the device
 * @param decision option, cut and share
 * @return seconds; infinite if there is work and no share
 */
double GetUnpricedCost(const Player& player, const Decision& decision);

/// Selects some cuts of an option.
using CutsOf = std::function<const Cuts&(const Option&)>;

/**
 * @ingroup dnn-surgery
 *
 * Get the cut with the least unpriced cost among some cuts of each of a player's options, at a
 * given share: the fastest one, if the player weighs latency alone.
 *
 * @param player the device
 * @param share the share, 0..1
 * @param cutsOf selects the cuts of each option; of cuts with equal costs, the first wins
 * @return the cut, with the given share if it leaves work to the server, otherwise with share 0
 */
Decision GetBestCutAmong(const Player& player, double share, const CutsOf& cutsOf);

/**
 * @ingroup dnn-surgery
 *
 * Get the cut with the least unpriced cost among all of a player's, at a given share.
 *
 * @param player the device
 * @param share the share, 0..1
 * @return the cut, with the given share if it leaves work to the server, otherwise with share 0
 */
Decision GetBestCutAt(const Player& player, double share);

/**
 * @ingroup dnn-surgery
 *
 * Get the option with the least unpriced cost, each with one cut.
 *
 * @param player the device
 * @param share the share, 0..1; > 0 if one of the cuts leaves work to the server
 * @param cutOf picks the cut of each option's frontier
 * @return the cut, with the given share if it leaves work to the server, otherwise with share 0
 */
Decision GetBestOption(const Player& player,
                       double share,
                       std::shared_ptr<const Cut> (PartitionFrontier::*cutOf)() const);

/**
 * @ingroup dnn-surgery
 *
 * Check whether a device makes more requests than it can complete: its slowest stage
 * (GetSlowestStage) takes longer than the mean time between two requests.
 *
 * @param player the device
 * @param decision its cut and share
 * @return whether it is overloaded; false if its request rate is unknown
 */
bool IsOverloaded(const Player& player, const Decision& decision);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_GAME_H
