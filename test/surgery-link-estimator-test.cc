/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "simulator-fixture.h"

#include "ns3/double.h"
#include "ns3/string.h"
#include "ns3/surgery-link-estimator.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <utility>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class LinkEstimatorTest : public SimulatorFixture
{
  protected:
    /// A transfer over a link that does what the model says. @param bytes its size
    void Transfer(uint64_t bytes)
    {
        m_estimator->AddSample(bytes, m_delay + Seconds(8.0 * bytes / m_rateBps));
    }

    /// Transfers as a client sees them: a small message, then a large one. @param count of pairs
    void Exchange(int count)
    {
        for (int i = 0; i < count; ++i)
        {
            Transfer(86 + i % 3);
            Transfer(i % 2 ? 600000 : 20000 + 1000 * (i % 7));
        }
    }

    /// @param tolerance relative error of the rate, and of the delay against what 1 kB takes
    void ExpectLine(double tolerance) const
    {
        EXPECT_NEAR(m_estimator->GetRateBps(), m_rateBps, tolerance * m_rateBps);
        EXPECT_NEAR(m_estimator->GetDelay().GetSeconds(),
                    m_delay.GetSeconds(),
                    tolerance * (m_delay.GetSeconds() + 8000 / m_rateBps));
    }

    void ExpectInRange() const
    {
        EXPECT_TRUE(std::isfinite(m_estimator->GetRateBps()));
        EXPECT_GE(m_estimator->GetRateBps(), 1e5);
        EXPECT_LE(m_estimator->GetRateBps(), 1e9);
        EXPECT_FALSE(m_estimator->GetDelay().IsStrictlyNegative());
    }

    Ptr<LinkEstimator> m_estimator{CreateObject<FittedLinkEstimator>()}; ///< under test
    double m_rateBps{18.88e6};                                           ///< of the link, bit/s
    Time m_delay{MilliSeconds(4)};                                       ///< of the link
};

} // unnamed namespace

TEST_F(LinkEstimatorTest, StartsFromItsAttributes)
{
    EXPECT_EQ(m_estimator->GetRateBps(), 20e6);
    EXPECT_EQ(m_estimator->GetDelay(), MilliSeconds(5));
    m_estimator->SetAttribute("InitialRate", StringValue("3Mbps"));
    m_estimator->SetAttribute("InitialDelay", StringValue("7ms"));
    EXPECT_EQ(m_estimator->GetRateBps(), 3e6);
    EXPECT_EQ(m_estimator->GetDelay(), MilliSeconds(7));
    m_estimator->SetAttribute("MaximumRate", StringValue("2Mbps"));
    EXPECT_EQ(m_estimator->GetRateBps(), 2e6);
}

TEST_F(LinkEstimatorTest, RecoversTheLine)
{
    for (const auto rate : {1.1e6, 5.85e6, 18.88e6, 1e9})
    {
        for (const auto& delay : {Time(0), MilliSeconds(1), MilliSeconds(40)})
        {
            SCOPED_TRACE(std::to_string(rate) + " bit/s, " + std::to_string(delay.GetSeconds()));
            m_estimator = CreateObject<FittedLinkEstimator>();
            m_rateBps = rate;
            m_delay = delay;
            Exchange(60);
            ExpectLine(1e-3);
        }
    }
}

TEST_F(LinkEstimatorTest, TracksAChangeWithinTwentyFiveExchanges)
{
    Exchange(60);
    for (const auto& [rate, delay] : {std::pair<double, Time>{1.1e6, MilliSeconds(50)},
                                      {100e6, MilliSeconds(1)},
                                      {18.88e6, MilliSeconds(4)}})
    {
        SCOPED_TRACE(std::to_string(rate) + " bit/s");
        m_rateBps = rate;
        m_delay = delay;
        Exchange(25);
        ExpectLine(0.05);
    }
}

TEST_F(LinkEstimatorTest, EqualSizesTellTheRateAtTheDelayKnown)
{
    for (int i = 0; i < 40; ++i)
    {
        Transfer(86);
    }
    EXPECT_NEAR(m_estimator->GetDelay().GetSeconds(), 0.004, 1e-4);
    for (int i = 0; i < 40; ++i)
    {
        Transfer(600000);
    }
    EXPECT_NEAR(m_estimator->GetRateBps(), m_rateBps, 0.001 * m_rateBps);
    // a transfer of that size is predicted exactly, whatever the delay is taken for
    m_estimator = CreateObject<FittedLinkEstimator>();
    for (int i = 0; i < 40; ++i)
    {
        Transfer(600000);
    }
    const auto predicted =
        m_estimator->GetDelay().GetSeconds() + 8 * 600000 / m_estimator->GetRateBps();
    EXPECT_NEAR(predicted, 0.004 + 8 * 600000 / m_rateBps, 1e-6);
}

TEST_F(LinkEstimatorTest, AnyTransfersLeaveItInRange)
{
    for (uint32_t seed = 0; seed < 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 generator(seed);
        m_estimator = CreateObject<FittedLinkEstimator>();
        m_estimator->SetAttribute("MinimumRate", StringValue("100kbps"));
        m_estimator->SetAttribute("MaximumRate", StringValue("1Gbps"));
        m_estimator->SetAttribute("Weight", DoubleValue(seed % 2 ? 1 : 1e-3 * (1 + seed)));
        ExpectInRange();
        for (int i = 0; i < 500; ++i)
        {
            const auto bytes = generator() >> generator() % 65 % 64;
            const auto duration = static_cast<int64_t>(generator() >> (1 + generator() % 63));
            m_estimator->AddSample(i % 10 ? bytes : 0, NanoSeconds(i % 7 ? duration : -duration));
            ExpectInRange();
        }
        m_estimator->AddSample(std::numeric_limits<uint64_t>::max(), NanoSeconds(0));
        ExpectInRange();
        m_estimator->AddSample(5000, NanoSeconds(std::numeric_limits<int64_t>::max()));
        ExpectInRange();
    }
}

TEST_F(LinkEstimatorTest, TheOracleDoesNotLearn)
{
    m_estimator = CreateObject<OracleLinkEstimator>();
    m_estimator->SetAttribute("Rate", StringValue("7Mbps"));
    m_estimator->SetAttribute("Delay", StringValue("3ms"));
    Exchange(10);
    EXPECT_EQ(m_estimator->GetRateBps(), 7e6);
    EXPECT_EQ(m_estimator->GetDelay(), MilliSeconds(3));
}
