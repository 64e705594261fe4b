/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "site-backhaul.h"

#include "ns3/boolean.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/node.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/surgery-host-routes.h"
#include "ns3/surgery-site-paths.h"
#include "ns3/surgery-subnets.h"

namespace ns3
{
namespace surgery
{

SiteBackhaul::SiteBackhaul(const std::vector<Ptr<AccessNetwork>>& networks,
                           const std::vector<SiteLink>& links)
{
    const auto sites = static_cast<uint32_t>(networks.size());
    BooleanValue useIpv6;
    networks.front()->GetAttribute("UseIpv6", useIpv6);
    m_useIpv6 = useIpv6.Get();
    for (const auto& network : networks)
    {
        m_routers.Add(network->GetBackhaul().Get(0)->GetNode());
    }
    for (const auto& link : links)
    {
        if ((link.from == sites || link.to == sites) && m_routers.GetN() == sites)
        {
            m_center.Create(1);
            m_routers.Add(m_center);
            InternetStackHelper internet;
            internet.SetIpv4StackInstall(!m_useIpv6);
            internet.SetIpv6StackInstall(m_useIpv6);
            internet.Install(m_center);
        }
        AddLink(link);
    }
    const auto next = FindSitePaths(m_routers.GetN(), links);
    for (uint32_t router = 0; router < m_routers.GetN(); ++router)
    {
        for (uint32_t site = 0; site < sites; ++site)
        {
            if (site != router)
            {
                const auto& hop = m_hops.at({router, next[router][site]});
                AddRoutes(hop.device,
                          hop.address,
                          NetDeviceContainer(networks[site]->GetMobileDevices(),
                                             networks[site]->GetBackhaul().Get(1)));
            }
        }
    }
}

void
SiteBackhaul::AddLink(const SiteLink& link)
{
    PointToPointHelper wire;
    wire.SetDeviceAttribute("DataRate", DataRateValue(link.rate));
    wire.SetChannelAttribute("Delay", TimeValue(link.delay));
    const auto ends = wire.Install(m_routers.Get(link.from), m_routers.Get(link.to));
    Subnets(m_useIpv6).Assign(ends);
    const auto near = OpenGateway(ends.Get(0), m_useIpv6);
    const auto far = OpenGateway(ends.Get(1), m_useIpv6);
    m_hops[{link.from, link.to}] = {ends.Get(0), far};
    m_hops[{link.to, link.from}] = {ends.Get(1), near};
}

int64_t
SiteBackhaul::AssignStreams(int64_t stream) const
{
    // the gateways are the access networks' own
    return InternetStackHelper().AssignStreams(m_center, stream);
}

} // namespace surgery
} // namespace ns3
