/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/has-network.h"
#include "test/support/listen.h"
#include "test/support/output-fixture.h"
#include "test/support/watched-client.h"

#include "ns3/address.h"
#include "ns3/arp-header.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/csma-net-device.h"
#include "ns3/ethernet-header.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/mac48-address.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-site-network.h"
#include "ns3/surgery-table-helper.h"
#include "ns3/udp-client-server-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint16_t PORT = 4600;

/// @param sites count, in a row, 100 m apart @param backhaul as SetBackhaul has it @return the plan
SitePlan
MakePlan(uint32_t sites, const std::string& backhaul = "star")
{
    SitePlan plan;
    for (uint32_t i = 0; i < sites; ++i)
    {
        plan.AddSite(std::string(1, static_cast<char>('a' + i)), Vector(100.0 * i, 0, 0));
    }
    plan.SetBackhaul(backhaul);
    return plan;
}

/// Sites with servers and devices.
class Sites : public OutputFixture
{
  protected:
    void TearDown() override
    {
        OutputFixture::TearDown();
        m_actors.clear();
        m_network = nullptr;
    }

    /// Make devices. @param positions along x, m @param speed of all, m/s
    void AddDevices(const std::vector<double>& positions, double speed = 0)
    {
        m_mobiles = NodeContainer();
        m_mobiles.Create(static_cast<uint32_t>(positions.size()));
        for (uint32_t i = 0; i < positions.size(); ++i)
        {
            auto mobility = CreateObject<ConstantVelocityMobilityModel>();
            mobility->SetPosition(Vector(positions[i], 5, 1.5));
            mobility->SetVelocity(Vector(speed, 0, 0));
            m_mobiles.Get(i)->AggregateObject(mobility);
        }
    }

    /// Build the network. @param name of the access network @param plan of the sites
    void Build(const std::string& name, const SitePlan& plan)
    {
        m_servers = NodeContainer();
        m_servers.Create(static_cast<uint32_t>(plan.GetSites().size()));
        m_network = CreateObject<SiteNetwork>();
        m_network->SetAttribute("Network", StringValue(name));
        m_network->SetPlan(plan);
        m_network->Install(m_mobiles, m_servers);
        m_network->AssignStreams(1000);
        MecServerHelper helper(m_network->GetListeningAddress(PORT));
        helper.SetScheduler("server-only");
        m_applications = helper.Install(m_servers);
        MecServerHelper::AssignStreams(m_applications, 100000);
    }

