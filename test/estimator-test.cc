/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/surgery-link-estimator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint64_t SMALL_BYTES = 1448; ///< the attribute's default

/// A network that does what the model says.
struct Network
{
    double rateBps; ///< bit/s
    double delayS;  ///< s

    /// How long a transfer takes.
    Time GetDuration(uint64_t bytes) const
    {
        return Seconds(delayS + 8 * static_cast<double>(bytes) / rateBps);
    }
};

/// Let an estimator see a transfer.
void
Transfer(Ptr<LinkEstimator> estimator, const Network& network, uint64_t bytes)
{
    estimator->AddSample(bytes, network.GetDuration(bytes));
}

/// How long an estimator expects a transfer to take, s.
double
Predict(Ptr<LinkEstimator> estimator, uint64_t bytes)
{
    return estimator->GetDelay().GetSeconds() +
           8 * static_cast<double>(bytes) / estimator->GetRateBps();
}

TEST(FittedLinkEstimator, StartsWithItsFirstGuess)
{
    const auto estimator = CreateObject<FittedLinkEstimator>();
    estimator->SetAttribute("InitialRate", DataRateValue(DataRate("7Mbps")));
    estimator->SetAttribute("InitialDelay", TimeValue(MilliSeconds(3)));
    EXPECT_EQ(estimator->GetRateBps(), 7e6);
    EXPECT_EQ(estimator->GetDelay(), MilliSeconds(3));
}

TEST(FittedLinkEstimator, RecoversDelayAndRateFromMixedSizes)
{
    const uint64_t seed = 11;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (const auto rate : {1.1e6, 18.88e6, 200e6, 1e9})
    {
        for (const auto delay : {0.0, 0.0005, 0.005, 0.05})
        {
            SCOPED_TRACE(std::to_string(rate) + " bit/s, " + std::to_string(delay) + " s");
            const Network network{rate, delay};
            // at least 3 % of the time is spent sending: delays may not explain more than 98 %
            const auto least =
                std::max<uint64_t>(20000, static_cast<uint64_t>(0.031 * delay * rate / 8));
            std::uniform_int_distribution<uint64_t> large(least, 20 * least);
            std::uniform_int_distribution<uint64_t> small(40, 400);
            const auto estimator = CreateObject<FittedLinkEstimator>();
            for (int i = 0; i < 200; ++i)
            {
                Transfer(estimator, network, random() % 2 == 0 ? small(random) : large(random));
            }
            EXPECT_NEAR(estimator->GetRateBps(), rate, 1e-3 * rate);
            EXPECT_NEAR(estimator->GetDelay().GetSeconds(), delay, 1e-3 * delay + 1e-6);
        }
    }
}

TEST(FittedLinkEstimator, IsALittleTooSlowWhereTheDelayIsNearlyAll)
{
    // a delay explains at most 98 % of a transfer
    for (const auto bytes : {SMALL_BYTES + 1, uint64_t{4000}, uint64_t{30000}})
    {
        const Network network{100e6, 0.03};
        const auto estimator = CreateObject<FittedLinkEstimator>();
        for (int i = 0; i < 200; ++i)
        {
            Transfer(estimator, network, i % 2 == 0 ? 100 : bytes);
        }
        const auto truth = network.GetDuration(bytes).GetSeconds();
        EXPECT_GE(Predict(estimator, bytes), truth * (1 - 1e-3));
        EXPECT_LE(Predict(estimator, bytes), truth * (1.02 + 1e-3));
    }
}

/// Transfers of equal size until the estimate is within 10 % of a rate 10 times the old one, or a
/// tenth of it.
int
CountSamplesToFollow(double weight, double newRate)
{
    const Network before{10e6, 0};
    const Network after{newRate, 0};
    const auto estimator = CreateObject<FittedLinkEstimator>();
    estimator->SetAttribute("Weight", DoubleValue(weight));
    Transfer(estimator, before, 40); // the delay is known to be 0
    for (int i = 0; i < 100; ++i)
    {
        Transfer(estimator, before, 40);
        Transfer(estimator, before, 100000);
    }
    EXPECT_NEAR(estimator->GetRateBps(), before.rateBps, 1e-3 * before.rateBps);
    int samples = 0;
    while (std::abs(estimator->GetRateBps() - newRate) > 0.1 * newRate && samples < 1000)
    {
        Transfer(estimator, after, 100000);
        ++samples;
    }
    return samples;
}

TEST(FittedLinkEstimator, FollowsAChangedRateInAFewSamples)
{
    // With weight w and equal sizes, n samples after a change the estimate is bits over
    // (1 - w)^n times the old duration plus 1 - (1 - w)^n times the new one.
    EXPECT_EQ(CountSamplesToFollow(0.3, 1e6), 7);
    EXPECT_EQ(CountSamplesToFollow(0.3, 100e6), 13);
    EXPECT_EQ(CountSamplesToFollow(1.0, 1e6), 1);
    EXPECT_EQ(CountSamplesToFollow(1.0, 100e6), 1);
}

