/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "min-cuts.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Bits of a word.
constexpr std::size_t WORD = 64;

} // namespace

MinCuts::MinCuts(const LayerCosts& costs)
    : m_costs(costs),
      m_local(MakeCut(costs, GetLocalLayers(costs.GetDnn()))),
      m_sides(costs.GetDnn().GetSize())
{
    const auto size = m_sides.size();
    m_deviceUntil.resize(size + 1);
    m_serverFrom.resize(size + 1);
    for (std::size_t v = 0; v < size; ++v)
    {
        m_deviceUntil[v + 1] = m_deviceUntil[v] + costs.GetDeviceSeconds()[v];
    }
    for (auto v = size; v-- > 0;)
    {
        m_serverFrom[v] = m_serverFrom[v + 1] + costs.GetServerSeconds()[v];
    }
    FindBlocks();
}

void
MinCuts::FindBlocks()
{
    const auto& dnn = m_costs.GetDnn();
    const auto size = dnn.GetSize();
    const auto& bytes = m_costs.GetTensorBytes();
    const auto add = [&](std::size_t first, std::size_t last) {
        const auto end = std::min(last + 1, size);
        const auto least = last < size
                               ? *std::min_element(bytes.begin() + first, bytes.begin() + last)
                               : uint64_t{0};
        m_blocks.push_back(
            {first,
             last,
             static_cast<double>(least),
             last == first + 1 ? nullptr : std::make_unique<MinCut>(m_costs, first, end)});
    };
    std::size_t first = 0;
    std::size_t lastReader = 0; // of all layers before v
    for (std::size_t v = 1; v < size; ++v)
    {
        const auto& readers = dnn.GetSuccessors(v - 1);
        lastReader = std::max(lastReader, readers.empty() ? size : readers.back());
        if (lastReader <= v)
        {
            add(first, v);
            first = v;
        }
    }
    if (first + 1 < size)
    {
        add(first, size);
    }
}

double
MinCuts::GetLeastCost(const Block& block, double x, double y) const
{
    auto cost =
        m_deviceUntil[block.first + 1] + block.leastBytes * x + m_serverFrom[block.last] * y;
    for (auto v = block.first + 1; v < block.last; ++v)
    {
        cost += std::min(m_costs.GetDeviceSeconds()[v], m_costs.GetServerSeconds()[v] * y);
    }
    return cost;
}

CutLayers
MinCuts::CutThrough(const Block& block, double x, double y)
{
    CutLayers deviceLayers(m_sides.size());
    std::fill_n(deviceLayers.begin(), block.first + 1, true);
    if (block.minCut)
    {
        if (block.last < m_sides.size())
        {
            m_sides[block.last] = MinCut::Side::SERVER;
        }
        const auto inside = block.minCut->Solve(x, y, m_sides);
        m_work += std::count(m_sides.begin() + block.first,
                             m_sides.begin() + std::min(block.last, m_sides.size()),
                             MinCut::Side::EITHER);
        std::copy(inside.begin(), inside.end(), deviceLayers.begin() + block.first);
    }
    return deviceLayers;
}

Cut
MinCuts::Solve(double x, double y)
{
    Answer answer{x, y, LayerBits((m_sides.size() + WORD - 1) / WORD)};
    FixSides(answer);
    std::vector<std::pair<double, const Block*>> candidates;
    for (const auto& block : m_blocks)
    {
        const auto isPossible =
            m_sides[block.first] != MinCut::Side::SERVER &&
            (block.last == m_sides.size() || m_sides[block.last] != MinCut::Side::DEVICE);
        if (isPossible)
        {
            candidates.emplace_back(GetLeastCost(block, x, y), &block);
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    auto best = m_local;
    auto least = GetWeightedCost(best, x, y);
    for (const auto& [cost, block] : candidates)
    {
        if (cost >= least)
        {
            break;
        }
        auto cut = MakeCut(m_costs, CutThrough(*block, x, y));
        const auto cutCost = GetWeightedCost(cut, x, y);
        if (cutCost < least)
        {
            least = cutCost;
            best = std::move(cut);
        }
    }
    for (std::size_t v = 0; v < m_sides.size(); ++v)
    {
        answer.device[v / WORD] |= uint64_t{best.deviceLayers[v]} << (v % WORD);
    }
    m_answers.push_back(std::move(answer));
    return best;
}

std::size_t
MinCuts::GetWork() const
{
    return m_work;
}

bool
MinCuts::IsBelow(const Answer& a, const Answer& b)
{
    return a.x == b.x ? a.y <= b.y : a.x < b.x && a.y * b.x <= b.y * a.x;
}

void
MinCuts::FixSides(const Answer& question)
{
    LayerBits some(question.device.size());              // on the device in some answer below
    LayerBits all(question.device.size(), ~uint64_t{0}); // and in all answers above
    for (const auto& answer : m_answers)
    {
        const auto isBelow = IsBelow(answer, question);
        const auto isAbove = IsBelow(question, answer);
        for (std::size_t word = 0; word < some.size() && (isBelow || isAbove); ++word)
        {
            some[word] |= isBelow ? answer.device[word] : 0;
            all[word] &= isAbove ? answer.device[word] : ~uint64_t{0};
        }
    }
    for (std::size_t v = 0; v < m_sides.size(); ++v)
    {
        const auto bit = uint64_t{1} << (v % WORD);
        const auto isInSome = (some[v / WORD] & bit) != 0;
        const auto isInAll = (all[v / WORD] & bit) != 0;
        m_sides[v] = !isInAll   ? MinCut::Side::SERVER
                     : isInSome ? MinCut::Side::DEVICE
                                : MinCut::Side::EITHER;
    }
}

} // namespace surgery
} // namespace ns3
