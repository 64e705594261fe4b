/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef STAR_NETWORK_H
#define STAR_NETWORK_H

#include "simulator-fixture.h"

#include "ns3/application-container.h"
#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-scheduler.h"
#include "ns3/traffic-control-helper.h"

#include <functional>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A scheduler that decides as a test says.
class TestScheduler : public ns3::surgery::SurgeryScheduler
{
  public:
    /// How to decide.
    using Rule = std::function<ns3::surgery::Outcome(const ns3::surgery::Game&)>;

    explicit TestScheduler(Rule rule)
        : m_rule(std::move(rule))
    {
    }

    ns3::surgery::Outcome Decide(const ns3::surgery::Game& game) override
    {
        return m_rule(game);
    }

  private:
    Rule m_rule;
};

/// Devices with a link each to one server, whatever network they are in.
class Star
{
  public:
    /// @param devices how many
    explicit Star(uint32_t devices)
    {
        m_server.Create(1);
        m_devices.Create(devices);
    }

    virtual ~Star() = default;

    ns3::Ptr<ns3::Node> GetServerNode() const
    {
        return m_server.Get(0);
    }

    ns3::Ptr<ns3::Node> GetDeviceNode(uint32_t device) const
    {
        return m_devices.Get(device);
    }

    /// The server's address as a device sees it.
    virtual ns3::InetSocketAddress GetServerAddress(uint32_t device) const = 0;

    /// Install the server; configure sets attributes.
    ns3::Ptr<ns3::surgery::MecServer> InstallServer(
        const std::function<void(ns3::surgery::MecServerHelper&)>& configure)
    {
        ns3::surgery::MecServerHelper helper(
            ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), 4600));
        configure(helper);
        const auto applications = helper.Install(m_server.Get(0));
        helper.AssignStreams(applications, 1000);
        return ns3::DynamicCast<ns3::surgery::MecServer>(applications.Get(0));
    }

    /// Install a client; configure sets attributes.
    ns3::Ptr<ns3::surgery::InferenceClient> InstallClient(
        uint32_t device,
        const std::function<void(ns3::surgery::InferenceClientHelper&)>& configure)
    {
        ns3::surgery::InferenceClientHelper helper(GetServerAddress(device));
        configure(helper);
        const auto applications = helper.Install(m_devices.Get(device));
        helper.AssignStreams(applications, 2000 + 10 * device);
        return ns3::DynamicCast<ns3::surgery::InferenceClient>(applications.Get(0));
    }

  protected:
    ns3::NodeContainer m_server;  ///< one node
    ns3::NodeContainer m_devices; ///< in their order
};

/**
 * A star of lossless point-to-point links: no queue disc, and device queues that hold everything.
 */
class StarNetwork : public Star
{
  public:
    StarNetwork(uint32_t devices, const std::string& rate, ns3::Time delay)
        : Star(devices)
    {
        ns3::InternetStackHelper internet;
        internet.Install(m_server);
        internet.Install(m_devices);
        ns3::PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", ns3::StringValue(rate));
        link.SetChannelAttribute("Delay", ns3::TimeValue(delay));
        link.SetQueue("ns3::DropTailQueue", "MaxSize", ns3::StringValue("100000p"));
        ns3::Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
        ns3::TrafficControlHelper queueDiscs;
        for (uint32_t i = 0; i < devices; ++i)
        {
            const auto ends = link.Install(m_devices.Get(i), m_server.Get(0));
            m_links.push_back(ends);
            const auto interfaces = addresses.Assign(ends);
            m_serverAddresses.push_back(interfaces.GetAddress(1));
            queueDiscs.Uninstall(ends);
            addresses.NewNetwork();
        }
    }

    /// The two ends of a device's link, the device's first.
    ns3::NetDeviceContainer GetLink(uint32_t device) const
    {
        return m_links.at(device);
    }

    ns3::InetSocketAddress GetServerAddress(uint32_t device) const override
    {
        return {m_serverAddresses.at(device), 4600};
    }

  private:
    std::vector<ns3::NetDeviceContainer> m_links;
    std::vector<ns3::Ipv4Address> m_serverAddresses;
};

/** @} */

#endif // STAR_NETWORK_H
