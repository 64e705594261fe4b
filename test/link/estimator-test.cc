/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/link/fitted-link-estimator.h"
#include "model/link/last-transfer-link-estimator.h"
#include "model/link/oracle-link-estimator.h"
#include "model/link/window-link-estimator.h"

#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
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

/// Let an estimator see what a client sees: small messages and large ones in turn.
void
Exchange(Ptr<LinkEstimator> estimator, const Network& network, int count)
{
    for (int i = 0; i < count; ++i)
    {
        Transfer(estimator, network, 86 + i % 3);
        Transfer(estimator, network, i % 2 == 0 ? 20000 + 1000 * (i % 7) : 600000);
    }
}

/// How long an estimator expects a transfer to take, s.
double
Predict(Ptr<LinkEstimator> estimator, uint64_t bytes)
{
    return estimator->GetDelay().GetSeconds() +
           8 * static_cast<double>(bytes) / estimator->GetRateBps();
}

TEST(FittedLinkEstimator, RecoversDelayAndRateFromMixedSizes)
{
    const uint64_t seed = 11;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (const auto rate : {1.1e6, 5.85e6, 18.88e6, 200e6, 1e9})
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
            for (int i = 0; i < 2000; ++i)
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
    estimator->SetAttribute("ChangeFactor", DoubleValue(0)); // the sums alone
    Transfer(estimator, before, 40);                         // the delay is known to be 0
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

/// Small messages until the delay is within 5 % of a new one.
int
CountSamplesToFollow(double growth, double oldDelayS, double newDelayS)
{
    const auto estimator = CreateObject<FittedLinkEstimator>();
    estimator->SetAttribute("DelayGrowth", DoubleValue(growth));
    Transfer(estimator, {20e6, oldDelayS}, 100); // the rate is the first guess
    int samples = 0;
    while (std::abs(estimator->GetDelay().GetSeconds() - newDelayS) > 0.05 * newDelayS &&
           samples < 10000)
    {
        Transfer(estimator, {20e6, newDelayS}, 100);
        ++samples;
    }
    return samples;
}

TEST(FittedLinkEstimator, FollowsAShorterDelayAtOnceAndALongerOneSlowly)
{
    // n samples after a change, (1 - growth)^n of the difference is left
    EXPECT_EQ(CountSamplesToFollow(0.01, 0.02, 0.002), 1);
    EXPECT_EQ(CountSamplesToFollow(0.01, 0.002, 0.02), 288);
    EXPECT_EQ(CountSamplesToFollow(0.1, 0.002, 0.02), 28);
    EXPECT_EQ(CountSamplesToFollow(1, 0.002, 0.02), 1);
    EXPECT_EQ(CountSamplesToFollow(0, 0.002, 0.02), 10000); // never
}

TEST(FittedLinkEstimator, FollowsChangesOfBothRateAndDelay)
{
    const auto estimator = CreateObject<FittedLinkEstimator>();
    for (const auto& network : {Network{18.88e6, 0.004},
                                Network{1.1e6, 0.05},
                                Network{100e6, 0.001},
                                Network{50e6, 0.002},
                                Network{50e6, 0.02},
                                Network{18.88e6, 0.004}})
    {
        SCOPED_TRACE(std::to_string(network.rateBps) + " bit/s");
        Exchange(estimator, network, 25);
        // the rate makes up for a delay that is still followed
        const auto truth = network.GetDuration(600000).GetSeconds();
        EXPECT_NEAR(Predict(estimator, 600000), truth, 0.2 * truth);
        Exchange(estimator, network, 1000);
        EXPECT_NEAR(estimator->GetDelay().GetSeconds(), network.delayS, 1e-3 * network.delayS);
        EXPECT_NEAR(estimator->GetRateBps(), network.rateBps, 2e-3 * network.rateBps);
    }
}

TEST(FittedLinkEstimator, TakesWaitingBehindTensorsForNoDelay)
{
    // four of five small messages wait, for up to as long as a tensor takes
    const Network network{9.64e6, 0.005};
    const uint64_t tensor = 602112;
    for (uint64_t seed = 1; seed <= 20; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        std::uniform_real_distribution<double> share(0, 1);
        const auto estimator = CreateObject<FittedLinkEstimator>();
        Transfer(estimator, network, 86); // there is no tensor yet
        const int count = 1000;
        double sum = 0;
        for (int i = 0; i < count; ++i)
        {
            Transfer(estimator, network, tensor);
            const auto wait = random() % 5 == 0 ? 0 : share(random);
            estimator->AddSample(86,
                                 network.GetDuration(86) +
                                     Seconds(wait * network.GetDuration(tensor).GetSeconds()));
            ASSERT_GE(estimator->GetRateBps(), 0.999 * network.rateBps) << "after " << i;
            ASSERT_LE(estimator->GetRateBps(), 1.3 * network.rateBps) << "after " << i;
            sum += estimator->GetRateBps();
        }
        EXPECT_LE(sum / count, 1.03 * network.rateBps);
    }
}

TEST(FittedLinkEstimator, TakesNoWaitLongerThanATensorForADelay)
{
    // the link is overloaded: every small message waits behind several tensors
    const Network network{4.82e6, 0.005};
    const auto estimator = CreateObject<FittedLinkEstimator>();
    Transfer(estimator, network, 602112);
    Transfer(estimator, network, 86);
    for (int i = 0; i < 10000; ++i)
    {
        estimator->AddSample(86, network.GetDuration((1 + i % 5) * 602112 + 86));
        Transfer(estimator, network, 602112);
    }
    EXPECT_NEAR(estimator->GetRateBps(), network.rateBps, 1e-3 * network.rateBps);
    EXPECT_NEAR(estimator->GetDelay().GetSeconds(), network.delayS, 1e-3 * network.delayS);
    // a delay of the network itself shows in the large transfers too, and counts
    const Network after{4.82e6, 3};
    Exchange(estimator, after, 1000);
    EXPECT_NEAR(estimator->GetDelay().GetSeconds(), after.delayS, 1e-2 * after.delayS);
}

TEST(FittedLinkEstimator, TellsTheRateOfEqualSizesAtTheDelayKnown)
{
    const Network network{18.88e6, 0.004};
    const auto estimator = CreateObject<FittedLinkEstimator>();
    for (int i = 0; i < 80; ++i)
    {
        Transfer(estimator, network, i < 40 ? 86 : 600000);
    }
    EXPECT_NEAR(estimator->GetDelay().GetSeconds(), network.delayS, 1e-4);
    EXPECT_NEAR(estimator->GetRateBps(), network.rateBps, 1e-3 * network.rateBps);
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
    constexpr auto LONGEST = std::numeric_limits<int64_t>::max();
    for (uint64_t seed = 0; seed < 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto drawBytes = [&random]() -> uint64_t {
            const std::array<uint64_t, 5> edges{0,
                                                1,
                                                SMALL_BYTES,
                                                SMALL_BYTES + 1,
                                                std::numeric_limits<uint64_t>::max()};
            return random() % 2 == 0 ? edges[random() % edges.size()] : random() >> random() % 64;
        };
        const auto drawDuration = [&random]() -> int64_t {
            const std::array<int64_t, 4> edges{0, 1, -1, LONGEST};
            const auto any = static_cast<int64_t>(random() >> (1 + random() % 63));
            return random() % 3 == 0 ? edges[random() % edges.size()]
                                     : (random() % 7 == 0 ? -any : any);
        };
        const auto estimator = CreateObject<FittedLinkEstimator>();
        estimator->SetAttribute("MinimumRate", DataRateValue(DataRate("100kbps")));
        estimator->SetAttribute("MaximumRate", DataRateValue(DataRate("1Gbps")));
        const std::array<double, 4> weights{1e-6, 0.01, 0.3, 1};
        const auto weight = weights[seed % 4];
        estimator->SetAttribute("Weight", DoubleValue(weight));
        estimator->SetAttribute("DelayGrowth", DoubleValue(weights[seed / 4 % 4]));
        for (int i = 0; i < 1000; ++i)
        {
            estimator->AddSample(drawBytes(), NanoSeconds(drawDuration()));
            const auto rate = estimator->GetRateBps();
            ASSERT_TRUE(std::isfinite(rate) && rate >= 100e3 && rate <= 1e9)
                << rate << " bit/s after sample " << i;
            ASSERT_FALSE(estimator->GetDelay().IsStrictlyNegative()) << "after sample " << i;
        }
        if (weight >= 0.3)
        {
            // nothing of it lasts
            estimator->SetAttribute("DelayGrowth", DoubleValue(0.01));
            const Network network{20e6, 0.005};
            Exchange(estimator, network, 2000);
            EXPECT_NEAR(estimator->GetRateBps(), 20e6, 20e3);
            EXPECT_NEAR(estimator->GetDelay().GetSeconds(), 0.005, 5e-6);
        }
    }
}

TEST(FittedLinkEstimator, ForgetsARateThatNothingConfirms)
{
    auto estimator = CreateObject<FittedLinkEstimator>();
    estimator->SetAttribute("InitialRate", DataRateValue(DataRate("16Mbps")));
    estimator->SetAttribute("InitialDelay", TimeValue(Seconds(0)));
    estimator->SetAttribute("Memory", TimeValue(Seconds(10)));
    estimator->AddSample(125000, Seconds(1)); // 1 Mbit/s
    const auto expect = [&](Time when, double rateBps) {
        Simulator::Schedule(when, [&estimator, rateBps] {
            EXPECT_NEAR(estimator->GetRateBps(), rateBps, 1e-6 * rateBps);
        });
    };
    expect(Seconds(10), 1e6);
    expect(Seconds(20), 4e6); // half of the way, in the logarithm
    expect(Seconds(30), 8e6);
    expect(Seconds(1000), 16e6);
    Simulator::Run();
    estimator->AddSample(125000, Seconds(1));
    EXPECT_NEAR(estimator->GetRateBps(), 1e6, 1);
    Simulator::Destroy();
}

/// How many equal transfers after a change of the rate until they are predicted to 20 %.
int
CountTransfersToFollow(Ptr<LinkEstimator> estimator, double beforeBps, double afterBps)
{
    Exchange(estimator, {beforeBps, 0.005}, 100);
    const Network after{afterBps, 0.005};
    int count = 0;
    const auto truth = after.GetDuration(150000).GetSeconds();
    while (std::abs(Predict(estimator, 150000) / truth - 1) > 0.2 && count < 1000)
    {
        Transfer(estimator, after, 150000);
        ++count;
    }
    return count;
}

TEST(FittedLinkEstimator, TellsAChangeFromNoise)
{
    const auto make = [](double changeFactor) {
        const auto estimator = CreateObject<FittedLinkEstimator>();
        estimator->SetAttribute("ChangeFactor", DoubleValue(changeFactor));
        return estimator;
    };
    // twenty times as long, or as short, is beyond doubt; five times is believed the second time
    EXPECT_EQ(CountTransfersToFollow(make(3), 2e6, 50e6), 1);
    EXPECT_EQ(CountTransfersToFollow(make(3), 50e6, 2e6), 1);
    EXPECT_EQ(CountTransfersToFollow(make(3), 2e6, 12e6), 2);
    EXPECT_EQ(CountTransfersToFollow(make(3), 12e6, 2e6), 2);
    EXPECT_GT(CountTransfersToFollow(make(0), 2e6, 50e6), 10);
    // what is not out of proportion is followed as without
    EXPECT_EQ(CountTransfersToFollow(make(3), 10e6, 20e6),
              CountTransfersToFollow(make(0), 10e6, 20e6));
}

TEST(FittedLinkEstimator, StaysCalmWhenSingleTransfersAreOdd)
{
    const Network network{20e6, 0.005};
    const auto calm = CreateObject<FittedLinkEstimator>();
    calm->SetAttribute("ChangeFactor", DoubleValue(3));
    const auto never = CreateObject<FittedLinkEstimator>();
    never->SetAttribute("ChangeFactor", DoubleValue(0));
    bool doubted = false;
    for (int i = 0; i < 1000; ++i)
    {
        for (const auto& estimator : {calm, never})
        {
            Transfer(estimator, network, 86);
            for (int k = 0; k < 5; ++k)
            {
                Transfer(estimator, network, 150000);
            }
            // too fast and too slow in turn
            Transfer(estimator, {i % 2 == 0 ? 200e6 : 5e6, 0.005}, 150000);
        }
        doubted = doubted || calm->IsInDoubt();
        ASSERT_EQ(calm->GetRateBps(), never->GetRateBps()) << "after " << i;
        EXPECT_FALSE(never->IsInDoubt());
    }
    EXPECT_TRUE(doubted);
}

TEST(FittedLinkEstimator, RecoversFromASingleTransferThatIsVeryOdd)
{
    for (const auto oddBps : {0.2e6, 20e9})
    {
        const Network network{20e6, 0.0005};
        const auto estimator = CreateObject<FittedLinkEstimator>();
        Exchange(estimator, network, 100);
        Transfer(estimator, {oddBps, 0.0005}, 150000);
        EXPECT_TRUE(estimator->IsInDoubt());
        EXPECT_GT(std::abs(std::log(estimator->GetRateBps() / 20e6)), std::log(5));
        Transfer(estimator, network, 65000); // a probe
        EXPECT_NEAR(estimator->GetRateBps(), 20e6, 0.1e6);
    }
}

TEST(LastTransferLinkEstimator, BelievesTheLastTransfer)
{
    const auto estimator = CreateObject<LastTransferLinkEstimator>();
    EXPECT_EQ(estimator->GetRateBps(), 20e6);
    EXPECT_EQ(estimator->GetDelay(), MilliSeconds(5));
    for (const auto& network : {Network{50e6, 0.004}, Network{2e6, 0.02}, Network{90e6, 0.001}})
    {
        for (int i = 0; i < 3; ++i) // the delay is what the rate leaves, and the other way round
        {
            Transfer(estimator, network, 86);
            Transfer(estimator, network, 150000);
        }
        EXPECT_NEAR(estimator->GetRateBps(), network.rateBps, 0.01 * network.rateBps);
        EXPECT_NEAR(estimator->GetDelay().GetSeconds(), network.delayS, 0.05 * network.delayS);
    }
    EXPECT_EQ(CountTransfersToFollow(CreateObject<LastTransferLinkEstimator>(), 2e6, 50e6), 1);
    EXPECT_EQ(CountTransfersToFollow(CreateObject<LastTransferLinkEstimator>(), 50e6, 2e6), 1);
}

TEST(WindowLinkEstimator, IsThePercentileOfTheLastTransfers)
{
    const auto estimator = CreateObject<WindowLinkEstimator>();
    estimator->SetAttribute("Window", UintegerValue(5));
    EXPECT_EQ(estimator->GetRateBps(), 20e6);
    const auto expect = [&](double percentile, double rateBps) {
        estimator->SetAttribute("Percentile", DoubleValue(percentile));
        EXPECT_NEAR(estimator->GetRateBps(), rateBps, 1e-6 * rateBps) << percentile;
    };
    estimator->AddSample(1, Seconds(0));                 // no delay
    for (const auto megabits : {999, 7, 40, 10, 30, 20}) // the first is out of the window
    {
        Transfer(estimator, {1e6 * megabits, 0}, 150000);
    }
    expect(0, 7e6);
    expect(25, 10e6);
    expect(50, 20e6);
    expect(75, 30e6);
    expect(100, 40e6);
}

TEST(WindowLinkEstimator, FollowsAChangeInHalfAWindow)
{
    const auto make = [] {
        const auto estimator = CreateObject<WindowLinkEstimator>();
        estimator->SetAttribute("Window", UintegerValue(9));
        return estimator;
    };
    EXPECT_EQ(CountTransfersToFollow(make(), 2e6, 50e6), 5);
    EXPECT_EQ(CountTransfersToFollow(make(), 50e6, 2e6), 5);
    // it forgets a delay as well
    const auto estimator = make();
    Exchange(estimator, {20e6, 0.001}, 20);
    Exchange(estimator, {20e6, 0.03}, 9);
    EXPECT_NEAR(estimator->GetDelay().GetSeconds(), 0.03, 1e-3);
}

TEST(MeasuredLinkEstimators, StayFiniteAndInRangeWhateverComes)
{
    for (const auto* name :
         {"FittedLinkEstimator", "LastTransferLinkEstimator", "WindowLinkEstimator"})
    {
        for (uint64_t seed = 0; seed < 20; ++seed)
        {
            SCOPED_TRACE(std::string(name) + ", seed " + std::to_string(seed));
            std::mt19937_64 random(seed);
            ObjectFactory factory;
            factory.SetTypeId(std::string("ns3::surgery::") + name);
            factory.Set("MinimumRate", StringValue("100kbps"));
            factory.Set("MaximumRate", StringValue("1Gbps"));
            const auto estimator = factory.Create<LinkEstimator>();
            for (int i = 0; i < 1000; ++i)
            {
                const auto nanoseconds = static_cast<int64_t>(random() >> (1 + random() % 63));
                estimator->AddSample(random() >> random() % 64,
                                     NanoSeconds(random() % 9 == 0 ? -nanoseconds : nanoseconds));
                const auto rate = estimator->GetRateBps();
                ASSERT_TRUE(std::isfinite(rate) && rate >= 100e3 && rate <= 1e9)
                    << rate << " bit/s after sample " << i;
                ASSERT_FALSE(estimator->GetDelay().IsStrictlyNegative()) << "after sample " << i;
            }
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
