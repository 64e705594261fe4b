/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "site-servers.h"

#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-site-network.h"
#include "ns3/surgery-socket-text.h"

#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

SiteServers::SiteServers(const SiteNetwork& network, const ApplicationContainer& servers)
    : m_network(network),
      m_servers(servers)
{
    const auto nodes = network.GetServers();
    for (auto server = servers.Begin(); server != servers.End(); ++server)
    {
        const auto node = (*server)->GetNode();
        uint32_t site = 0;
        while (site < nodes.GetN() && nodes.Get(site) != node)
        {
            ++site;
        }
        if (!DynamicCast<MecServer>(*server) || site == nodes.GetN())
        {
            throw std::invalid_argument("SiteNetwork: node " + std::to_string(node->GetId()) +
                                        " has no MecServer of a site");
        }
        AddressValue local;
        (*server)->GetAttribute("Local", local);
        const auto port = FindPort(local.Get());
        if (!port)
        {
            throw std::invalid_argument("SiteNetwork: a server's Local is no address with a port");
        }
        const auto address = network.GetServerAddress(*port, site);
        if (!m_addresses.emplace(site, address).second)
        {
            throw std::invalid_argument("SiteNetwork: two servers have one address, " +
                                        GetSocketText(m_addresses.at(site)) + ", at site \"" +
                                        network.GetPlan().GetSites()[site].name + "\"");
        }
    }
}

void
SiteServers::ConnectPeers() const
{
    for (auto server = m_servers.Begin(); server != m_servers.End(); ++server)
    {
        std::string peers;
        for (const auto& [site, address] : m_addresses)
        {
            if (m_network.GetServers().Get(site) != (*server)->GetNode())
            {
                peers += (peers.empty() ? "" : " ") + GetSocketText(address);
            }
        }
        (*server)->SetAttribute("Peers", StringValue(peers));
    }
}

void
SiteServers::SetRemotes(const ApplicationContainer& clients) const
{
    for (auto client = clients.Begin(); client != clients.End(); ++client)
    {
        const auto node = (*client)->GetNode()->GetId();
        const auto site = m_network.GetSite(node);
        const auto address = m_addresses.find(site);
        if (address == m_addresses.end())
        {
            throw std::invalid_argument(
                "SiteNetwork: node " + std::to_string(node) + " is at site \"" +
                m_network.GetPlan().GetSites()[site].name + "\", which has no MecServer");
        }
        (*client)->SetAttribute("Remote", AddressValue(address->second));
        if (const auto inferenceClient = DynamicCast<InferenceClient>(*client))
        {
            const Ptr<const SiteNetwork> network(&m_network);
            inferenceClient->SetSite(
                Callback<uint32_t>([network, node]() { return network->GetNearestServer(node); }));
        }
    }
}

} // namespace surgery
} // namespace ns3
