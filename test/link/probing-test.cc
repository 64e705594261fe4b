/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "model/link/fitted-link-estimator.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/error-model.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// One device on a wire whose rate changes once.
class Probing : public SimulatorFixture
{
  protected:
    /// Build the scenario. @param rates before and after the change @param change when
    /// @param estimator of both directions @param prober with its attributes
    void Build(const std::pair<std::string, std::string>& rates,
               Time change,
               const std::string& estimator,
               const std::string& prober)
    {
        m_network = std::make_unique<StarNetwork>(1, rates.first, MilliSeconds(5));
        Simulator::Schedule(change, [this, rate = rates.second] {
            const auto link = m_network->GetLink(0);
            for (const auto end : {0, 1})
            {
                link.Get(end)->SetAttribute("DataRate", StringValue(rate));
            }
        });
        m_network->InstallServer([](MecServerHelper&) {});
        m_client = m_network->InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("resnet50"));
            helper.SetAttribute("InputBytes", UintegerValue(m_inputBytes));
            helper.SetAttribute("UplinkEstimator", StringValue(estimator));
            helper.SetAttribute("DownlinkEstimator", StringValue(estimator));
            helper.SetAttribute("Prober", StringValue(prober));
            helper.SetAttribute("Connection",
                                StringValue("ns3::surgery::ServerConnection[StallTimeout=30s]"));
        });
        Listen(m_client, "CutChanged", [this](const CutChangeRecord& record) {
            m_changes.push_back(record);
        });
        Listen(m_client, "LinkEstimated", [this](const LinkRecord& record) {
            m_estimates.emplace_back(record.time, record.uplinkBps);
        });
        m_actor = Watch(m_client);
    }

    /// Run. @param until when it ends
    void Run(Time until)
    {
        Simulator::Stop(until);
        Simulator::Run();
    }

    void TearDown() override
    {
        Simulator::Destroy();
        m_client = nullptr;
        m_actor = nullptr;
        m_network = nullptr;
        SimulatorFixture::TearDown();
    }

    uint64_t m_inputBytes{602112}; ///< as profiled, in fp32
    std::unique_ptr<StarNetwork> m_network;
    Ptr<InferenceClient> m_client;
    std::shared_ptr<Actor> m_actor;
    std::vector<CutChangeRecord> m_changes;
    std::vector<std::pair<Time, double>> m_estimates; ///< of the uplink, bit/s
};

/// Tries the network more often than by default.
const std::string PROBER = "ns3::surgery::LinkProber[Interval=5s|Trials=0]";

/// Knows at first that the network is bad, and forgets nothing.
const std::string PESSIMIST = "ns3::surgery::FittedLinkEstimator[InitialRate=200kbps|Memory=1h]";

TEST_F(Probing, DeviceThatWorksAloneLearnsThatItsLinkBecameBetter)
{
    Build({"200kbps", "50Mbps"}, Seconds(30), PESSIMIST, PROBER);
    Run(Seconds(45));
    // on its own until then, and offloading within one interval with its jitter, and two timesteps
    ASSERT_FALSE(m_changes.empty());
    EXPECT_EQ(m_changes[0].oldCut, "local");
    EXPECT_EQ(m_changes[0].reason, CutReason::LINK);
    EXPECT_GT(m_changes[0].time, Seconds(30));
    EXPECT_LE(m_changes[0].time, Seconds(30 + 1.25 * 5 + 3 + 2 * 0.5));
    for (const auto& [time, rate] : m_estimates)
    {
        const auto truth = (time < Seconds(30) ? 200e3 : 50e6) * 1448 / 1490;
        const auto isSettled = time < Seconds(30) || time > Seconds(41);
        EXPECT_TRUE(!isSettled || std::abs(rate / truth - 1) < 0.1)
            << rate << " at " << time.GetSeconds() << " s";
    }
}

TEST_F(Probing, WithoutProbesItNeverLearns)
{
    Build({"200kbps", "50Mbps"}, Seconds(20), PESSIMIST, "ns3::surgery::LinkProber[Interval=0s]");
    Run(Seconds(60));
    EXPECT_TRUE(m_changes.empty());
    EXPECT_TRUE(m_estimates.empty());
}

TEST_F(Probing, ProbesAreAsFarApartAsTheirIntervalAndOnlyWhenNothingIsSent)
{
    Build({"200kbps", "50Mbps"}, Seconds(60), PESSIMIST, PROBER);
    Run(Seconds(80));
    std::vector<Time> probes;
    for (const auto& [time, rate] : m_estimates)
    {
        if (time < Seconds(60))
        {
            probes.push_back(time);
        }
    }
    // 250 ms each; then nothing for 3.75 to 6.25 s
    ASSERT_GE(probes.size(), 7u);
    for (std::size_t i = 1; i < probes.size(); ++i)
    {
        EXPECT_GE(probes[i] - probes[i - 1], Seconds(3.75));
        EXPECT_LE(probes[i] - probes[i - 1], Seconds(6.25 + 0.4));
    }
    // a device that offloads all the time learns from that alone, but for the change itself
    std::size_t results = 0;
    for (const auto& record : m_actor->records)
    {
        results += record.resultReceived > Seconds(70) && !record.serverEnd.IsStrictlyNegative();
    }
    const auto learned =
        std::count_if(m_estimates.begin(), m_estimates.end(), [](const auto& estimate) {
            return estimate.first > Seconds(70);
        });
    EXPECT_GT(results, 50u);
    EXPECT_EQ(static_cast<std::size_t>(learned), results);
}

