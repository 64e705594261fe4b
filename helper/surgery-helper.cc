/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-helper.h"

#include "ns3/address.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/names.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-type-names.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// Fix the random streams of all applications of one class.
template <class T>
int64_t
AssignStreamsTo(const ApplicationContainer& applications, int64_t stream)
{
    const auto first = stream;
    for (auto it = applications.Begin(); it != applications.End(); ++it)
    {
        if (auto application = DynamicCast<T>(*it))
        {
            stream += application->AssignStreams(stream);
        }
    }
    return stream - first;
}

/// Install on several nodes what a helper installs on one.
template <class Helper>
ApplicationContainer
InstallOnAll(const Helper& helper, const NodeContainer& nodes)
{
    ApplicationContainer applications;
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        applications.Add(helper.Install(*it));
    }
    return applications;
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

ApplicationContainer
MecServerHelper::Install(Ptr<Node> node) const
{
    auto server = m_factory.Create<MecServer>();
    server->SetProfileLibrary(m_library);
    if (!m_scheduler.empty())
    {
        server->SetAttribute("Scheduler", PointerValue(DecisionProcess::Create(m_scheduler)));
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

InferenceClientHelper::InferenceClientHelper(const Address& remote)
    : m_library(std::make_shared<ProfileLibrary>()),
      m_frontiers(std::make_shared<PartitionFrontierCache>(m_library))
{
    m_factory.SetTypeId(InferenceClient::GetTypeId());
    m_factory.Set("Remote", AddressValue(remote));
}

void
InferenceClientHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    SetAttributeOrThrow(m_factory, name, value);
}

ApplicationContainer
InferenceClientHelper::Install(Ptr<Node> node) const
{
    auto client = m_factory.Create<InferenceClient>();
    client->SetProfileLibrary(m_library);
    client->SetFrontierCache(m_frontiers);
    node->AddApplication(client);
    return ApplicationContainer(client);
}

ApplicationContainer
InferenceClientHelper::Install(const NodeContainer& nodes) const
{
    return InstallOnAll(*this, nodes);
}

ApplicationContainer
InferenceClientHelper::Install(const std::string& nodeName) const
{
    return Install(Names::Find<Node>(nodeName));
}

int64_t
InferenceClientHelper::AssignStreams(const ApplicationContainer& clients, int64_t stream)
{
    return AssignStreamsTo<InferenceClient>(clients, stream);
}

} // namespace surgery
} // namespace ns3
