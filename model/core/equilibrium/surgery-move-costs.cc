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
    auto least = std::numeric_limits<double>::infinity();
    for (const auto& line : ResponseLines({player}).GetLines(0))
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
    auto least = std::numeric_limits<double>::infinity();
    Presence present{0, 0};
    for (const auto& line : ResponseLines({player}).GetLines(0))
    {
        const auto presence = GetPresence(player, line, terms.shadowPriceS);
        const auto pricedS = presence.costS + terms.shadowPriceS * presence.share;
        if (pricedS < least)
        {
            least = pricedS;
            present = presence;
        }
    }
    // what is freed beyond this is worth nothing to the others
    const auto wanted = terms.curvatureS > 0
                            ? std::min(present.share, terms.shadowPriceS / terms.curvatureS)
                            : present.share;
    return present.costS + wanted * (terms.shadowPriceS - terms.curvatureS * wanted / 2);
}

} // namespace surgery
} // namespace ns3