    /// Let a device use a server. @param device index @param address of the server
    /// @param stop when it ends
    void Use(uint32_t device, const Address& address, Time stop)
    {
        InferenceClientHelper helper(address);
        helper.SetAttribute("InputBytes", UintegerValue(30000));
        helper.SetAttribute("ThinkTime", StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
        auto clients = helper.Install(m_mobiles.Get(device));
        clients.Start(Seconds(2)); // IPv6 addresses are known to be unique, stations have joined
        clients.Stop(stop);
        InferenceClientHelper::AssignStreams(clients, 200000 + 10 * device);
        m_clients.Add(clients);
        m_actors.push_back(Watch(DynamicCast<InferenceClient>(clients.Get(0))));
    }

    /// @param actor a device @param since when @return inferences that a server completed
    static uint32_t CountOffloaded(const Actor& actor, Time since = Seconds(0))
    {
        uint32_t count = 0;
        for (std::size_t i = 0; i < actor.records.size(); ++i)
        {
            count += actor.records[i].outcome == InferenceOutcome::COMPLETED &&
                     actor.records[i].cut != "local" && actor.ends[i] >= since;
        }
        return count;
    }

    /// @param actor a device @return mean latency of what a server completed, s
    static double GetMeanLatency(const Actor& actor)
    {
        double sum = 0;
        for (const auto& record : actor.records)
        {
            const auto counts =
                record.outcome == InferenceOutcome::COMPLETED && record.cut != "local";
            sum += counts ? GetMeasuredLatency(record).GetSeconds() : 0;
        }
        return sum / std::max(1u, CountOffloaded(actor));
    }

    /// Let each of one device per site use each server, one after the other.
    /// @param network by name @param plan of the sites
    /// @return mean latency by site of the device and of the server, s
    std::map<std::pair<uint32_t, uint32_t>, double> MeasureAllPaths(const std::string& network,
                                                                    const SitePlan& plan)
    {
        std::map<std::pair<uint32_t, uint32_t>, double> latencies;
        const auto sites = static_cast<uint32_t>(plan.GetSites().size());
        for (uint32_t away = 0; away < sites; ++away)
        {
            SetUp();
            m_actors.clear();
            m_clients = ApplicationContainer();
            std::vector<double> positions(sites);
            for (uint32_t i = 0; i < sites; ++i)
            {
                positions[i] = 100.0 * i + 3;
            }
            AddDevices(positions);
            Build(network, plan);
            for (uint32_t i = 0; i < sites; ++i)
            {
                Use(i, m_network->GetServerAddress(PORT, (i + away) % sites), Seconds(4));
            }
            Simulator::Stop(Seconds(4.5));
            Simulator::Run();
            for (uint32_t i = 0; i < sites; ++i)
            {
                EXPECT_GT(CountOffloaded(*m_actors[i]), 3u)
                    << network << ", device " << i << ", server " << (i + away) % sites;
                EXPECT_EQ(m_actors[i]->client->GetCreated(), GetTotal(*m_actors[i]));
                EXPECT_EQ(m_network->GetSite(m_mobiles.Get(i)->GetId()), i);
                EXPECT_EQ(m_network->GetNearestServer(m_mobiles.Get(i)->GetId()),
                          m_servers.Get(i)->GetId());
                latencies[{i, (i + away) % sites}] = GetMeanLatency(*m_actors[i]);
            }
            m_network->Dispose();
            Simulator::Destroy();
        }
        return latencies;
    }

    Ptr<SiteNetwork> m_network;                   ///< what is tested
    NodeContainer m_mobiles;                      ///< the devices
    NodeContainer m_servers;                      ///< by site
    ApplicationContainer m_applications;          ///< MecServers, by site
    ApplicationContainer m_clients;               ///< in the order of Use
    std::vector<std::shared_ptr<Actor>> m_actors; ///< what was seen of them
};

// ---- One site ----------------------------------------------------------------------------------

/// The networks of one site.
class OneSite : public Sites, public testing::WithParamInterface<std::string>
{
};

TEST_P(OneSite, GivesTheBytesOfTheAccessNetwork)
{
    if (!HasNetwork(GetParam()))
    {
        GTEST_SKIP() << "this ns-3 has no LTE";
    }
    std::vector<std::map<std::string, std::string>> files;
    for (const auto isPlain : {true, false})
    {
        SetUp();
        m_actors.clear();
        m_clients = ApplicationContainer();
        Mac48Address::ResetAllocationIndex();
        AddDevices({5, -10, 12});
        Ptr<AccessNetwork> network;
        if (isPlain)
        {
            m_servers = NodeContainer();
            m_servers.Create(1);
            network = AccessNetwork::Create(GetParam());
            network->Install(m_mobiles, m_servers.Get(0));
            network->AssignStreams(1000);
            MecServerHelper helper(network->GetListeningAddress(PORT));
            helper.SetScheduler("server-only");
            m_applications = helper.Install(m_servers);
            MecServerHelper::AssignStreams(m_applications, 100000);
        }
        else
        {
            Build(GetParam(), MakePlan(1));
            network = m_network->GetNetworks().front();
            m_network->ConnectPeers(m_applications);
        }
        for (uint32_t i = 0; i < m_mobiles.GetN(); ++i)
        {
            Use(i, network->GetServerAddress(PORT), Seconds(4));
        }
        if (!isPlain)
        {
            m_network->SetRemotes(m_clients, m_applications);
        }
        TableHelper tables(m_folder);
        tables.EnableInferences(m_clients);
        tables.EnableSchedule(m_applications);
        tables.EnableGrants(m_applications);
        tables.EnableCuts(m_clients);
        tables.EnableLinks(m_clients);
        tables.EnablePositions(m_mobiles, network->GetBaseStations());
        tables.EnableAttachments(network);
        if (isPlain)
        {
            network->EnablePcap(m_folder + "/server.pcap");
        }
        else
        {
            m_network->EnablePcap(m_folder);
        }
        Simulator::Stop(Seconds(4.1));
        Simulator::Run();
        EXPECT_GT(CountOffloaded(*m_actors[0]), 3u);
        network->Dispose();
        Simulator::Destroy();
        files.emplace_back();
        for (const std::string name : {"inferences.csv",
                                       "schedule.csv",
                                       "grants.csv",
                                       "cuts.csv",
                                       "links.csv",
                                       "positions.csv",
                                       "attachments.csv",
                                       "server.pcap"})
        {
            files.back()[name] = Read(m_folder + "/" + name);
            EXPECT_FALSE(files.back()[name].empty()) << name;
        }
    }
    for (const auto& [name, bytes] : files.front())
    {
        EXPECT_TRUE(bytes == files.back().at(name)) << name << " differs";
    }
}

INSTANTIATE_TEST_SUITE_P(Networks,
                         OneSite,
                         testing::Values("wired", "wifi", "lte", "wired[UseIpv6=true]"),
                         [](const testing::TestParamInfo<std::string>& info) {
                             return info.param.find('[') == std::string::npos ? info.param : "ipv6";
                         });

// ---- Paths -------------------------------------------------------------------------------------

TEST_F(Sites, OnWiresAStarAddsTwoLinksToAllServersButTheOwn)
{
    const auto latencies = MeasureAllPaths("wired", MakePlan(3));
    for (const auto& [pair, latency] : latencies)
    {
        const auto own = latencies.at({pair.first, pair.first});
        if (pair.first == pair.second)
        {
            continue;
        }
        // both ways over two links of 5 ms, and TCP's slow start takes some such round trips
        EXPECT_GT(latency, own + 0.019) << pair.first << ' ' << pair.second;
        EXPECT_LT(latency, own + 0.12) << pair.first << ' ' << pair.second;
    }
}

TEST_F(Sites, OnWiresAMeshIsOneLinkLong)
{
    const auto star = MeasureAllPaths("wired", MakePlan(3));
    const auto mesh = MeasureAllPaths("wired", MakePlan(3, "mesh"));
    EXPECT_LT(mesh.at({0, 2}), star.at({0, 2}) - 0.009);
    EXPECT_GT(mesh.at({0, 2}), mesh.at({0, 0}) + 0.009);
}

TEST_F(Sites, OnWiresPacketsTakeThePathOfLeastDelay)
{
    auto plan = MakePlan(3, "");
    plan.AddLink("a", "c", DataRate("1Gbps"), MilliSeconds(60));
    plan.AddLink("a", "b");
    plan.AddLink("b", "c");
    const auto latencies = MeasureAllPaths("wired", plan);
    EXPECT_LT(latencies.at({0, 2}), latencies.at({0, 0}) + 0.1) << "not over the slow link";
    EXPECT_GT(latencies.at({0, 2}), latencies.at({0, 1}) + 0.009);
}

TEST_F(Sites, ReachEachOtherOverIpv6)
{
    MeasureAllPaths("wired[UseIpv6=true]", MakePlan(3));
}

TEST_F(Sites, OverWifiReachEachOtherOverTheBridgedTree)
{
    const auto latencies = MeasureAllPaths("wifi", MakePlan(2));
    EXPECT_GT(latencies.at({0, 1}), latencies.at({0, 0}) + 0.015);
}

TEST_F(Sites, OverWifiReachEachOtherOverIpv6)
{
    MeasureAllPaths("wifi[UseIpv6=true]", MakePlan(2, "a-b"));
}

// ---- Devices move ------------------------------------------------------------------------------

TEST_F(Sites, OverWifiAWalkerKeepsItsServerAndHasAnotherNearestOne)
{
    AddDevices({10, 20}, 12); // from site a to site c in some 16 s
    Build("wifi", MakePlan(3));
    std::vector<std::pair<uint32_t, uint32_t>> changes;
    std::vector<uint32_t> servers;
    Listen(m_network, "SiteChanged", [&](uint32_t node, uint32_t site) {
        changes.emplace_back(node, site);
        servers.push_back(m_network->GetNearestServer(node));
    });
    Use(0, m_network->GetServerAddress(PORT, "a"), Seconds(18));
    Use(1, m_network->GetServerAddress(PORT, "c"), Seconds(18));
    Simulator::Stop(Seconds(18.1));
    Simulator::Run();
    for (uint32_t i = 0; i < 2; ++i)
    {
        const auto node = m_mobiles.Get(i)->GetId();
        EXPECT_EQ(m_network->GetSite(node), 2u);
        EXPECT_EQ(std::count(changes.begin(), changes.end(), std::make_pair(node, 1u)), 1);
        EXPECT_EQ(std::count(changes.begin(), changes.end(), std::make_pair(node, 2u)), 1);
        EXPECT_GT(CountOffloaded(*m_actors[i]), 20u);
        // bridges know where it went: results of the former site's server reach it
        EXPECT_GT(CountOffloaded(*m_actors[i], Seconds(16)), 2u);
        EXPECT_EQ(m_actors[i]->client->GetCreated(), GetTotal(*m_actors[i]));
    }
    for (std::size_t i = 0; i < changes.size(); ++i)
    {
        EXPECT_EQ(servers[i], m_servers.Get(changes[i].second)->GetId());
    }
    m_network->Dispose();
}

TEST_F(Sites, OverWifiGatewaysDoNotAskForStationsThatAskedThem)
{
    // a broadcast that asks for a station may collide, and then the station waits for a second
    AddDevices({10, 90});
    Build("wifi", MakePlan(2));
    uint32_t asks = 0;
    uint32_t answers = 0;
    for (uint32_t site = 0; site < 2; ++site)
    {
        const auto gateway = m_network->GetNetworks().front()->GetBackhaul(site).Get(0)->GetNode();
        for (uint32_t i = 0; i < gateway->GetNDevices(); ++i)
        {
            const auto device = DynamicCast<CsmaNetDevice>(gateway->GetDevice(i));
            if (!device)
            {
                continue;
            }
            Listen(device, "MacTx", [&](Ptr<const Packet> frame) {
                EthernetHeader ethernet(false);
                ArpHeader arp;
                const auto packet = frame->Copy();
                packet->RemoveHeader(ethernet);
                if (ethernet.GetLengthType() == ArpL3Protocol::PROT_NUMBER)
                {
                    packet->RemoveHeader(arp);
                    asks += arp.IsRequest();
                    answers += arp.IsReply();
                }
            });
        }
    }
    Use(0, m_network->GetServerAddress(PORT, "a"), Seconds(4));
    Use(1, m_network->GetServerAddress(PORT, "b"), Seconds(4));
    Simulator::Stop(Seconds(4.1));
    Simulator::Run();
    EXPECT_EQ(asks, 0u);
    EXPECT_EQ(answers, 2u);
    EXPECT_GT(CountOffloaded(*m_actors[0]), 3u);
    EXPECT_GT(CountOffloaded(*m_actors[1]), 3u);
    m_network->Dispose();
}

TEST_F(Sites, OverWifiBridgesLearnAtOnceWhereASilentWalkerIs)
{
    AddDevices({10}, 12);
    Build("wifi", MakePlan(3));
    const auto device = m_network->GetMobileDevices().Get(0);
    const auto ipv4 = device->GetNode()->GetObject<Ipv4>();
    const auto address = ipv4->GetAddress(ipv4->GetInterfaceForDevice(device), 0).GetLocal();
    PacketSinkHelper sinkHelper("ns3::UdpSocketFactory", InetSocketAddress(address, 9));
    const auto sink = sinkHelper.Install(m_mobiles).Get(0);
    std::vector<Time> arrivals;
    Listen(sink, "Rx", [&arrivals](Ptr<const Packet>, const Address&) {
        arrivals.push_back(Simulator::Now());
    });
    UdpClientHelper source(address, 9);
    source.SetAttribute("MaxPackets", UintegerValue(1000));
    source.SetAttribute("Interval", TimeValue(MilliSeconds(100)));
    source.Install(m_servers.Get(0)).Start(Seconds(1));
    Time joined;
    Listen(m_network, "SiteChanged", [&](uint32_t, uint32_t) { joined = Simulator::Now(); });
    Simulator::Stop(Seconds(18));
    Simulator::Run();
    EXPECT_EQ(m_network->GetSite(m_mobiles.Get(0)->GetId()), 2u);
    ASSERT_GT(arrivals.size(), 150u);
    const auto first = std::upper_bound(arrivals.begin(), arrivals.end(), joined);
    ASSERT_TRUE(first != arrivals.end());
    EXPECT_LT(*first - joined, MilliSeconds(250));
    m_network->Dispose();
}

// ---- LTE ---------------------------------------------------------------------------------------

/// Sites whose base stations are LTE's.
class LteSites : public Sites
{
  protected:
    void SetUp() override
    {
        Sites::SetUp();
        if (!HasNetwork("lte"))
        {
            GTEST_SKIP() << "this ns-3 has no LTE";
        }
    }
};

TEST_F(LteSites, NearestServerIsNoNearer)
{
    const auto latencies = MeasureAllPaths("lte", MakePlan(2));
    EXPECT_LT(latencies.at({0, 0}), latencies.at({0, 1}) * 1.3);
    EXPECT_LT(latencies.at({0, 1}), latencies.at({0, 0}) * 1.3);
}

TEST_F(LteSites, ReachEachOtherOverIpv6)
{
    MeasureAllPaths("lte[UseIpv6=true]", MakePlan(2));
}

TEST_F(LteSites, FollowHandovers)
{
    AddDevices({100}, 60);
    SitePlan plan;
    plan.AddSite("west", Vector(0, 0, 0));
    plan.AddSite("east", Vector(600, 0, 0));
    Build("lte", plan);
    const auto node = m_mobiles.Get(0)->GetId();
    std::vector<uint32_t> sites{m_network->GetSite(node)};
    Listen(m_network, "SiteChanged", [&](uint32_t, uint32_t site) { sites.push_back(site); });
    Use(0, m_network->GetServerAddress(PORT, "west"), Seconds(9));
    Simulator::Stop(Seconds(9));
    Simulator::Run();
    EXPECT_EQ(sites, (std::vector<uint32_t>{0, 1}));
    EXPECT_EQ(m_network->GetNearestServer(node), m_servers.Get(1)->GetId());
    EXPECT_GT(CountOffloaded(*m_actors[0], Seconds(7)), 2u) << "its server is still in reach";
    m_network->Dispose();
}

TEST_F(LteSites, RefuseAnythingButAStar)
{
    AddDevices({0, 100});
    EXPECT_EQ(Refuse([&] { Build("lte", MakePlan(2, "mesh")); }),
              "LteAccessNetwork: the backhaul between the sites must be a star: all traffic passes "
              "the PGW, its center");
}

// ---- Servers and devices -----------------------------------------------------------------------

TEST_F(Sites, GiveEachDeviceTheServerOfItsSite)
{
    AddDevices({190, 10, 110});
    auto plan = MakePlan(3);
    plan.PlaceDevice(1, "b");
    Build("wired", plan);
    for (uint32_t i = 0; i < 3; ++i)
    {
        Use(i, Address(), Seconds(3));
    }
    m_network->ConnectPeers(m_applications);
    m_network->SetRemotes(m_clients, m_applications);
    const std::vector<uint32_t> sites{2, 1, 1};
    for (uint32_t i = 0; i < 3; ++i)
    {
        AddressValue remote;
        m_clients.Get(i)->GetAttribute("Remote", remote);
        EXPECT_TRUE(remote.Get() == m_network->GetServerAddress(PORT, sites[i])) << i;
        EXPECT_EQ(m_network->GetMobileDevices().Get(i)->GetNode(), m_mobiles.Get(i));
    }
    m_network->Dispose();
}

TEST_F(Sites, KnowEachOthersServers)
{
    AddDevices({0});
    Build("wired", MakePlan(3));
    m_network->ConnectPeers(m_applications);
    for (uint32_t i = 0; i < 3; ++i)
    {
        StringValue peers;
        m_applications.Get(i)->GetAttribute("Peers", peers);
        for (uint32_t other = 0; other < 3; ++other)
        {
            std::ostringstream address;
            address << InetSocketAddress::ConvertFrom(m_network->GetServerAddress(PORT, other))
                           .GetIpv4()
                    << ":" << PORT;
            EXPECT_EQ(peers.Get().find(address.str()) == std::string::npos, other == i);
        }
    }
    m_network->Dispose();
}

// ---- Bad input ---------------------------------------------------------------------------------

TEST_F(Sites, RefuseWhatIsWrongInOneLine)
{
    AddDevices({0, 100});
    EXPECT_EQ(Refuse([&] { CreateObject<SiteNetwork>()->Install(m_mobiles, NodeContainer(1)); }),
              "SitePlan: there is no site");
    EXPECT_EQ(Refuse([&] { Build("wired", SitePlan()); }), "SitePlan: there is no site");
    EXPECT_EQ(Refuse([&] { Build("wired", MakePlan(3, "a-b")); }),
              "SitePlan: the backhaul has no path between sites \"a\" and \"c\"");
    EXPECT_NE(Refuse([&] { Build("wifi", MakePlan(3, "mesh")); }).find("has a loop"),
              std::string::npos);
    const auto install = [&](const NodeContainer& servers) {
        auto network = CreateObject<SiteNetwork>();
        network->SetAttribute("Network", StringValue("wired"));
        network->SetPlan(MakePlan(2));
        network->Install(m_mobiles, servers);
    };
    EXPECT_EQ(Refuse([&] { install(NodeContainer(1)); }),
              "SiteNetwork: there must be a server's node per site: 2, not 1");
    const auto node = CreateObject<Node>();
    EXPECT_EQ(Refuse([&] { install(NodeContainer(node, node)); }),
              "SiteNetwork: sites \"a\" and \"b\" have one server, node " +
                  std::to_string(node->GetId()));
    m_mobiles = NodeContainer(1);
    EXPECT_EQ(Refuse([&] { install(NodeContainer(2)); }),
              "SiteNetwork: device 0 has neither a position nor a place in the plan");

    AddDevices({0, 100});
    Build("wired", MakePlan(2));
    EXPECT_EQ(Refuse([&] { m_network->Install(m_mobiles, m_servers); }),
              "SiteNetwork: this network is built already: create another");
    EXPECT_EQ(Refuse([&] { m_network->GetServerAddress(PORT, "x"); }),
              "SitePlan: no site is named \"x\", only a, b");
    EXPECT_EQ(Refuse([&] { m_network->GetSite(12345); }),
              "SiteNetwork: node 12345 is none of the devices");
    MecServerHelper helper(m_network->GetListeningAddress(PORT));
    auto servers = m_applications;
    servers.Add(helper.Install(m_servers.Get(1)));
    const auto twice = Refuse([&] { m_network->ConnectPeers(servers); });
    EXPECT_EQ(twice.find("SiteNetwork: two servers have one address, 10."), 0u) << twice;
    EXPECT_NE(twice.find(":4600, at site \"b\""), std::string::npos) << twice;
    EXPECT_EQ(Refuse([&] { m_network->ConnectPeers(helper.Install(m_mobiles.Get(0))); }),
              "SiteNetwork: node " + std::to_string(m_mobiles.Get(0)->GetId()) +
                  " has no MecServer of a site");
    Use(0, Address(), Seconds(3));
    EXPECT_EQ(Refuse([&] {
                  m_network->SetRemotes(m_clients, ApplicationContainer(m_applications.Get(1)));
              }),
              "SiteNetwork: node " + std::to_string(m_mobiles.Get(0)->GetId()) +
                  " is at site \"a\", which has no MecServer");
    m_network->Dispose();
}

} // namespace
