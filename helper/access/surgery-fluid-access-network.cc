/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-fluid-access-network.h"

#include "ns3/boolean.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-site-paths.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("FluidAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(FluidAccessNetwork);

TypeId
FluidAccessNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::FluidAccessNetwork")
            .SetParent<AccessNetwork>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<FluidAccessNetwork>()
            .AddAttribute("UplinkMbps",
                          "A random variable with each link's rate toward the gateway, in Mbit/s, "
                          "drawn when the simulation starts; with Cells, each cell's.",
                          StringValue("ns3::ConstantRandomVariable[Constant=50]"),
                          MakeOwnObjectAccessor(&FluidAccessNetwork::m_uplinkMbps),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute("DownlinkMbps",
                          "A random variable with each link's rate toward the mobile node, in "
                          "Mbit/s, drawn when the simulation starts; with Cells, each cell's.",
                          StringValue("ns3::ConstantRandomVariable[Constant=100]"),
                          MakeOwnObjectAccessor(&FluidAccessNetwork::m_downlinkMbps),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute("Delay",
                          "One-way delay of each link, or cell.",
                          TimeValue(MilliSeconds(2)),
                          MakeTimeAccessor(&FluidAccessNetwork::m_delay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Cells",
                          "Whether all mobile nodes of a site share a cell, instead of having a "
                          "link each.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&FluidAccessNetwork::m_hasCells),
                          MakeBooleanChecker())
            .AddAttribute("HalfDuplex",
                          "Whether both directions of a cell share UplinkMbps.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&FluidAccessNetwork::m_isHalfDuplex),
                          MakeBooleanChecker())
            .AddAttribute("EqualParts",
                          "Whether each stream with bytes to send has an equal part of its cell, "
                          "used or not; otherwise what some cannot use is for the others.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&FluidAccessNetwork::m_isEqual),
                          MakeBooleanChecker())
            .AddAttribute("HeaderFactor",
                          "Bytes on the links per byte of a stream. Segments of 1448 bytes with "
                          "the headers of TCP, IPv4 and PPP make 1490 / 1448.",
                          DoubleValue(1490.0 / 1448),
                          MakeDoubleAccessor(&FluidAccessNetwork::m_headerFactor),
                          MakeDoubleChecker<double>(1, 10))
            .AddAttribute("RoamingInterval",
                          "Time between two looks for the nearest site, of mobile nodes that have "
                          "a position; 0: they stay where they are.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&FluidAccessNetwork::m_roamingInterval),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("RoamingGap",
                          "How long a mobile node that goes to another site has no link.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&FluidAccessNetwork::m_roamingGap),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("RoamingMargin",
                          "By how much another site must be nearer, in meters.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&FluidAccessNetwork::m_roamingMargin),
                          MakeDoubleChecker<double>(0));
    return tid;
}

FluidAccessNetwork::FluidAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

FluidAccessNetwork::~FluidAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

void
FluidAccessNetwork::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_roam.Cancel();
    for (auto& mobile : m_mobiles)
    {
        mobile.arrival.Cancel();
    }
    m_mobiles.clear();
    m_cells.clear();
    m_serverLinks.clear();
    m_network = nullptr;
    m_uplinkMbps = nullptr;
    m_downlinkMbps = nullptr;
    AccessNetwork::DoDispose();
}

// CONSTRUCTION

bool
FluidAccessNetwork::SpansSites() const
{
    return true;
}

void
FluidAccessNetwork::SetFirstSites(const std::vector<uint32_t>& sites)
{
    m_firstSites = sites;
}

void
FluidAccessNetwork::Build(const NodeContainer& mobiles,
                          const NodeContainer& servers,
                          const std::vector<SiteLink>& links)
{
    NS_LOG_FUNCTION(this << mobiles.GetN() << servers.GetN());
    if (mobiles.GetN() > MAX_DEVICES)
    {
        throw std::invalid_argument("FluidAccessNetwork: there can be " +
                                    std::to_string(MAX_DEVICES) + " mobile nodes at most, not " +
                                    std::to_string(mobiles.GetN()));
    }
    m_useIpv6 = UsesIpv6();
    m_network = ns3::Create<FluidNetwork>(m_headerFactor);
    BuildServers(servers);
    BuildBackhaul(servers.GetN(), links);
    const auto sharing = m_isEqual ? FluidLink::Sharing::EQUAL : FluidLink::Sharing::MAX_MIN;
    for (uint32_t site = 0; m_hasCells && site < servers.GetN(); ++site)
    {
        const auto up = FluidLink::MakeShared(1, sharing); // Begin sets the rates
        m_cells.push_back({up, m_isHalfDuplex ? up : FluidLink::MakeShared(1, sharing)});
    }
    const auto none = FluidLink::MakePrivate(1);
    none->SetUp(false);
    m_gap = {none, none};
    m_mobiles.resize(mobiles.GetN());
    for (uint32_t i = 0; i < mobiles.GetN(); ++i)
    {
        auto& mobile = m_mobiles[i];
        mobile.host = FluidHost::Install(mobiles.Get(i), m_network, m_useIpv6);
        if (!m_hasCells)
        {
            mobile.own = {FluidLink::MakePrivate(1), FluidLink::MakePrivate(1)};
        }
        const auto place = mobiles.Get(i)->GetObject<MobilityModel>();
        mobile.place = DynamicCast<ConstantPositionMobilityModel>(place) ? nullptr : place;
        mobile.site = m_firstSites.empty() ? 0 : m_firstSites.at(i);
        AttachLinks(mobile);
    }
    Simulator::ScheduleNow(&FluidAccessNetwork::Begin, Ptr<FluidAccessNetwork>(this));
}

void
FluidAccessNetwork::BuildServers(const NodeContainer& servers)
{
    const auto bps = static_cast<double>(GetBackhaulRate().GetBitRate());
    for (uint32_t site = 0; site < servers.GetN(); ++site)
    {
        const Pair link{FluidLink::MakeShared(bps, FluidLink::Sharing::MAX_MIN),
                        FluidLink::MakeShared(bps, FluidLink::Sharing::MAX_MIN)};
        m_serverLinks.push_back(link);
        FluidHost::Install(servers.Get(site), m_network, m_useIpv6)
            ->Attach(site, {{link.up}, GetBackhaulDelay()}, {{link.down}, GetBackhaulDelay()});
    }
    if (servers.GetN() > 1)
    {
        m_baseStations.Create(servers.GetN());
        for (uint32_t site = 0; site < servers.GetN(); ++site)
        {
            m_baseStations.Get(site)->AggregateObject(
                CreateObject<ConstantPositionMobilityModel>());
        }
    }
}

void
FluidAccessNetwork::BuildBackhaul(uint32_t sites, const std::vector<SiteLink>& links)
{
    std::map<std::pair<uint32_t, uint32_t>, FluidSegment> hops;
    auto nodes = sites;
    for (const auto& link : links)
    {
        const auto bps = static_cast<double>(link.rate.GetBitRate());
        for (const auto& ends : {std::make_pair(link.from, link.to), {link.to, link.from}})
        {
            hops[ends] = {{FluidLink::MakeShared(bps, FluidLink::Sharing::MAX_MIN)}, link.delay};
            nodes = std::max(nodes, ends.first + 1);
        }
    }
    const auto next = FindSitePaths(nodes, links);
    for (uint32_t from = 0; from < sites; ++from)
    {
        for (uint32_t to = 0; to < sites; ++to)
        {
            FluidSegment path;
            for (auto at = from; at != to; at = next[at][to])
            {
                const auto& hop = hops.at({at, next[at][to]});
                path.links.push_back(hop.links.front());
                path.delay += hop.delay;
            }
            if (from != to)
            {
                m_network->Join(from, to, path);
            }
        }
    }
}

double
FluidAccessNetwork::DrawBps(Ptr<RandomVariableStream> mbps, const std::string& name)
{
    const auto drawn = mbps->GetValue();
    if (!(std::isfinite(drawn) && drawn >= 1e-6))
    {
        throw std::invalid_argument("FluidAccessNetwork: " + name +
                                    ": must be finite and at least 1e-6 Mbit/s, not " +
                                    std::to_string(drawn));
    }
    return std::round(1e6 * drawn);
}

void
FluidAccessNetwork::Begin()
{
    NS_LOG_FUNCTION(this);
    const auto set = [](Ptr<FluidLink> link, double bps) {
        if (!link->IsFollowing()) // a trace that was set before
        {
            link->SetRate(bps);
        }
    };
    const auto draw = [this, set](const Pair& pair) {
        set(pair.up, DrawBps(m_uplinkMbps, "UplinkMbps"));
        if (pair.down != pair.up)
        {
            set(pair.down, DrawBps(m_downlinkMbps, "DownlinkMbps"));
        }
    };
    std::for_each(m_cells.begin(), m_cells.end(), draw);
    for (uint32_t mobile = 0; mobile < m_mobiles.size(); ++mobile)
    {
        if (!m_hasCells)
        {
            draw(m_mobiles[mobile].own);
        }
        AttachMobile(mobile);
    }
    if (m_serverLinks.size() > 1 && m_roamingInterval.IsStrictlyPositive())
    {
        Roam();
    }
}

int64_t
FluidAccessNetwork::AssignStreams(int64_t stream)
{
    const auto used = AccessNetwork::AssignStreams(stream);
    m_uplinkMbps->SetStream(stream + used);
    m_downlinkMbps->SetStream(stream + used + 1);
    return used + 2;
}

// WHAT WAS BUILT

Address
FluidAccessNetwork::GetServerAddress(uint16_t port, uint32_t site) const
{
    return GetServers().Get(site)->GetObject<FluidHost>()->GetAddress(port);
}

void
FluidAccessNetwork::EnablePcap(const std::string& path, uint32_t /* site */) const
{
    throw std::invalid_argument(
        path + ": a fluid network has no packets to capture; wired, wifi and lte do");
}

Ptr<FluidLink>
FluidAccessNetwork::GetUplink(uint32_t mobile) const
{
    const auto& device = m_mobiles.at(mobile);
    return m_hasCells ? m_cells[device.site].up : device.own.up;
}

Ptr<FluidLink>
FluidAccessNetwork::GetDownlink(uint32_t mobile) const
{
    const auto& device = m_mobiles.at(mobile);
    return m_hasCells ? m_cells[device.site].down : device.own.down;
}

void
FluidAccessNetwork::CutBackhaul(bool isCut)
{
    for (const auto& link : m_serverLinks)
    {
        link.up->SetUp(!isCut);
        link.down->SetUp(!isCut);
    }
}

// WHERE MOBILE NODES ARE

void
FluidAccessNetwork::AttachLinks(const Mobile& mobile)
{
    const auto& link = m_hasCells ? m_cells[mobile.site] : mobile.own;
    mobile.host->Attach(mobile.site, {{link.up}, m_delay}, {{link.down}, m_delay});
}

void
FluidAccessNetwork::AttachMobile(uint32_t mobile)
{
    const auto& device = m_mobiles[mobile];
    AttachLinks(device);
    if (m_baseStations.GetN() > 0)
    {
        AccessNetwork::Attach(device.host->GetNode()->GetId(), device.site);
    }
}

void
FluidAccessNetwork::MoveTo(uint32_t mobile, uint32_t site)
{
    NS_LOG_FUNCTION(this << mobile << site);
    auto& device = m_mobiles.at(mobile);
    if (site >= m_serverLinks.size())
    {
        throw std::invalid_argument("FluidAccessNetwork: there is no site " + std::to_string(site));
    }
    if (device.site == site)
    {
        return;
    }
    device.arrival.Cancel();
    if (m_roamingGap.IsStrictlyPositive())
    {
        Detach(device.host->GetNode()->GetId());
        device.host->Attach(device.site, {{m_gap.up}, m_delay}, {{m_gap.down}, m_delay});
        device.site = site;
        device.arrival =
            Simulator::Schedule(m_roamingGap, &FluidAccessNetwork::AttachMobile, this, mobile);
        return;
    }
    device.site = site;
    AttachMobile(mobile);
}

void
FluidAccessNetwork::Roam()
{
    std::vector<Vector> positions;
    for (uint32_t site = 0; site < m_baseStations.GetN(); ++site)
    {
        positions.push_back(m_baseStations.Get(site)->GetObject<MobilityModel>()->GetPosition());
    }
    const auto getDistance = [](const Vector& a, const Vector& b) {
        return std::hypot(a.x - b.x, a.y - b.y);
    };
    for (uint32_t i = 0; i < m_mobiles.size(); ++i)
    {
        const auto& mobile = m_mobiles[i];
        if (!mobile.place)
        {
            continue;
        }
        const auto here = mobile.place->GetPosition();
        uint32_t nearest = 0;
        auto least = getDistance(here, positions[nearest]);
        for (uint32_t site = 1; site < positions.size(); ++site)
        {
            const auto distance = getDistance(here, positions[site]);
            if (distance < least)
            {
                nearest = site;
                least = distance;
            }
        }
        if (least + m_roamingMargin < getDistance(here, positions[mobile.site]))
        {
            MoveTo(i, nearest);
        }
    }
    m_roam = Simulator::Schedule(m_roamingInterval, &FluidAccessNetwork::Roam, this);
}

} // namespace surgery
} // namespace ns3
