/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "share-ledger.h"

namespace ns3
{
namespace surgery
{

ShareLedger::ShareLedger(Ptr<ServerProcessor> processor)
    : m_processor(processor)
{
}

HeldShares
ShareLedger::GetHeldShares(const Game& game) const
{
    HeldShares held;
    held.load = m_processor->GetLoad();
    for (const auto& player : game.players)
    {
        held.shares.push_back(m_processor->GetShare(player.device));
        held.areLost.push_back(m_losses.count(player.device) > 0);
    }
    return held;
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
ShareLedger::Release(uint32_t device)
{
    if (m_processor->GetShare(device) > 0)
    {
        m_losses[device] = 0; // no GRANT has to tell it
        m_processor->SetHold(device, true);
        m_processor->SetShare(device, 0);
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
