/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-lte-access-network.h"

#include "lte-bearers.h"
#include "lte-checks.h"
#include "lte-setup.h"
#include "lte-sounding.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/log.h"
#include "ns3/lte-enb-net-device.h"
#include "ns3/lte-enb-phy.h"
#include "ns3/lte-enb-rrc.h"
#include "ns3/lte-helper.h"
#include "ns3/lte-ue-net-device.h"
#include "ns3/lte-ue-phy.h"
#include "ns3/lte-ue-power-control.h"
#include "ns3/lte-ue-rrc.h"
#include "ns3/mobility-helper.h"
#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/point-to-point-epc-helper.h"
#include "ns3/string.h"
#include "ns3/surgery-host-routes.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("LteAccessNetwork");

NS_OBJECT_ENSURE_REGISTERED(LteAccessNetwork);

namespace
{

/// As on the backhaul, byte; with LTE's own 30000, IPv6 would lose its first packets.
constexpr uint16_t MTU = 1500;

} // namespace

TypeId
LteAccessNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::LteAccessNetwork")
            .SetParent<AccessNetwork>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<LteAccessNetwork>()
            .AddAttribute("BaseStations",
                          "Number of eNBs.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&LteAccessNetwork::m_count),
                          MakeUintegerChecker<uint32_t>(1, 100))
            .AddAttribute("Spacing",
                          "Distance between neighboring eNBs, m.",
                          DoubleValue(500),
                          MakeDoubleAccessor(&LteAccessNetwork::m_spacing),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("Height",
                          "Height of the eNBs' antennas, m.",
                          DoubleValue(30),
                          MakeDoubleAccessor(&LteAccessNetwork::m_height),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("UplinkBandwidth",
                          "Width of each cell's uplink, in resource blocks of 180 kHz: 6, 15, 25, "
                          "50, 75 or 100.",
                          UintegerValue(50),
                          MakeUintegerAccessor(&LteAccessNetwork::m_uplinkBandwidth),
                          MakeUintegerChecker<uint16_t>(6, 100))
            .AddAttribute("DownlinkBandwidth",
                          "Width of each cell's downlink, in resource blocks of 180 kHz: 6, 15, "
                          "25, 50, 75 or 100.",
                          UintegerValue(50),
                          MakeUintegerAccessor(&LteAccessNetwork::m_downlinkBandwidth),
                          MakeUintegerChecker<uint16_t>(6, 100))
            .AddAttribute("Scheduler",
                          "TypeId of the FfMacScheduler that hands out the resource blocks.",
                          StringValue("ns3::PfFfMacScheduler"),
                          MakeStringAccessor(&LteAccessNetwork::m_scheduler),
                          MakeStringChecker())
            .AddAttribute("BaseStationTxPower",
                          "Transmit power of the eNBs, dBm. If it is far above 30, devices stay "
                          "attached to eNBs that their own 23 dBm do not reach.",
                          DoubleValue(30),
                          MakeDoubleAccessor(&LteAccessNetwork::m_baseStationPower),
                          MakeDoubleChecker<double>())
            .AddAttribute("MobileTxPower",
                          "Largest transmit power of the UEs, dBm.",
                          DoubleValue(23),
                          MakeDoubleAccessor(&LteAccessNetwork::m_mobilePower),
                          MakeDoubleChecker<double>())
            .AddAttribute("PathLossModel",
                          "TypeId of the PropagationLossModel.",
                          TypeIdValue(TypeId::LookupByName("ns3::LogDistancePropagationLossModel")),
                          MakeTypeIdAccessor(&LteAccessNetwork::m_pathLoss),
                          MakeTypeIdChecker())
            .AddAttribute("PathLossExponent",
                          "Exponent of the LogDistancePropagationLossModel.",
                          DoubleValue(3.76),
                          MakeDoubleAccessor(&LteAccessNetwork::m_pathLossExponent),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("ReferenceLoss",
                          "Loss of the LogDistancePropagationLossModel at 1 m, dB.",
                          DoubleValue(15.3),
                          MakeDoubleAccessor(&LteAccessNetwork::m_referenceLoss),
                          MakeDoubleChecker<double>())
            .AddAttribute("RlcMode",
                          "Which RLC carries user data: RlcAmAlways, RlcUmAlways or "
                          "PacketErrorRateBased.",
                          StringValue("RlcAmAlways"),
                          MakeStringAccessor(&LteAccessNetwork::m_rlcMode),
                          MakeStringChecker())
            .AddAttribute("MaxTxBufferSize",
                          "User data that the RLC of a UE, or of an eNB for one UE, holds before "
                          "it drops packets, in bytes.",
                          UintegerValue(1000000),
                          MakeUintegerAccessor(&LteAccessNetwork::m_maxTxBufferSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ResendInSmallGrants",
                          "Whether RLC AM retransmits data in grants that are too small for it; "
                          "ns-3's RLC AM cannot segment data again.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&LteAccessNetwork::m_resendInSmallGrants),
                          MakeBooleanChecker())
            .AddAttribute("SrsPeriodicity",
                          "Time between two sounding reference signals of a UE, ms: 2, 5, 10, 20, "
                          "40, 80, 160 or 320, and more than the number of UEs. 0 picks the "
                          "shortest one that is at least 4 x (number of UEs + 1), or else 320. "
                          "From that length on, neighboring eNBs use different subframes.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&LteAccessNetwork::m_srsPeriodicity),
                          MakeUintegerChecker<uint32_t>(0, 320))
            .AddAttribute(
                "IdealRrc",
                "Whether RRC messages take no radio resources and are never lost. A device out of "
                "coverage then connects every few seconds, although no data passes.",
                BooleanValue(false),
                MakeBooleanAccessor(&LteAccessNetwork::m_idealRrc),
                MakeBooleanChecker())
            .AddAttribute("HandoverAlgorithm",
                          "TypeId of the LteHandoverAlgorithm.",
                          StringValue("ns3::A3RsrpHandoverAlgorithm"),
                          MakeStringAccessor(&LteAccessNetwork::m_handover),
                          MakeStringChecker())
            .AddAttribute("Hysteresis",
                          "How much stronger another eNB must be received for a handover by the "
                          "A3RsrpHandoverAlgorithm, dB.",
                          DoubleValue(3),
                          MakeDoubleAccessor(&LteAccessNetwork::m_hysteresis),
                          MakeDoubleChecker<double>(0, 15))
            .AddAttribute("TimeToTrigger",
                          "How long another eNB must be received that much stronger for a handover "
                          "by the A3RsrpHandoverAlgorithm.",
                          TimeValue(MilliSeconds(256)),
                          MakeTimeAccessor(&LteAccessNetwork::m_timeToTrigger),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("HandoverTimeout",
                          "How long the two eNBs of a handover wait for the UE before they release "
                          "it. It must be longer than the handover command may take: ns-3 ends the "
                          "program if the UE answers after that.",
                          TimeValue(Seconds(5)),
                          MakeTimeAccessor(&LteAccessNetwork::m_handoverTimeout),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("CoreRate",
                          "Rate of the S1-U link of each eNB.",
                          DataRateValue(DataRate("1Gbps")),
                          MakeDataRateAccessor(&LteAccessNetwork::m_coreRate),
                          MakeDataRateChecker())
            .AddAttribute(
                "CoreDelay",
                "One-way delay of the S1-U link of each eNB; it stands for the whole core network.",
                TimeValue(MilliSeconds(5)),
                MakeTimeAccessor(&LteAccessNetwork::m_coreDelay),
                MakeTimeChecker(Seconds(0)))
            .AddAttribute("AtBaseStation",
                          "Whether the server is at the eNBs' site: CoreDelay counts as 0, and "
                          "BackhaulDelay as at most 100 us.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&LteAccessNetwork::m_atBaseStation),
                          MakeBooleanChecker());
    return tid;
}

LteAccessNetwork::LteAccessNetwork()
    : m_lte(CreateObject<LteHelper>())
{
    NS_LOG_FUNCTION(this);
}

LteAccessNetwork::~LteAccessNetwork()
{
    NS_LOG_FUNCTION(this);
}

void
LteAccessNetwork::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_lte = nullptr;
    m_epc = nullptr;
    m_cells = NetDeviceContainer();
    AccessNetwork::DoDispose();
}

// CONSTRUCTION

Ptr<Node>
LteAccessNetwork::DoInstall(const NodeContainer& mobiles)
{
    NS_LOG_FUNCTION(this << mobiles.GetN());
    CheckAttributes(mobiles.GetN());
    if (m_atBaseStation)
    {
        TimeValue delay;
        GetAttribute("BackhaulDelay", delay);
        SetAttribute("BackhaulDelay", TimeValue(std::min(delay.Get(), MicroSeconds(100))));
    }
    m_epc = CreateObject<PointToPointEpcHelper>();
    m_epc->SetAttribute("S1uLinkDataRate", DataRateValue(m_coreRate));
    m_epc->SetAttribute("S1uLinkDelay", TimeValue(m_atBaseStation ? Seconds(0) : m_coreDelay));
    m_lte->SetEpcHelper(m_epc);
    m_lte->SetAttribute("UseIdealRrc", BooleanValue(m_idealRrc));
    SetPathLoss(*m_lte, m_pathLoss, m_pathLossExponent, m_referenceLoss);
    // setting the same type again would discard the attributes that the user set
    if (m_lte->GetSchedulerType() != m_scheduler)
    {
        m_lte->SetSchedulerType(m_scheduler);
    }
    SetHandover(*m_lte, m_handover, m_hysteresis, m_timeToTrigger);
    if (m_srsPeriodicity == 0)
    {
        m_srsPeriodicity = ChooseSoundingPeriod(mobiles.GetN());
    }
    InstallBaseStations();
    DivideSoundingSubframes(m_cells, m_srsPeriodicity, mobiles.GetN());
    InstallMobiles(mobiles);
    AssignAddresses();
    m_lte->Attach(m_mobileDevices);
    return m_epc->GetPgwNode();
}

bool
LteAccessNetwork::SpansSites() const
{
    return true;
}

std::vector<Ptr<Node>>
LteAccessNetwork::DoInstallSites(const NodeContainer& mobiles,
                                 uint32_t sites,
                                 const std::vector<SiteLink>& links)
{
    NS_LOG_FUNCTION(this << mobiles.GetN() << sites);
    CheckStar(sites, links);
    m_count = sites;
    const auto pgw = DoInstall(mobiles);
    std::vector<Ptr<Node>> gateways(sites);
    for (const auto& link : links)
    {
        const auto site = std::min(link.from, link.to);
        NodeContainer gateway(1);
        InstallStack(gateway);
        const auto ends = MakeSpoke(gateway.Get(0), pgw, link);
        const auto address = MakeSubnet(ends.Get(0), ends.Get(1)).front();
        OpenGateway(ends.Get(0), UsesIpv6());
        RouteToSite(ends.Get(1), address, site);
        gateways[site] = gateway.Get(0);
    }
    return gateways;
}

void
LteAccessNetwork::CheckAttributes(uint32_t mobiles) const
{
    CheckNoOtherLte();
    CheckLteType("Scheduler", m_scheduler, {"ns3::FfMacScheduler"});
    CheckLteType("HandoverAlgorithm", m_handover, {"ns3::LteHandoverAlgorithm"});
    CheckLteType("PathLossModel",
                 m_pathLoss.GetName(),
                 {"ns3::PropagationLossModel", "ns3::SpectrumPropagationLossModel"});
    CheckRlcMode(m_rlcMode);
    CheckBandwidth("UplinkBandwidth", m_uplinkBandwidth);
    CheckBandwidth("DownlinkBandwidth", m_downlinkBandwidth);
    CheckSounding(m_srsPeriodicity, mobiles);
}

void
LteAccessNetwork::InstallBaseStations()
{
    m_baseStations.Create(m_count);
    MobilityHelper fixed;
    fixed.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    fixed.Install(m_baseStations);
    for (uint32_t i = 0; i < m_count; ++i)
    {
        const auto x = (i - 0.5 * (m_count - 1)) * m_spacing;
        m_baseStations.Get(i)->GetObject<MobilityModel>()->SetPosition(Vector(x, 0, m_height));
    }
    m_lte->SetEnbDeviceAttribute("UlBandwidth", UintegerValue(m_uplinkBandwidth));
    m_lte->SetEnbDeviceAttribute("DlBandwidth", UintegerValue(m_downlinkBandwidth));
    m_cells = m_lte->InstallEnbDevice(m_baseStations);
    for (uint32_t i = 0; i < m_count; ++i)
    {
        const auto cell = DynamicCast<LteEnbNetDevice>(m_cells.Get(i));
        m_indexByCell[cell->GetCellId()] = i;
        cell->GetPhy()->SetTxPower(m_baseStationPower);
        const auto rrc = cell->GetRrc();
        rrc->SetAttribute("EpsBearerToRlcMapping", StringValue(m_rlcMode));
        rrc->SetAttribute("SrsPeriodicity", UintegerValue(m_srsPeriodicity));
        rrc->SetAttribute("HandoverJoiningTimeoutDuration", TimeValue(m_handoverTimeout));
        rrc->SetAttribute("HandoverLeavingTimeoutDuration", TimeValue(m_handoverTimeout));
        SetUpBearers(rrc, m_maxTxBufferSize, m_resendInSmallGrants);
    }
    m_lte->AddX2Interface(m_baseStations);
}

void
LteAccessNetwork::InstallMobiles(const NodeContainer& mobiles)
{
    m_mobileDevices = m_lte->InstallUeDevice(mobiles);
    for (uint32_t i = 0; i < m_mobileDevices.GetN(); ++i)
    {
        const auto mobile = DynamicCast<LteUeNetDevice>(m_mobileDevices.Get(i));
        const auto node = mobile->GetNode()->GetId();
        mobile->SetMtu(MTU);
        mobile->GetPhy()->SetTxPower(m_mobilePower);
        mobile->GetPhy()->GetUplinkPowerControl()->SetAttribute("Pcmax",
                                                                DoubleValue(m_mobilePower));
        const auto rrc = mobile->GetRrc();
        SetUpBearers(rrc, m_maxTxBufferSize, m_resendInSmallGrants);
        const auto connected = MakeCallback(&LteAccessNetwork::HandleConnected, this).Bind(node);
        rrc->TraceConnectWithoutContext("ConnectionEstablished", connected);
        rrc->TraceConnectWithoutContext("HandoverEndOk", connected);
        rrc->TraceConnectWithoutContext(
            "HandoverStart",
            MakeCallback(&LteAccessNetwork::HandleHandover, this).Bind(node));
        rrc->TraceConnectWithoutContext(
            "RadioLinkFailure",
            MakeCallback(&LteAccessNetwork::HandleLost, this).Bind(node));
    }
}

void
LteAccessNetwork::AssignAddresses()
{
    Address gateway;
    if (UsesIpv6())
    {
        m_epc->AssignUeIpv6Address(m_mobileDevices);
        gateway = m_epc->GetUeDefaultGatewayAddress6();
    }
    else
    {
        m_epc->AssignUeIpv4Address(m_mobileDevices);
        gateway = m_epc->GetUeDefaultGatewayAddress();
    }
    for (auto device = m_mobileDevices.Begin(); device != m_mobileDevices.End(); ++device)
    {
        SetGateway(*device, gateway);
    }
}

int64_t
LteAccessNetwork::AssignStreams(int64_t stream)
{
    auto used = AccessNetwork::AssignStreams(stream);
    used += m_lte->AssignStreams(m_cells, stream + used); // includes those of the core network
    used += m_lte->AssignStreams(m_mobileDevices, stream + used);
    used += InternetStackHelper().AssignStreams(m_baseStations, stream + used);
    return used;
}

Ptr<LteHelper>
LteAccessNetwork::GetLteHelper() const
{
    return m_lte;
}

// ATTACHMENT

void
LteAccessNetwork::HandleConnected(uint32_t node, uint64_t imsi, uint16_t cell, uint16_t rnti)
{
    NS_LOG_FUNCTION(this << node << imsi << cell << rnti);
    Detach(node);
    Attach(node, m_indexByCell.at(cell));
}

void
LteAccessNetwork::HandleLost(uint32_t node, uint64_t imsi, uint16_t cell, uint16_t rnti)
{
    NS_LOG_FUNCTION(this << node << imsi << cell << rnti);
    Detach(node);
}

void
LteAccessNetwork::HandleHandover(uint32_t node,
                                 uint64_t imsi,
                                 uint16_t cell,
                                 uint16_t rnti,
                                 uint16_t target)
{
    NS_LOG_FUNCTION(this << node << imsi << cell << rnti << target);
    Detach(node);
}

} // namespace surgery
} // namespace ns3
