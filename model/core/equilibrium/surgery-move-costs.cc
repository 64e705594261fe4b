/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-move-costs.h"

#include "ns3/surgery-response-lines.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace surgery
{

namespace
{

/// What a device does at a server.
struct Presence
{
    double costS; ///< its J, s
    double share; ///< its share, 0..1
};

/**
 * @param player a device
 * @param line one of its lines
 * @param shadowPriceS lambda, s
 * @return what the device does there on that line
 */
Presence
GetPresence(const Player& player, const ResponseLine& line, double shadowPriceS)
{
    if (line.workS <= 0)
    {
        return {line.baseS, 0};
    }
    const auto unitPriceS = player.usagePriceS + shadowPriceS;
    const auto share = unitPriceS > 0 ? std::min(1.0, line.rootWork / std::sqrt(unitPriceS)) : 1.0;
    return {line.baseS + line.workS / share + player.usagePriceS * share, share};
}

} // namespace

double
GetEntryCost(const Player& player, const ServerTerms& terms)
{
    const ResponseLines lines({player});
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& line : lines.GetLines(0))
    {
        const auto presence = GetPresence(player, line, terms.shadowPriceS);
        const auto taken = std::max(0.0, presence.share - std::max(0.0, 1 - terms.load));
        const auto lost = taken * (terms.shadowPriceS + terms.curvatureS * taken / 2);
        least = std::min(least, presence.costS + lost);
    }
    return least;
}

double
GetLeavingSaving(const Player& player, const ServerTerms& terms)
{
    const ResponseLines lines({player});
    auto least = std::numeric_limits<double>::infinity();
    Presence present{0, 0};
    for (const auto& line : lines.GetLines(0))
    {
        const auto presence = GetPresence(player, line, terms.shadowPriceS);
        const auto pricedS = presence.costS + terms.shadowPriceS * presence.share;
        if (pricedS < least)
        {
            least = pricedS;
            present = presence;
        }
    }
    // the others, as if they all had the rho that makes kappa what it is: they held the rest
    const auto unitPriceS = terms.curvatureS / 2;
    const auto usagePriceS = std::max(0.0, unitPriceS - terms.shadowPriceS);
    const auto rest = 1 - present.share;
    if (rest * rest * unitPriceS >= usagePriceS)
    {
        return present.costS +
               present.share * (terms.shadowPriceS - terms.curvatureS * present.share / 2);
    }
    const auto root = std::sqrt(unitPriceS) - std::sqrt(usagePriceS); // the price falls to 0
    return present.costS + rest * root * root;
}

} // namespace surgery
} // namespace ns3
