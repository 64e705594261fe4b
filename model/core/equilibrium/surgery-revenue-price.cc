/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-revenue-price.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// What rounding may add to a load.
constexpr double ROUNDING = 1e-12;
/// How well jumps are found, relative to their price: better than what parts them from others.
constexpr double PRECISION = 1e-3 * REVENUE_PRICE_MARGIN;
/// Prices below this earn nothing worth looking for, s.
constexpr double LEAST_PRICE = 1e-15;
/// No player rents anything beyond this price, s.
constexpr double LARGEST_PRICE = 1e30;

/// The demand of one player as a function of the posted price.
class PlayerDemand
{
  public:
    /// @param player the device @param capacity the largest share that it may rent, 0..1
    PlayerDemand(const Player& player, double capacity)
        : m_usagePriceS(player.usagePriceS),
          m_capacity(capacity)
    {
        CollectContenders(player, m_lines);
    }

    /// @param priceS a posted price, s @return the share of the best response
    double GetShare(double priceS) const
    {
        return GetShare(m_lines[FindBest(priceS)], m_usagePriceS + priceS);
    }

    /// Append the prices from which on the player has another cut. @param [in,out] jumps the
    /// largest prices before them, s
    void AppendJumps(std::vector<double>& jumps) const
    {
        Choice high{1, FindBest(1)};
        while (m_lines[high.line].workS > 0 && high.priceS < LARGEST_PRICE)
        {
            high.priceS *= 4;
            high.line = FindBest(high.priceS);
        }
        AppendJumps({0, FindBest(0)}, high, jumps);
    }

  private:
    /// The best line at a price.
    struct Choice
    {
        double priceS;    ///< the posted price, s
        std::size_t line; ///< index among the lines
    };

    /// @param line one of the lines @param unitPriceS price of the whole server, s @return the best
    /// share for it
    double GetShare(const Line& line, double unitPriceS) const
    {
        return GetBestShare(line, unitPriceS, m_capacity);
    }

    /// @param priceS a posted price, s @return index of the line that costs least
    std::size_t FindBest(double priceS) const
    {
        const auto unit = m_usagePriceS + priceS;
        std::size_t best = 0;
        auto least = std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < m_lines.size(); ++k)
        {
            const auto& line = m_lines[k];
            const auto cost = GetCost(line, GetShare(line, unit), unit) + line.switchingS;
            if (cost < least)
            {
                least = cost;
                best = k;
            }
        }
        return best;
    }

    /// Append the jumps between two prices. @param low the lower one @param high the higher one
    /// @param [in,out] jumps as of the other AppendJumps
    void AppendJumps(Choice low, Choice high, std::vector<double>& jumps) const
    {
        while (low.line != high.line && high.priceS > LEAST_PRICE &&
               high.priceS - low.priceS > PRECISION * high.priceS)
        {
            const auto price = low.priceS + (high.priceS - low.priceS) / 2;
            const Choice middle{price, FindBest(price)};
            if (middle.line != low.line && middle.line != high.line)
            {
                AppendJumps(low, middle, jumps);
                low = middle;
            }
            else
            {
                (middle.line == low.line ? low : high) = middle;
            }
        }
        if (low.line != high.line)
        {
            jumps.push_back(low.priceS);
        }
    }

    double m_usagePriceS;      ///< rho
    double m_capacity;         ///< the largest share
    std::vector<Line> m_lines; ///< those that can be best
};

/// The demand of all players, and what is sold just below the prices at which it jumps.
class GameDemand
{
  public:
    /// @param game the game
    explicit GameDemand(const Game& game)
        : m_capacity(game.capacity)
    {
        m_players.reserve(game.players.size());
        for (const auto& player : game.players)
        {
            m_players.emplace_back(player, game.capacity);
        }
    }

    /// @param priceS a posted price, s @return what the players demand at it
    double GetLoad(double priceS) const
    {
        return std::accumulate(m_players.begin(),
                               m_players.end(),
                               0.0,
                               [priceS](double sum, const PlayerDemand& player) {
                                   return sum + player.GetShare(priceS);
                               });
    }

    /// @return what earns most
    Sale FindBestSale()
    {
        for (const auto& player : m_players)
        {
            player.AppendJumps(m_jumps);
        }
        std::sort(m_jumps.begin(), m_jumps.end());
        m_jumps.erase(std::unique(m_jumps.begin(), m_jumps.end()), m_jumps.end());
        const auto first =
            std::partition_point(m_jumps.begin(), m_jumps.end(), [this](double jump) {
                return !Fits(GetLoad(GetPriceAbove(jump)));
            });
        Search(static_cast<std::size_t>(first - m_jumps.begin()), m_jumps.size(), m_capacity);
        return m_best;
    }

  private:
    /// @param jump a price, s @return one just below it
    static double GetPriceBelow(double jump)
    {
        return jump * (1 - REVENUE_PRICE_MARGIN);
    }

    /// @param jump a price, s @return one just above it
    static double GetPriceAbove(double jump)
    {
        return jump * (1 + REVENUE_PRICE_MARGIN);
    }

    /// @param load a sum of shares @return whether the server has as much
    bool Fits(double load) const
    {
        return load <= m_capacity * (1 + ROUNDING);
    }

    /// @param jump a price just above which demand fits, s @return what is sold just below it
    double GetSold(double jump) const
    {
        const auto load = GetLoad(GetPriceBelow(jump));
        if (Fits(load))
        {
            return load;
        }
        auto sold = GetLoad(GetPriceAbove(jump));
        for (const auto& player : m_players)
        {
            const auto more =
                player.GetShare(GetPriceBelow(jump)) - player.GetShare(GetPriceAbove(jump));
            sold += Fits(sold + more) ? more : 0;
        }
        return sold;
    }

    /// Look for what earns most just below some of the jumps. @param begin the first of them
    /// @param end behind the last @param mostLoad no more is sold at any of them
    void Search(std::size_t begin, std::size_t end, double mostLoad)
    {
        if (begin == end || m_jumps[end - 1] * mostLoad <= m_best.revenueS)
        {
            return;
        }
        const auto middle = begin + (end - begin) / 2;
        const auto price = GetPriceBelow(m_jumps[middle]);
        const auto load = GetSold(m_jumps[middle]);
        if (price * load > m_best.revenueS)
        {
            m_best = {price, load, price * load};
        }
        Search(middle + 1, end, load);
        Search(begin, middle, mostLoad);
    }

    double m_capacity;                   ///< what the shares may sum to
    std::vector<PlayerDemand> m_players; ///< the players
    std::vector<double> m_jumps;         ///< the largest prices before jumps, ascending, s
    Sale m_best;                         ///< found so far
};

} // namespace

double
GetDemand(const Game& game, double priceS)
{
    return GameDemand(game).GetLoad(priceS);
}

Sale
FindRevenuePrice(const Game& game)
{
    CheckGame(game);
    return GameDemand(game).FindBestSale();
}

} // namespace surgery
} // namespace ns3
