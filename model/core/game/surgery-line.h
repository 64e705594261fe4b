/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LINE_H
#define SURGERY_LINE_H

#include "ns3/dnn-chain-cuts.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-waiting.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The cost of one choice of a player, at any share phi of a server: B + E / phi, plus the price of
 * phi. Solvers and certificate see only the lines of players. Base and work hold what the player
 * weighs beside latency, so E as priced may exceed how long the server takes.
 */
struct Line
{
    double baseS{0};      ///< B as priced, the part that does not depend on the share, s
    double switchingS{0}; ///< switching cost of the cut, s; 0 for the current one
    double workS{0};      ///< E as priced: the cost of the work on the whole server, s
    uint32_t server{0};   ///< index of the server; always 0, since there is one
    uint32_t option{0};   ///< index among the player's options
    uint32_t cut{0};      ///< index among the option's cuts
    Waiting waiting;      ///< what its inferences wait; nothing unless the player weighs it
};

/**
 * @ingroup dnn-surgery
 *
 * @param cut one of the cuts of a device's variant
 * @param link the network
 * @param weights what a second costs the device
 * @param penaltyS what the variant's lack of accuracy costs it, s
 * @return B as priced, s
 */
double GetPricedBase(const Cut& cut,
                     const Link& link,
                     const ActivityWeights& weights,
                     double penaltyS);

/**
 * @ingroup dnn-surgery
 *
 * @param player the device
 * @param cut one of its DNN's cuts
 * @param option index of the option that the cut belongs to
 * @param index of the cut among the option's
 * @return its line
 */
Line MakeLine(const Player& player, const Cut& cut, uint32_t option, uint32_t index);

/**
 * @ingroup dnn-surgery
 *
 * @param player the device
 * @param decision its cut and share
 * @return the line of that cut; the line's index of the cut is 0
 */
Line MakeLine(const Player& player, const Decision& decision);

/**
 * @ingroup dnn-surgery
 *
 * @param player the device
 * @param option index among its options
 * @param cut index among the option's cuts, as ForEachLine counts them
 * @return the cut
 */
inline const std::shared_ptr<const Cut>&
GetCut(const Player& player, uint32_t option, uint32_t cut)
{
    const auto& frontier = *(*player.options)[option].frontier;
    const auto& cuts = frontier.GetCuts();
    return cut < cuts.size() ? cuts[cut]
                             : frontier.GetFamily(&FindParetoChainCuts)[cut - cuts.size()];
}

/**
 * @ingroup dnn-surgery
 *
 * @param line a line
 * @param share the player's share, 0..1
 * @param unitPriceS price of the whole server, s
 * @return what the player minimizes, without the switching cost: B + E / share + price x share, s,
 *         and W if it weighs waiting
 */
double GetCost(const Line& line, double share, double unitPriceS);

/**
 * @ingroup dnn-surgery
 *
 * @param line a line
 * @param unitPriceS price of the whole server, s, >= 0
 * @param cap the largest share to take, 0..1
 * @return the share that minimizes the line's cost: min(cap, sqrt(E / price)), or more if the
 * player weighs waiting
 */
double GetBestShare(const Line& line, double unitPriceS, double cap);

/**
 * @ingroup dnn-surgery
 *
 * @param line a line
 * @param share a share, > 0
 * @return the least unit price at which no larger share minimizes the line's cost, s: E / share^2,
 *         or more if the player weighs waiting
 */
double GetMarginalPrice(const Line& line, double share);

/**
 * @ingroup dnn-surgery
 *
 * Visit all lines of a player: its options in order, their cuts in order. If the player weighs
 * waiting, the Pareto-optimal cuts of the DNN as a chain follow those of an option's frontier.
 *
 * @param player the device
 * @param visit called with each Line
 */
template <class Visit>
void
ForEachLine(const Player& player, Visit visit)
{
    const auto& options = *player.options;
    for (uint32_t option = 0; option < options.size(); ++option)
    {
        const auto& cuts = options[option].frontier->GetCuts();
        for (uint32_t cut = 0; cut < cuts.size(); ++cut)
        {
            visit(MakeLine(player, *cuts[cut], option, cut));
        }
        if (WeighsWaiting(player))
        {
            const auto& more = options[option].frontier->GetFamily(&FindParetoChainCuts);
            for (uint32_t cut = 0; cut < more.size(); ++cut)
            {
                const auto index = static_cast<uint32_t>(cuts.size()) + cut;
                visit(MakeLine(player, *more[cut], option, index));
            }
        }
    }
}

/**
 * @ingroup dnn-surgery
 *
 * Collect the lines of a player among which its best one is, whatever price, share and cap are, in
 * the order of ForEachLine: at its uplink rate most cuts of a frontier cost more than others at any
 * share (class Contenders). If the player weighs waiting, these are all its lines.
 *
 * @param player the device
 * @param [out] lines the lines; what they were before is forgotten
 */
void CollectContenders(const Player& player, std::vector<Line>& lines);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LINE_H
