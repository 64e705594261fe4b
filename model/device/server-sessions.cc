/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-sessions.h"

#include "ongoing-inferences.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-clone.h"
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

ServerSessions::~ServerSessions()
{
    m_giveUpEvent.Cancel();
}

void
ServerSessions::Start(const Address& remote,
                      ServerSession::Parts parts,
                      bool isOwnDecision,
                      Attendance attendance)
{
    NS_LOG_FUNCTION(this << remote);
    m_parts = parts;
    m_isOwnDecision = isOwnDecision;
    m_sessions.push_back(std::make_unique<ServerSession>(*this, std::move(parts), isOwnDecision));
    m_serving = m_sessions.back().get();
    m_serving->Start(m_node, remote, attendance);
    m_inferences.SetDecision(m_serving->GetDecision(), m_serving->GetServer());
}

void
ServerSessions::Stop()
{
    NS_LOG_FUNCTION(this);
    m_giveUpEvent.Cancel();
    TraceMigration();
    for (auto& session : m_sessions)
    {
        if (session->IsRunning())
        {
            session->Stop();
        }
    }
}

void
ServerSessions::Dispose()
{
    for (auto& session : m_sessions)
    {
        session->Dispose();
    }
}

void
ServerSessions::SetVisits(bool visits)
{
    m_visits = visits;
}

// SERVERS

const ServerSession&
ServerSessions::GetServing() const
{
    return *m_serving;
}

const ServerSession*
ServerSessions::Find(uint32_t server) const
{
    return FindSession(server);
}

ServerSession*
ServerSessions::FindSession(uint32_t server) const
{
    for (const auto& session : m_sessions)
    {
        if (session->GetServer() == server)
        {
            return session.get();
        }
    }
    return nullptr;
}

ServerSession&
ServerSessions::Get(uint32_t server)
{
    if (auto* session = FindSession(server))
    {
        return *session;
    }
    m_sessions.push_back(
        std::make_unique<ServerSession>(*this,
                                        ServerSession::Parts{Clone(m_parts.connection),
                                                             Clone(m_parts.uplink),
                                                             Clone(m_parts.downlink),
                                                             Clone(m_parts.prober)},
                                        m_isOwnDecision));
    return *m_sessions.back();
}

ServerSession&
ServerSessions::FindFor(const OngoingInference& inference)
{
    for (auto& session : m_sessions)
    {
        if (session->GetDecision() == inference.decision)
        {
            return *session;
        }
    }
    return *m_serving;
}

void
ServerSessions::Redirect(const Address& remote)
{
    NS_LOG_FUNCTION(this << remote);
    const auto server = FindNode(remote);
    const auto* known = Find(server);
    if (known && known != m_serving)
    {
        Move(server, remote, "server changed"); // there is a session with it already
        return;
    }
    m_inferences.SetDecision(m_serving->GetDecision(), server);
    m_serving->Redirect(remote);
}

void
ServerSessions::SetOwnDecision(bool isOwnDecision)
{
    m_isOwnDecision = isOwnDecision;
    for (auto& session : m_sessions)
    {
        session->SetOwnDecision(isOwnDecision);
    }
}

void
ServerSessions::Visit(uint32_t server, const Address& remote)
{
    Get(server).Start(m_node, remote, Attendance::VISITING);
}

// MOVES

bool
ServerSessions::IsMoving() const
{
    // who has lost its server does not wait for an answer
    const auto isOpen = m_question.session && m_serving->GetDecision()->IsGranted() &&
                        Simulator::Now() < m_question.asked + GetSettings().firstLease;
    return m_next || isOpen;
}

Time
ServerSessions::GetLastMove() const
{
    return m_lastMove;
}

void
ServerSessions::Join(uint32_t server, double gainS, const std::string& reason)
{
    NS_LOG_FUNCTION(this << server << gainS << reason);
    auto& session = Get(server);
    if (!session.GetConnection()->IsUp() || !session.IsVisit())
    {
        return; // the next choice may find it so
    }
    m_question = {&session, m_question.number + 1, Simulator::Now(), reason};
    session.Join(m_question.number, gainS);
}

void
ServerSessions::Move(uint32_t server, const Address& remote, const std::string& reason)
{
    NS_LOG_FUNCTION(this << server << remote << reason);
    auto& session = Get(server);
    m_question.session = nullptr;
    if (session.IsRunning())
    {
        session.Attend(Attendance::CHOOSING, reason);
    }
    else
    {
        session.Start(m_node, remote, Attendance::CHOOSING);
    }
    SetNext(session, Simulator::Now(), reason);
}

void
ServerSessions::HandleAdmission(ServerSession& session, const Admission& admission)
{
    NS_LOG_FUNCTION(this << admission.number << +admission.admitted);
    if (!session.IsVisit() || m_question.session != &session ||
        m_question.number != admission.number)
    {
        // the device asks no more: it is no news to it, but a device that was admitted leaves
        if (admission.admitted && session.IsVisit())
        {
            session.EndLeaving(true);
        }
        return;
    }
    m_question.session = nullptr;
    if (admission.admitted)
    {
        SetNext(session, m_question.asked, m_question.reason);
        session.HandleAdmitted();
    }
}

