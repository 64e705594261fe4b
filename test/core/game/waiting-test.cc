/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/random-game.h"

#include "ns3/surgery-waiting.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A random cut of a device that makes requests; often, its slowest fixed stage is at a border.
Waiting
MakeWaiting(std::mt19937_64& random)
{
    Waiting waiting;
    waiting.ratePerS = DrawLog(random, 0.1, 100);
    waiting.gapVariation = random() % 4 == 0 ? 1.0 : DrawLog(random, 1e-3, 20);
    waiting.serviceS = DrawLog(random, 1e-4, 1);
    const auto uses = std::vector<double>{0, 1e-6, 0.5, 0.899999, 0.9, 0.900001, 1, 3};
    waiting.fixedStageS = random() % 2 == 0 ? uses[random() % uses.size()] / waiting.ratePerS
                                            : DrawLog(random, 1e-4, 1);
    return waiting;
}

/// What the share of a cut is chosen for, computed apart from the library.
double
GetCostSlowly(const Waiting& waiting, double workS, double price, double share)
{
    const auto stage = std::max(waiting.fixedStageS, waiting.serviceS / share);
    const auto wait = [&](double tau) {
        const auto u = waiting.ratePerS * tau;
        return waiting.gapVariation * waiting.ratePerS * tau * tau / (2 * (1 - u));
    };
    const auto border = 0.9 / waiting.ratePerS;
    const auto slope = waiting.gapVariation * 0.9 * 1.1 / 2 / 0.01; // u (2 - u) / (2 (1 - u)^2)
    const auto waits = stage <= border ? wait(stage) : wait(border) + slope * (stage - border);
    return workS / share + waits + price * share;
}

/// The least value of a function with one minimum, searched over the logarithm.
double
FindLeast(const std::function<double(double)>& value, double low, double high)
{
    const auto golden = (std::sqrt(5.0) - 1) / 2;
    low = std::log(low);
    high = std::log(high);
    while (high - low > 1e-9)
    {
        const auto left = high - golden * (high - low);
        const auto right = low + golden * (high - low);
        (value(std::exp(left)) < value(std::exp(right)) ? high : low) =
            value(std::exp(left)) < value(std::exp(right)) ? right : left;
    }
    return value(std::exp((low + high) / 2));
}

TEST(Waiting, BestShareIsThatOfASearch)
{
    std::mt19937_64 random(1);
    for (int point = 0; point < 10000; ++point)
    {
        SCOPED_TRACE("point " + std::to_string(point));
        const auto waiting = MakeWaiting(random);
        const auto workS = waiting.serviceS * (random() % 2 == 0 ? 1 : DrawLog(random, 1, 10));
        // prices at which the best stage is anywhere, also where two pieces of the cost meet
        auto price = DrawLog(random, 1e-6, 1e6);
        if (random() % 2 == 0)
        {
            const auto border = (random() % 2 == 0 ? 0.9 : 1.0) / waiting.ratePerS;
            const auto near = border * (1 + (static_cast<double>(random() % 3) - 1) * 1e-9);
            price = GetMarginalPrice(waiting, workS, waiting.serviceS / near);
        }
        const auto cost = [&](double share) { return GetCostSlowly(waiting, workS, price, share); };
        const auto share = GetBestShare(waiting, workS, price);
        ASSERT_GT(share, 0);
        const auto least = FindLeast(cost, 1e-12, 1e12);
        EXPECT_LE(cost(share), least * (1 + 1e-12));
    }
}

TEST(Waiting, NoLargerShareIsBestAtTheMarginalPrice)
{
    std::mt19937_64 random(2);
    for (int point = 0; point < 10000; ++point)
    {
        SCOPED_TRACE("point " + std::to_string(point));
        const auto waiting = MakeWaiting(random);
        const auto workS = waiting.serviceS * DrawLog(random, 1, 10);
        const auto share = DrawLog(random, 1e-4, 1);
        const auto price = GetMarginalPrice(waiting, workS, share);
        EXPECT_NEAR(GetBestShare(waiting, workS, price), share, 1e-9 * share);
        EXPECT_LE(GetBestShare(waiting, workS, price * 1.0001), share);
    }
}

TEST(Waiting, NoMoreIsPaidThanAShareIsWorthWhereTheServerBecomesTheSlowestStage)
{
    std::mt19937_64 random(7);
    int kinks = 0;
    for (int point = 0; point < 10000; ++point)
    {
        SCOPED_TRACE("point " + std::to_string(point));
        const auto waiting = MakeWaiting(random);
        const auto share = waiting.serviceS / waiting.fixedStageS;
        if (!(waiting.fixedStageS > 0))
        {
            continue;
        }
        ++kinks;
        const auto workS = waiting.serviceS * DrawLog(random, 1, 10);
        // more share saves no waiting there
        const auto price = workS / share / share;
        EXPECT_NEAR(GetMarginalPrice(waiting, workS, share), price, 1e-12 * price);
    }
    EXPECT_GT(kinks, 5000);
}

