/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SITUATION_H
#define SITUATION_H

#include "listen.h"

#include "ns3/application-container.h"
#include "ns3/callback.h"
#include "ns3/config.h"
#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/mac48-address.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-site-network.h"
#include "ns3/surgery-table-helper.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A small simulation before it runs.
struct World
{
    ns3::Ptr<ns3::surgery::AccessNetwork> network; ///< between devices and server
    ns3::Ptr<ns3::surgery::SiteNetwork> sites;     ///< of which it is the first one, or null
    ns3::NodeContainer mobiles;                    ///< the devices' nodes
    ns3::Ptr<ns3::surgery::MecServer> server;      ///< behind the network
    ns3::ApplicationContainer clients;             ///< in the order of the nodes
    std::string report;                            ///< what else is seen of it
};

/// Changes a simulation before it runs.
using Change = std::function<void(World&)>;

/// An attribute of the module and another value than its default one.
struct AttributeRow
{
    std::string attribute; ///< class and name, without namespaces: "MecServer::Timestep"
    std::string value;     ///< in text
    Change change{};       ///< what sets it, if the default of the class does not
};

/// A small simulation, and the attributes that matter in it.
struct Situation
{
    std::string name;                                          ///< of the test case
    std::string network;                                       ///< as AccessNetwork::Create has it
    double seconds{3};                                         ///< of simulated time
    uint32_t devices{2};                                       ///< number of clients
    std::vector<std::pair<std::string, std::string>> settings; ///< of other attributes
    std::vector<AttributeRow> rows;                            ///< what matters
    Change prepare{};                                          ///< what is special
    double speed{0};                                           ///< of the devices, m/s
};

/// Names the cases of a test.
inline void
PrintTo(const Situation& situation, std::ostream* stream)
{
    *stream << situation.name;
}

/// What was observed of a simulation: each table's text, the packets on the wire, and the report.
using Observation = std::map<std::string, std::string>;

/// Counts the packets that nodes send, and condenses their instants and sizes into a number.
class PacketDigest
{
  public:
    /// Listen to all nodes of a simulation.
    explicit PacketDigest(const ns3::NodeContainer& nodes)
    {
        for (auto node = nodes.Begin(); node != nodes.End(); ++node)
        {
            Watch<ns3::Ipv4L3Protocol, ns3::Ipv4>(*node);
            Watch<ns3::Ipv6L3Protocol, ns3::Ipv6>(*node);
        }
    }

    /// @return what is equal only if the same packets were sent at the same time
    std::string GetText() const
    {
        return std::to_string(m_packets) + " packets, " + std::to_string(m_digest);
    }

  private:
    /// Listen to a node's internet protocol, if it has it.
    template <typename Protocol, typename Interface>
    void Watch(ns3::Ptr<ns3::Node> node)
    {
        if (const auto protocol = node->GetObject<Protocol>())
        {
            Listen(protocol,
                   "Tx",
                   [this](ns3::Ptr<const ns3::Packet> packet, ns3::Ptr<Interface>, uint32_t) {
                       ++m_packets;
                       Add(static_cast<uint64_t>(ns3::Simulator::Now().GetTimeStep()));
                       Add(packet->GetSize());
                   });
        }
    }

    /// Go on with a number (FNV-1a).
    void Add(uint64_t number)
    {
        m_digest = (m_digest ^ number) * 1099511628211u;
    }

    uint64_t m_packets{0};
    uint64_t m_digest{14695981039346656037u};
};

/// Build the network of a situation. @param name as AccessNetwork::Create has it, or "sites": two,
/// of which the server is at the one where no device is
/// @param server its node @param world with the devices' nodes
/// @return the server, as devices reach it
inline ns3::Address
InstallNetwork(const std::string& name, ns3::Ptr<ns3::Node> server, World& world)
{
    using namespace ns3;
    using namespace ns3::surgery;
    if (name != "sites")
    {
        world.network = AccessNetwork::Create(name);
        world.network->Install(world.mobiles, server);
        world.network->AssignStreams(1000);
        return world.network->GetServerAddress(4600);
    }
    SitePlan plan;
    plan.AddSite("near", Vector(0, 0, 0));
    plan.AddSite("far", Vector(100, 0, 0));
    world.sites = CreateObject<SiteNetwork>();
    world.sites->SetPlan(plan);
    world.sites->Install(world.mobiles, NodeContainer(NodeContainer(1), NodeContainer(server)));
    world.sites->AssignStreams(1000);
    world.network = world.sites->GetNetworks().front();
    return world.sites->GetServerAddress(4600, "far");
}

