/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-mec-server-helper.h"

#include "application-lists.h"

#include "ns3/dnn-profile-library.h"
#include "ns3/names.h"
#include "ns3/pointer.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-type-names.h"

namespace ns3
{
namespace surgery
{

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

} // namespace surgery
} // namespace ns3
