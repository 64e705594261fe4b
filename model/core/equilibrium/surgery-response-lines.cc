/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-response-lines.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace ns3
{
namespace surgery
{

ResponseLines::ResponseLines(const std::vector<Player>& players)
    : m_lineEnds{0},
      m_stepEnds{0}
{
    // generous, since pages that are never written cost nothing; and if one block is larger than
    // a timestep's others together, glibc keeps them all for the next timestep, which saves a third
    m_lines.reserve(8 * players.size());
    m_cuts.reserve(8 * players.size());
    m_steps.reserve(4 * players.size());
    m_lineEnds.reserve(players.size() + 1);
    m_stepEnds.reserve(players.size() + 1);
    m_usagePrices.reserve(players.size());
    for (const auto& player : players)
    {
        AddLines(player);
        AddSteps(player.usagePriceS);
        m_lineEnds.push_back(static_cast<uint32_t>(m_lines.size()));
        m_stepEnds.push_back(static_cast<uint32_t>(m_steps.size()));
        m_usagePrices.push_back(player.usagePriceS);
    }
}

void
ResponseLines::AddLines(const Player& player)
{
    // inverse share below which line b beats line a, b having more work and less base
    const auto meet = [](const ResponseLine& a, const ResponseLine& b) {
        return (a.baseS - b.baseS) / (b.workS - a.workS);
    };
    CollectContenders(player, m_contenders);
    m_hull.resize(std::max(m_hull.size(), m_contenders.size()));
    m_meets.resize(m_hull.size());
    auto* const hull = m_hull.data();
    std::size_t size = 0;
    const auto append = [&](const ResponseLine& line) {
        if (size > 0 && line.workS == hull[size - 1].workS && line.baseS < hull[size - 1].baseS)
        {
            --size;
        }
        if (size > 0)
        {
            if (line.baseS >= hull[size - 1].baseS)
            {
                return;
            }
            m_meets[size] = meet(hull[size - 1], line);
            while (size > 1 && m_meets[size - 1] <= m_meets[size])
            {
                --size;
                m_meets[size] = meet(hull[size - 1], line);
            }
        }
        hull[size++] = line;
    };
    const auto reduce = [](const Line& line) {
        return ResponseLine{line.baseS + line.switchingS,
                            line.workS,
                            0,
                            line.cut,
                            static_cast<uint16_t>(line.option),
                            static_cast<uint16_t>(line.server)};
    };
    if (player.options->size() == 1 && !WeighsWaiting(player))
    {
        for (const auto& line : m_contenders)
        {
            append(reduce(line)); // a frontier's cuts are in order
        }
    }
    else
    {
        std::vector<ResponseLine> lines;
        lines.reserve(m_contenders.size());
        std::transform(m_contenders.begin(), m_contenders.end(), std::back_inserter(lines), reduce);
        std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
            return a.workS < b.workS;
        });
        std::for_each(lines.begin(), lines.end(), append);
    }
    // what wins only beyond the whole server never wins
    while (size > 1 && m_meets[size - 1] <= 1)
    {
        --size;
    }
    for (std::size_t k = 0; k < size; ++k)
    {
        hull[k].rootWork = std::sqrt(hull[k].workS);
    }
    m_lines.insert(m_lines.end(), hull, hull + size);
    for (std::size_t k = 0; k < size; ++k)
    {
        m_cuts.push_back(&surgery::GetCut(player, hull[k].option, hull[k].cut));
    }
}

void
ResponseLines::AddSteps(double usagePriceS)
{
    const auto begin = m_steps.size();
    const auto firstLine = m_lineEnds.back();
    // root of the unit price below which line b beats line a
    const auto meet = [&](const PriceStep& a, uint32_t b) {
        const auto& less = m_lines[firstLine + a.line];
        const auto& more = m_lines[firstLine + b];
        return (less.baseS - more.baseS) / (2 * (more.rootWork - less.rootWork));
    };
    const auto price = [&](double root) { return root * root - usagePriceS; };
    for (uint32_t k = 0; firstLine + k < m_lines.size(); ++k)
    {
        if (m_steps.size() > begin)
        {
            auto from = price(meet(m_steps.back(), k));
            while (m_steps.size() > begin + 1 && from >= m_steps[m_steps.size() - 2].fromPriceS)
            {
                m_steps.pop_back();
                from = price(meet(m_steps.back(), k));
            }
            m_steps.back().fromPriceS = from;
        }
        m_steps.push_back(
            {-std::numeric_limits<double>::infinity(), m_lines[firstLine + k].rootWork, k});
    }
}

} // namespace surgery
} // namespace ns3
