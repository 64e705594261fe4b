/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-selection.h"

#include "server-sessions.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/surgery-socket-text.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ServerSelection");

ServerSelection::ServerSelection(ServerSessions& sessions,
                                 Ptr<ServerChoice> choice,
                                 SiteCallback site)
    : m_sessions(sessions),
      m_choice(choice),
      m_site(site)
{
}

ServerSelection::~ServerSelection()
{
    Stop();
}

void
ServerSelection::Start()
{
    // half of it, because servers that began with the device announce themselves at the whole ones
    m_event = Simulator::Schedule(m_choice->GetInterval() / 2, &ServerSelection::Choose, this);
}

void
ServerSelection::Stop()
{
    m_event.Cancel();
}

void
ServerSelection::HandleAnnounce(const Announce& announce)
{
    NS_LOG_FUNCTION(this << announce.server << announce.sequence);
    const auto remote = ParseSocketText(announce.address);
    const auto found = m_known.find(announce.server);
    const auto isKnown = found != m_known.end();
    if (!remote || (isKnown && found->second.offer.sequence >= announce.sequence))
    {
        return;
    }
    // sessions are told apart by the node that has the address
    const auto isSameAddress = isKnown && found->second.offer.address == announce.address;
    if (announce.server == NO_NODE || (!isSameAddress && FindNode(*remote) != announce.server))
    {
        NS_LOG_WARN("server " << announce.server << " is not at " << announce.address);
        return;
    }
    auto& known = m_known[announce.server];
    known.offer = announce;
    known.remote = *remote;
    known.made = NanoSeconds(announce.sentNs) - BoundTime(NanoSeconds(announce.ageNs));
    if (m_choice->WantsVisits() && announce.server != m_sessions.GetServing().GetServer())
    {
        m_sessions.Visit(announce.server, known.remote);
    }
}

void
ServerSelection::HandleMove(const Move& move)
{
    NS_LOG_FUNCTION(this << move.server);
    m_told = move.server;
}

void
ServerSelection::HandleAlone(const ServerSession& session)
{
    NS_LOG_FUNCTION(this << session.GetServer());
    const auto isServing = &session == &m_sessions.GetServing();
    const auto found = m_known.find(session.GetServer());
    if (found != m_known.end())
    {
        auto& known = found->second;
        (isServing ? known.lost : known.waitUntil) =
            Simulator::Now() + (isServing ? Time() : m_sessions.GetSettings().firstLease);
    }
    m_isLost = m_isLost || isServing;
    // only after this event, in which the session is still being changed
    m_event.Cancel();
    m_event = Simulator::ScheduleNow(&ServerSelection::Choose, this);
}

void
ServerSelection::Choose()
{
    NS_LOG_FUNCTION(this);
    m_event = Simulator::Schedule(m_choice->GetInterval(), &ServerSelection::Choose, this);
    const auto& serving = m_sessions.GetServing();
    m_isLost = m_isLost && !IsServed();
    if (m_isLost || m_told == serving.GetServer())
    {
        m_told.reset();
    }
    const auto isSettled = m_sessions.GetLastMove().IsNegative() ||
                           Simulator::Now() >= m_sessions.GetLastMove() + m_choice->GetMinStay();
    // a device that waits for its server's first GRANT or announcement cannot compare
    const auto canCompare = IsServed() && isSettled && m_known.count(serving.GetServer()) > 0;
    if (m_sessions.IsMoving() || !(canCompare || m_isLost))
    {
        return;
    }
    const auto move = m_choice->Choose(MakeView());
    if (!move)
    {
        return;
    }
    const auto found = m_known.find(move->server);
    if (found == m_known.end() || move->server == serving.GetServer())
    {
        NS_LOG_WARN("a choice of server " << move->server << ", which is not known or serves");
        return;
    }
    if (move->asksAdmission)
    {
        m_sessions.Join(move->server, move->gainS, move->reason);
    }
    else
    {
        m_sessions.Move(move->server, found->second.remote, move->reason);
    }
}

bool
ServerSelection::IsServed() const
{
    return m_sessions.GetServing().GetDecision()->IsGranted();
}

bool
ServerSelection::CanReach(uint32_t server, const Known& known) const
{
    const auto& serving = m_sessions.GetServing();
    if (server == serving.GetServer())
    {
        return IsServed();
    }
    if (Simulator::Now() < known.waitUntil || known.made < known.lost)
    {
        return false;
    }
    const auto* session = m_sessions.Find(server);
    if (session && session->IsLeaving())
    {
        return false;
    }
    if (m_choice->WantsVisits())
    {
        return session && session->GetConnection()->IsUp();
    }
    // while a server is lost, nobody passes on what others offer
    const auto lease = NanoSeconds(serving.GetDecision()->GetLastGrant().leaseNs);
    return !IsServed() || Simulator::Now() - known.made <= lease;
}

Player
ServerSelection::MakePlayer(const Known& known, const ServerSession* session) const
{
    const auto settings = m_sessions.GetSettings();
    const auto& secrets = settings.secrets;
    Options options;
    try
    {
        options = MakeOptions(*settings.frontiers,
                              secrets.variants,
                              secrets.processor,
                              known.offer.processor,
                              secrets.weights);
    }
    catch (const std::invalid_argument& error)
    {
        NS_LOG_WARN("server " << known.offer.server
                              << " offers what cannot be used: " << error.what());
    }
    auto player = Bidder::MakePlayer(secrets,
                                     options,
                                     session ? session->GetLink() : Link(),
                                     {known.offer.hostMessageS, known.offer.hostByteS});
    player.device = settings.device;
    player.usagePriceS += known.offer.postedPriceS;
    return player;
}

ChoiceView
ServerSelection::MakeView() const
{
    const auto settings = m_sessions.GetSettings();
    ChoiceView view;
    view.device = settings.device;
    view.told = m_told;
    view.inputBytes = settings.variants->front().facts.inputBytes;
    view.resultBytes = settings.variants->front().costs->GetResultBytes();
    const auto site = m_site.IsNull() ? NO_NODE : m_site();
    for (const auto& [server, known] : m_known)
    {
        if (!CanReach(server, known))
        {
            continue;
        }
        const auto* session = m_sessions.Find(server);
        ServerOffer offer;
        offer.server = server;
        offer.isServing = server == m_sessions.GetServing().GetServer();
        offer.isNearest = server == site;
        offer.isMeasured = session && session->IsMeasured();
        offer.player = MakePlayer(known, session);
        offer.terms = {known.offer.shadowPriceS, known.offer.load, known.offer.curvatureS};
        offer.age = Simulator::Now() - known.made;
        view.servers.push_back(offer);
    }
    return view;
}

} // namespace surgery
} // namespace ns3
