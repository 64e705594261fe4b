/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef HAND_OUT_H
#define HAND_OUT_H

#include "worthwhile.h"

#include "ns3/surgery-cut-search.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-response-lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/// Number of players near a jump that may change their cut to use capacity that is left over.
constexpr std::size_t CANDIDATES = 16;

/**
 * @ingroup dnn-surgery
 *
 * @param line a line
 * @param share a share, 0..1
 * @param unitPriceS price of the whole server, s
 * @return what the line costs, switching cost included, s
 */
inline double
GetPlayedCost(const ResponseLine& line, double share, double unitPriceS)
{
    return line.workS > 0 ? line.baseS + line.workS / share + unitPriceS * share : line.baseS;
}

/// @copydoc GetPlayedCost(const ResponseLine&, double, double)
inline double
GetPlayedCost(const Line& line, double share, double unitPriceS)
{
    return GetCost(line, share, unitPriceS) + line.switchingS;
}

/**
 * @ingroup dnn-surgery
 *
 * @param line a line
 * @param unitPriceS price of the whole server, s
 * @param cap the largest share to take, 0..1
 * @return the share that minimizes the line's cost
 */
inline double
GetPlayedShare(const ResponseLine& line, double unitPriceS, double cap)
{
    return std::min(cap, line.rootWork / std::sqrt(unitPriceS));
}

/// @copydoc GetPlayedShare(const ResponseLine&, double, double)
inline double
GetPlayedShare(const Line& line, double unitPriceS, double cap)
{
    return GetBestShare(line, unitPriceS, cap);
}

/**
 * @ingroup dnn-surgery
 *
 * Bound what a line costs at a share up to a cap, by Lagrangian relaxation of the cap at the price
 * lambda: quickly found, and close for who may take no more than it takes.
 *
 * @param line a line
 * @param root sqrt(rho + lambda)
 * @param rentS lambda x cap, s
 * @return seconds
 */
inline double
GetLeastPlayedCost(const ResponseLine& line, double root, double rentS)
{
    return line.baseS + 2 * line.rootWork * root - rentS;
}

/// Bound what a line costs at any share. @param line a line @return seconds
inline double
GetLeastPlayedCost(const Line& line, double, double)
{
    return line.baseS + line.switchingS;
}

/**
 * @ingroup dnn-surgery
 *
 * Steps 2 and 3 of SolveEquilibrium: from the market's cuts to an equilibrium.
 *
 * @tparam Lines the lines of all players
 * @tparam Water divides the capacity among players with such lines
 * @tparam Clearing the market, cleared
 */
