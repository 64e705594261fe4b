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
#include "ns3/surgery-subnets.h"

#include <limits>

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
    const auto next = FindPaths(links);
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

std::vector<std::vector<uint32_t>>
SiteBackhaul::FindPaths(const std::vector<SiteLink>& links) const
{
    using Length = std::pair<int64_t, uint32_t>; // delay in ns, links
    const auto count = m_routers.GetN();
    const Length far{std::numeric_limits<int64_t>::max() / 4, 0};
    std::vector<std::vector<Length>> lengths(count, std::vector<Length>(count, far));
    std::vector<std::vector<uint32_t>> next(count, std::vector<uint32_t>(count));
    const auto join = [&](uint32_t from, uint32_t to, const Length& length, uint32_t by) {
        if (length < lengths[from][to])
        {
            lengths[from][to] = length;
            next[from][to] = by;
        }
    };
    for (const auto& link : links)
    {
        join(link.from, link.to, {link.delay.GetNanoSeconds(), 1}, link.to);
        join(link.to, link.from, {link.delay.GetNanoSeconds(), 1}, link.from);
    }
    for (uint32_t middle = 0; middle < count; ++middle)
    {
        for (uint32_t from = 0; from < count; ++from)
        {
            for (uint32_t to = 0; to < count; ++to)
            {
                const auto& first = lengths[from][middle];
                const auto& second = lengths[middle][to];
                join(from,
                     to,
                     {first.first + second.first, first.second + second.second},
                     next[from][middle]);
            }
        }
    }
    return next;
}

int64_t
SiteBackhaul::AssignStreams(int64_t stream) const
{
    // the gateways are the access networks' own
    return InternetStackHelper().AssignStreams(m_center, stream);
}

} // namespace surgery
} // namespace ns3
