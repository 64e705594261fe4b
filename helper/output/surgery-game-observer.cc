/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-game-observer.h"

#include "ns3/log.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-decentralized-dds-scheduler.h"
#include "ns3/surgery-device-demand.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("GameObserver");

NS_OBJECT_ENSURE_REGISTERED(GameObserver);

TypeId
GameObserver::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::GameObserver")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<GameObserver>()
            .AddTraceSource("Observed",
                            "A negotiation has ended with this outcome.",
                            MakeTraceSourceAccessor(&GameObserver::m_observedTrace),
                            "ns3::surgery::GameObserver::ObservedTracedCallback")
            .AddTraceSource("Scored",
                            "A negotiation has ended with this outcome for one device.",
                            MakeTraceSourceAccessor(&GameObserver::m_scoredTrace),
                            "ns3::surgery::GameObserver::ScoredTracedCallback");
    return tid;
}

GameObserver::GameObserver()
{
    NS_LOG_FUNCTION(this);
}

GameObserver::~GameObserver()
{
    NS_LOG_FUNCTION(this);
}

void
GameObserver::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_clients.clear();
    m_applications = ApplicationContainer();
    Object::DoDispose();
}

void
GameObserver::Watch(Ptr<MecServer> server, const ApplicationContainer& clients)
{
    NS_LOG_FUNCTION(this << server << clients.GetN());
    if (!server->GetScheduler()->IsDecentralized())
    {
        throw std::invalid_argument("GameObserver: Scheduler: decides itself; its trace source "
                                    "Timestep tells what came of it");
    }
    m_applications.Add(clients);
    server->GetScheduler()->TraceConnectWithoutContext(
        "Negotiated",
        MakeCallback(&GameObserver::HandleNegotiated, Ptr<GameObserver>(this)));
}

void
GameObserver::HandleNegotiated(const NegotiationRecord& record)
{
    NS_LOG_FUNCTION(this << record.timestep);
    if (m_observedTrace.IsEmpty() && m_scoredTrace.IsEmpty())
    {
        return;
    }
    for (auto it = m_applications.Begin(); it != m_applications.End(); ++it)
    {
        // ids are final only once the applications run
        if (const auto client = DynamicCast<InferenceClient>(*it))
        {
            m_clients[client->GetDeviceId()] = client;
        }
    }
    Game game;
    Outcome outcome;
    outcome.shadowPriceS = record.priceS;
    game.capacity = record.capacity;
    std::vector<uint32_t> devices;
    for (const auto& negotiated : record.shares)
    {
        const auto client = m_clients.find(negotiated.device);
        const auto player = client != m_clients.end() ? client->second->GetPlayer() : Player();
        if (!player.options)
        {
            continue; // it was never asked, and has no share
        }
        game.capacity -= negotiated.share > 0 ? 0 : negotiated.held;
        game.players.push_back(player);
        outcome.decisions.push_back(DeviceDemand(player).Settle(negotiated.share));
        devices.push_back(negotiated.device);
    }
    game.capacity = std::clamp(game.capacity, 0.0, 1.0);
    const auto played = Evaluate(game, outcome);
    const auto solved = SolveEquilibrium(game);
    const auto server = Evaluate(game, solved);
    m_observedTrace({record.end,
                     record.timestep,
                     static_cast<uint32_t>(devices.size()),
                     played.potential,
                     played.maxRegret,
                     record.priceS,
                     played.load,
                     server.potential,
                     solved.shadowPriceS});
    for (std::size_t i = 0; i < devices.size(); ++i)
    {
        m_scoredTrace(devices[i], outcome.decisions[i].share, played.costsS[i], server.costsS[i]);
    }
}

} // namespace surgery
} // namespace ns3
