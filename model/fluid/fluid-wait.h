/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_WAIT_H
#define FLUID_WAIT_H

#include "ns3/nstime.h"

#include <cmath>
#include <cstdint>
#include <limits>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * @param seconds a time from now; less than 0 counts as 0
 * @return it, rounded up to a whole nanosecond; a quarter of the longest time if it is longer
 */
inline Time
ToFluidWait(double seconds)
{
    constexpr int64_t LONGEST = std::numeric_limits<int64_t>::max() / 4;
    // the rounding of double must not make a nanosecond of its own
    const auto wait = std::ceil(seconds * 1e9 * (1 - 1e-15) - 1e-3);
    return NanoSeconds(wait < LONGEST ? static_cast<int64_t>(std::fmax(wait, 0)) : LONGEST);
}

} // namespace surgery
} // namespace ns3

#endif // FLUID_WAIT_H
