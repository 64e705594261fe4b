/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-wired-access-network.h"

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/mq-queue-disc.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/prio-queue-disc.h"
#include "ns3/queue-disc.h"
#include "ns3/queue.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-type-names.h"
#include "ns3/surgery-value-text.h"
#include "ns3/tbf-queue-disc.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("WiredAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(WiredAccessNetwork);

namespace
{

/// The highest rate of a link, Mbit/s.
constexpr double MOST_MBPS = 1e9;

/// Make a queue disc. @param text TYPE or TYPE[NAME=VALUE|...], not empty @return it
Ptr<QueueDisc>
MakeQueueDisc(const std::string& text)
{
    return DynamicCast<QueueDisc>(
        TypeNames(QueueDisc::GetTypeId(), "QueueDisc", "queue disc").Create(text));
}

/// Check what ns-3 would find out when packets pass, or never.
/// @param disc a queue disc as its attributes made it @throws std::invalid_argument that names the
/// attribute
void
CheckValues(Ptr<QueueDisc> disc)
{
    const auto require = [&disc](bool isRight, const std::string& why) {
        if (!isRight)
        {
            throw std::invalid_argument(disc->GetInstanceTypeId().GetName() + ": " + why);
        }
    };
    const auto bucket =
        DynamicCast<TbfQueueDisc>(disc); // whose Rate cannot be read as an attribute
    require(!bucket || bucket->GetRate().GetBitRate() > 0, "Rate: must be above 0");
    for (const std::string name : {"Flows", "SetWays"}) // which ns-3 divides by
    {
        UintegerValue number(1);
        disc->GetAttributeFailSafe(name, number);
        require(number.Get() > 0, name + ": must be above 0");
    }
    TimeValue update(Seconds(1)); // which time would stand still without
    disc->GetAttributeFailSafe("Tupdate", update);
    require(update.Get().IsStrictlyPositive(), "Tupdate: must be above 0");
    for (const std::string name : {"Interval", "Target"}) // text that becomes its own discs' times
    {
        StringValue time("0s");
        disc->GetAttributeFailSafe(name, time);
        require(IsTimeText(time.Get()), name + ": \"" + time.Get() + "\" is no valid Time");
    }
    BooleanValue isL4s(false);
    TimeValue threshold(Time::Max());
    disc->GetAttributeFailSafe("UseL4s", isL4s);
    disc->GetAttributeFailSafe("CeThreshold", threshold);
    require(!isL4s.Get() || threshold.Get() != Time::Max(), "UseL4s: needs CeThreshold");
    const auto bands = DynamicCast<PrioQueueDisc>(disc);
    for (uint8_t priority = 0; bands && priority < 16; ++priority)
    {
        require(bands->GetBandForPriority(priority) < 3, "Priomap: there are bands 0, 1 and 2");
    }
    require(!DynamicCast<MqQueueDisc>(disc), "the device has one queue only");
}

/// @param attribute that holds the text @param text of a queue disc, or nothing
/// @throws std::invalid_argument if it makes none
void
CheckQueueDisc(const std::string& attribute, const std::string& text)
{
    try
    {
        if (!text.empty())
        {
            const auto disc = MakeQueueDisc(text);
            CheckValues(disc);
            disc->Dispose();
        }
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument("WiredAccessNetwork: " + attribute + ": " + error.what());
    }
}

/// Put a queue disc in front of a device's queue. @param device of a node with an internet stack
/// @param text of the queue disc, or nothing
void
InstallQueueDisc(Ptr<NetDevice> device, const std::string& text)
{
    if (!text.empty())
    {
        device->GetNode()->GetObject<TrafficControlLayer>()->SetRootQueueDiscOnDevice(
            device,
            MakeQueueDisc(text));
    }
}

} // namespace

