/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BOUNDED_TIME_H
#define SURGERY_BOUNDED_TIME_H

#include "ns3/nstime.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A duration that, from any simulated time of practical size, can be scheduled.
 *
 * @param wait as wished
 * @return at least 0, at most a quarter of what a Time holds, 73 years
 */
inline Time
BoundTime(Time wait)
{
    return std::clamp(wait, Time(0), NanoSeconds(std::numeric_limits<int64_t>::max() / 4));
}

/**
 * @ingroup dnn-surgery
 *
 * A duration from a number that nobody has bounded, such as a random variable's, a message's or a
 * prediction for a network that passes next to nothing. Seconds() ends the program over a larger
 * one than a Time holds if ns-3 was built with asserts, and returns something else if not.
 *
 * @param seconds as wished
 * @return at least 0, at most 73 years; the latter for NaN, too
 */
inline Time
BoundTime(double seconds)
{
    const auto longest = BoundTime(Time::Max());
    return seconds < longest.GetSeconds() ? Seconds(std::max(seconds, 0.0)) : longest;
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BOUNDED_TIME_H
