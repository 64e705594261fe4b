/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-device-demand.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace ns3
{
namespace surgery
{

DeviceDemand::DeviceDemand(Player player)
    : m_player(std::move(player))
{
    if (!WeighsWaiting(m_player))
    {
        m_lines.emplace(std::vector<Player>{m_player});
    }
}

Decision
DeviceDemand::GetResponse(double priceS) const
{
    if (!m_lines)
    {
        return GetBestResponse(m_player, m_player.usagePriceS + priceS, 1.0);
    }
    const auto steps = m_lines->GetSteps(0);
    std::size_t k = 0;
    while (priceS < steps[k].fromPriceS)
    {
        ++k;
    }
    const auto& line = m_lines->GetLines(0)[steps[k].line];
    const auto rootWork = steps[k].rootWork;
    return {GetCut(m_player, line.option, line.cut),
            rootWork > 0 ? rootWork / std::sqrt(m_player.usagePriceS + priceS) : 0.0,
            line.option};
}

std::vector<double>
DeviceDemand::GetShares(const std::vector<double>& prices) const
{
    std::vector<double> shares;
    shares.reserve(prices.size());
    for (const auto price : prices)
    {
        const auto share = GetResponse(price).share;
        // of two cuts that cost the same, rounding may choose the one with a little more work
        shares.push_back(shares.empty() ? share : std::min(share, shares.back()));
    }
    return shares;
}

Bid
DeviceDemand::GetBid(double share, double leftover) const
{
    const auto getCost = [this](const Decision& decision) {
        const auto line = MakeLine(m_player, decision);
        return GetCost(line, decision.share, m_player.usagePriceS) + line.switchingS;
    };
    const auto cap = std::min(1.0, share + leftover);
    const auto more = GetBestResponse(m_player, m_player.usagePriceS, cap);
    const auto gain = getCost(Settle(share)) - getCost(more);
    return more.share > share && gain > 0 ? Bid{more.share, gain} : Bid{share, 0};
}

Decision
DeviceDemand::Settle(double share) const
{
    Decision best;
    auto leastCost = std::numeric_limits<double>::infinity();
    ForEachLine(m_player, [&](const Line& line) {
        const auto cost = GetCost(line, share, 0) + line.switchingS;
        if (cost < leastCost)
        {
            leastCost = cost;
            best = {GetCut(m_player, line.option, line.cut), share, line.option};
        }
    });
    return best;
}

} // namespace surgery
} // namespace ns3
