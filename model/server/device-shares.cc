/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-shares.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

DeviceShares::DeviceShares(BusyFunction isBusy, ChangeFunction change)
    : m_isBusy(std::move(isBusy)),
      m_change(std::move(change))
{
}

void
DeviceShares::Set(uint32_t device, double share)
{
    if (!(share >= 0 && share <= 1))
    {
        throw std::invalid_argument("share of device " + std::to_string(device) +
                                    ": must be in 0..1, not " + std::to_string(share));
    }
    auto& entry = m_shares[device];
    entry.endsAtIdle = share == 0 && entry.value > 0;
    if (entry.endsAtIdle)
    {
        HandleIdle(device);
    }
    else
    {
        Apply(device, share);
    }
    Prune(device);
}

double
DeviceShares::Get(uint32_t device) const
{
    const auto found = m_shares.find(device);
    return found != m_shares.end() ? found->second.value : 0.0;
}

void
DeviceShares::SetHold(uint32_t device, bool hold)
{
    m_shares[device].isHeld = hold;
    HandleIdle(device);
    Prune(device);
}

void
DeviceShares::HandleIdle(uint32_t device)
{
    const auto found = m_shares.find(device);
    if (found != m_shares.end() && found->second.endsAtIdle && !found->second.isHeld &&
        !m_isBusy(device))
    {
        found->second.endsAtIdle = false;
        Apply(device, 0);
        Prune(device);
    }
}

void
DeviceShares::Remove(uint32_t device)
{
    if (m_shares.count(device) > 0)
    {
        m_shares[device].isHeld = false;
        Apply(device, 0);
        Prune(device);
    }
}

void
DeviceShares::Clear()
{
    m_shares.clear();
}

double
DeviceShares::GetLoad() const
{
    double load = 0;
    for (const auto& [device, share] : m_shares)
    {
        load += share.value;
    }
    return load;
}

void
DeviceShares::Apply(uint32_t device, double value)
{
    const auto old = std::exchange(m_shares[device].value, value);
    if (old != value)
    {
        m_change(device, old, value);
    }
}

void
DeviceShares::Prune(uint32_t device)
{
    const auto found = m_shares.find(device);
    if (found != m_shares.end() && found->second.value == 0 && !found->second.isHeld)
    {
        m_shares.erase(found);
    }
}

} // namespace surgery
} // namespace ns3