/// Build the nodes and applications of a situation.
inline World
MakeWorld(const Situation& situation)
{
    using namespace ns3;
    using namespace ns3::surgery;
    World world;
    world.mobiles.Create(situation.devices);
    NodeContainer server(1);
    for (uint32_t i = 0; i < situation.devices; ++i)
    {
        auto mobility = CreateObject<ConstantVelocityMobilityModel>();
        mobility->SetPosition(Vector(-situation.speed * situation.seconds / 2, 5.0 + i, 1.5));
        mobility->SetVelocity(Vector(situation.speed, 0, 0));
        world.mobiles.Get(i)->AggregateObject(mobility);
    }
    auto address = InstallNetwork(situation.network, server.Get(0), world);
    MecServerHelper serverHelper(world.network->GetListeningAddress(4600));
    const auto servers = serverHelper.Install(server);
    MecServerHelper::AssignStreams(servers, 100000);
    world.server = DynamicCast<MecServer>(servers.Get(0));
    InferenceClientHelper clientHelper(address);
    // by then stations have joined: no attempt to connect is given up, see the manual on asserts
    const auto start = situation.network == "wifi" || situation.network == "sites"
                           ? MilliSeconds(700)
                           : MilliSeconds(100);
    for (uint32_t i = 0; i < situation.devices; ++i)
    {
        auto client = clientHelper.Install(world.mobiles.Get(i));
        client.Start(start + MilliSeconds(10 * i));
        client.Stop(Seconds(situation.seconds) - MilliSeconds(1));
        world.clients.Add(client);
    }
    InferenceClientHelper::AssignStreams(world.clients, 200000);
    return world;
}

/// Run a situation. @param situation what happens @param row what is otherwise, or null
inline Observation
Observe(const Situation& situation, const AttributeRow* row)
{
    using namespace ns3;
    using namespace ns3::surgery;
    const auto set = [](const std::string& attribute, const std::string& value) {
        Config::SetDefault("ns3::surgery::" + attribute, StringValue(value));
    };
    Config::Reset();
    Mac48Address::ResetAllocationIndex(); // otherwise radios would draw other numbers in each run
    // few packets, so that many runs take little time
    set("InferenceClient::InputBytes", "100000");
    set("InferenceClient::ThinkTime", "ns3::ConstantRandomVariable[Constant=0.05]");
    for (const auto& [attribute, value] : situation.settings)
    {
        set(attribute, value);
    }
    if (row && !row->change)
    {
        set(row->attribute, row->value);
    }
    auto folder = std::filesystem::path(testing::TempDir()) /
                  ("situation-" + std::to_string(getpid()) + "-" + situation.name);
    std::filesystem::remove_all(folder);
    Observation seen;
    {
        auto world = MakeWorld(situation);
        for (const auto* change : {&situation.prepare, row ? &row->change : nullptr})
        {
            if (change && *change)
            {
                (*change)(world);
            }
        }
        PacketDigest packets(NodeContainer::GetGlobal());
        TableHelper traces(folder.string());
        const ApplicationContainer servers(world.server);
        traces.EnableInferences(world.clients);
        traces.EnableDeadlines(world.clients);
        traces.EnableSchedule(servers);
        traces.EnableGrants(servers, world.clients);
        traces.EnableBatches(servers);
        traces.EnableCuts(world.clients);
        traces.EnableLinks(world.clients);
        traces.EnableEnergy(world.clients);
        traces.EnableAttachments(world.network);
        Simulator::Stop(Seconds(situation.seconds));
        try
        {
            Simulator::Run();
        }
        catch (const std::exception& error)
        {
            seen["end"] = error.what();
        }
        seen["packets"] = packets.GetText();
        Simulator::Destroy();
        seen["report"] = world.report;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder))
    {
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        seen[entry.path().filename().string()] = text.str();
    }
    std::filesystem::remove_all(folder);
    Config::Reset();
    return seen;
}

/** @} */

#endif // SITUATION_H
