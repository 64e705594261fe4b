/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-sessions.h"

#include "ongoing-inferences.h"

#include "ns3/log.h"
#include "ns3/surgery-node-lookup.h"

#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ServerSessions");

ServerSessions::ServerSessions(Ptr<Node> node, OngoingInferences& inferences, Events events)
    : m_node(node),
      m_inferences(inferences),
      m_events(std::move(events))
{
}

ServerSessions::~ServerSessions() = default;

void
ServerSessions::Start(const Address& remote, ServerSession::Parts parts, bool isOwnDecision)
{
    NS_LOG_FUNCTION(this << remote);
    m_serving = std::make_unique<ServerSession>(*this, std::move(parts), isOwnDecision);
    m_serving->Start(m_node, remote);
    m_inferences.SetDecision(m_serving->GetDecision(), m_serving->GetServer());
}

void
ServerSessions::Stop()
{
    NS_LOG_FUNCTION(this);
    m_serving->Stop();
}

ServerSession&
ServerSessions::GetServing()
{
    return *m_serving;
}

const ServerSession&
ServerSessions::GetServing() const
{
    return *m_serving;
}

void
ServerSessions::Redirect(const Address& remote)
{
    NS_LOG_FUNCTION(this << remote);
    m_inferences.SetDecision(m_serving->GetDecision(), FindNode(remote));
    m_serving->Redirect(remote);
}

void
ServerSessions::Upload(const OngoingInference& inference)
{
    m_serving->Upload(inference);
}

void
ServerSessions::SendState()
{
    m_serving->SendState();
}

DeviceSettings
ServerSessions::GetSettings() const
{
    return m_events.settings();
}

double
ServerSessions::GetRequestRatePerS() const
{
    return m_events.requestRate();
}

uint32_t
ServerSessions::CountOffloads(const ServerSession& session) const
{
    return m_inferences.CountOffloads(*session.GetDecision());
}

Time
ServerSessions::GetPacking(uint64_t inference) const
{
    const auto& inferences = m_inferences.GetAll();
    const auto found = inferences.find(inference);
    return found != inferences.end() ? found->second.record.packing : Time();
}

void
ServerSessions::HandleConnected(ServerSession& session)
{
    m_inferences.UploadAgain(*session.GetDecision());
}

void
ServerSessions::HandleGrant(ServerSession& session)
{
    NS_LOG_FUNCTION(this);
    m_events.granted(session);
    m_inferences.ResumeUnserved("share lost");
    m_inferences.Feed();
}

void
ServerSessions::HandleLoss(ServerSession& /* session */, const std::string& words)
{
    NS_LOG_FUNCTION(this << words);
    m_events.lost();
    m_inferences.ResumeUnserved(words); // without a GRANT, the server runs none of them
}

void
ServerSessions::HandleAlone(ServerSession& /* session */)
{
    m_inferences.Feed();
}

void
ServerSessions::HandleStarted(const Activation& activation)
{
    m_inferences.HandleStarted(activation.inference, NanoSeconds(activation.sentNs));
}

void
ServerSessions::HandleResult(const Result& result)
{
    m_inferences.HandleResult(result);
}

void
ServerSessions::HandleEstimate(ServerSession& session)
{
    m_events.estimated(session);
}

void
ServerSessions::HandleCut(ServerSession& session,
                          const CutPlan& oldPlan,
                          const CutPlan& newPlan,
                          CutReason reason)
{
    m_events.cutChanged(session, oldPlan, newPlan, reason);
}

} // namespace surgery
} // namespace ns3
