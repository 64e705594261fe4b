/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "share-ledger.h"

#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// By how much shares may exceed the capacity because of rounding.
constexpr double ROUNDING = 1e-9;

} // namespace

void
CheckOutcome(const Game& game, const Outcome& outcome)
{
    const std::string place = "MecServer: Scheduler: ";
    if (outcome.decisions.size() != game.players.size())
    {
        throw std::invalid_argument(place + std::to_string(outcome.decisions.size()) +
                                    " decisions for " + std::to_string(game.players.size()) +
                                    " devices");
    }
    double load = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& [cut, share] = outcome.decisions[i];
        const auto layers = game.players[i].frontier->GetCosts().GetDnn().GetSize();
        if (!cut || cut->onDevice.size() != layers || !(share >= 0))
        {
            throw std::invalid_argument(
                place + "decisions need a cut of the device's DNN and a share >= 0");
        }
        load += share;
    }
    if (!(load <= game.capacity + ROUNDING))
    {
        throw std::invalid_argument(place + "shares sum to " + std::to_string(load) +
                                    ", more than the capacity of " + std::to_string(game.capacity));
    }
}

ShareLedger::ShareLedger(Ptr<ShareProcessor> processor)
    : m_processor(processor)
{
}

Outcome
ShareLedger::Decide(SurgeryScheduler& scheduler, Game& game, const std::vector<uint32_t>& ids) const
{
    // whose share there is to give: that of devices which neither lost it nor lose it now
    std::set<uint32_t> giving;
    for (const auto id : ids)
    {
        if (m_losses.count(id) == 0)
        {
            giving.insert(id);
        }
    }
    while (true)
    {
        auto held = m_processor->GetLoad();
        for (const auto id : giving)
        {
            held -= m_processor->GetShare(id);
        }
        game.capacity = std::clamp(1 - held, 0.0, 1.0);
        const auto outcome = scheduler.Decide(game);
        CheckOutcome(game, outcome);
        auto settled = true;
        for (std::size_t i = 0; i < ids.size(); ++i)
        {
            const auto falls = outcome.decisions[i].share == 0 && m_processor->GetShare(ids[i]) > 0;
            settled = !(falls && giving.erase(ids[i]) > 0) && settled;
        }
        if (settled)
        {
            return outcome;
        }
    }
}

void
ShareLedger::Apply(const std::map<uint32_t, double>& shares, uint64_t nextGrant)
{
    for (const auto shrinking : {true, false})
    {
        for (const auto& [device, share] : shares)
        {
            const auto old = m_processor->GetShare(device);
            if ((share <= old) != shrinking)
            {
                continue;
            }
            if (share > 0)
            {
                m_losses.erase(device);
                m_processor->SetHold(device, false);
            }
            else if (old > 0 && m_losses.emplace(device, nextGrant).second)
            {
                m_processor->SetHold(device, true);
            }
            m_processor->SetShare(device, share);
        }
    }
}

void
ShareLedger::Confirm(uint32_t device, uint64_t lastGrant, bool isIdle)
{
    const auto loss = m_losses.find(device);
    if (loss != m_losses.end())
    {
        m_processor->SetHold(device, lastGrant < loss->second || !isIdle);
    }
}

void
ShareLedger::Remove(uint32_t device)
{
    m_losses.erase(device);
    m_processor->Remove(device);
}

} // namespace surgery
} // namespace ns3
