/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-site-paths.h"

#include <limits>
#include <utility>

namespace ns3
{
namespace surgery
{

std::vector<std::vector<uint32_t>>
FindSitePaths(uint32_t nodes, const std::vector<SiteLink>& links)
{
    using Length = std::pair<int64_t, uint32_t>; // delay in ns, links
    const Length far{std::numeric_limits<int64_t>::max() / 4, 0};
    std::vector<std::vector<Length>> lengths(nodes, std::vector<Length>(nodes, far));
    std::vector<std::vector<uint32_t>> next(nodes, std::vector<uint32_t>(nodes));
    const auto join = [&](uint32_t from, uint32_t to, const Length& length, uint32_t by) {
        if (length < lengths[from][to])
        {
            lengths[from][to] = length;
            next[from][to] = by;
        }
    };
    for (const auto& link : links)
    {
        join(link.from, link.to, {link.delay.GetNanoSeconds(), 1}, link.to);
        join(link.to, link.from, {link.delay.GetNanoSeconds(), 1}, link.from);
    }
    for (uint32_t middle = 0; middle < nodes; ++middle)
    {
        for (uint32_t from = 0; from < nodes; ++from)
        {
            for (uint32_t to = 0; to < nodes; ++to)
            {
                const auto& first = lengths[from][middle];
                const auto& second = lengths[middle][to];
                join(from,
                     to,
                     {first.first + second.first, first.second + second.second},
                     next[from][middle]);
            }
        }
    }
    return next;
}

} // namespace surgery
} // namespace ns3
