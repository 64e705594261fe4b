/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace surgery
{

namespace
{

/// Find a member. @return where it is
auto
Find(std::vector<ServerPool::Member>& members, const ServerPool::Member& wanted)
{
    return std::find_if(members.rbegin(), members.rend(), [&wanted](const auto& member) {
        return member.rootWork == wanted.rootWork && member.usagePriceS == wanted.usagePriceS;
    });
}

/// Replace a member by the last one, and drop that.
void
Remove(std::vector<ServerPool::Member>& members, const ServerPool::Member& wanted)
{
    *Find(members, wanted) = members.back();
    members.pop_back();
}

} // namespace

ServerPool::ServerPool(double capacity, bool equalPrices)
    : m_capacity(capacity),
      m_equalPrices(equalPrices)
{
}

void
ServerPool::Join(const Member& member)
{
    if (member.rootWork <= 0)
    {
        return;
    }
    m_members.push_back(member);
    m_usagePrice = member.usagePriceS;
    m_rootWork += member.rootWork;
    if (!m_equalPrices)
    {
        m_cost = Divide(m_members, m_price);
    }
}

void
ServerPool::Leave(const Member& member)
{
    if (member.rootWork <= 0)
    {
        return;
    }
    Remove(m_members, member);
    m_rootWork = m_members.empty() ? 0.0 : m_rootWork - member.rootWork;
    if (!m_equalPrices)
    {
        m_cost = Divide(m_members, m_price);
    }
}

double
ServerPool::GetCost() const
{
    return m_equalPrices ? GetCostOf(m_rootWork, m_usagePrice) : m_cost;
}

double
ServerPool::GetCostAfter(const Member& leaves, const Member& joins) const
{
    if (m_equalPrices)
    {
        return GetCostOf(std::max(0.0, m_rootWork - leaves.rootWork + joins.rootWork),
                         joins.rootWork > 0 ? joins.usagePriceS : m_usagePrice);
    }
    auto members = m_members;
    if (leaves.rootWork > 0)
    {
        Remove(members, leaves);
    }
    if (joins.rootWork > 0)
    {
        members.push_back(joins);
    }
    auto price = m_price;
    return Divide(members, price);
}

double
ServerPool::GetPrice() const
{
    if (!m_equalPrices)
    {
        return m_price;
    }
    const auto root = m_capacity > 0 ? m_rootWork / m_capacity : 0.0;
    return std::max(0.0, root * root - m_usagePrice);
}

double
ServerPool::GetCostOf(double rootWork, double usagePriceS) const
{
    if (rootWork <= 0)
    {
        return 0;
    }
    if (m_capacity <= 0)
    {
        return std::numeric_limits<double>::infinity();
    }
    const auto root = std::sqrt(usagePriceS);
    return rootWork >= m_capacity * root
               ? rootWork * rootWork / m_capacity + usagePriceS * m_capacity
               : 2 * root * rootWork;
}

double
ServerPool::Divide(const std::vector<Member>& members, double& price) const
{
    if (members.empty())
    {
        price = 0;
        return 0;
    }
    if (m_capacity <= 0)
    {
        return std::numeric_limits<double>::infinity();
    }
    TotalDemand demand;
    for (const auto& member : members)
    {
        demand.Add(member.rootWork, member.usagePriceS);
    }
    price = demand.GetClearingPrice(m_capacity, 0, price);
    double cost = 0;
    for (const auto& member : members)
    {
        const auto root = std::sqrt(member.usagePriceS + price);
        cost += member.rootWork * (root + member.usagePriceS / root);
    }
    return cost;
}

} // namespace surgery
} // namespace ns3
