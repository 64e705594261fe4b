/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/link-monitor.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Notes what it is to learn from, and says what a test wants.
class NotingEstimator : public LinkEstimator
{
  public:
    void AddSample(uint64_t bytes, Time duration) override
    {
        samples.emplace_back(bytes, duration);
    }

    double GetRateBps() const override
    {
        return rateBps;
    }

    Time GetDelay() const override
    {
        return delay;
    }

    bool IsInDoubt() const override
    {
        return isInDoubt;
    }

    std::vector<std::pair<uint64_t, Time>> samples; ///< in order
    double rateBps{1e6};                            ///< reported
    Time delay;                                     ///< reported
    bool isInDoubt{false};                          ///< reported
};

using Samples = std::vector<std::pair<uint64_t, Time>>;

/// A monitor between two estimators and a network that takes all probes.
class Monitoring : public SimulatorFixture
{
  protected:
    /// Make the monitor. @param trials how many probes try the network at first
    /// @param interval between probes, s
    void Build(uint32_t trials, const std::string& interval = "5s")
    {
        m_uplink = CreateObject<NotingEstimator>();
        m_downlink = CreateObject<NotingEstimator>();
        m_prober = CreateObject<LinkProber>();
        m_prober->SetAttribute("Trials", UintegerValue(trials));
        m_prober->SetAttribute("Interval", StringValue(interval));
        m_prober->SetAttribute("Jitter", StringValue("ns3::ConstantRandomVariable[Constant=1]"));
        m_monitor = std::make_unique<LinkMonitor>(m_uplink, m_downlink, m_prober);
        m_monitor->SetProbes(
            7,
            4000,
            Callback<bool, const SurgeryHeader&>([this](const SurgeryHeader& header) {
                m_probes.push_back(header);
                return m_takesProbes;
            }),
            Callback<uint32_t>([this] { return m_window; }));
    }

    void TearDown() override
    {
        m_prober->Dispose();
        m_monitor = nullptr;
        SimulatorFixture::TearDown();
    }

    /// Answer the last probe. @param uplinkBytes its size as the server says
    /// @param bytes the reply's size
    void Reply(uint64_t uplinkBytes = 5000, uint64_t bytes = 4000)
    {
        ProbeReply reply;
        reply.number = static_cast<uint32_t>(m_probes.size());
        reply.uplinkMessageBytes = uplinkBytes;
        m_monitor->HandleReply(reply, bytes);
        m_monitor->ProbeIfInDoubt();
    }

    /// @return the payloads of the probes sent so far
    std::vector<uint32_t> GetSizes() const
    {
        std::vector<uint32_t> sizes;
        for (const auto& probe : m_probes)
        {
            sizes.push_back(probe.GetPayloadBytes());
        }
        return sizes;
    }

    Ptr<NotingEstimator> m_uplink;
    Ptr<NotingEstimator> m_downlink;
    Ptr<LinkProber> m_prober;
    std::unique_ptr<LinkMonitor> m_monitor;
    std::vector<SurgeryHeader> m_probes; ///< that were to be sent
    bool m_takesProbes{true};            ///< whether they are
    uint32_t m_window{1 << 20};          ///< what TCP would send at once, byte
};

TEST_F(Monitoring, EstimatorsSeeEveryTransferOnce)
{
    Build(0);
    Simulator::Schedule(Seconds(3), [this] {
        Grant grant;
        grant.stateBytes = 80;
        grant.stateDelayNs = 2000000;
        m_monitor->HandleGrant(grant, 100, MilliSeconds(3));
        grant.stateDelayNs = -1; // no STATE
        m_monitor->HandleGrant(grant, 101, MilliSeconds(4));
        Result result;
        result.uplinkMessageBytes = 150000;
        result.uplinkNs = 70000000;
        result.sentNs = 2990000000;
        m_monitor->HandleResult(result, 4096);
        ProbeReply reply;
        reply.uplinkMessageBytes = 5000;
        reply.uplinkNs = 9000000;
        reply.sentNs = 2999000000;
        m_monitor->HandleReply(reply, 60);
    });
    Simulator::Run();
    EXPECT_EQ(
        m_uplink->samples,
        (Samples{{80, MilliSeconds(2)}, {150000, MilliSeconds(70)}, {5000, MilliSeconds(9)}}));
    EXPECT_EQ(m_downlink->samples,
              (Samples{{100, MilliSeconds(3)},
                       {101, MilliSeconds(4)},
                       {4096, MilliSeconds(10)},
                       {60, MilliSeconds(1)}}));
}

