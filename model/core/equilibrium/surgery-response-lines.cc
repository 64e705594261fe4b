/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-response-lines.h"

#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
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
    m_steps.reserve(4 * players.size());
    m_lineEnds.reserve(players.size() + 1);
    m_stepEnds.reserve(players.size() + 1);
    for (const auto& player : players)
    {
        AddLines(player);
        AddSteps(player.usagePriceS);
        m_lineEnds.push_back(static_cast<uint32_t>(m_lines.size()));
        m_stepEnds.push_back(static_cast<uint32_t>(m_steps.size()));
    }
}

void
ResponseLines::AddLines(const Player& player)
{
    const auto begin = m_lines.size();
    // inverse share below which line b beats line a, b having more work and less base
    const auto meet = [](const ResponseLine& a, const ResponseLine& b) {
        return (a.baseS - b.baseS) / (b.workS - a.workS);
    };
    const auto append = [&](const ResponseLine& line) {
        if (m_lines.size() > begin && line.workS == m_lines.back().workS &&
            line.baseS < m_lines.back().baseS)
        {
            m_lines.pop_back();
        }
        if (m_lines.size() > begin && line.baseS >= m_lines.back().baseS)
        {
            return;
        }
        while (m_lines.size() > begin + 1 &&
               meet(m_lines[m_lines.size() - 2], m_lines.back()) <= meet(m_lines.back(), line))
        {
            m_lines.pop_back();
        }
        m_lines.push_back(line);
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
        // a frontier's cuts are in order
        ForEachLine(player, [&](const Line& line) { append(reduce(line)); });
    }
    else
    {
        std::vector<ResponseLine> lines;
        ForEachLine(player, [&](const Line& line) { lines.push_back(reduce(line)); });
        std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
            return a.workS < b.workS;
        });
        std::for_each(lines.begin(), lines.end(), append);
    }
    // what wins only beyond the whole server never wins
    while (m_lines.size() > begin + 1 && meet(m_lines[m_lines.size() - 2], m_lines.back()) <= 1)
    {
        m_lines.pop_back();
    }
    for (auto i = begin; i < m_lines.size(); ++i)
    {
        m_lines[i].rootWork = std::sqrt(m_lines[i].workS);
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
    for (uint32_t k = 0; firstLine + k < m_lines.size(); ++k)
    {
        const auto price = [&](double root) { return root * root - usagePriceS; };
        while (m_steps.size() > begin + 1 &&
               price(meet(m_steps.back(), k)) >= m_steps[m_steps.size() - 2].fromPriceS)
        {
            m_steps.pop_back();
        }
        if (m_steps.size() > begin)
        {
            m_steps.back().fromPriceS = price(meet(m_steps.back(), k));
        }
        m_steps.push_back(
            {-std::numeric_limits<double>::infinity(), m_lines[firstLine + k].rootWork, k});
    }
}

} // namespace surgery
} // namespace ns3
