/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/multi-server-games.h"

#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"
#include "ns3/surgery-multi-server-baselines.h"
#include "ns3/surgery-multi-server-equilibrium.h"
#include "ns3/surgery-server-terms.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A gain below this part of what a device pays is no reason to move.
constexpr double LEAST_GAIN = 1e-3;

/// Devices that choose among servers by what these announce, timestep by timestep, as the
/// applications do, but without a network between them.
class ChoosingDevices
{
  public:
    /// @param game who plays @param admitsOne whether a server admits one newcomer per timestep
    /// @param isLate whether a server learns a timestep late who left
    ChoosingDevices(const MultiServerGame& game, bool admitsOne, bool isLate = false)
        : m_game(game),
          m_admitsOne(admitsOne),
          m_isLate(isLate),
          m_servers(FindNearestServers(game)),
          m_formerServers(m_servers),
          m_decidedAt(m_servers),
          m_decisions(game.devices.size()),
          m_cuts(game.devices.size())
    {
    }

    /// @return how many devices moved at the end of this timestep
    std::size_t Step()
    {
        std::vector<ServerTerms> terms;
        for (uint32_t s = 0; s < m_game.capacities.size(); ++s)
        {
            terms.push_back(Solve(s));
        }
        m_formerServers = m_servers;
        // who wants to move where
        std::vector<uint32_t> wanted = m_servers;
        std::vector<double> gains(m_servers.size(), 0.0);
        for (std::size_t i = 0; i < m_servers.size(); ++i)
        {
            const auto& here = m_game.devices[i][m_servers[i]];
            const auto saved = GetLeavingSaving(here, terms[m_servers[i]]);
            for (uint32_t s = 0; s < terms.size(); ++s)
            {
                if (s == m_servers[i] || !CanReach(m_game.devices[i][s]))
                {
                    continue;
                }
                const auto gain = saved - GetEntryCost(m_game.devices[i][s], terms[s]);
                if (gain > LEAST_GAIN * saved && gain > gains[i])
                {
                    gains[i] = gain;
                    wanted[i] = s;
                }
            }
        }
        std::size_t moves = 0;
        for (uint32_t s = 0; s < terms.size(); ++s)
        {
            const auto newcomer = FindNewcomer(wanted, gains, s);
            for (std::size_t i = 0; i < m_servers.size(); ++i)
            {
                if (wanted[i] == s && m_servers[i] != s && (!m_admitsOne || i == newcomer))
                {
                    m_servers[i] = s;
                    m_cuts[i] = nullptr; // a cut of another server's frontier
                    ++moves;
                }
            }
        }
        return moves;
    }

    /// @return Phi as decided last
    double GetPotential() const
    {
        double sum = 0;
        for (std::size_t i = 0; i < m_decisions.size(); ++i)
        {
            const auto& player = m_game.devices[i][m_decidedAt[i]];
            sum +=
                GetCost(MakeLine(player, m_decisions[i]), m_decisions[i].share, player.usagePriceS);
        }
        return sum;
    }

    /// @return by device, the server that it is at
    const std::vector<uint32_t>& GetServers() const
    {
        return m_servers;
    }

  private:
    /// The device with the largest gain among those that want to a server.
    std::size_t FindNewcomer(const std::vector<uint32_t>& wanted,
                             const std::vector<double>& gains,
                             uint32_t server) const
    {
        auto newcomer = wanted.size();
        for (std::size_t i = 0; i < wanted.size(); ++i)
        {
            if (wanted[i] == server && m_servers[i] != server &&
                (newcomer == wanted.size() || gains[i] > gains[newcomer]))
            {
                newcomer = i;
            }
        }
        return newcomer;
    }

    /// A server decides for its devices. @return what it announces then
    ServerTerms Solve(uint32_t server)
    {
        std::vector<std::size_t> devices;
        for (std::size_t i = 0; i < m_servers.size(); ++i)
        {
            if (m_servers[i] == server || (m_isLate && m_formerServers[i] == server))
            {
                devices.push_back(i);
            }
        }
        auto game = GetServerGame(m_game, server, devices);
        for (std::size_t j = 0; j < devices.size(); ++j)
        {
            if (m_servers[devices[j]] == server)
            {
                game.players[j].currentCut = m_cuts[devices[j]];
            }
        }
        const auto outcome = SolveEquilibriumSteadily(game);
        for (std::size_t j = 0; j < devices.size(); ++j)
        {
            if (m_servers[devices[j]] != server)
            {
                continue; // it has left
            }
            m_decisions[devices[j]] = outcome.decisions[j];
            m_cuts[devices[j]] = outcome.decisions[j].cut;
            m_decidedAt[devices[j]] = server;
        }
        return GetServerTerms(game, outcome);
    }

    const MultiServerGame& m_game;
    bool m_admitsOne;
    bool m_isLate;
    std::vector<uint32_t> m_servers;                ///< by device, where it is
    std::vector<uint32_t> m_formerServers;          ///< by device, where it was a timestep ago
    std::vector<uint32_t> m_decidedAt;              ///< by device, who decided for it
    std::vector<Decision> m_decisions;              ///< by device
    std::vector<std::shared_ptr<const Cut>> m_cuts; ///< by device, of the server where it is
};

class ServerChoice : public testing::TestWithParam<bool>
{
};

TEST_P(ServerChoice, ConvergesNearTheJointSolutionWithAdmission)
{
    double excess = 0;
    double nearest = 0;
    double worst = 0;
    std::size_t latest = 0;
    std::size_t moves = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto game = MakeSkewedGame(random, 4, 24);
        ChoosingDevices devices(game, true, GetParam());
        std::size_t last = 0;
        double before = 0;
        for (std::size_t step = 1; step <= 60; ++step)
        {
            const auto moved = devices.Step();
            before = step == 1 ? devices.GetPotential() : before;
            moves += moved;
            last = moved > 0 ? step : last;
        }
        EXPECT_LE(last, 40U) << "it does not come to rest";
        const auto joint = Evaluate(game, SolveEquilibrium(game)).potential;
        const auto ratio = devices.GetPotential() / joint - 1;
        excess += ratio / 60;
        nearest += (before / joint - 1) / 60;
        worst = std::max(worst, ratio);
        latest = std::max(latest, last);
    }
    std::cout << "above the joint solution: mean " << 100 * excess << " %, worst " << 100 * worst
              << " %; nearest servers " << 100 * nearest << " %; last move in timestep " << latest
              << "; moves per device " << moves / (60.0 * 24) << '\n';
    EXPECT_LE(excess, 0.03);
    EXPECT_GT(nearest, 0.2) << "there was nothing to gain";
}

INSTANTIATE_TEST_SUITE_P(AtOnceAndLate, ServerChoice, testing::Bool());

TEST(ServerChoiceWithoutAdmission, OscillatesWhereAllMayMoveAtOnce)
{
    std::size_t moving = 0;
    double excess = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed)
    {
        std::mt19937_64 random(seed);
        const auto game = MakeSkewedGame(random, 4, 24);
        ChoosingDevices devices(game, false);
        std::size_t late = 0;
        for (std::size_t step = 1; step <= 60; ++step)
        {
            const auto moved = devices.Step();
            late += step > 40 ? moved : 0;
        }
        moving += late > 0;
        excess +=
            (devices.GetPotential() / Evaluate(game, SolveEquilibrium(game)).potential - 1) / 60;
    }
    std::cout << "moving at the end: " << moving << " of 60 games; " << 100 * excess
              << " % above the joint solution\n";
    EXPECT_GT(moving, 30U);
}

} // unnamed namespace
