/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-wired-access-network.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-own-object.h"
#include "ns3/traffic-control-helper.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("WiredAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(WiredAccessNetwork);

TypeId
WiredAccessNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::WiredAccessNetwork")
            .SetParent<AccessNetwork>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<WiredAccessNetwork>()
            .AddAttribute("UplinkMbps",
                          "A random variable with each link's rate toward the gateway, in Mbit/s, "
                          "drawn when the simulation starts; values below 0.001 count as 0.001.",
                          StringValue("ns3::ConstantRandomVariable[Constant=50]"),
                          MakeOwnObjectAccessor(&WiredAccessNetwork::m_uplinkMbps),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute(
                "DownlinkMbps",
                "A random variable with each link's rate toward the mobile node, in Mbit/s, drawn "
                "when the simulation starts; values below 0.001 count as 0.001.",
                StringValue("ns3::ConstantRandomVariable[Constant=100]"),
                MakeOwnObjectAccessor(&WiredAccessNetwork::m_downlinkMbps),
                MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute("Delay",
                          "One-way delay of each link.",
                          TimeValue(MilliSeconds(2)),
                          MakeTimeAccessor(&WiredAccessNetwork::m_delay),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

WiredAccessNetwork::WiredAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

WiredAccessNetwork::~WiredAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

void
WiredAccessNetwork::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_links.clear();
    m_uplinkMbps = nullptr;
    m_downlinkMbps = nullptr;
    AccessNetwork::DoDispose();
}

Ptr<Node>
WiredAccessNetwork::DoInstall(const NodeContainer& mobiles)
{
    NS_LOG_FUNCTION(this << mobiles.GetN());
    NodeContainer gateway(1);
    InstallStack(gateway);
    PointToPointHelper link;
    link.SetChannelAttribute("Delay", TimeValue(m_delay));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("100000p"));
    TrafficControlHelper queueDiscs;
    for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
    {
        const auto ends = link.Install(*mobile, gateway.Get(0));
        MakeSubnet(ends.Get(0), ends.Get(1));
        queueDiscs.Uninstall(ends);
        m_links.push_back(ends);
        m_mobileDevices.Add(ends.Get(0));
    }
    Simulator::ScheduleNow(&WiredAccessNetwork::DrawRates, Ptr<WiredAccessNetwork>(this));
    return gateway.Get(0);
}

void
WiredAccessNetwork::DrawRates()
{
    NS_LOG_FUNCTION(this);
    const auto draw = [](Ptr<RandomVariableStream> mbps) {
        return DataRateValue(
            DataRate(static_cast<uint64_t>(std::llround(1e6 * std::max(mbps->GetValue(), 1e-3)))));
    };
    for (const auto& ends : m_links)
    {
        ends.Get(0)->SetAttribute("DataRate", draw(m_uplinkMbps));
        ends.Get(1)->SetAttribute("DataRate", draw(m_downlinkMbps));
    }
}

int64_t
WiredAccessNetwork::AssignStreams(int64_t stream)
{
    const auto used = AccessNetwork::AssignStreams(stream);
    m_uplinkMbps->SetStream(stream + used);
    m_downlinkMbps->SetStream(stream + used + 1);
    return used + 2;
}

NetDeviceContainer
WiredAccessNetwork::GetLink(uint32_t mobile) const
{
    return m_links.at(mobile);
}

} // namespace surgery
} // namespace ns3