TEST_F(Probing, OnlyAConnectedDeviceProbes)
{
    Build({"200kbps", "200kbps"},
          Seconds(1),
          PESSIMIST,
          "ns3::surgery::LinkProber[Interval=1s|Trials=0]");
    // the link is dead from 10 to 30 s
    const auto cut = [this](bool isDead) {
        const auto rate = CreateObject<RateErrorModel>();
        rate->SetRate(isDead ? 1 : 0);
        rate->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        const auto link = m_network->GetLink(0);
        for (const auto end : {0, 1})
        {
            link.Get(end)->SetAttribute("ReceiveErrorModel", PointerValue(rate));
        }
    };
    Simulator::Schedule(Seconds(10), [cut] { cut(true); });
    Simulator::Schedule(Seconds(30), [cut] { cut(false); });
    Run(Seconds(60));
    std::map<int, int> count; // by tens of seconds
    for (const auto& [time, rate] : m_estimates)
    {
        ++count[static_cast<int>(time.GetSeconds() / 10)];
    }
    EXPECT_GT(count[0], 0);
    EXPECT_EQ(count[1] + count[2], 0);
    EXPECT_GT(count[4] + count[5], 0);
    EXPECT_GT(m_client->GetConnection()->GetReconnections(), 0u);
    EXPECT_EQ(GetTotal(*m_actor), m_client->GetCreated());
}

TEST_F(Probing, ALostConnectionDelaysNoProbe)
{
    const auto inDoubt = CreateObject<FittedLinkEstimator>();
    inDoubt->AddSample(100000, MilliSeconds(100));
    inDoubt->AddSample(100000, Seconds(2));
    ASSERT_TRUE(inDoubt->IsInDoubt());
    const std::vector<std::pair<Ptr<LinkEstimator>, std::vector<Time>>> cases{
        // each time that it comes back, as no probe was answered
        {inDoubt, {Seconds(1), Seconds(4), Seconds(16)}},
        // Interval after its first start, and that again, but not out of service
        {CreateObject<FittedLinkEstimator>(), {Seconds(6), Seconds(16)}}};
    for (const auto& [estimator, expected] : cases)
    {
        std::vector<Time> sent;
        const auto prober = CreateObject<LinkProber>();
        prober->SetAttribute("Trials", UintegerValue(0));
        prober->SetAttribute("Interval", TimeValue(Seconds(5)));
        prober->SetAttribute("Jitter", StringValue("ns3::ConstantRandomVariable[Constant=1]"));
        prober->SetCallbacks(Callback<bool, uint32_t>([&sent](uint32_t) {
                                 sent.push_back(Simulator::Now());
                                 return true;
                             }),
                             Callback<uint32_t>([] { return 100000; }),
                             estimator,
                             CreateObject<FittedLinkEstimator>());
        Simulator::Schedule(Seconds(1), &LinkProber::Start, prober);
        Simulator::Schedule(Seconds(2), &LinkProber::Stop, prober);
        Simulator::Schedule(Seconds(4), &LinkProber::Start, prober);
        Simulator::Schedule(Seconds(8), &LinkProber::Stop, prober);
        Simulator::Schedule(Seconds(16), &LinkProber::Start, prober);
        Simulator::Stop(Seconds(17));
        Simulator::Run();
        EXPECT_EQ(sent, expected);
        prober->Dispose();
        Simulator::Destroy();
    }
}

TEST_F(Probing, EveryChangeOfTheCutIsToldWithItsReason)
{
    m_inputBytes = 30000;
    Build({"50Mbps", "150kbps"}, Seconds(20), "ns3::surgery::FittedLinkEstimator", PROBER);
    const auto server = DynamicCast<MecServer>(m_network->GetServerNode()->GetApplication(0));
    server->SetAttribute("Outages", StringValue("10s+5s"));
    Run(Seconds(40));
    std::vector<std::string> story;
    std::string cut = "local";
    for (const auto& change : m_changes)
    {
        EXPECT_EQ(change.oldCut, cut); // no change in between goes untold
        EXPECT_NE(change.newCut, cut);
        cut = change.newCut;
        story.push_back(GetReasonName(change.reason));
    }
    ASSERT_GE(story.size(), 4u);
    EXPECT_EQ(story[0], "first grant");
    EXPECT_EQ(story[1], "lease expired");
    EXPECT_EQ(m_changes[1].newCut, "local");
    EXPECT_GT(m_changes[1].time, Seconds(10));
    EXPECT_LT(m_changes[1].time, Seconds(12));
    EXPECT_EQ(story[2], "first grant");
    EXPECT_GT(m_changes[2].time, Seconds(15));
    EXPECT_EQ(story[3], "link");
    EXPECT_GT(m_changes[3].time, Seconds(20));
}

TEST_F(Probing, PredictionsAreMetOnAWire)
{
    Build({"20Mbps", "20Mbps"}, Seconds(1), "ns3::surgery::FittedLinkEstimator", PROBER);
    Run(Seconds(40));
    std::vector<double> errors;
    for (const auto& record : m_actor->records)
    {
        EXPECT_FALSE(record.predicted.IsStrictlyNegative());
        const auto measured = GetServiceLatency(record).GetSeconds();
        EXPECT_LE(measured, GetMeasuredLatency(record).GetSeconds());
        errors.push_back(std::abs(record.predicted.GetSeconds() - measured) / measured);
    }
    ASSERT_GT(errors.size(), 100u);
    std::sort(errors.begin(), errors.end());
    EXPECT_LE(errors[errors.size() / 2], 0.05);
    EXPECT_LE(errors[errors.size() * 95 / 100], 0.1);
}

} // namespace
