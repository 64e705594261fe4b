/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-multi-server-game.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// What a decision costs a player at a price, switching cost included, s.
double
Play(const Player& player, const Decision& decision, double unitPriceS)
{
    const auto line = MakeLine(player, decision);
    return GetCost(line, decision.share, unitPriceS) + line.switchingS;
}

/// The least that a player can pay at a price, with at most a share, s.
double
PlayBest(const Player& player, double unitPriceS, double cap)
{
    return Play(player, GetBestResponse(player, unitPriceS, cap), unitPriceS);
}

void
CheckOutcome(const MultiServerGame& game, const MultiServerOutcome& outcome)
{
    if (outcome.decisions.size() != game.devices.size())
    {
        throw std::invalid_argument("outcome: " + std::to_string(outcome.decisions.size()) +
                                    " decisions for " + std::to_string(game.devices.size()) +
                                    " devices");
    }
    if (outcome.shadowPricesS.size() != game.capacities.size())
    {
        throw std::invalid_argument("outcome: " + std::to_string(outcome.shadowPricesS.size()) +
                                    " shadow prices for " + std::to_string(game.capacities.size()) +
                                    " servers");
    }
    for (std::size_t i = 0; i < outcome.decisions.size(); ++i)
    {
        const auto server = outcome.decisions[i].server;
        if (server >= game.capacities.size() || !CanReach(game.devices[i][server]))
        {
            throw std::invalid_argument("outcome: device " + std::to_string(i) +
                                        " does not reach server " + std::to_string(server));
        }
    }
}

} // namespace

bool
CanReach(const Player& player)
{
    return player.options != nullptr;
}

void
CheckGame(const MultiServerGame& game)
{
    const auto servers = game.capacities.size();
    if (servers == 0)
    {
        throw std::invalid_argument("capacities: there must be a server");
    }
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        const auto& players = game.devices[i];
        const auto who = "device " + std::to_string(i);
        if (players.size() != servers)
        {
            throw std::invalid_argument(who + ": must have one player per server");
        }
        const auto first = std::find_if(players.begin(), players.end(), &CanReach);
        if (first == players.end())
        {
            throw std::invalid_argument(who + ": must reach a server");
        }
        for (const auto& player : players)
        {
            if (CanReach(player) && player.usagePriceS != first->usagePriceS)
            {
                throw std::invalid_argument(who + ": rho must be the same at all servers");
            }
            if (servers > 1 && player.gapVariation != 0)
            {
                throw std::invalid_argument(who + ": gap variation: must be 0 among several "
                                                  "servers, where costs are plain");
            }
        }
    }
    for (uint32_t s = 0; s < servers; ++s)
    {
        Game part;
        part.capacity = game.capacities[s];
        for (std::size_t i = 0; i < game.devices.size(); ++i)
        {
            part.players.clear();
            if (CanReach(game.devices[i][s]))
            {
                part.players.push_back(game.devices[i][s]);
            }
            try
            {
                CheckGame(part);
            }
            catch (const std::invalid_argument& error)
            {
                throw std::invalid_argument("server " + std::to_string(s) + ", device " +
                                            std::to_string(i) + ": " + error.what());
            }
        }
    }
}

Game
GetServerGame(const MultiServerGame& game, uint32_t server, const std::vector<std::size_t>& devices)
{
    Game part;
    part.capacity = game.capacities[server];
    part.players.reserve(devices.size());
    for (const auto i : devices)
    {
        part.players.push_back(game.devices[i][server]);
    }
    return part;
}

MultiServerCertificate
Evaluate(const MultiServerGame& game, const MultiServerOutcome& outcome)
{
    CheckOutcome(game, outcome);
    const auto servers = static_cast<uint32_t>(game.capacities.size());
    MultiServerCertificate certificate;
    certificate.loads.assign(servers, 0.0);
    for (const auto& [server, decision] : outcome.decisions)
    {
        certificate.loads[server] += decision.share;
    }
    for (std::size_t i = 0; i < game.devices.size(); ++i)
    {
        const auto& [own, decision] = outcome.decisions[i];
        const auto& player = game.devices[i][own];
        const auto rho = player.usagePriceS;
        const auto line = MakeLine(player, decision);
        certificate.latenciesS.push_back(GetLatency(*decision.cut, player.link, decision.share));
        certificate.costsS.push_back(GetCost(line, decision.share, rho));
        const auto cost = certificate.costsS.back() + line.switchingS;
        certificate.potential += cost;

        auto best = std::numeric_limits<double>::infinity();
        auto cheapest = std::numeric_limits<double>::infinity();
        for (uint32_t s = 0; s < servers; ++s)
        {
            const auto& there = game.devices[i][s];
            if (CanReach(there))
            {
                const auto unused = std::max(0.0, game.capacities[s] - certificate.loads[s]);
                const auto cap = std::min(1.0, unused + (s == own ? decision.share : 0.0));
                best = std::min(best, PlayBest(there, rho, cap));
                cheapest = std::min(cheapest, PlayBest(there, rho + outcome.shadowPricesS[s], 1.0));
                for (const auto& option : *there.options)
                {
                    certificate.cutTolerance =
                        std::max(certificate.cutTolerance, option.frontier->GetTolerance());
                }
            }
        }
        // a device left with work on a server it may not use regrets all of its cost
        const auto regret = std::isinf(cost) ? 1.0 : cost > 0 ? (cost - best) / cost : 0.0;
        certificate.maxRegret = std::max(certificate.maxRegret, regret);
        const auto priced = cost + outcome.shadowPricesS[own] * decision.share;
        const auto excess = priced > 0 ? (priced - cheapest) / priced : 0.0;
        certificate.largestExcess = std::max(certificate.largestExcess, excess);
        certificate.dualBound += cheapest;
    }
    for (uint32_t s = 0; s < servers; ++s)
    {
        certificate.dualBound -= outcome.shadowPricesS[s] * game.capacities[s];
        certificate.unsoldS +=
            outcome.shadowPricesS[s] * (game.capacities[s] - certificate.loads[s]);
    }
    certificate.dualGap = certificate.potential - certificate.dualBound;
    return certificate;
}

} // namespace surgery
} // namespace ns3
