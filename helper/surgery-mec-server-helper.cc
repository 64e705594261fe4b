/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-mec-server-helper.h"

#include "application-lists.h"

#include "ns3/callback.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/names.h"
#include "ns3/pointer.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-external-scheduler.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-price-policy.h"

namespace ns3
{
namespace surgery
{

namespace
{

/// Pass on how an inference ended, the sink of a client's trace source Inference.
/// @param scheduler of a server @param record of the inference
void
PassOn(Ptr<ExternalScheduler> scheduler, const InferenceRecord& record)
{
    if (record.server != scheduler->GetServer() || record.outcome == InferenceOutcome::IN_FLIGHT)
    {
        return;
    }
    const auto isCompleted = record.outcome == InferenceOutcome::COMPLETED;
    scheduler->AddMeasurement(record.device,
                              isCompleted ? GetMeasuredLatency(record) : NanoSeconds(-1));
}

} // namespace

MecServerHelper::MecServerHelper(const Address& local)
    : m_library(std::make_shared<ProfileLibrary>())
{
    m_factory.SetTypeId(MecServer::GetTypeId());
    m_factory.Set("Local", AddressValue(local));
}

void
MecServerHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    SetAttributeOrThrow(m_factory, name, value);
}

void
MecServerHelper::SetScheduler(const std::string& name)
{
    DecisionProcess::Create(name); // refuses what is unknown here, not at Install
    m_scheduler = name;
}

void
MecServerHelper::SetPricePolicy(const std::string& name)
{
    PricePolicy::Create(name);
    m_pricePolicy = name;
}

ApplicationContainer
MecServerHelper::Install(Ptr<Node> node) const
{
    auto server = m_factory.Create<MecServer>();
    server->SetProfileLibrary(m_library);
    if (!m_scheduler.empty())
    {
        server->SetAttribute("Scheduler", PointerValue(DecisionProcess::Create(m_scheduler)));
    }
    if (!m_pricePolicy.empty())
    {
        server->SetAttribute("PricePolicy", PointerValue(PricePolicy::Create(m_pricePolicy)));
    }
    node->AddApplication(server);
    return ApplicationContainer(server);
}

ApplicationContainer
MecServerHelper::Install(const NodeContainer& nodes) const
{
    return InstallOnAll(*this, nodes);
}

ApplicationContainer
MecServerHelper::Install(const std::string& nodeName) const
{
    return Install(Names::Find<Node>(nodeName));
}

int64_t
MecServerHelper::AssignStreams(const ApplicationContainer& servers, int64_t stream)
{
    return AssignStreamsTo<MecServer>(servers, stream);
}

void
MecServerHelper::TellMeasurements(const ApplicationContainer& servers,
                                  const ApplicationContainer& clients)
{
    for (auto it = servers.Begin(); it != servers.End(); ++it)
    {
        const auto server = DynamicCast<MecServer>(*it);
        const auto scheduler =
            server ? DynamicCast<ExternalScheduler>(server->GetScheduler()) : nullptr;
        if (!scheduler)
        {
            continue;
        }
        scheduler->TellMeasurements();
        for (auto client = clients.Begin(); client != clients.End(); ++client)
        {
            (*client)->TraceConnectWithoutContext("Inference",
                                                  MakeBoundCallback(&PassOn, scheduler));
        }
    }
}

} // namespace surgery
} // namespace ns3
