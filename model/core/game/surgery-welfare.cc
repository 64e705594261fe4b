/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-welfare.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param player a device @return its least J if it does all the work
double
GetLocalCost(const Player& player)
{
    auto least = std::numeric_limits<double>::infinity();
    ForEachLine(player, [&](const Line& line) {
        if (GetCut(player, line.option, line.cut)->isLocal)
        {
            least = std::min(least, GetCost(line, 0, player.usagePriceS));
        }
    });
    return least;
}

/// Players by their shares, ascending.
class SharesInOrder
{
  public:
    /// @param decisions of all players
    explicit SharesInOrder(const std::vector<Decision>& decisions)
    {
        for (std::size_t i = 0; i < decisions.size(); ++i)
        {
            m_shares.emplace_back(decisions[i].share, i);
        }
        std::sort(m_shares.begin(), m_shares.end());
    }

    /// Find the others' shares that are next to a share: a function that is convex in the share,
    /// and least there, is least among them all at one of these. @param share the share
    /// @param player whose own share does not count @return at most one below, one not below
    std::vector<double> FindNeighbors(double share, std::size_t player) const
    {
        const auto isOther = [player](const auto& entry) { return entry.second != player; };
        const auto middle =
            std::lower_bound(m_shares.begin(), m_shares.end(), std::pair(share, std::size_t{0}));
        std::vector<double> neighbors;
        const auto above = std::find_if(middle, m_shares.end(), isOther);
        if (above != m_shares.end())
        {
            neighbors.push_back(above->first);
        }
        const auto below = std::find_if(std::reverse_iterator(middle), m_shares.rend(), isOther);
        if (below != m_shares.rend())
        {
            neighbors.push_back(below->first);
        }
        return neighbors;
    }

  private:
    std::vector<std::pair<double, std::size_t>> m_shares; ///< with whose they are
};

/// @param player a device @param index its own @param shares of all
/// @return its least J at another one's share; infinite if there is no other one
double
GetCostWithBestOfOthers(const Player& player, std::size_t index, const SharesInOrder& shares)
{
    auto least = std::numeric_limits<double>::infinity();
    ForEachLine(player, [&](const Line& line) {
        const auto wanted = GetBestShare(line, player.usagePriceS, 1.0);
        for (const auto share : shares.FindNeighbors(wanted, index))
        {
            least = std::min(least, GetCost(line, share, player.usagePriceS));
        }
    });
    return least;
}

} // namespace

void
AddPostedPrice(Game& game, double priceS)
{
    for (auto& player : game.players)
    {
        player.usagePriceS += priceS;
    }
}

Welfare
EvaluateWelfare(const Game& game, const Outcome& outcome, double priceS)
{
    const auto& decisions = outcome.decisions;
    if (decisions.size() != game.players.size())
    {
        throw std::invalid_argument("outcome: " + std::to_string(decisions.size()) +
                                    " decisions for " + std::to_string(game.players.size()) +
                                    " players");
    }
    Welfare welfare;
    welfare.revenueS =
        priceS *
        std::accumulate(decisions.begin(), decisions.end(), 0.0, [](double sum, const auto& d) {
            return sum + d.share;
        });
    if (!std::all_of(decisions.begin(), decisions.end(), [](const auto& d) { return d.cut; }))
    {
        constexpr auto UNKNOWN = std::numeric_limits<double>::quiet_NaN();
        welfare.surplusS = UNKNOWN;
        welfare.welfareS = UNKNOWN;
        welfare.largestEnvyS = UNKNOWN;
        return welfare;
    }
    const SharesInOrder shares(decisions);
    for (std::size_t i = 0; i < decisions.size(); ++i)
    {
        const auto& player = game.players[i];
        const auto cost =
            GetCost(MakeLine(player, decisions[i]), decisions[i].share, player.usagePriceS);
        welfare.surplusS += GetLocalCost(player) - cost;
        welfare.largestEnvyS =
            std::max(welfare.largestEnvyS, cost - GetCostWithBestOfOthers(player, i, shares));
    }
    welfare.welfareS = welfare.surplusS + welfare.revenueS;
    return welfare;
}

} // namespace surgery
} // namespace ns3
