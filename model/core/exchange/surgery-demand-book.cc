/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-demand-book.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// Halvings of a bracket of prices when the price is interpolated.
constexpr int HALVINGS = 60;

} // namespace

void
DemandBook::Open(const std::map<uint32_t, double>& players, double capacity)
{
    m_capacity = capacity;
    m_players.clear();
    for (const auto& [device, held] : players)
    {
        auto& entry = m_entries[device];
        entry.held = held;
        entry.share = 0;
        m_players.insert(device);
    }
    SumReserved();
}

void
DemandBook::Remove(uint32_t device)
{
    m_entries.erase(device);
    m_players.erase(device);
    SumReserved();
}

void
DemandBook::Clear()
{
    m_entries.clear();
    m_players.clear();
    SumReserved();
}

const std::set<uint32_t>&
DemandBook::GetPlayers() const
{
    return m_players;
}

DemandBook::Entry&
DemandBook::At(uint32_t device)
{
    return m_entries.at(device);
}

const DemandBook::Entry&
DemandBook::At(uint32_t device) const
{
    return m_entries.at(device);
}

double
DemandBook::GetCapacity() const
{
    return m_capacity;
}

double
DemandBook::GetReserved(const Entry& entry, double share)
{
    return share > 0 ? share : entry.held;
}

double
DemandBook::GetLoad(double priceS) const
{
    double load = 0;
    for (const auto device : m_players)
    {
        const auto& entry = m_entries.at(device);
        load += GetReserved(entry, entry.curve.GetShare(priceS));
    }
    return load;
}

void
DemandBook::SumReserved()
{
    m_reserved = 0;
    for (const auto device : m_players)
    {
        const auto& entry = m_entries.at(device);
        m_reserved += GetReserved(entry, entry.share);
    }
}

double
DemandBook::GetReserved() const
{
    return m_reserved;
}

double
DemandBook::GetLeftover(uint32_t device) const
{
    const auto& entry = m_entries.at(device);
    return std::max(0.0, m_capacity - m_reserved) + GetReserved(entry, entry.share) - entry.share;
}

double
DemandBook::Settle(const PriceSearch& search)
{
    const auto fits = [this](double price) { return GetLoad(price) <= m_capacity; };
    auto price = search.GetPrice();
    if (!std::isfinite(price))
    {
        price = search.GetLadder().back();
    }
    else if (search.GetLowerBound() >= 0 && fits(price))
    {
        auto low = search.GetLowerBound();
        for (int i = 0; i < HALVINGS; ++i)
        {
            const auto middle = low > 0 ? std::sqrt(low * price) : price / 2;
            (fits(middle) ? price : low) = middle;
        }
    }
    double reserved = 0; // for devices that ask for nothing
    double load = 0;
    for (const auto device : m_players)
    {
        auto& entry = m_entries.at(device);
        entry.share = std::min(1.0, entry.curve.GetShare(price));
        (entry.share > 0 ? load : reserved) += GetReserved(entry, entry.share);
    }
    const auto isTooMuch = load > 0 && load > m_capacity - reserved;
    const auto scale = isTooMuch ? std::max(0.0, m_capacity - reserved) / load : 1.0;
    for (const auto device : m_players)
    {
        auto& entry = m_entries.at(device);
        entry.share *= scale;
        entry.cleared = entry.share;
    }
    SumReserved();
    return price;
}

bool
DemandBook::GrantBids()
{
    std::vector<uint32_t> devices(m_players.begin(), m_players.end());
    std::vector<Bid> bids;
    std::vector<double> reserved;
    for (const auto device : devices)
    {
        const auto& entry = m_entries.at(device);
        bids.push_back(entry.bid);
        reserved.push_back(GetReserved(entry, entry.share));
    }
    const auto winners = ChooseBids(bids, reserved, m_capacity - m_reserved);
    for (const auto i : winners)
    {
        m_entries.at(devices[i]).share = std::min(1.0, bids[i].share);
    }
    SumReserved();
    return !winners.empty();
}

} // namespace surgery
} // namespace ns3
