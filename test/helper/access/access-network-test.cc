/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"
#include "test/support/watched-client.h"

#include "ns3/data-rate.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-wired-access-network.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint16_t PORT = 4600;

/// A user's own network, known by its TypeId alone.
class CarrierPigeonAccessNetwork : public WiredAccessNetwork
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("CarrierPigeonAccessNetwork")
                                .SetParent<WiredAccessNetwork>()
                                .AddConstructor<CarrierPigeonAccessNetwork>();
        return tid;
    }
};

NS_OBJECT_ENSURE_REGISTERED(CarrierPigeonAccessNetwork);

class AccessNetworks : public SimulatorFixture
{
  protected:
    /// Build a network and run inferences over it. @param devices how many @param name of it
    /// @param end when the clients stop
    void Run(uint32_t devices, const std::string& name, Time end)
    {
        NodeContainer mobiles(devices);
        NodeContainer serverNode(1);
        m_network = AccessNetwork::Create(name);
        m_network->Install(mobiles, serverNode.Get(0));
        m_network->AssignStreams(1);
        MecServerHelper serverHelper(m_network->GetListeningAddress(PORT));
        m_server = DynamicCast<MecServer>(serverHelper.Install(serverNode.Get(0)).Get(0));
        InferenceClientHelper clientHelper(m_network->GetServerAddress(PORT));
        clientHelper.SetAttribute("Dnn", StringValue("resnet50"));
        clientHelper.SetAttribute("InputBytes", UintegerValue(30000));
        for (uint32_t i = 0; i < devices; ++i)
        {
            auto clients = clientHelper.Install(mobiles.Get(i));
            m_actors.push_back(Watch(DynamicCast<InferenceClient>(clients.Get(0))));
            clients.Stop(end);
        }
        Simulator::Stop(end + Seconds(1));
        Simulator::Run();
    }

    void TearDown() override
    {
        m_network = nullptr;
        m_server = nullptr;
        m_actors.clear();
        SimulatorFixture::TearDown();
    }

    /// The rates of all links, up and down in turn, bit/s.
    std::vector<uint64_t> GetRates() const
    {
        std::vector<uint64_t> rates;
        const auto wired = DynamicCast<WiredAccessNetwork>(m_network);
        for (uint32_t i = 0; i < m_actors.size(); ++i)
        {
            const auto ends = wired->GetLink(i);
            for (uint32_t end = 0; end < 2; ++end)
            {
                DataRateValue rate;
                ends.Get(end)->GetAttribute("DataRate", rate);
                rates.push_back(rate.Get().GetBitRate());
            }
        }
        return rates;
    }

    Ptr<AccessNetwork> m_network;
    Ptr<MecServer> m_server;
    std::vector<std::shared_ptr<Actor>> m_actors;
};

TEST_F(AccessNetworks, BackhaulOutageCostsLatencyOnly)
{
    Run(3, "wired[BackhaulOutages=10s+10s]", Seconds(30));
    EXPECT_EQ(m_server->GetProtocolErrors(), 0u);
    for (const auto& actor : m_actors)
    {
        SCOPED_TRACE("device " + std::to_string(actor->client->GetDeviceId()));
        EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
        EXPECT_EQ(actor->client->GetDropped(), 0u);
        uint64_t alone = 0;
        uint64_t offloadedAfter = 0;
        for (const auto& record : actor->records)
        {
            // a lease is 2 s
            if (record.deviceStart > Seconds(12) && record.deviceStart < Seconds(20))
            {
                EXPECT_EQ(record.cut, "local") << record.id;
                ++alone;
            }
            offloadedAfter += record.deviceStart > Seconds(23) && record.cut != "local";
        }
        EXPECT_GT(alone, 0u);
        EXPECT_GT(offloadedAfter, 0u);
        // nothing passes while the backhaul is away, and grants are back within a lease and two
        // timesteps
        const auto isDuring = [](Time t) { return t > Seconds(10.01) && t < Seconds(20); };
        const auto isBack = [](Time t) { return t >= Seconds(20) && t <= Seconds(23); };
        EXPECT_TRUE(std::none_of(actor->grants.begin(), actor->grants.end(), isDuring));
        EXPECT_TRUE(std::any_of(actor->grants.begin(), actor->grants.end(), isBack));
    }
}

TEST_F(AccessNetworks, WiresGetTheRatesOfTheirRun)
{
    const auto name = "wired[UplinkMbps=ns3::UniformRandomVariable[Min=50|Max=200]"
                      "|DownlinkMbps=ns3::UniformRandomVariable[Min=300|Max=400]]";
    std::vector<std::vector<uint64_t>> rates;
    for (const uint64_t run : {1, 1, 2})
    {
        RngSeedManager::SetRun(run);
        Run(4, name, Seconds(1));
        rates.push_back(GetRates());
        TearDown();
    }
    EXPECT_EQ(rates[0], rates[1]);
    EXPECT_NE(rates[0], rates[2]);
    EXPECT_EQ(std::set<uint64_t>(rates[0].begin(), rates[0].end()).size(), rates[0].size());
    for (std::size_t i = 0; i < rates[0].size(); ++i)
    {
        EXPECT_GE(rates[0][i], i % 2 == 0 ? 50000000u : 300000000u);
        EXPECT_LE(rates[0][i], i % 2 == 0 ? 200000000u : 400000000u);
    }
}

TEST_F(AccessNetworks, UsersBringTheirOwn)
{
    const auto names = AccessNetwork::GetNames();
    for (const auto* name : {"carrier-pigeon", "wifi", "wired"})
    {
        EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
    }
    Run(1, "carrier-pigeon[Delay=100ms]", Seconds(5));
    ASSERT_FALSE(m_actors[0]->grants.empty());
    EXPECT_EQ(m_actors[0]->client->GetCreated(), GetTotal(*m_actors[0]));
}

TEST_F(AccessNetworks, RefuseWhatNs3WouldEndTheProgramOn)
{
    for (const std::string name : {"wired[BackhaulRate=0bps]",
                                   "wifi[RateManager=ns3::Nope]",
                                   "wifi[RateManager=ns3::Node]",
                                   "wifi[Standard=802.11b]",
                                   "wifi[Standard=802.11n]", // by default, 80 MHz wide
                                   "wifi[Standard=802.11ac|Channel={0, 20, BAND_2_4GHZ, 0}]",
                                   "wifi[Ssid=a-name-that-is-longer-than-32-bytes]"})
    {
        SCOPED_TRACE(name);
        NodeContainer nodes(2);
        EXPECT_THROW(
            AccessNetwork::Create(name)->Install(NodeContainer(nodes.Get(0)), nodes.Get(1)),
            std::invalid_argument);
        SimulatorFixture::TearDown();
    }
}

TEST_F(AccessNetworks, RefuseACaptureThatCannotBeWritten)
{
    NodeContainer nodes(2);
    const auto network = AccessNetwork::Create("wired");
    network->Install(NodeContainer(nodes.Get(0)), nodes.Get(1));
    EXPECT_THROW(network->EnablePcap("/"), std::invalid_argument); // a folder
    EXPECT_THROW(network->EnablePcap("/nowhere/server.pcap"), std::invalid_argument);
}

} // namespace
