/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-contenders.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// A cut is no contender if others cost less by this part, more than rounding makes it.
constexpr double MARGIN = 1e-9;

/// The lower envelope at one x, without all-local: indices of cuts, by E ascending.
using Envelope = std::vector<uint32_t>;

/// What a cut costs at x beside its work on the server.
double
GetBase(const Cut& cut, double x)
{
    return GetWeightedCost(cut, x, 0);
}

Envelope
FindEnvelope(const Cuts& cuts, double x)
{
    // y below which b beats a, b having more work and less base
    const auto meet = [&](uint32_t a, uint32_t b) {
        return (GetBase(*cuts[a], x) - GetBase(*cuts[b], x)) /
               (cuts[b]->serverSeconds - cuts[a]->serverSeconds);
    };
    Envelope envelope;
    for (uint32_t k = 1; k < cuts.size(); ++k)
    {
        const auto base = GetBase(*cuts[k], x);
        while (!envelope.empty() &&
               cuts[envelope.back()]->serverSeconds == cuts[k]->serverSeconds &&
               base < GetBase(*cuts[envelope.back()], x))
        {
            envelope.pop_back();
        }
        if (!envelope.empty() && base >= GetBase(*cuts[envelope.back()], x))
        {
            continue;
        }
        while (envelope.size() > 1 &&
               meet(envelope[envelope.size() - 2], envelope.back()) <= meet(envelope.back(), k))
        {
            envelope.pop_back();
        }
        envelope.push_back(k);
    }
    return envelope;
}

/// Whether the envelope at one x shows that a cut is best nowhere between two others.
bool
IsBeaten(const Cuts& cuts, uint32_t cut, const Envelope& envelope, double from, double to)
{
    const auto& work = cuts[cut]->serverSeconds;
    const auto more =
        std::upper_bound(envelope.begin(), envelope.end(), work, [&](double value, uint32_t other) {
            return value < cuts[other]->serverSeconds;
        });
    if (more == envelope.begin())
    {
        return false; // it has less work than any cut on the envelope
    }
    const auto& less = *cuts[*(more - 1)];
    const auto& other = more == envelope.end() ? less : *cuts[*more];
    const auto span = other.serverSeconds - less.serverSeconds;
    const auto part = span > 0 ? (work - less.serverSeconds) / span : 0.0;
    // linear in x, so that it holds all over the slice if it does at both ends
    const auto isDearer = [&](double x) {
        const auto mixed = (1 - part) * GetBase(less, x) + part * GetBase(other, x);
        return mixed < GetBase(*cuts[cut], x) * (1 - MARGIN);
    };
    return isDearer(from) && isDearer(to);
}

/// Whether results, which a slice does not know, are the same for all cuts that have any.
bool
HaveEqualResults(const Cuts& cuts)
{
    return std::all_of(cuts.begin() + 1, cuts.end(), [&](const auto& cut) {
        return !cut->isLocal && cut->resultBytes == cuts[1]->resultBytes;
    });
}

} // namespace

Contenders::Contenders(const Cuts& cuts)
{
    m_ends.reserve(SLICES + 2);
    const auto isOrdinary = HaveEqualResults(cuts);
    auto from = std::ldexp(1.0, LEAST_EXPONENT);
    auto atFrom = FindEnvelope(cuts, from);
    for (std::size_t slice = 0; slice < SLICES; ++slice)
    {
        const auto [octave, quarter] = std::div(static_cast<int>(slice + 1), int{PER_OCTAVE});
        const auto to =
            std::ldexp(1.0 + static_cast<double>(quarter) / PER_OCTAVE, LEAST_EXPONENT + octave);
        auto atTo = FindEnvelope(cuts, to);
        for (uint32_t k = 0; k < cuts.size(); ++k)
        {
            if (k == 0 || !isOrdinary ||
                !(IsBeaten(cuts, k, atFrom, from, to) || IsBeaten(cuts, k, atTo, from, to)))
            {
                m_cuts.push_back(k);
            }
        }
        m_ends.push_back(static_cast<uint32_t>(m_cuts.size()));
        from = to;
        atFrom = std::move(atTo);
    }
    const auto all = m_cuts.size();
    m_cuts.resize(all + cuts.size());
    std::iota(m_cuts.begin() + static_cast<std::ptrdiff_t>(all), m_cuts.end(), 0);
    m_ends.push_back(static_cast<uint32_t>(m_cuts.size()));
}

} // namespace surgery
} // namespace ns3