TEST(Waiting, TimeIsConvexAndItsSlopeIsTheDerivative)
{
    std::mt19937_64 random(3);
    for (int point = 0; point < 10000; ++point)
    {
        SCOPED_TRACE("point " + std::to_string(point));
        const auto waiting = MakeWaiting(random);
        const auto time = [&](double use) {
            return GetWaitingTime(waiting, use / waiting.ratePerS);
        };
        const auto a = DrawLog(random, 1e-3, 3);
        const auto b = DrawLog(random, 1e-3, 3);
        EXPECT_LE(time((a + b) / 2), (time(a) + time(b)) / 2 * (1 + 1e-12));
        const auto step = 1e-6 * a;
        const auto slope = (time(a + step) - time(a - step)) / (2 * step) * waiting.ratePerS;
        EXPECT_NEAR(GetWaitingSlope(waiting, a / waiting.ratePerS), slope, 1e-4 * slope);
    }
}

TEST(Waiting, NothingWaitsWithoutRequestsOrVariation)
{
    for (const auto& waiting : {Waiting{0, 1, 0.1, 0.2}, Waiting{100, 0, 0.1, 0.2}})
    {
        EXPECT_FALSE(HasWaiting(waiting));
        EXPECT_EQ(GetWaitingTime(waiting, GetSlowestStage(waiting, 0.01)), 0);
        EXPECT_EQ(GetBestShare(waiting, 0.2, 5), std::sqrt(0.2 / 5));
    }
    EXPECT_EQ(GetBestShare({5, 1, 0.1, 0}, 0, 1), 0);
    EXPECT_TRUE(std::isinf(GetBestShare({5, 1, 0.1, 0.2}, 0.2, 0)));
    EXPECT_TRUE(std::isinf(GetSlowestStage({5, 1, 0.1, 0.2}, 0)));
}

/// Mean latency of requests in a tandem of constant stages, by Lindley's recursion.
double
GetMeanLatency(const std::vector<double>& stages,
               std::size_t requests,
               const std::function<double()>& drawGap)
{
    std::vector<double> free(stages.size(), 0.0);
    double now = 0;
    double sum = 0;
    for (std::size_t i = 0; i < requests; ++i)
    {
        now += drawGap();
        auto end = now;
        for (std::size_t s = 0; s < stages.size(); ++s)
        {
            end = std::max(end, free[s]) + stages[s];
            free[s] = end;
        }
        sum += end - now;
    }
    return sum / static_cast<double>(requests);
}

/// Four stages in random order of which the slowest takes a second.
std::vector<double>
MakeStages(std::mt19937_64& random)
{
    std::vector<double> stages{1};
    for (int s = 0; s < 3; ++s)
    {
        stages.push_back(random() % 4 == 0 ? 1.0 : std::uniform_real_distribution<>(0, 1)(random));
    }
    std::shuffle(stages.begin(), stages.end(), random);
    return stages;
}

double
Sum(const std::vector<double>& stages)
{
    double sum = 0;
    for (const auto stage : stages)
    {
        sum += stage;
    }
    return sum;
}

TEST(Waiting, IsThatOfATandemWithPoissonRequests)
{
    std::mt19937_64 random(4);
    for (const auto use : {0.1, 0.3, 0.5, 0.7, 0.8, 0.9})
    {
        SCOPED_TRACE("use " + std::to_string(use));
        const auto stages = MakeStages(random);
        std::exponential_distribution<> gap(use);
        const auto latency = GetMeanLatency(stages, 4000000, [&] { return gap(random); });
        const auto predicted = Sum(stages) + GetWaitingTime({use, 1, 1, 0}, 1);
        EXPECT_NEAR(predicted, latency, 0.02 * latency);
    }
}

TEST(Waiting, IsThatOfATandemWithPeriodicRequests)
{
    std::mt19937_64 random(5);
    for (const auto use : {0.1, 0.5, 0.9, 0.99})
    {
        const auto stages = MakeStages(random);
        const auto latency = GetMeanLatency(stages, 10000, [&] { return 1 / use; });
        EXPECT_NEAR(Sum(stages) + GetWaitingTime({use, 0, 1, 0}, 1), latency, 1e-6);
    }
}

TEST(Waiting, ApproachesThatOfATandemWithBatches)
{
    // batches come as Poisson events, with sizes in geometric distribution of mean 2: c2 = 3; then
    // the exact waiting time is tau (u + 2) / (2 (1 - u)), and that of two moments u 3 / (u + 2) of
    // it: 91 % at 0.87, and all of it in the limit
    std::mt19937_64 random(6);
    for (const auto use : {0.3, 0.6, 0.87})
    {
        SCOPED_TRACE("use " + std::to_string(use));
        const auto stages = MakeStages(random);
        std::exponential_distribution<> gap(use / 2);
        const auto latency =
            GetMeanLatency(stages, 4000000, [&] { return random() % 2 == 0 ? 0.0 : gap(random); });
        const auto waits = GetWaitingTime({use, 3, 1, 0}, 1) * (use + 2) / (3 * use);
        EXPECT_NEAR(Sum(stages) + waits, latency, 0.02 * latency);
    }
}

} // namespace
