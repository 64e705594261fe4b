/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-inference-client-helper.h"

#include "application-lists.h"

#include "ns3/dnn-profile-library.h"
#include "ns3/names.h"
#include "ns3/pointer.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-server-choice.h"

namespace ns3
{
namespace surgery
{

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

void
InferenceClientHelper::SetChoice(const std::string& name)
{
    ServerChoice::Create(name); // refuses what is unknown here, not at Install
    m_choice = name;
}

ApplicationContainer
InferenceClientHelper::Install(Ptr<Node> node) const
{
    auto client = m_factory.Create<InferenceClient>();
    client->SetProfileLibrary(m_library);
    client->SetFrontierCache(m_frontiers);
    if (!m_choice.empty())
    {
        client->SetAttribute("Choice", PointerValue(ServerChoice::Create(m_choice)));
    }
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