TypeId
WiredAccessNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::WiredAccessNetwork")
            .SetParent<AccessNetwork>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<WiredAccessNetwork>()
            .AddAttribute(
                "UplinkMbps",
                "A random variable with each link's rate toward the gateway, in Mbit/s, "
                "drawn when the simulation starts: above 0, at most 1e9; values below 0.001 "
                "count as 0.001.",
                StringValue("ns3::ConstantRandomVariable[Constant=50]"),
                MakeOwnObjectAccessor(&WiredAccessNetwork::m_uplinkMbps),
                MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute(
                "DownlinkMbps",
                "A random variable with each link's rate toward the mobile node, in Mbit/s, drawn "
                "when the simulation starts: above 0, at most 1e9; values below 0.001 count as "
                "0.001.",
                StringValue("ns3::ConstantRandomVariable[Constant=100]"),
                MakeOwnObjectAccessor(&WiredAccessNetwork::m_downlinkMbps),
                MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute("Delay",
                          "One-way delay of each link.",
                          TimeValue(MilliSeconds(2)),
                          MakeTimeAccessor(&WiredAccessNetwork::m_delay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Mtu",
                          "Largest IP packet that the links carry, in bytes. Longer segments of "
                          "TCP (SegmentSize of ServerConnection and ClientConnections) need a "
                          "larger one, and the backhaul one that is as large (BackhaulMtu).",
                          UintegerValue(1500),
                          MakeUintegerAccessor(&WiredAccessNetwork::m_mtu),
                          MakeUintegerChecker<uint16_t>(576))
            .AddAttribute("UplinkQueue",
                          "Size of each link's queue toward the gateway, in packets (\"64p\") or "
                          "bytes (\"96000B\"), the packet that is being sent not included.",
                          QueueSizeValue(QueueSize("100000p")),
                          MakeQueueSizeAccessor(&WiredAccessNetwork::m_uplinkQueue),
                          MakeQueueSizeChecker())
            .AddAttribute("DownlinkQueue",
                          "Size of each link's queue toward the mobile node, in packets or bytes.",
                          QueueSizeValue(QueueSize("100000p")),
                          MakeQueueSizeAccessor(&WiredAccessNetwork::m_downlinkQueue),
                          MakeQueueSizeChecker())
            .AddAttribute("UplinkQueueDisc",
                          "Queue disc in front of each link's queue toward the gateway: "
                          "TYPE or TYPE[NAME=VALUE|...] in text, such as "
                          "\"ns3::TbfQueueDisc[Rate=50Mbps|Burst=64000|MaxSize=376500B]\"; empty "
                          "means none.",
                          StringValue(""),
                          MakeStringAccessor(&WiredAccessNetwork::SetUplinkQueueDisc,
                                             &WiredAccessNetwork::GetUplinkQueueDisc),
                          MakeStringChecker())
            .AddAttribute("DownlinkQueueDisc",
                          "Queue disc in front of each link's queue toward the mobile node, in "
                          "text; empty means none.",
                          StringValue(""),
                          MakeStringAccessor(&WiredAccessNetwork::SetDownlinkQueueDisc,
                                             &WiredAccessNetwork::GetDownlinkQueueDisc),
                          MakeStringChecker());
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
    if (const auto ipv4 = gateway.Get(0)->GetObject<Ipv4>()) // null: it speaks IPv6
    {
        // what is passed on need not be compared with the addresses of all other links, too
        if (!ipv4->SetAttributeFailSafe("StrongEndSystemModel", BooleanValue(true)))
        {
            ipv4->SetAttributeFailSafe("WeakEsModel", BooleanValue(false)); // before ns-3.41
        }
    }
    PointToPointHelper link;
    link.SetChannelAttribute("Delay", TimeValue(m_delay));
    link.SetDeviceAttribute("Mtu", UintegerValue(m_mtu));
    TrafficControlHelper queueDiscs;
    for (auto mobile = mobiles.Begin(); mobile != mobiles.End(); ++mobile)
    {
        const auto ends = link.Install(*mobile, gateway.Get(0));
        MakeSubnet(ends.Get(0), ends.Get(1));
        ends.Get(0)->GetObject<PointToPointNetDevice>()->GetQueue()->SetMaxSize(m_uplinkQueue);
        ends.Get(1)->GetObject<PointToPointNetDevice>()->GetQueue()->SetMaxSize(m_downlinkQueue);
        queueDiscs.Uninstall(ends); // the one that ns-3 puts on every device with an address
        InstallQueueDisc(ends.Get(0), m_uplinkQueueDisc);
        InstallQueueDisc(ends.Get(1), m_downlinkQueueDisc);
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
    const auto draw = [](Ptr<RandomVariableStream> mbps, const std::string& attribute) {
        const auto drawn = mbps->GetValue();
        if (!(drawn > 0 && drawn <= MOST_MBPS))
        {
            throw std::invalid_argument("WiredAccessNetwork: " + attribute +
                                        ": must be above 0 and at most 1e9 Mbit/s, not " +
                                        std::to_string(drawn));
        }
        return DataRateValue(
            DataRate(static_cast<uint64_t>(std::llround(1e6 * std::max(drawn, 1e-3)))));
    };
    for (const auto& ends : m_links)
    {
        ends.Get(0)->SetAttribute("DataRate", draw(m_uplinkMbps, "UplinkMbps"));
        ends.Get(1)->SetAttribute("DataRate", draw(m_downlinkMbps, "DownlinkMbps"));
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

void
WiredAccessNetwork::SetUplinkQueueDisc(std::string text)
{
    CheckQueueDisc("UplinkQueueDisc", text);
    m_uplinkQueueDisc = std::move(text);
}

std::string
WiredAccessNetwork::GetUplinkQueueDisc() const
{
    return m_uplinkQueueDisc;
}

void
WiredAccessNetwork::SetDownlinkQueueDisc(std::string text)
{
    CheckQueueDisc("DownlinkQueueDisc", text);
    m_downlinkQueueDisc = std::move(text);
}

std::string
WiredAccessNetwork::GetDownlinkQueueDisc() const
{
    return m_downlinkQueueDisc;
}

NetDeviceContainer
WiredAccessNetwork::GetLink(uint32_t mobile) const
{
    return m_links.at(mobile);
}

} // namespace surgery
} // namespace ns3
