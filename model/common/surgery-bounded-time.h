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
 * Limit a duration so that it can be scheduled from any simulated time of practical size.
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
 * Make a duration from a number without known bounds: from a random variable, a message or the
 * prediction for a very slow network. ns-3's Seconds() ends the program if a Time cannot hold the
 * number and ns-3 was built with asserts; otherwise it returns a wrong duration.
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
