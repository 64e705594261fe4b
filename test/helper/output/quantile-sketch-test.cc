/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-quantile-sketch.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

using namespace ns3::surgery;

using Random = std::mt19937_64;

const std::vector<double> QUANTILES{0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};

/// Streams of every kind: smooth, heavy-tailed, few values, sorted, ever larger waves.
const std::vector<std::function<double(Random&, std::size_t)>> STREAMS{
    [](Random& random, std::size_t) { return std::normal_distribution<>(3, 1)(random); },
    [](Random& random, std::size_t) { return std::lognormal_distribution<>(0, 3)(random); },
    [](Random& random, std::size_t) { return static_cast<double>(random() % 7); },
    [](Random&, std::size_t i) { return static_cast<double>(i); },
    [](Random&, std::size_t i) { return -static_cast<double>(i); },
    [](Random&, std::size_t i) { return static_cast<double>(i) * (i % 2 == 0 ? 1 : -1); },
    [](Random&, std::size_t) { return 42.0; },
};

/// How far the rank of an answer is from the one that was asked for.
double
GetRankError(const std::vector<double>& sorted, double q, double answer)
{
    const auto n = static_cast<double>(sorted.size());
    const auto rank = std::max(1.0, std::ceil(q * n * (1 - 1e-12)));
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), answer);
    EXPECT_NE(first, last) << answer << " was never added";
    // the equal ones have the ranks from lowest to highest
    const auto lowest = static_cast<double>(first - sorted.begin()) + 1;
    const auto highest = static_cast<double>(last - sorted.begin());
    return std::max({0.0, lowest - rank, rank - highest});
}

/// The error that the class promises, in ranks.
double
GetBound(std::size_t n)
{
    const auto parts = static_cast<double>(n) / QuantileSketch::CAPACITY;
    return parts <= 1 ? 0 : parts * (1 + std::floor(std::log2(parts)));
}

TEST(QuantileSketch, IsWithinItsBoundOfExactQuantiles)
{
    for (uint64_t seed = 1; seed <= 40; ++seed)
    {
        Random random(seed);
        const auto& stream = STREAMS[seed % STREAMS.size()];
        const auto n = static_cast<std::size_t>(
            std::exp(std::uniform_real_distribution<>(0, std::log(3e5))(random)));
        SCOPED_TRACE("seed " + std::to_string(seed) + ", " + std::to_string(n) + " numbers");
        QuantileSketch sketch;
        std::vector<double> all;
        for (std::size_t i = 0; i < n; ++i)
        {
            all.push_back(stream(random, i));
            sketch.Add(all.back());
        }
        ASSERT_EQ(sketch.GetCount(), n);
        std::sort(all.begin(), all.end());
        EXPECT_LE(GetBound(n), 0.01 * static_cast<double>(n));
        for (const auto q : QUANTILES)
        {
            EXPECT_LE(GetRankError(all, q, sketch.GetQuantile(q)), GetBound(n)) << q;
        }
        EXPECT_EQ(sketch.GetQuantile(0), all.front());
        EXPECT_EQ(sketch.GetQuantile(1), all.back());
    }
}

TEST(QuantileSketch, OfManyPartsIsWithinTheSameBound)
{
    for (uint64_t seed = 1; seed <= 20; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        QuantileSketch pooled;
        std::vector<double> all;
        for (auto parts = 1 + random() % 60; parts > 0; --parts)
        {
            const auto& stream = STREAMS[random() % STREAMS.size()];
            QuantileSketch part;
            for (std::size_t i = random() % 9000; i > 0; --i)
            {
                all.push_back(stream(random, i));
                part.Add(all.back());
            }
            pooled.Merge(part);
        }
        ASSERT_EQ(pooled.GetCount(), all.size());
        std::sort(all.begin(), all.end());
        for (const auto q : QUANTILES)
        {
            EXPECT_LE(GetRankError(all, q, pooled.GetQuantile(q)), GetBound(all.size())) << q;
        }
    }
}

TEST(QuantileSketch, OfFewNumbersIsTheNearestRank)
{
    QuantileSketch sketch;
    for (const auto value : {5.0, 1.0, 4.0, 2.0, 3.0})
    {
        sketch.Add(value);
    }
    EXPECT_EQ(sketch.GetQuantile(0.2), 1);
    EXPECT_EQ(sketch.GetQuantile(0.21), 2);
    EXPECT_EQ(sketch.GetQuantile(0.5), 3);
    EXPECT_EQ(sketch.GetQuantile(0.95), 5);
    sketch.Merge(sketch);
    EXPECT_EQ(sketch.GetCount(), 10u);
    EXPECT_EQ(sketch.GetQuantile(0.5), 3);
    EXPECT_EQ(sketch.GetQuantile(0.6), 3);
    EXPECT_EQ(sketch.GetQuantile(0.61), 4);
}

TEST(QuantileSketch, RefusesWhatHasNoAnswer)
{
    QuantileSketch sketch;
    EXPECT_THROW(sketch.GetQuantile(0.5), std::invalid_argument);
    sketch.Add(1);
    EXPECT_THROW(sketch.GetQuantile(-0.1), std::invalid_argument);
    EXPECT_THROW(sketch.GetQuantile(1.1), std::invalid_argument);
    EXPECT_THROW(sketch.GetQuantile(std::nan("")), std::invalid_argument);
    EXPECT_EQ(sketch.GetQuantile(0.5), 1);
}

} // namespace
