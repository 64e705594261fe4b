/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MANY_SERVERS_H
#define MANY_SERVERS_H

#include "listen.h"
#include "loss.h"
#include "watched-client.h"

#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"
#include "ns3/surgery-fluid-host.h"
#include "ns3/surgery-fluid-link.h"
#include "ns3/surgery-fluid-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-migration.h"
#include "ns3/surgery-socket-text.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/**
 * Servers that are joined by a full mesh of links, know each other as peers, and pass on what is
 * for others; each device has a link to one of them. Links are wires whose queues hold everything,
 * or fluid.
 */
class ManyServers
{
  public:
    /// Sets attributes of the applications that are installed next.
    using ConfigureServer = std::function<void(ns3::surgery::MecServerHelper&)>;

    /// Sets attributes of a client.
    using ConfigureClient = std::function<void(ns3::surgery::InferenceClientHelper&)>;

    /**
     * @param servers how many
     * @param sites by device: the index of the server to which it has a link
     * @param configure sets attributes of all servers
     * @param isFluid whether links are fluid
     */
    ManyServers(
        uint32_t servers,
        const std::vector<uint32_t>& sites,
        const ConfigureServer& configure = [](ns3::surgery::MecServerHelper&) {},
        bool isFluid = false)
    {
        m_servers.Create(servers);
        m_devices.Create(static_cast<uint32_t>(sites.size()));
        if (isFluid)
        {
            BuildFluid(sites);
        }
        else
        {
            BuildWires(sites);
        }
        for (uint32_t s = 0; s < servers; ++s)
        {
            addresses.push_back(GetAddress(m_servers.Get(s), 4600));
        }
        for (uint32_t s = 0; s < servers; ++s)
        {
            ns3::surgery::MecServerHelper helper(addresses[s]);
            helper.SetAttribute("Peers", ns3::StringValue(GetPeers(s)));
            configure(helper);
            this->servers.push_back(
                ns3::DynamicCast<ns3::surgery::MecServer>(helper.Install(m_servers.Get(s)).Get(0)));
        }
    }

    /**
     * Install a client whose first server is that at its site.
     *
     * @param device its index
     * @param site its server
     * @param choice short name of what chooses its server
     * @param configure sets attributes
     */
    std::shared_ptr<Actor> AddClient(
        uint32_t device,
        uint32_t site,
        const std::string& choice,
        const ConfigureClient& configure = [](ns3::surgery::InferenceClientHelper&) {})
    {
        ns3::surgery::InferenceClientHelper helper(addresses[site]);
        helper.SetAttribute("DeviceId", ns3::UintegerValue(1000 + device));
        helper.SetChoice(choice);
        configure(helper);
        const auto client = ns3::DynamicCast<ns3::surgery::InferenceClient>(
            helper.Install(m_devices.Get(device)).Get(0));
        const auto actor = Watch(client);
        actors.push_back(actor);
        Listen(client, "Migrated", [this](const ns3::surgery::MigrationRecord& record) {
            migrations.push_back(record);
        });
        return actor;
    }

    /// The addresses of all servers but one.
    std::string GetPeers(uint32_t server) const
    {
        std::string peers;
        for (uint32_t s = 0; s < addresses.size(); ++s)
        {
            if (s != server)
            {
                peers += (peers.empty() ? "" : " ") + ns3::surgery::GetSocketText(addresses[s]);
            }
        }
        return peers;
    }

    /// A server's node id.
    uint32_t GetId(uint32_t server) const
    {
        return m_servers.Get(server)->GetId();
    }

    /// The node of a device.
    ns3::Ptr<ns3::Node> GetDeviceNode(uint32_t device) const
    {
        return m_devices.Get(device);
    }

    /// An address of a device. @param device its index @param port of TCP
    ns3::InetSocketAddress GetDeviceAddress(uint32_t device, uint16_t port) const
    {
        return GetAddress(m_devices.Get(device), port);
    }

    /// How to let a device's link lose something: toward the device, and from there.
    const std::vector<Loss>& GetLosses(uint32_t device) const
    {
        return m_linkLosses.at(device);
    }

    /// How to let the link between two servers lose something, in each direction. a < b.
    const std::vector<Loss>& GetBackhaulLosses(uint32_t a, uint32_t b) const
    {
        return m_backhaulLosses.at({a, b});
    }

