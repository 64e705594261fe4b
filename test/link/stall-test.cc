/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/channel.h"
#include "ns3/error-model.h"
#include "ns3/mobility-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/rectangle.h"
#include "ns3/surgery-access-network.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
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

/// @param changes of a device's cut @param endS of the simulation, s
/// @return when the device began to work alone again, and when it ceased to, s
std::vector<std::pair<double, double>>
FindLocalTimes(const std::vector<CutChangeRecord>& changes, double endS)
{
    std::vector<std::pair<double, double>> times;
    for (std::size_t i = 0; i < changes.size(); ++i)
    {
        if (changes[i].newCut == "local")
        {
            const auto isLast = i + 1 == changes.size();
            times.emplace_back(changes[i].time.GetSeconds(),
                               isLast ? endS : changes[i + 1].time.GetSeconds());
        }
    }
    return times;
}

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

    /// @param from s @param to s, the end @return how long the device was local in between, s
    double GetLocalSeconds(double from, double to) const
    {
        double total = 0;
        for (const auto& [begin, end] : FindLocalTimes(m_changes, to))
        {
            total += std::max(end - std::max(begin, from), 0.0);
        }
        return total;
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
    // neither it is a sample, nor the message at which TCP begins anew with one segment
    EXPECT_GT(std::min(m_leastDown, m_leastUp), 0.95 * TRUTH);
    EXPECT_EQ(m_changes.size(), 1u); // the first grant's
}

