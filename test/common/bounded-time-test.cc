/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bounded-time.h"

#include <gtest/gtest.h>
#include <limits>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

TEST(BoundTime, KeepsWhatCanBeScheduledAndCutsTheRest)
{
    EXPECT_EQ(BoundTime(0.25), MilliSeconds(250));
    EXPECT_EQ(BoundTime(1e9), Seconds(1e9));
    EXPECT_EQ(BoundTime(-1.0), Time(0));
    EXPECT_EQ(BoundTime(NanoSeconds(-1)), Time(0));
    EXPECT_EQ(BoundTime(Seconds(3)), Seconds(3));
    const auto longest = BoundTime(Time::Max());
    EXPECT_GT(longest, Seconds(70 * 365.25 * 86400));
    EXPECT_GT(longest + longest + longest, longest); // sums of some do not overflow
    for (const auto seconds : {1e10,
                               1e300,
                               std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()})
    {
        EXPECT_EQ(BoundTime(seconds), longest) << seconds;
    }
}

} // namespace
