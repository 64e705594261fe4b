/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "gap-statistics.h"

namespace ns3
{
namespace surgery
{

void
GapStatistics::Add(Time instant)
{
    ++m_requests;
    if (m_requests > 1)
    {
        const auto gap = (instant - m_last).GetSeconds();
        const auto distance = gap - m_meanS;
        m_meanS += distance / static_cast<double>(m_requests - 1);
        m_squaresS2 += distance * (gap - m_meanS);
    }
    m_last = instant;
}

double
GapStatistics::GetVariation() const
{
    if (m_requests < 3 || m_meanS <= 0)
    {
        return 0;
    }
    return m_squaresS2 / static_cast<double>(m_requests - 2) / m_meanS / m_meanS;
}

} // namespace surgery
} // namespace ns3