TEST_F(Monitoring, WhatTcpHeldUpIsNoSampleAndCausesAProbe)
{
    Build(0);
    m_monitor->Start();
    Grant grant;
    m_monitor->HandleGrant(grant, 0, Seconds(2));
    EXPECT_TRUE(m_uplink->samples.empty() && m_downlink->samples.empty() && m_probes.empty());
    Result result;
    result.uplinkMessageBytes = 150000;
    m_monitor->HandleResult(result, 0); // on its way down
    m_monitor->ProbeIfInDoubt();
    EXPECT_TRUE(m_uplink->samples.empty() && m_downlink->samples.empty());
    ASSERT_EQ(m_probes.size(), 1u);
    Reply(0); // on its way up
    EXPECT_TRUE(m_uplink->samples.empty() && m_downlink->samples.empty());
    ASSERT_EQ(m_probes.size(), 2u);
    Reply();
    EXPECT_EQ(m_probes.size(), 2u);
}

TEST_F(Monitoring, DoubtInEitherDirectionCausesAProbe)
{
    Build(0);
    m_monitor->Start();
    for (const auto& estimator : {m_uplink, m_downlink})
    {
        m_probes.clear();
        Reply();
        EXPECT_TRUE(m_probes.empty());
        estimator->isInDoubt = true;
        Reply();
        EXPECT_EQ(m_probes.size(), 1u);
        estimator->isInDoubt = false;
        Reply();
        EXPECT_EQ(m_probes.size(), 1u);
    }
}

TEST_F(Monitoring, TriesAnUnknownNetworkAtOnceWhateverTheGuess)
{
    for (const auto guess : {1e4, 1e6, 1e12})
    {
        Build(4);
        m_probes.clear();
        m_uplink->rateBps = guess;
        EXPECT_TRUE(m_probes.empty()); // it is not connected
        m_monitor->Start();
        Reply();                 // tells the delay
        m_uplink->rateBps = 5e5; // tells roughly the rate: 15625 bytes in 250 ms
        Reply();
        m_uplink->rateBps = 5e6;
        Reply();
        Reply(); // no more
        EXPECT_EQ(GetSizes(), (std::vector<uint32_t>{1, 4344, 15625, 32768}));
        for (std::size_t i = 0; i < m_probes.size(); ++i)
        {
            const auto* probe = m_probes[i].GetIf<Probe>();
            ASSERT_TRUE(probe);
            EXPECT_EQ(probe->deviceId, 7u);
            EXPECT_EQ(probe->number, i + 1);
            EXPECT_EQ(probe->replyBytes, std::min(4000u, m_probes[i].GetPayloadBytes()));
        }
        m_prober->Dispose();
    }
}

TEST_F(Monitoring, AProbeLeavesAtOnceOrIsTheLeastThatTellsARate)
{
    const auto headerBytes = SurgeryHeader(Probe(), 1).GetSerializedSize();
    const std::vector<std::pair<uint32_t, uint32_t>> cases{{0, 4344},
                                                           {1448, 4344},
                                                           {14480, 14480 - headerBytes},
                                                           {32768, 32768 - headerBytes},
                                                           {32768 + headerBytes, 32768},
                                                           {100000, 32768}};
    for (const auto& [window, expected] : cases)
    {
        Build(0);
        m_probes.clear();
        m_uplink->rateBps = 1e9;
        m_window = window;
        m_monitor->Start();
        m_prober->ProbeNow();
        EXPECT_EQ(GetSizes(), std::vector<uint32_t>{expected}) << window;
        m_prober->Dispose();
    }
}

