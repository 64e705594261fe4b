/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/error-model.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Loses all large packets within 50 ms from the next one on, when it is told to.
class LargePacketLoss : public ErrorModel
{
  public:
    /// Lose the next ones.
    void Arm()
    {
        m_isArmed = true;
    }

    int lost{0}; ///< how many were

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        const auto isLarge = packet->GetSize() > 800;
        if (isLarge && std::exchange(m_isArmed, false))
        {
            m_end = Simulator::Now() + MilliSeconds(50);
        }
        const auto isLost = isLarge && Simulator::Now() < m_end;
        lost += isLost ? 1 : 0;
        return isLost;
    }

    void DoReset() override
    {
    }

    bool m_isArmed{false}; ///< whether the next large packet is the first one to be lost
    Time m_end;            ///< until when they are lost
};

/// One device that offloads over a wire of 20 Mbit/s.
class Stalled : public SimulatorFixture
{
  protected:
    void SetUp() override
    {
        SimulatorFixture::SetUp();
        m_network = std::make_unique<StarNetwork>(1, "20Mbps", MilliSeconds(5));
        m_network->InstallServer([](MecServerHelper& helper) {
            // GRANTs wait behind results
            helper.SetAttribute("LeaseTime", StringValue("100s"));
            helper.SetAttribute("DeviceTimeout", StringValue("200s"));
        });
        m_client = m_network->InstallClient(0, [](InferenceClientHelper& helper) {
            helper.SetAttribute("InputBytes", UintegerValue(15000));
            helper.SetAttribute("Connection",
                                StringValue("ns3::surgery::ServerConnection[StallTimeout=60s]"));
        });
        m_actor = Watch(m_client);
        Listen(m_client, "LinkEstimated", [this](const LinkRecord& record) {
            const auto up = m_up = record.uplinkBps;
            const auto down = m_down = record.downlinkBps;
            m_leastUp = std::min(m_leastUp, Simulator::Now() > Seconds(2) ? up : m_leastUp);
            m_leastDown = std::min(m_leastDown, Simulator::Now() > Seconds(2) ? down : m_leastDown);
        });
        Listen(m_client, "CutChanged", [this](const CutChangeRecord& record) {
            m_changes.push_back(record);
        });
        for (auto& loss : m_losses)
        {
            loss = CreateObject<LargePacketLoss>();
        }
        const auto link = m_network->GetLink(0);
        link.Get(0)->SetAttribute("ReceiveErrorModel", PointerValue(m_losses[0]));
        link.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(m_losses[1]));
    }

    void TearDown() override
    {
        Simulator::Destroy();
        m_client = nullptr;
        m_actor = nullptr;
        m_network = nullptr;
        SimulatorFixture::TearDown();
    }

    /// Change both directions. @param when when @param rate to which one
    void SetRate(Time when, const std::string& rate)
    {
        Simulator::Schedule(when, [this, rate] {
            const auto link = m_network->GetLink(0);
            for (const auto end : {0, 1})
            {
                link.Get(end)->SetAttribute("DataRate", StringValue(rate));
            }
        });
    }

    /// @return the longest service of an inference that the server completed, s
    double GetLongestService() const
    {
        double longest = 0;
        for (const auto& record : m_actor->records)
        {
            longest = std::max(longest, GetServiceLatency(record).GetSeconds());
        }
        return longest;
    }

    std::unique_ptr<StarNetwork> m_network;
    Ptr<InferenceClient> m_client;
    std::shared_ptr<Actor> m_actor;
    std::vector<CutChangeRecord> m_changes;
    double m_up{0};                               ///< bit/s, estimated last
    double m_down{0};                             ///< bit/s, estimated last
    double m_leastUp{1e12};                       ///< bit/s, from 2 s on
    double m_leastDown{1e12};                     ///< bit/s, from 2 s on
    std::array<Ptr<LargePacketLoss>, 2> m_losses; ///< toward the device, toward the server
};

/// What the wire carries of a stream, bit/s.
constexpr double TRUTH = 20e6 * 1448 / 1490;

TEST_F(Stalled, AResultThatTcpStalledMovesNoEstimateAndNoCut)
{
    // all of a result: nothing is left to learn the loss from before the timeout
    Simulator::Schedule(Seconds(5), [this] { m_losses[0]->Arm(); });
    Simulator::Stop(Seconds(12));
    Simulator::Run();
    EXPECT_EQ(m_losses[0]->lost, 3);
    EXPECT_GT(GetLongestService(), 1.0); // the stall was there
    // TCP begins anew afterwards, with one segment and the peer's delayed acknowledgment
    EXPECT_GT(std::min(m_leastDown, m_leastUp), 0.01 * TRUTH);
    EXPECT_EQ(m_changes.size(), 1u); // the first grant's
}

TEST_F(Stalled, TensorsThatTcpStalledMoveNoEstimateAndNoCut)
{
    Simulator::Schedule(Seconds(5), [this] { m_losses[1]->Arm(); });
    Simulator::Stop(Seconds(12));
    Simulator::Run();
    EXPECT_GE(m_losses[1]->lost, 8);
    EXPECT_GT(GetLongestService(), 1.0);
    // TCP begins anew afterwards, with one segment and the peer's delayed acknowledgment
    EXPECT_GT(std::min(m_leastDown, m_leastUp), 0.01 * TRUTH);
    EXPECT_EQ(m_changes.size(), 1u);
}

TEST_F(Stalled, ARateThatFallsIsLearned)
{
    SetRate(Seconds(5), "200kbps");
    Simulator::Stop(Seconds(20));
    Simulator::Run();
    EXPECT_LT(std::abs(m_up / (TRUTH / 100) - 1), 0.3) << m_up;
    EXPECT_LT(std::abs(m_down / (TRUTH / 100) - 1), 0.3) << m_down;
}

TEST_F(Stalled, ARateThatBreaksDownIsLearned)
{
    // below a segment in half a second, behind what TCP sent again too early
    SetRate(Seconds(5), "20kbps");
    Simulator::Stop(Seconds(90));
    Simulator::Run();
    EXPECT_LT(std::abs(std::log(m_up / (TRUTH / 1000))), std::log(3)) << m_up;
    EXPECT_LT(m_down, 100e3);
    ASSERT_GE(m_changes.size(), 2u);
    EXPECT_EQ(m_changes.back().newCut, "local");
}

TEST_F(Stalled, StallsThatGoOnAreLearned)
{
    // every result is lost once
    Simulator::Schedule(Seconds(5), [this] {
        Listen(m_actor->client, "Inference", [this](const InferenceRecord&) {
            m_losses[0]->Arm();
        });
        m_losses[0]->Arm();
    });
    Simulator::Stop(Seconds(15));
    Simulator::Run();
    EXPECT_GE(m_losses[0]->lost, 6);
    EXPECT_LT(m_leastDown, 0.01 * TRUTH);
    EXPECT_GE(m_changes.size(), 2u); // it is better off alone
}

} // namespace
