/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "waiting-lines.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace surgery
{

namespace
{

/// What a line costs with all of an unlimited server for nothing.
double
GetLeastCost(const Line& line)
{
    return line.baseS + line.switchingS + GetWaitingTime(line.waiting, line.waiting.fixedStageS);
}

/// Whether a line is not worse than another at any share and price.
bool
Beats(const Line& a, const Line& b)
{
    return a.baseS + a.switchingS <= b.baseS + b.switchingS && a.workS <= b.workS &&
           a.waiting.serviceS <= b.waiting.serviceS &&
           a.waiting.fixedStageS <= b.waiting.fixedStageS;
}

} // namespace

WaitingLines::WaitingLines(const std::vector<Player>& players)
{
    m_ends.reserve(players.size() + 1);
    for (const auto& player : players)
    {
        AddLines(player);
        m_ends.push_back(m_lines.size());
        m_usagePrices.push_back(player.usagePriceS);
    }
}

void
WaitingLines::AddLines(const Player& player)
{
    std::vector<Line> lines;
    ForEachLine(player, [&](const Line& line) { lines.push_back(line); });
    // a line is beaten only by one that costs no more at least
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
        return GetLeastCost(a) < GetLeastCost(b);
    });
    const auto begin = static_cast<std::ptrdiff_t>(m_lines.size());
    for (const auto& line : lines)
    {
        if (std::none_of(m_lines.begin() + begin, m_lines.end(), [&](const Line& other) {
                return Beats(other, line);
            }))
        {
            m_lines.push_back(line);
            m_leastCosts.push_back(GetLeastCost(line));
            m_cuts.push_back(&surgery::GetCut(player, line.option, line.cut));
        }
    }
}

ResponseLines::Range<Line>
WaitingLines::GetLines(std::size_t player) const
{
    return {m_lines.data() + m_ends[player], m_lines.data() + m_ends[player + 1]};
}

PricedLine
WaitingLines::GetBest(std::size_t player, double unitPriceS) const
{
    const auto lines = GetLines(player);
    const auto leastCosts = m_leastCosts.data() + m_ends[player];
    PricedLine best;
    best.costS = std::numeric_limits<double>::infinity();
    for (uint32_t k = 0; k < lines.size() && leastCosts[k] < best.costS; ++k)
    {
        const auto share = GetBestShare(lines[k], unitPriceS, 1.0);
        const auto cost = GetCost(lines[k], share, unitPriceS) + lines[k].switchingS;
        if (cost < best.costS)
        {
            best = {k, cost, share};
        }
    }
    return best;
}

const std::shared_ptr<const Cut>&
WaitingLines::GetCut(std::size_t player, uint32_t line) const
{
    return *m_cuts[m_ends[player] + line];
}

double
WaitingLines::GetUsagePrice(std::size_t player) const
{
    return m_usagePrices[player];
}

const std::vector<double>&
WaitingLines::GetUsagePrices() const
{
    return m_usagePrices;
}

} // namespace surgery
} // namespace ns3