void
ServerSessions::SetNext(ServerSession& session, Time asked, const std::string& reason)
{
    TraceMigration();
    m_next = &session;
    m_migration = MigrationRecord();
    m_migration.asked = asked;
    m_migration.reason = reason;
    m_giveUpEvent.Cancel();
    m_giveUpEvent = Simulator::Schedule(GetSettings().firstLease, &ServerSessions::GiveUp, this);
}

void
ServerSessions::GiveUp()
{
    NS_LOG_FUNCTION(this);
    auto& session = *std::exchange(m_next, nullptr);
    session.EndLeaving(m_visits);
    m_events.alone(session);
}

void
ServerSessions::Switch()
{
    NS_LOG_FUNCTION(this << m_next->GetServer());
    auto& from = *m_serving;
    const auto settings = GetSettings();
    const auto oldDecision = from.GetDecision();
    const auto oldPlan = oldDecision->GetPlan();
    m_giveUpEvent.Cancel();
    m_serving = std::exchange(m_next, nullptr);
    m_lastMove = Simulator::Now();
    const auto decision = m_serving->GetDecision();
    const auto server = m_serving->GetServer();
    m_migration.time = m_lastMove;
    m_migration.device = settings.device;
    m_migration.from = from.GetServer();
    m_migration.to = server;
    m_migration.handover = settings.handover;
    m_migration.inFlight = m_inferences.CountOffloads(*oldDecision);
    m_isTraced = false;
    const auto newPlan = decision->GetPlan();
    if (!IsEqual(*oldPlan, *newPlan))
    {
        m_events.cutChanged(*m_serving, *oldPlan, *newPlan, CutReason::SERVER_CHANGED);
    }
    m_inferences.SetDecision(decision, server);
    m_inferences.MoveTo(*oldDecision, decision, server, settings.handover == Handover::REDO);
    from.Leave();
    HandleEnd();
}

void
ServerSessions::HandleEnd()
{
    for (auto& session : m_sessions)
    {
        if (session->IsLeaving() && CountOffloads(*session) == 0)
        {
            session->EndLeaving(m_visits);
        }
    }
}

void
ServerSessions::TraceMigration()
{
    if (!std::exchange(m_isTraced, true))
    {
        m_events.migrated(m_migration);
    }
}

// INFERENCES

void
ServerSessions::Upload(const OngoingInference& inference)
{
    FindFor(inference).Upload(inference);
}

void
ServerSessions::Cancel(const OngoingInference& inference)
{
    FindFor(inference).Cancel(inference);
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

double
ServerSessions::GetGapVariation() const
{
    return m_events.gapVariation();
}

uint32_t
ServerSessions::CountOffloads(const ServerSession& session) const
{
    return m_inferences.CountOffloads(*session.GetDecision());
}

const OngoingInference*
ServerSessions::FindInference(uint64_t inference) const
{
    const auto found = m_inferences.GetAll().find(inference);
    return found != m_inferences.GetAll().end() ? &found->second : nullptr;
}

// WHAT SERVERS DO

void
ServerSessions::HandleConnected(ServerSession& session)
{
    m_inferences.UploadAgain(*session.GetDecision());
}

void
ServerSessions::HandleGrant(ServerSession& session)
{
    NS_LOG_FUNCTION(this);
    if (&session == m_next)
    {
        Switch();
    }
    if (&session == m_serving)
    {
        m_events.granted(session);
    }
    m_inferences.ResumeUnserved("share lost");
    m_inferences.Feed();
}

void
ServerSessions::HandleLoss(ServerSession& session, const std::string& words)
{
    NS_LOG_FUNCTION(this << words);
    if (&session == m_serving)
    {
        m_events.lost();
    }
    m_inferences.ResumeUnserved(words); // without a GRANT, the server runs none of them
}

void
ServerSessions::HandleRedirect(ServerSession& /* session */)
{
    m_inferences.Feed();
}

void
ServerSessions::HandleExpiry(ServerSession& session)
{
    NS_LOG_FUNCTION(this << session.GetServer());
    m_inferences.Feed();
    if (&session == m_next)
    {
        m_giveUpEvent.Cancel();
        GiveUp();
    }
    else if (&session == m_serving)
    {
        m_events.alone(session);
    }
    else if (session.IsLeaving())
    {
        session.EndLeaving(m_visits); // what was offloaded there goes on here
    }
}

void
ServerSessions::HandleStarted(const Activation& activation)
{
    m_inferences.HandleStarted(activation.inference, NanoSeconds(activation.sentNs));
    const auto before = std::exchange(m_lastTensors, Simulator::Now());
    if (!m_isTraced)
    {
        const auto& inferences = m_inferences.GetAll();
        const auto found = inferences.find(activation.inference);
        if (found != inferences.end() && found->second.record.server == m_migration.to)
        {
            m_migration.gap = before.IsNegative() ? before : Simulator::Now() - before;
            TraceMigration();
        }
    }
}

void
ServerSessions::HandleResult(const Result& result)
{
    m_inferences.HandleResult(result);
}

void
ServerSessions::HandleAnnounce(const Announce& announce)
{
    m_events.announced(announce);
}

void
ServerSessions::HandleMove(const surgery::Move& move)
{
    m_events.told(move);
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
    if (&session == m_serving)
    {
        m_events.cutChanged(session, oldPlan, newPlan, reason);
    }
}

} // namespace surgery
} // namespace ns3
