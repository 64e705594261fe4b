/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-device-demand.h"

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
    : m_player(std::move(player)),
      m_lines({m_player})
{
}

Decision
DeviceDemand::GetResponse(double priceS) const
{
    const auto steps = m_lines.GetSteps(0);
    std::size_t k = 0;
    while (priceS < steps[k].fromPriceS)
    {
        ++k;
    }
    const auto& cut = m_player.frontier->GetCuts()[m_lines.GetLines(0)[steps[k].line].cut];
    const auto rootWork = steps[k].rootWork;
    return {cut, rootWork > 0 ? rootWork / std::sqrt(m_player.usagePriceS + priceS) : 0.0};
}

std::vector<double>
DeviceDemand::GetShares(const std::vector<double>& prices) const
{
    std::vector<double> shares;
    shares.reserve(prices.size());
    for (const auto price : prices)
    {
        shares.push_back(GetResponse(price).share);
    }
    return shares;
}

Bid
DeviceDemand::GetBid(double share, double leftover) const
{
    const auto getCost = [this](const Decision& decision) {
        return GetCost(*decision.cut, m_player.link, decision.share, m_player.usagePriceS) +
               GetSwitchingCost(m_player, *decision.cut);
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
    for (const auto& cut : m_player.frontier->GetCuts())
    {
        const auto cost = GetLatency(*cut, m_player.link, share) + GetSwitchingCost(m_player, *cut);
        if (cost < leastCost)
        {
            leastCost = cost;
            best = {cut, share};
        }
    }
    return best;
}

} // namespace surgery
} // namespace ns3
