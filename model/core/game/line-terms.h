/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LINE_TERMS_H
#define LINE_TERMS_H

#include "ns3/dnn-cut.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-latency.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-waiting.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Latency and cost, inline for the loops over all cuts of all devices: the functions of the same
 * names in surgery-latency.h and surgery-line.h, which say what they are, return these. This header
 * is private because the core is compiled so that operations are not fused, and programs that
 * include a public header need not be.
 */
namespace terms
{

/// @copydoc ns3::surgery::GetWeightedBase
inline double
GetWeightedBase(const Cut& cut, const Link& link, const ActivityWeights& weights)
{
    if (cut.isLocal)
    {
        return weights.busy * cut.deviceSeconds;
    }
    return weights.busy * cut.deviceSeconds + weights.idle * link.uplinkDelayS +
           weights.transmit * (8 * static_cast<double>(cut.uploadBytes) / link.uplinkBps) +
           weights.idle * link.downlinkDelayS +
           weights.receive * (8 * static_cast<double>(cut.resultBytes) / link.downlinkBps) +
           weights.idle * link.hostS +
           weights.idle * (link.hostByteS * static_cast<double>(cut.uploadBytes + cut.resultBytes));
}

/// @copydoc ns3::surgery::GetLatency(double, double, double)
inline double
GetLatency(double baseS, double workS, double share)
{
    if (workS == 0)
    {
        return baseS;
    }
    return share > 0 ? baseS + workS / share : std::numeric_limits<double>::infinity();
}

/// @copydoc ns3::surgery::GetPricedBase
inline double
GetPricedBase(const Cut& cut, const Link& link, const ActivityWeights& weights, double penaltyS)
{
    return terms::GetWeightedBase(cut, link, weights) + penaltyS;
}

/// @copydoc ns3::surgery::MakeLine(const Player&, const Cut&, uint32_t, uint32_t)
inline Line
MakeLine(const Player& player, const Cut& cut, uint32_t option, uint32_t index)
{
    Line line;
    line.baseS =
        terms::GetPricedBase(cut, player.link, player.weights, (*player.options)[option].penaltyS);
    line.switchingS = GetSwitchingCost(player, cut);
    line.workS = player.weights.idle * cut.serverSeconds;
    line.option = option;
    line.cut = index;
    if (WeighsWaiting(player))
    {
        line.waiting = {player.requestRatePerS,
                        player.gapVariation,
                        GetSlowestFixedStage(cut, player.link),
                        cut.serverSeconds};
    }
    return line;
}

/// @copydoc ns3::surgery::GetCost(const Line&, double, double)
inline double
GetCost(const Line& line, double share, double unitPriceS)
{
    const auto cost = terms::GetLatency(line.baseS, line.workS, share) + unitPriceS * share;
    return HasWaiting(line.waiting)
               ? cost + GetWaitingTime(line.waiting, GetSlowestStage(line.waiting, share))
               : cost;
}

/// @copydoc ns3::surgery::GetBestShare(const Line&, double, double)
inline double
GetBestShare(const Line& line, double unitPriceS, double cap)
{
    if (HasWaiting(line.waiting))
    {
        return std::min(cap, surgery::GetBestShare(line.waiting, line.workS, unitPriceS));
    }
    const auto wanted = line.workS > 0 ? std::sqrt(line.workS / unitPriceS) : 0;
    return std::min(cap, wanted);
}

/// No index of a cut.
constexpr uint32_t NO_CUT = 0xffffffff;

/**
 * @param player the device
 * @param cuts of one of its options
 * @return index of the cut that it runs now, if changing it costs anything; NO_CUT if none is
 */
inline uint32_t
FindCurrentCut(const Player& player, const Cuts& cuts)
{
    if (!player.currentCut || player.switchingCostS <= 0)
    {
        return NO_CUT;
    }
    const auto found = std::find(cuts.begin(), cuts.end(), player.currentCut);
    return found != cuts.end() ? static_cast<uint32_t>(found - cuts.begin()) : NO_CUT;
}

/**
 * Visit the lines that CollectContenders collects.
 *
 * @param player the device
 * @param visit called with each Line
 */
template <class Visit>
void
VisitContenders(const Player& player, Visit visit)
{
    if (WeighsWaiting(player))
    {
        ForEachLine(player, visit); // its costs are not linear
        return;
    }
    const auto& weights = player.weights;
    const auto perByte =
        (weights.transmit * 8 / player.link.uplinkBps + weights.idle * player.link.hostByteS) /
        weights.busy;
    const auto& options = *player.options;
    for (uint32_t option = 0; option < options.size(); ++option)
    {
        const auto& frontier = *options[option].frontier;
        const auto& cuts = frontier.GetCuts();
        const auto see = [&](uint32_t cut) {
            visit(terms::MakeLine(player, *cuts[cut], option, cut));
        };
        // the cut that it runs has no switching cost, so it may be best anywhere
        auto current = FindCurrentCut(player, cuts);
        for (const auto cut : frontier.GetContenders(perByte))
        {
            if (current < cut)
            {
                see(std::exchange(current, NO_CUT));
            }
            else if (current == cut)
            {
                current = NO_CUT;
            }
            see(cut);
        }
        if (current != NO_CUT)
        {
            see(current);
        }
    }
}

} // namespace terms
} // namespace surgery
} // namespace ns3

#endif // LINE_TERMS_H