    std::vector<ns3::Ptr<ns3::surgery::MecServer>> servers; ///< the applications
    std::vector<ns3::InetSocketAddress> addresses;          ///< of the servers
    std::vector<std::shared_ptr<Actor>> actors;             ///< of the clients
    std::vector<ns3::surgery::MigrationRecord> migrations;  ///< in the order of their traces

  private:
    /// An address of a node. @param node in any network @param port of TCP
    static ns3::InetSocketAddress GetAddress(ns3::Ptr<ns3::Node> node, uint16_t port)
    {
        if (const auto host = node->GetObject<ns3::surgery::FluidHost>())
        {
            return ns3::InetSocketAddress::ConvertFrom(host->GetAddress(port));
        }
        return {node->GetObject<ns3::Ipv4>()->GetAddress(1, 0).GetLocal(), port};
    }

    /// Build all of wires. @param sites of the devices
    void BuildWires(const std::vector<uint32_t>& sites)
    {
        ns3::InternetStackHelper internet;
        internet.Install(m_servers);
        internet.Install(m_devices);
        ns3::PointToPointHelper wire;
        wire.SetQueue("ns3::DropTailQueue", "MaxSize", ns3::StringValue("100000p"));
        wire.SetDeviceAttribute("DataRate", ns3::StringValue("1Gbps"));
        wire.SetChannelAttribute("Delay", ns3::StringValue("2ms"));
        for (uint32_t a = 0; a < m_servers.GetN(); ++a)
        {
            for (uint32_t b = a + 1; b < m_servers.GetN(); ++b)
            {
                m_backhaulLosses[{a, b}] = Join(wire, m_servers.Get(a), m_servers.Get(b));
            }
        }
        wire.SetDeviceAttribute("DataRate", ns3::StringValue("100Mbps"));
        for (uint32_t i = 0; i < sites.size(); ++i)
        {
            m_linkLosses.push_back(Join(wire, m_devices.Get(i), m_servers.Get(sites[i])));
        }
        ns3::Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    }

    /// Wire two nodes. @return how to let the wire lose something, that to the first node first
    std::vector<Loss> Join(ns3::PointToPointHelper& wire,
                           ns3::Ptr<ns3::Node> a,
                           ns3::Ptr<ns3::Node> b)
    {
        const auto ends = wire.Install(a, b);
        m_subnets.Assign(ends);
        m_subnets.NewNetwork();
        ns3::TrafficControlHelper().Uninstall(ends);
        m_stream += 2;
        return {MakeLoss(ends.Get(0), m_stream), MakeLoss(ends.Get(1), m_stream + 1)};
    }

    /// Build all of fluid links, of the wires' rates and delays. @param sites of the devices
    void BuildFluid(const std::vector<uint32_t>& sites)
    {
        using namespace ns3::surgery;
        const auto network = ns3::Create<FluidNetwork>(1490.0 / 1448);
        const auto delay = ns3::MilliSeconds(2);
        const auto share = []() { return FluidLink::MakeShared(1e9, FluidLink::Sharing::MAX_MIN); };
        for (uint32_t a = 0; a < m_servers.GetN(); ++a)
        {
            FluidHost::Install(m_servers.Get(a), network, false)->Attach(a, {}, {});
            for (uint32_t b = a + 1; b < m_servers.GetN(); ++b)
            {
                const auto there = share();
                const auto back = share();
                network->Join(a, b, {{there}, delay});
                network->Join(b, a, {{back}, delay});
                m_backhaulLosses[{a, b}] = {MakeLoss(back), MakeLoss(there)};
            }
        }
        for (uint32_t i = 0; i < sites.size(); ++i)
        {
            const auto up = FluidLink::MakePrivate(1e8);
            const auto down = FluidLink::MakePrivate(1e8);
            FluidHost::Install(m_devices.Get(i), network, false)
                ->Attach(sites[i], {{up}, delay}, {{down}, delay});
            m_linkLosses.push_back({MakeLoss(down), MakeLoss(up)});
        }
    }

    ns3::NodeContainer m_servers;
    ns3::NodeContainer m_devices;
    ns3::Ipv4AddressHelper m_subnets{"10.0.0.0", "255.255.255.252"};
    int64_t m_stream{7000000};                   ///< of random numbers, of the last wire
    std::vector<std::vector<Loss>> m_linkLosses; ///< by device
    std::map<std::pair<uint32_t, uint32_t>, std::vector<Loss>> m_backhaulLosses; ///< by servers
};

/**@}*/

#endif // MANY_SERVERS_H