template <class Lines, class Water, class Clearing>
class HandOut
{
  public:
    /**
     * Search.
     *
     * @param game the game
     * @param lines its players' lines
     * @param market the market, cleared
     */
    HandOut(const Game& game, const Lines& lines, const Clearing& market)
        : m_game(game),
          m_lines(lines),
          m_search(game, lines)
    {
        std::vector<uint32_t> choices;
        choices.reserve(game.players.size());
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            choices.push_back(market.GetChoice(i));
        }
        m_search.Start(std::move(choices));
        m_isComplete = m_search.TryAllCombinations();
        if (!m_isComplete)
        {
            m_search.ChangeSingleCuts(GetNearest(market));
        }
        MoveToBestResponses();
    }

    /// Search again from the cuts that the players run now, and keep what is worse by no more than
    /// rounding. @param market the market
    void TryCurrentCuts(const Clearing& market)
    {
        if (m_isComplete)
        {
            return; // all that there is was tried
        }
        const auto found = m_search.GetChoices();
        const auto potential = m_search.GetWater().GetPotential();
        auto choices = found;
        for (std::size_t i = 0; i < choices.size(); ++i)
        {
            choices[i] = FindCurrentLine(i, choices[i]);
        }
        m_search.Start(std::move(choices));
        m_search.ChangeSingleCuts(GetNearest(market));
        MoveToBestResponses();
        if (m_search.GetWater().GetPotential() > potential * (1 + WORTHWHILE))
        {
            m_search.Start(found);
        }
    }

    /// @param market the market @return cuts and shares, the price and all rounds
    Outcome GetOutcome(const Clearing& market) const
    {
        auto outcome = m_search.GetOutcome();
        outcome.shadowPriceS = market.GetPrice();
        outcome.rounds = market.GetRounds() + m_search.GetRounds() + m_rounds;
        return outcome;
    }

  private:
    /// Find the line of the cut that a player runs now. @param i the player @param other the answer
    /// if that cut can never be best @return the line
    uint32_t FindCurrentLine(std::size_t i, uint32_t other) const
    {
        const auto lines = m_lines.GetLines(i);
        for (uint32_t k = 0; k < lines.size(); ++k)
        {
            if (GetCut(m_game.players[i], lines[k].option, lines[k].cut) ==
                m_game.players[i].currentCut)
            {
                return k;
            }
        }
        return other;
    }

    /// @param market the market @return the players nearest to a jump of their demand
    std::vector<std::size_t> GetNearest(const Clearing& market) const
    {
        std::priority_queue<std::pair<double, std::size_t>> nearest; // the farthest on top
        for (std::size_t i = 0; i < m_game.players.size(); ++i)
        {
            if (m_lines.GetLines(i).size() == 1)
            {
                continue; // no other cut
            }
            const auto distance = market.GetDistanceToJump(i);
            if (nearest.size() == CANDIDATES && distance < nearest.top().first)
            {
                nearest.pop();
            }
            if (nearest.size() < CANDIDATES)
            {
                nearest.emplace(distance, i);
            }
        }
        std::vector<std::size_t> players;
        for (; !nearest.empty(); nearest.pop())
        {
            players.push_back(nearest.top().second);
        }
        return players;
    }

    /// Find a player's best response. @param i the player @param unused capacity beside its share
    /// @return the line and the gain relative to its cost; its own line and 0 if none is worthwhile
    std::pair<uint32_t, double> Respond(std::size_t i, double unused) const
    {
        const auto lines = m_lines.GetLines(i);
        auto best = m_search.GetChoices()[i];
        if (lines.size() == 1)
        {
            return {best, 0.0};
        }
        const auto price = m_lines.GetUsagePrice(i);
        const auto share = m_search.GetWater().GetShare(i);
        const auto cap = std::min(1.0, share + unused);
        const auto now = GetPlayedCost(lines[best], share, price);
        const auto lambda = m_search.GetWater().GetPrice();
        const auto root = std::sqrt(price + lambda);
        const auto enough = now * (1 - WORTHWHILE / 2);
        if (std::none_of(lines.begin(), lines.end(), [&](const auto& line) {
                return GetLeastPlayedCost(line, root, lambda * cap) < enough;
            }))
        {
            return {best, 0.0};
        }
        auto least = now;
        for (uint32_t k = 0; k < lines.size(); ++k)
        {
            const auto there = GetPlayedCost(lines[k], GetPlayedShare(lines[k], price, cap), price);
            if (there < least)
            {
                least = there;
                best = k;
            }
        }
        return {best, now > 0 ? (now - least) / now : 0.0};
    }

    /// The player that gains most moves, then the capacity is divided anew; both steps lower Phi.
    void MoveToBestResponses()
    {
        while (true)
        {
            const auto unused = std::max(0.0, m_game.capacity - m_search.GetWater().GetLoad());
            auto mover = m_game.players.size();
            uint32_t line = 0;
            auto most = WORTHWHILE;
            for (std::size_t i = 0; i < m_game.players.size(); ++i)
            {
                const auto [response, gain] = Respond(i, unused);
                if (gain > most && response != m_search.GetChoices()[i])
                {
                    std::tie(mover, line, most) = std::make_tuple(i, response, gain);
                }
            }
            ++m_rounds;
            if (mover == m_game.players.size())
            {
                return;
            }
            m_search.Change(mover, line);
        }
    }

    const Game& m_game;                    ///< who plays
    const Lines& m_lines;                  ///< their lines
    BasicCutSearch<Lines, Water> m_search; ///< their cuts and shares
    uint32_t m_rounds{0};                  ///< best-response moves
    bool m_isComplete{false};              ///< whether all combinations of cuts were tried
};

} // namespace surgery
} // namespace ns3

#endif // HAND_OUT_H