TEST(FittedLinkEstimator, FollowsAChangedDelay)
{
    const Network before{50e6, 0.002};
    const Network after{50e6, 0.02};
    const auto estimator = CreateObject<FittedLinkEstimator>();
    for (const auto& network : {before, after, before})
    {
        for (int i = 0; i < 60; ++i)
        {
            Transfer(estimator, network, 100);
            Transfer(estimator, network, 600000);
        }
        EXPECT_NEAR(estimator->GetDelay().GetSeconds(), network.delayS, 1e-3 * network.delayS);
        EXPECT_NEAR(estimator->GetRateBps(), network.rateBps, 1e-3 * network.rateBps);
    }
}

TEST(FittedLinkEstimator, PredictsWhatItSeesFromLargeTransfersAlone)
{
    // the delay stays a guess; the rate makes up for it
    const Network network{20e6, 0.02};
    const auto estimator = CreateObject<FittedLinkEstimator>();
    const auto guess = estimator->GetDelay();
    for (int i = 0; i < 50; ++i)
    {
        Transfer(estimator, network, 150000);
    }
    EXPECT_EQ(estimator->GetDelay(), guess);
    const auto truth = network.GetDuration(150000).GetSeconds();
    EXPECT_NEAR(Predict(estimator, 150000), truth, 1e-3 * truth);
}

TEST(FittedLinkEstimator, PredictsWhatItSeesFromSmallTransfersAlone)
{
    // the rate stays a guess; the delay makes up for it
    const Network network{1e6, 0.02};
    const auto estimator = CreateObject<FittedLinkEstimator>();
    const auto guess = estimator->GetRateBps();
    for (int i = 0; i < 50; ++i)
    {
        Transfer(estimator, network, 300);
    }
    EXPECT_EQ(estimator->GetRateBps(), guess);
    const auto truth = network.GetDuration(300).GetSeconds();
    EXPECT_NEAR(Predict(estimator, 300), truth, 1e-3 * truth);
}

TEST(FittedLinkEstimator, StaysFiniteAndInRangeWhateverComes)
{
    const uint64_t seed = 5;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto drawBytes = [&random]() -> uint64_t {
        switch (random() % 6)
        {
        case 0:
            return 1;
        case 1:
            return SMALL_BYTES + random() % 2;
        case 2:
            return std::numeric_limits<uint64_t>::max();
        default:
            return std::max<uint64_t>(1, random() >> (random() % 64));
        }
    };
    const auto drawDuration = [&random] {
        switch (random() % 5)
        {
        case 0:
            return Time(0);
        case 1:
            return NanoSeconds(1);
        default:
            return NanoSeconds(static_cast<int64_t>(random() >> (2 + random() % 61)));
        }
    };
    for (const auto weight : {1e-6, 0.3, 1.0})
    {
        const auto estimator = CreateObject<FittedLinkEstimator>();
        estimator->SetAttribute("Weight", DoubleValue(weight));
        for (int i = 0; i < 20000; ++i)
        {
            estimator->AddSample(drawBytes(), drawDuration());
            const auto rate = estimator->GetRateBps();
            ASSERT_TRUE(std::isfinite(rate) && rate >= 10e3 && rate <= 100e9)
                << rate << " bit/s after sample " << i;
            ASSERT_FALSE(estimator->GetDelay().IsStrictlyNegative()) << "after sample " << i;
        }
        // nothing of it lasts
        const Network network{20e6, 0.005};
        for (int i = 0; i < 400 && weight >= 0.3; ++i)
        {
            Transfer(estimator, network, 100);
            Transfer(estimator, network, 600000);
        }
        if (weight >= 0.3)
        {
            EXPECT_NEAR(estimator->GetRateBps(), 20e6, 20e3);
            EXPECT_NEAR(estimator->GetDelay().GetSeconds(), 0.005, 5e-6);
        }
    }
}

TEST(OracleLinkEstimator, KnowsWhatItIsTold)
{
    const auto estimator = CreateObject<OracleLinkEstimator>();
    estimator->SetAttribute("Rate", DataRateValue(DataRate("3Mbps")));
    estimator->SetAttribute("Delay", TimeValue(MicroSeconds(70)));
    for (const auto bytes : {uint64_t{1}, uint64_t{4000}, uint64_t{1} << 60})
    {
        estimator->AddSample(bytes, MilliSeconds(1));
        EXPECT_EQ(estimator->GetRateBps(), 3e6);
        EXPECT_EQ(estimator->GetDelay(), MicroSeconds(70));
    }
}

} // namespace
