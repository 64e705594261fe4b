/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bids.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

std::vector<std::size_t>
ChooseBids(const std::vector<Bid>& bids, const std::vector<double>& reserved, double leftover)
{
    if (reserved.size() != bids.size())
    {
        throw std::invalid_argument("reserved: must be one share per bid");
    }
    std::vector<std::size_t> order(bids.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&bids](std::size_t a, std::size_t b) {
        return bids[a].gainS > bids[b].gainS;
    });
    std::vector<std::size_t> winners;
    for (const auto i : order)
    {
        const auto more = bids[i].share - reserved[i];
        if (bids[i].gainS > 0 && more <= leftover)
        {
            leftover -= more;
            winners.push_back(i);
        }
    }
    return winners;
}

} // namespace surgery
} // namespace ns3