TEST_F(Stalled, TensorsThatTcpStalledMoveNoEstimateAndNoCut)
{
    Simulator::Schedule(Seconds(5), [this] { m_losses[1]->Arm(); });
    Simulator::Stop(Seconds(12));
    Simulator::Run();
    EXPECT_GE(m_losses[1]->lost, 8);
    EXPECT_GT(GetLongestService(), 1.0);
    // no samples are: it, and the message at which TCP begins anew with one segment; the next one
    // may need one more round trip, because TCP's window is small yet (ns-3.48)
    EXPECT_GT(m_leastDown, 0.95 * TRUTH);
    EXPECT_GT(m_leastUp, 0.75 * TRUTH);
    EXPECT_GT(m_up, 0.95 * TRUTH);
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
    // what is under way takes its time; then small probes may promise more, and it tries again
    EXPECT_GT(GetLocalSeconds(40, 90), 20);
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

/// Five walking stations of a Wi-Fi cell with three DNNs, and stalls that a test makes.
class StalledCell : public SimulatorFixture
{
  protected:
    /// What is seen of one device.
    struct Seen
    {
        std::vector<LinkRecord> links;        ///< estimates
        std::vector<CutChangeRecord> changes; ///< of its cut
        std::shared_ptr<Actor> actor;         ///< its inferences
    };

    void SetUp() override
    {
        SimulatorFixture::SetUp();
        m_mobiles.Create(5);
        const NodeContainer server(1);
        MobilityHelper walk;
        walk.SetMobilityModel("ns3::RandomWalk2dMobilityModel",
                              "Bounds",
                              RectangleValue(Rectangle(-20, 20, -20, 20)));
        walk.Install(m_mobiles);
        walk.AssignStreams(m_mobiles, 100);
        m_network = AccessNetwork::Create("wifi[Standard=802.11n|Channel={0, 20, BAND_2_4GHZ, 0}]");
        m_network->Install(m_mobiles, server.Get(0));
        m_network->AssignStreams(200);
        MecServerHelper serverHelper(m_network->GetListeningAddress(4600));
        MecServerHelper::AssignStreams(serverHelper.Install(server), 300);
        InferenceClientHelper helper(m_network->GetServerAddress(4600));
        const std::string guess = "ns3::surgery::FittedLinkEstimator[InitialRate=100Mbps]";
        helper.SetAttribute("UplinkEstimator", StringValue(guess));
        helper.SetAttribute("DownlinkEstimator", StringValue(guess));
        helper.SetAttribute("ThinkTime", StringValue("ns3::ExponentialRandomVariable[Mean=0.2]"));
        const std::array<std::string, 3> dnns{"resnet50", "alexnet", "vgg19"};
        for (uint32_t i = 0; i < m_mobiles.GetN(); ++i)
        {
            helper.SetAttribute("Dnn", StringValue(dnns.at(i % dnns.size())));
            auto client = helper.Install(m_mobiles.Get(i));
            client.Start(MilliSeconds(500 + 20 * i));
            InferenceClientHelper::AssignStreams(client, 400 + 10 * i);
            auto& seen = m_seen[i];
            seen.actor = Watch(DynamicCast<InferenceClient>(client.Get(0)));
            Listen(client.Get(0), "LinkEstimated", [&seen](const LinkRecord& record) {
                seen.links.push_back(record);
            });
            Listen(client.Get(0), "CutChanged", [&seen](const CutChangeRecord& record) {
                seen.changes.push_back(record);
            });
        }
        LoseFrom(server.Get(0));
    }

    void TearDown() override
    {
        m_seen = {};
        m_network->Dispose();
        m_network = nullptr;
        Simulator::Destroy();
        SimulatorFixture::TearDown();
    }

    /// Lose packets on the link to the server, in turn toward the server and toward the cell.
    /// @param server its node
    void LoseFrom(Ptr<Node> server)
    {
        for (uint32_t i = 0; i < server->GetNDevices(); ++i)
        {
            const auto device = DynamicCast<PointToPointNetDevice>(server->GetDevice(i));
            for (uint32_t end = 0; device && end < 2; ++end)
            {
                m_losses.push_back(CreateObject<LargePacketLoss>());
                device->GetChannel()->GetDevice(end)->SetAttribute("ReceiveErrorModel",
                                                                   PointerValue(m_losses.back()));
            }
        }
        ASSERT_EQ(m_losses.size(), 2u);
        for (int i = 0; i < STALLS; ++i)
        {
            Simulator::Schedule(Seconds(5 + 3 * i), [this, i] { m_losses[i % 2]->Arm(); });
        }
    }

    /// @param links a device's estimates @param bps one direction of them
    /// @return for how long, s, it was below a twentieth of what is usual
    static double GetLongestLow(const std::vector<LinkRecord>& links, double LinkRecord::*bps)
    {
        std::vector<double> rates;
        for (const auto& link : links)
        {
            rates.push_back(link.*bps);
        }
        std::nth_element(rates.begin(), rates.begin() + rates.size() / 2, rates.end());
        const auto usual = rates[rates.size() / 2];
        double longest = 0;
        double low = 0;
        for (std::size_t i = 0; i < links.size(); ++i)
        {
            const auto end = i + 1 < links.size() ? links[i + 1].time : Seconds(END);
            low = links[i].*bps < usual / 20 ? low + (end - links[i].time).GetSeconds() : 0;
            longest = std::max(longest, low);
        }
        return longest;
    }

    /// @param changes of a device's cut @return for how long, s, it worked alone again
    static double GetLongestAlone(const std::vector<CutChangeRecord>& changes)
    {
        double longest = 0;
        for (const auto& [begin, end] : FindLocalTimes(changes, END))
        {
            longest = std::max(longest, end - begin);
        }
        return longest;
    }

    static constexpr int STALLS = 6; ///< made
    static constexpr int END = 25;   ///< of the simulation, s

    NodeContainer m_mobiles;                    ///< the stations
    Ptr<AccessNetwork> m_network;               ///< the cell
    std::array<Seen, 5> m_seen;                 ///< by device
    std::vector<Ptr<LargePacketLoss>> m_losses; ///< by direction
};

TEST_F(StalledCell, KeepsItsEstimatesAndItsCuts)
{
    Simulator::Stop(Seconds(END));
    Simulator::Run();
    int stalled = 0;
    for (std::size_t i = 0; i < m_seen.size(); ++i)
    {
        SCOPED_TRACE(i);
        const auto& seen = m_seen[i];
        for (const auto& record : seen.actor->records)
        {
            stalled += record.cut != "local" && GetServiceLatency(record) > Seconds(1) ? 1 : 0;
        }
        ASSERT_GT(seen.links.size(), 20u);
        // a lost acknowledgment also makes TCP begin anew, unseen; the next transfer corrects it
        EXPECT_LT(GetLongestLow(seen.links, &LinkRecord::uplinkBps), 1);
        EXPECT_LT(GetLongestLow(seen.links, &LinkRecord::downlinkBps), 1);
        EXPECT_LT(GetLongestAlone(seen.changes), 0.4); // not for one timestep
    }
    EXPECT_GE(stalled, STALLS / 2); // or else nothing was tried
}

} // namespace