TEST_F(Monitoring, AResultEndsTheTrials)
{
    Build(4);
    m_monitor->Start();
    m_takesProbes = false; // tensors are under way
    Reply();
    EXPECT_EQ(GetSizes(), (std::vector<uint32_t>{1, 4344}));
    m_takesProbes = true;
    Result result;
    result.uplinkMessageBytes = 150000;
    m_monitor->HandleResult(result, 4096);
    m_monitor->ProbeIfInDoubt();
    m_monitor->Stop();
    m_monitor->Start();
    EXPECT_EQ(m_probes.size(), 2u);
}

TEST_F(Monitoring, ALostConnectionLosesNoTrial)
{
    Build(3);
    m_monitor->Start();
    Reply();
    m_monitor->Stop(); // the second is lost
    m_monitor->Start();
    Reply();
    Reply();
    m_monitor->Stop();
    m_monitor->Start(); // the network is known
    EXPECT_EQ(GetSizes(), (std::vector<uint32_t>{1, 4344, 4344, 31250}));
}

TEST_F(Monitoring, AProbeLostWithItsConnectionIsSentAgainAtOnce)
{
    for (const auto isAnswered : {false, true})
    {
        Build(0);
        m_probes.clear();
        m_monitor->Start();
        Simulator::Schedule(Seconds(6), [this, isAnswered] {
            EXPECT_EQ(m_probes.size(), 1u);
            if (isAnswered)
            {
                Reply();
            }
            m_monitor->Stop();
        });
        Simulator::Schedule(Seconds(7), [this] { m_monitor->Start(); });
        Simulator::Stop(Seconds(8));
        Simulator::Run();
        EXPECT_EQ(m_probes.size(), isAnswered ? 1u : 2u);
        m_prober->Dispose();
    }
}

TEST_F(Monitoring, NothingIsSentIfProbesAreOff)
{
    Build(4, "0s");
    m_monitor->Start();
    m_uplink->isInDoubt = true;
    m_monitor->HandleResult(Result(), 0);
    m_monitor->ProbeIfInDoubt();
    Simulator::Stop(Seconds(100));
    Simulator::Run();
    EXPECT_TRUE(m_probes.empty());
}

TEST_F(Monitoring, UploadsPostponeProbes)
{
    Build(0);
    m_monitor->Start();
    Simulator::Schedule(Seconds(3), [this] { m_monitor->HandleUpload(); });
    Simulator::Schedule(Seconds(7.9), [this] { EXPECT_TRUE(m_probes.empty()); });
    Simulator::Schedule(Seconds(8.1), [this] { EXPECT_EQ(m_probes.size(), 1u); });
    Simulator::Stop(Seconds(9));
    Simulator::Run();
}

TEST_F(Monitoring, NewsIsWhatDiffersFromTheLastReport)
{
    Build(0);
    m_uplink->rateBps = 4e6;
    m_uplink->delay = MilliSeconds(2);
    m_downlink->rateBps = 9e6;
    m_downlink->delay = MilliSeconds(3);
    const auto link = m_monitor->Report();
    EXPECT_EQ(link.uplinkBps, 4e6);
    EXPECT_EQ(link.downlinkBps, 9e6);
    EXPECT_EQ(link.uplinkDelayS, 0.002);
    EXPECT_EQ(link.downlinkDelayS, 0.003);
    const std::vector<std::pair<double, bool>> cases{{4e6, false},
                                                     {4.9e6, false},
                                                     {5.1e6, true},
                                                     {3.3e6, false},
                                                     {3.1e6, true}};
    for (const auto& [rate, isNews] : cases)
    {
        m_uplink->rateBps = rate;
        EXPECT_EQ(m_monitor->IsNews(0.25), isNews) << rate;
    }
    m_monitor->Report();
    EXPECT_FALSE(m_monitor->IsNews(0.25));
}

} // namespace
