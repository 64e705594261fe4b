/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/gap-statistics.h"

#include "ns3/nstime.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

TEST(GapStatistics, PeriodicRequestsDoNotVary)
{
    GapStatistics gaps;
    EXPECT_EQ(gaps.GetVariation(), 0);
    for (int i = 0; i < 1000; ++i)
    {
        gaps.Add(MilliSeconds(7 * i));
        EXPECT_EQ(gaps.GetVariation(), 0);
    }
}

TEST(GapStatistics, RequestsAtOnceDoNotVary)
{
    GapStatistics gaps;
    for (int i = 0; i < 5; ++i)
    {
        gaps.Add(Seconds(3));
    }
    EXPECT_EQ(gaps.GetVariation(), 0);
}

TEST(GapStatistics, IsTheSampleVarianceByTheSquaredMean)
{
    std::mt19937_64 random(1);
    for (int repetition = 0; repetition < 100; ++repetition)
    {
        GapStatistics gaps;
        Time now = Seconds(1000);
        gaps.Add(now);
        std::vector<double> seconds;
        for (int i = 0; i < 2 + repetition; ++i)
        {
            const auto gap = MicroSeconds(random() % 1000000);
            seconds.push_back(gap.GetSeconds());
            now += gap;
            gaps.Add(now);
        }
        double mean = 0;
        for (const auto gap : seconds)
        {
            mean += gap / static_cast<double>(seconds.size());
        }
        double squares = 0;
        for (const auto gap : seconds)
        {
            squares += (gap - mean) * (gap - mean);
        }
        const auto expected = squares / static_cast<double>(seconds.size() - 1) / mean / mean;
        EXPECT_NEAR(gaps.GetVariation(), expected, 1e-9 * expected);
    }
}

TEST(GapStatistics, TellsPoissonRequestsFromBatches)
{
    std::mt19937_64 random(2);
    std::exponential_distribution<> gap(1);
    GapStatistics poisson;
    GapStatistics batches;
    double now = 0;
    for (int i = 0; i < 100000; ++i)
    {
        now += gap(random);
        poisson.Add(Seconds(now));
        batches.Add(Seconds(now));
        while (random() % 2 == 0)
        {
            batches.Add(Seconds(now));
        }
    }
    EXPECT_NEAR(poisson.GetVariation(), 1, 0.03);
    EXPECT_NEAR(batches.GetVariation(), 3, 0.1); // twice the mean size of a batch, less 1
}

} // namespace
