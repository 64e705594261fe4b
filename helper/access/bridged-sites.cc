/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bridged-sites.h"

#include "ns3/bridge-helper.h"
#include "ns3/csma-helper.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"

#include <numeric>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// Add a bridge's port to a backhaul link. @param link it @param channel of it @param node where
/// @return the port
Ptr<NetDevice>
MakePort(const SiteLink& link, Ptr<SimpleChannel> channel, Ptr<Node> node)
{
    auto port = CreateObject<SimpleNetDevice>();
    port->SetAttribute("PointToPointMode", BooleanValue(true));
    port->SetAttribute("DataRate", DataRateValue(link.rate));
    auto queue = CreateObject<DropTailQueue<Packet>>();
    queue->SetMaxSize(QueueSize("1000p"));
    port->SetQueue(queue);
    port->SetAddress(Mac48Address::Allocate());
    port->SetChannel(channel);
    node->AddDevice(port);
    return port;
}

} // namespace

void
BridgedSites::CheckTree(uint32_t sites, const std::vector<SiteLink>& links)
{
    std::vector<uint32_t> group(sites + 1); // of sites that are connected; the center is one more
    std::iota(group.begin(), group.end(), 0);
    auto groups = sites;
    bool hasCenter = false;
    for (const auto& link : links)
    {
        hasCenter = hasCenter || link.to == sites || link.from == sites;
        const auto from = group.at(link.from);
        const auto to = group.at(link.to);
        if (from == to)
        {
            throw std::invalid_argument(
                "WifiAccessNetwork: the backhaul between the sites has a loop, which bridges "
                "cannot have: a star, or links that are a tree, work");
        }
        for (auto& member : group)
        {
            member = member == from ? to : member;
        }
        --groups;
    }
    if (groups + hasCenter != 1)
    {
        throw std::invalid_argument("WifiAccessNetwork: the backhaul does not connect all sites");
    }
}

BridgedSites::BridgedSites(const NetDeviceContainer& accessPoints,
                           const NodeContainer& gateways,
                           DataRate rate,
                           const std::vector<SiteLink>& links)
{
    const auto sites = accessPoints.GetN();
    std::vector<NetDeviceContainer> ports(sites + 1);
    NodeContainer bridges;
    CsmaHelper ethernet;
    ethernet.SetChannelAttribute("DataRate", DataRateValue(rate));
    ethernet.SetChannelAttribute("Delay", TimeValue(MicroSeconds(1)));
    for (uint32_t site = 0; site < sites; ++site)
    {
        bridges.Add(accessPoints.Get(site)->GetNode());
        const auto ends = ethernet.Install(NodeContainer(bridges.Get(site), gateways.Get(site)));
        ports[site].Add(accessPoints.Get(site));
        ports[site].Add(ends.Get(0));
        m_gateways.Add(ends.Get(1));
        m_ports.Add(ends);
    }
    for (const auto& link : links)
    {
        if ((link.from == sites || link.to == sites) && bridges.GetN() == sites)
        {
            bridges.Add(CreateObject<Node>());
        }
        auto channel = CreateObject<SimpleChannel>();
        channel->SetAttribute("Delay", TimeValue(link.delay));
        for (const auto site : {link.from, link.to})
        {
            ports[site].Add(MakePort(link, channel, bridges.Get(site)));
        }
    }
    for (uint32_t site = 0; site < bridges.GetN(); ++site)
    {
        BridgeHelper().Install(bridges.Get(site), ports[site]);
    }
}

const NetDeviceContainer&
BridgedSites::GetGateways() const
{
    return m_gateways;
}

const NetDeviceContainer&
BridgedSites::GetPorts() const
{
    return m_ports;
}

} // namespace surgery
} // namespace ns3
