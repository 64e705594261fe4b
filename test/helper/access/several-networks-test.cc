/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/has-network.h"
#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"
#include "test/support/watched-client.h"

#include "ns3/address.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint16_t PORT = 4600;

/// Several networks in one simulation.
class SeveralNetworks : public SimulatorFixture
{
  protected:
    /// One network of a simulation and its devices.
    struct Place
    {
        Ptr<AccessNetwork> network;                 ///< how devices reach the server
        NodeContainer mobiles;                      ///< the devices
        std::vector<std::shared_ptr<Actor>> actors; ///< what was seen of them, in their order
        uint64_t received{0};                       ///< by the server over this network, byte
    };

    void TearDown() override
    {
        SimulatorFixture::TearDown(); // what is traced until then still has its sinks
        m_places.clear();
    }

    /// Build a network with one client per device. @param name of it @param mobiles the devices
    /// @param server where it leads to
    /// @return the network
    Place& Add(const std::string& name, const NodeContainer& mobiles, Ptr<Node> server)
    {
        m_places.push_back(std::make_unique<Place>());
        auto& place = *m_places.back();
        for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
        {
            if (!(*mobile)->GetObject<MobilityModel>())
            {
                auto mobility = CreateObject<ConstantPositionMobilityModel>();
                mobility->SetPosition(Vector(-5, 5 + (*mobile)->GetId(), 1.5));
                (*mobile)->AggregateObject(mobility);
            }
        }
        place.mobiles = mobiles;
        place.network = AccessNetwork::Create(name);
        place.network->Install(mobiles, server);
        place.network->AssignStreams(1000 * m_places.size());
        Listen(place.network->GetBackhaul().Get(1), "MacRx", [&place](Ptr<const Packet> packet) {
            place.received += packet->GetSize();
        });
        InferenceClientHelper clientHelper(place.network->GetServerAddress(PORT));
        clientHelper.SetAttribute("InputBytes", UintegerValue(30000));
        for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
        {
            auto clients = clientHelper.Install(*mobile);
            clients.Start(Seconds(2)); // IPv6 addresses are known to be unique
            if (m_places.size() > 1 && (*mobile)->GetNApplications() > 1)
            {
                // a second client of a node needs an id of its own
                clients.Get(0)->SetAttribute("DeviceId", UintegerValue(1000 + m_places.size()));
            }
            clients.Stop(Seconds(4));
            place.actors.push_back(Watch(DynamicCast<InferenceClient>(clients.Get(0))));
        }
        return place;
    }

    /// Install a server. @param node where @param address where it listens
    static Ptr<MecServer> Serve(Ptr<Node> node, const Address& address)
    {
        MecServerHelper helper(address);
        helper.SetScheduler("server-only");
        return DynamicCast<MecServer>(helper.Install(node).Get(0));
    }

    /// Run, and check that each device offloaded over its own network.
    void RunAndExpectOffloads()
    {
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        for (std::size_t i = 0; i < m_places.size(); ++i)
        {
            const auto& place = *m_places[i];
            uint64_t bytes = 0;
            for (const auto& actor : place.actors)
            {
                SCOPED_TRACE("network " + std::to_string(i) + ", device " +
                             std::to_string(actor->client->GetDeviceId()));
                EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
                EXPECT_EQ(actor->client->GetDropped(), 0u);
                uint32_t offloaded = 0;
                for (const auto& record : actor->records)
                {
                    if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local")
                    {
                        ++offloaded;
                        bytes += record.uplinkBytes;
                    }
                }
                EXPECT_GT(offloaded, 5u);
            }
            // not over that of another
            EXPECT_GE(place.received, bytes) << "network " << i;
        }
    }

    /// The IPv4 subnets of all interfaces of a node but the loopback. @param node which
    static std::vector<std::string> GetSubnets(Ptr<Node> node)
    {
        std::vector<std::string> subnets;
        const auto ipv4 = node->GetObject<Ipv4>();
        for (uint32_t i = 1; i < ipv4->GetNInterfaces(); ++i)
        {
            const auto address = ipv4->GetAddress(i, 0);
            std::ostringstream text;
            text << address.GetLocal().CombineMask(address.GetMask());
            subnets.push_back(text.str());
        }
        return subnets;
    }

