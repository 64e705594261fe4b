/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "orchestrator.h"

#include "ns3/simulator.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-multi-server-equilibrium.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// What part of Phi a plan must save.
constexpr double LEAST_SAVING = 0.01;

/// Each server decides for its devices. @param game the game @param at by device, its server
MultiServerOutcome
DecideWhereTheyAre(const MultiServerGame& game, const std::vector<uint32_t>& at)
{
    MultiServerOutcome outcome;
    outcome.decisions.resize(game.devices.size());
    for (uint32_t s = 0; s < game.capacities.size(); ++s)
    {
        std::vector<std::size_t> devices;
        for (std::size_t i = 0; i < at.size(); ++i)
        {
            if (at[i] == s)
            {
                devices.push_back(i);
            }
        }
        const auto own = SolveEquilibrium(GetServerGame(game, s, devices));
        for (std::size_t k = 0; k < devices.size(); ++k)
        {
            outcome.decisions[devices[k]] = {s, own.decisions[k]};
        }
        outcome.shadowPricesS.push_back(own.shadowPriceS);
    }
    return outcome;
}

} // namespace

Orchestrator::Orchestrator(std::shared_ptr<ProfileLibrary> library, Time lifetime)
    : m_frontiers(library),
      m_lifetime(lifetime)
{
}

std::string
Orchestrator::Take(const Report& report)
{
    Known known;
    known.report = report;
    try
    {
        known.player.weights = GetWeights(report.terms);
        known.player.options = MakeOptions(m_frontiers,
                                           GetVariants(report),
                                           report.processor,
                                           report.serverProcessor,
                                           known.player.weights);
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    known.player.device = report.deviceId;
    known.player.usagePriceS = report.usagePriceS;
    known.player.link = {report.uplinkBps,
                         report.downlinkBps,
                         report.uplinkDelayS,
                         report.downlinkDelayS};
    m_known[report.deviceId][report.server] = known;
    return "";
}

void
Orchestrator::ForgetOld()
{
    for (auto device = m_known.begin(); device != m_known.end();)
    {
        auto& reports = device->second;
        for (auto known = reports.begin(); known != reports.end();)
        {
            const auto age = Simulator::Now() - NanoSeconds(known->second.report.sentNs);
            known = age > m_lifetime ? reports.erase(known) : std::next(known);
        }
        device = reports.empty() ? m_known.erase(device) : std::next(device);
    }
}

MultiServerGame
Orchestrator::MakeGame(std::vector<uint32_t>& servers,
                       std::vector<uint32_t>& devices,
                       std::vector<uint32_t>& present)
{
    std::set<uint32_t> all;
    for (const auto& [device, reports] : m_known)
    {
        for (const auto& entry : reports)
        {
            all.insert(entry.first);
        }
    }
    servers.assign(all.begin(), all.end());
    MultiServerGame game;
    game.capacities.assign(servers.size(), 1.0);
    for (const auto& [device, reports] : m_known)
    {
        const Known* serving = nullptr;
        for (const auto& entry : reports)
        {
            // a device that has just moved may be served twice: the later report counts
            const auto& report = entry.second.report;
            if (report.served && (!serving || report.sentNs > serving->report.sentNs))
            {
                serving = &entry.second;
            }
        }
        if (!serving)
        {
            continue;
        }
        ServersOfDevice players(servers.size());
        for (std::size_t s = 0; s < servers.size(); ++s)
        {
            const auto found = reports.find(servers[s]);
            if (found != reports.end())
            {
                players[s] = found->second.player;
            }
            players[s].usagePriceS = serving->report.usagePriceS;
        }
        game.devices.push_back(players);
        devices.push_back(device);
        present.push_back(static_cast<uint32_t>(
            std::lower_bound(servers.begin(), servers.end(), serving->report.server) -
            servers.begin()));
    }
    return game;
}

std::vector<Orchestrator::Transfer>
Orchestrator::Plan()
{
    ForgetOld();
    std::vector<uint32_t> servers;
    std::vector<uint32_t> devices;
    std::vector<uint32_t> present;
    const auto game = MakeGame(servers, devices, present);
    std::vector<Transfer> transfers;
    if (devices.empty() || servers.size() < 2)
    {
        return transfers;
    }
    const auto joint = SolveEquilibrium(game);
    const auto now = Evaluate(game, DecideWhereTheyAre(game, present)).potential;
    if (Evaluate(game, joint).potential > (1 - LEAST_SAVING) * now)
    {
        return transfers;
    }
    for (std::size_t i = 0; i < devices.size(); ++i)
    {
        const auto& [server, decision] = joint.decisions[i];
        if (decision.share > 0 && server != present[i])
        {
            transfers.push_back({devices[i], servers[present[i]], servers[server]});
        }
    }
    return transfers;
}

void
Orchestrator::Clear()
{
    m_known.clear();
}

} // namespace surgery
} // namespace ns3
