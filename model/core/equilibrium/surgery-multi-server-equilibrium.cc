/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-multi-server-equilibrium.h"

#include "multi-server-hand-out.h"
#include "multi-server-lines.h"
#include "smoothed-dual.h"

#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-line.h"

#include <numeric>

namespace ns3
{
namespace surgery
{

namespace
{

/// The outcome with one server.
MultiServerOutcome
SolveOneServer(const MultiServerGame& game)
{
    std::vector<std::size_t> all(game.devices.size());
    std::iota(all.begin(), all.end(), 0);
    const auto alone = SolveEquilibrium(GetServerGame(game, 0, all));
    MultiServerOutcome outcome;
    for (const auto& decision : alone.decisions)
    {
        outcome.decisions.push_back({0, decision});
    }
    outcome.shadowPricesS.push_back(alone.shadowPriceS);
    outcome.rounds = alone.rounds;
    return outcome;
}

} // namespace

MultiServerOutcome
SolveEquilibrium(const MultiServerGame& game)
{
    CheckGame(game);
    if (game.capacities.size() == 1)
    {
        return SolveOneServer(game);
    }
    MultiServerOutcome outcome;
    outcome.shadowPricesS.assign(game.capacities.size(), 0.0);
    if (game.devices.empty())
    {
        return outcome;
    }
    const MultiServerLines lines(game);
    const SmoothedDual dual(lines, game.capacities);
    const MultiServerHandOut handOut(lines, game.capacities, dual.GetPrices());
    const auto shares = handOut.GetShares();
    outcome.shadowPricesS = dual.GetPrices();
    outcome.rounds = dual.GetRounds() + handOut.GetRounds();
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        const auto& line = handOut.GetLine(i);
        const auto& player = game.devices[i][line.server];
        outcome.decisions.push_back(
            {line.server, {GetCut(player, line.option, line.cut), shares[i], line.option}});
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
