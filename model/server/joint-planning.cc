/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "joint-planning.h"

#include "announcer.h"
#include "client-connections.h"
#include "reception.h"
#include "served-device.h"

#include "ns3/simulator.h"

namespace ns3
{
namespace surgery
{

JointPlanning::JointPlanning(uint32_t server,
                             const std::string& processor,
                             Ptr<ClientConnections> connections,
                             Announcer& announcer)
    : m_server(server),
      m_processor(processor),
      m_connections(connections),
      m_announcer(announcer)
{
}

JointPlanning::~JointPlanning() = default;

void
JointPlanning::ReportTo(const Address& orchestrator)
{
    m_orchestrator = orchestrator;
    m_announcer.GetConnections().SetPlanCallback(MakeCallback(&JointPlanning::HandlePlan, this));
}

void
JointPlanning::Orchestrate(std::shared_ptr<ProfileLibrary> library, Time lifetime)
{
    m_own = std::make_unique<Orchestrator>(library, lifetime);
}

void
JointPlanning::HandleTimestep(const Devices& devices, const Reception& reception)
{
    for (const auto& [id, device] : devices)
    {
        if (!device->IsLeaving())
        {
            Tell(*device, true);
        }
    }
    for (const auto& [id, visitor] : reception.GetVisitors())
    {
        Tell(*visitor, false);
    }
    if (m_own)
    {
        Plan();
    }
}

void
JointPlanning::Tell(const ServedDevice& device, bool isServed)
{
    if (!device.HasState() || !device.GetOptions())
    {
        return;
    }
    auto report = device.MakeReport();
    report.server = m_server;
    report.served = isServed ? 1 : 0;
    report.serverProcessor = m_processor;
    if (m_own)
    {
        report.sentNs = Simulator::Now().GetNanoSeconds();
        m_own->Take(report);
    }
    else if (!m_orchestrator.IsInvalid())
    {
        m_announcer.GetConnections().SendTo(m_orchestrator, SurgeryHeader(report));
    }
}

std::string
JointPlanning::HandleReport(uint32_t peer, const Report& report)
{
    if (!m_own || report.server != peer)
    {
        return "a report that the server does not expect";
    }
    return m_own->Take(report);
}

void
JointPlanning::Plan()
{
    std::map<uint32_t, std::string> addresses;
    for (const auto& offer : m_announcer.GetOffers())
    {
        addresses[offer.server] = offer.address;
    }
    for (const auto& transfer : m_own->Plan())
    {
        const auto address = addresses.find(transfer.to);
        if (address == addresses.end())
        {
            continue; // it may be down
        }
        surgery::Plan plan;
        plan.deviceId = transfer.device;
        plan.server = transfer.to;
        plan.address = address->second;
        if (transfer.from == m_server)
        {
            HandlePlan(plan);
            continue;
        }
        const SurgeryHeader header(plan);
        if (m_connections->SendToPeer(transfer.from, header))
        {
            m_bytesSent += header.GetMessageBytes();
        }
    }
}

void
JointPlanning::HandlePlan(const surgery::Plan& plan)
{
    Move move;
    move.deviceId = plan.deviceId;
    move.server = plan.server;
    move.address = plan.address;
    m_connections->Send(plan.deviceId, ConnectionRole::CONTROL, SurgeryHeader(move));
}

void
JointPlanning::Clear()
{
    if (m_own)
    {
        m_own->Clear();
    }
}

uint64_t
JointPlanning::GetBytesSent() const
{
    return m_bytesSent;
}

} // namespace surgery
} // namespace ns3
