/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "request-burst.h"

#include "ns3/simulator.h"

#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// Requests in a millisecond that are too many: time would hardly pass.
constexpr uint32_t MOST_PER_MS = 1000;

} // namespace

void
RequestBurst::Add()
{
    const auto now = Simulator::Now();
    if (now >= m_begin + MilliSeconds(1))
    {
        m_begin = now;
        m_count = 0;
    }
    if (++m_count > MOST_PER_MS)
    {
        throw std::invalid_argument(
            "InferenceClient: Interval and ThinkTime: more than " + std::to_string(MOST_PER_MS) +
            " requests in a millisecond, as if no time passed between them");
    }
}

} // namespace surgery
} // namespace ns3