    /// Check that no subnet is on links of two networks.
    void ExpectDisjointSubnets() const
    {
        std::map<std::string, std::size_t> owners;
        for (std::size_t i = 0; i < m_places.size(); ++i)
        {
            const auto& place = *m_places[i];
            std::set<std::string> own;
            for (uint32_t j = 0; j < place.mobiles.GetN(); ++j)
            {
                const auto subnets = GetSubnets(place.mobiles.Get(j));
                own.insert(subnets.begin(), subnets.end());
            }
            const auto subnets = GetSubnets(place.network->GetBackhaul().Get(0)->GetNode());
            own.insert(subnets.begin(), subnets.end());
            for (const auto& subnet : own)
            {
                const auto [owner, isNew] = owners.emplace(subnet, i);
                EXPECT_TRUE(isNew) << subnet << " is in networks " << owner->second << " and " << i;
            }
        }
    }

    /// Build a network with one device. @param network which @param server where it leads to
    /// @return what is wrong with it, empty if it was built
    static std::string GetRefusal(Ptr<AccessNetwork> network, Ptr<Node> server)
    {
        NodeContainer mobile(1);
        mobile.Get(0)->AggregateObject(CreateObject<ConstantPositionMobilityModel>());
        try
        {
            network->Install(mobile, server);
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
        return "";
    }

    std::vector<std::unique_ptr<Place>> m_places; ///< in the order they were built
};

/// Networks whose devices share one server's node.
class SeveralNetworksOfAKind : public SeveralNetworks,
                               public testing::WithParamInterface<const char*>
{
};

TEST_P(SeveralNetworksOfAKind, ShareOneServer)
{
    NodeContainer server(1);
    Add(GetParam(), NodeContainer(2), server.Get(0));
    Add(GetParam(), NodeContainer(2), server.Get(0));
    const auto mec = Serve(server.Get(0), m_places[0]->network->GetListeningAddress(PORT));
    EXPECT_NE(m_places[0]->network->GetServerAddress(PORT),
              m_places[1]->network->GetServerAddress(PORT));
    RunAndExpectOffloads();
    EXPECT_EQ(mec->GetProtocolErrors(), 0u);
    if (server.Get(0)->GetObject<Ipv4>())
    {
        ExpectDisjointSubnets();
    }
}

TEST_P(SeveralNetworksOfAKind, LeadToServersOfTheirOwn)
{
    NodeContainer servers(2);
    std::vector<Ptr<MecServer>> mecs;
    for (uint32_t i = 0; i < servers.GetN(); ++i)
    {
        const auto& place = Add(GetParam(), NodeContainer(2), servers.Get(i));
        mecs.push_back(Serve(servers.Get(i), place.network->GetListeningAddress(PORT)));
    }
    RunAndExpectOffloads();
    for (const auto& mec : mecs)
    {
        EXPECT_EQ(mec->GetProtocolErrors(), 0u);
    }
    if (servers.Get(0)->GetObject<Ipv4>())
    {
        ExpectDisjointSubnets();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    SeveralNetworksOfAKind,
    testing::Values("wifi", "wifi[AccessPoints=2|UseIpv6=true]", "wired", "wired[UseIpv6=true]"));

/// Networks of all kinds, in some order, with the same attributes.
class SeveralNetworksOfAllKinds
    : public SeveralNetworks,
      public testing::WithParamInterface<std::pair<std::vector<std::string>, std::string>>
{
};

TEST_P(SeveralNetworksOfAllKinds, ShareOneServer)
{
    const auto& [kinds, attributes] = GetParam();
    NodeContainer server(1);
    for (const auto& kind : kinds)
    {
        if (HasNetwork(kind))
        {
            Add(kind + attributes, NodeContainer(kind == "wired" ? 1 : 2), server.Get(0));
        }
        else
        {
            EXPECT_EQ(kind, "lte"); // which ns-3 may lack
        }
    }
    const auto mec = Serve(server.Get(0), m_places[0]->network->GetListeningAddress(PORT));
    RunAndExpectOffloads();
    EXPECT_EQ(mec->GetProtocolErrors(), 0u);
    if (server.Get(0)->GetObject<Ipv4>())
    {
        ExpectDisjointSubnets();
    }
}

INSTANTIATE_TEST_SUITE_P(Orders,
                         SeveralNetworksOfAllKinds,
                         testing::Values(std::pair(std::vector<std::string>{"wifi", "lte", "wired"},
                                                   std::string("")),
                                         std::pair(std::vector<std::string>{"lte", "wired", "wifi"},
                                                   std::string("[UseIpv6=true]"))));

TEST_F(SeveralNetworks, OneOfThemIsLte)
{
    if (!HasNetwork("lte"))
    {
        GTEST_SKIP() << "this ns-3 has no LTE";
    }
    NodeContainer servers(2);
    Add("lte", NodeContainer(1), servers.Get(0));
    EXPECT_EQ(
        GetRefusal(AccessNetwork::Create("lte"), servers.Get(1)),
        "LteAccessNetwork: ns-3 has one LTE network per simulation: the addresses of its core "
        "network (7.0.0.0/8) and the numbers of its cells are fixed; give one network more "
        "BaseStations");
    TearDown();
    EXPECT_EQ(GetRefusal(AccessNetwork::Create("lte"), NodeContainer(1).Get(0)), "");
}

TEST_F(SeveralNetworks, OneDeviceUsesTwo)
{
    NodeContainer servers(2);
    NodeContainer device(1);
    Add("wired", device, servers.Get(0));
    Add("wifi", device, servers.Get(1));
    for (uint32_t i = 0; i < servers.GetN(); ++i)
    {
        Serve(servers.Get(i), m_places[i]->network->GetListeningAddress(PORT));
    }
    RunAndExpectOffloads();
}

TEST_F(SeveralNetworks, AddressFamiliesShareAServerWithBoth)
{
    NodeContainer server(1);
    InternetStackHelper().Install(server);
    Add("wired", NodeContainer(2), server.Get(0));
    Add("wired[UseIpv6=true]", NodeContainer(2), server.Get(0));
    // an IPv6 socket takes what comes by IPv4, too
    const auto mec = Serve(server.Get(0), m_places[1]->network->GetListeningAddress(PORT));
    RunAndExpectOffloads();
    EXPECT_EQ(mec->GetProtocolErrors(), 0u);
}

TEST_F(SeveralNetworks, LeaveRoutesAndAddressesOfOthersAlone)
{
    // a server that another program has put on a link of its own, in what would be our first subnet
    NodeContainer server(1);
    NodeContainer neighbor(1);
    InternetStackHelper internet;
    internet.Install(server);
    internet.Install(neighbor);
    const auto interfaces =
        Ipv4AddressHelper("10.0.17.0", "255.255.255.0")
            .Assign(PointToPointHelper().Install(server.Get(0), neighbor.Get(0)));
    Ipv4StaticRoutingHelper helper;
    const auto routing = helper.GetStaticRouting(server.Get(0)->GetObject<Ipv4>());
    routing->SetDefaultRoute(interfaces.GetAddress(1), 1);
    const auto mec =
        Serve(server.Get(0),
              Add("wired", NodeContainer(2), server.Get(0)).network->GetListeningAddress(PORT));
    RunAndExpectOffloads();
    ExpectDisjointSubnets();
    uint32_t defaults = 0;
    for (uint32_t i = 0; i < routing->GetNRoutes(); ++i)
    {
        const auto route = routing->GetRoute(i);
        if (route.IsDefault())
        {
            ++defaults;
            EXPECT_EQ(route.GetGateway(), interfaces.GetAddress(1));
        }
    }
    EXPECT_EQ(defaults, 1u);
    const auto subnets = GetSubnets(m_places[0]->mobiles.Get(0));
    EXPECT_EQ(subnets, std::vector<std::string>{"10.0.32.0"});
}

TEST_F(SeveralNetworks, StartAnewInTheNextSimulation)
{
    std::vector<std::vector<std::string>> subnets;
    for (uint32_t i = 0; i < 2; ++i)
    {
        NodeContainer server(1);
        Add("wired", NodeContainer(1), server.Get(0));
        Add("wired", NodeContainer(1), server.Get(0));
        subnets.push_back(GetSubnets(server.Get(0)));
        TearDown();
    }
    EXPECT_EQ(subnets[0], (std::vector<std::string>{"10.0.32.0", "10.0.64.0"}));
    EXPECT_EQ(subnets[1], subnets[0]);
}

TEST_F(SeveralNetworks, RefuseWhatCannotWork)
{
    NodeContainer servers(3);
    const auto first = AccessNetwork::Create("wired");
    EXPECT_EQ(GetRefusal(first, servers.Get(0)), "");
    EXPECT_NE(GetRefusal(first, servers.Get(1)).find("built already"), std::string::npos);
    EXPECT_NE(GetRefusal(AccessNetwork::Create("wired[UseIpv6=true]"), servers.Get(0))
                  .find("without IPv6"),
              std::string::npos);
    InternetStackHelper internet;
    internet.SetRoutingHelper(Ipv4GlobalRoutingHelper());
    internet.Install(servers.Get(2));
    EXPECT_NE(
        GetRefusal(AccessNetwork::Create("wired"), servers.Get(2)).find("static IPv4 routing"),
        std::string::npos);
}

} // namespace
