/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-decentralized-dds-scheduler.h"

#include "negotiation.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/surgery-header.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstddef>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("DecentralizedDdsScheduler");

NS_OBJECT_ENSURE_REGISTERED(DecentralizedDdsScheduler);

TypeId
DecentralizedDdsScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::DecentralizedDdsScheduler")
            .SetParent<DecisionProcess>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<DecentralizedDdsScheduler>()
            .AddAttribute("Tolerance",
                          "The rounds of prices end when demand fits at one price but not at a "
                          "price that is lower by this fraction. A part of the server that is "
                          "smaller than this fraction is not offered. As with all attributes of "
                          "this class, a new value takes effect at the next timestep.",
                          DoubleValue(5e-4),
                          MakeDoubleAccessor(&DecentralizedDdsScheduler::m_tolerance),
                          MakeDoubleChecker<double>(1e-9, 1))
            .AddAttribute("MaxRounds",
                          "Maximum number of rounds of prices per timestep. If they end before the "
                          "price is exact, the price is interpolated.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&DecentralizedDdsScheduler::m_maxRounds),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("HandOutRounds",
                          "Maximum number of rounds per timestep in which the capacity that is "
                          "left over is offered.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&DecentralizedDdsScheduler::m_handOutRounds),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("RoundDeadline",
                          "How long all rounds of a timestep may take together, at most a "
                          "timestep. At the end of this time, shares are granted from the answers "
                          "so far. 0 means four fifths of a timestep.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&DecentralizedDdsScheduler::m_roundDeadline),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("DemandLifetime",
                          "How long a device's answer counts if the device does not answer again.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&DecentralizedDdsScheduler::m_demandLifetime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Patience",
                          "How long a round waits for silent devices, as a multiple of the time "
                          "that half of the devices took to answer.",
                          DoubleValue(3),
                          MakeDoubleAccessor(&DecentralizedDdsScheduler::m_patience),
                          MakeDoubleChecker<double>(1))
            .AddAttribute("Waiting",
                          "Whether devices whose requests do not wait for results (OpenLoop or "
                          "RequestTimes of the client) add the mean time that their inferences "
                          "wait for each other to their cost, by what they measure: the rate of "
                          "their requests and the variation of the gaps between them, which they "
                          "do not tell the server. The GRANT of one timestep tells them to do so "
                          "in the next one.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&DecentralizedDdsScheduler::m_waiting),
                          MakeBooleanChecker())
            .AddTraceSource("Round",
                            "A round of prices has ended.",
                            MakeTraceSourceAccessor(&DecentralizedDdsScheduler::m_roundTrace),
                            "ns3::surgery::DecentralizedDdsScheduler::RoundTracedCallback")
            .AddTraceSource("Negotiated",
                            "The devices' shares were settled.",
                            MakeTraceSourceAccessor(&DecentralizedDdsScheduler::m_negotiatedTrace),
                            "ns3::surgery::DecentralizedDdsScheduler::NegotiatedTracedCallback")
            .AddTraceSource("AnswerIgnored",
                            "A device's answer was invalid and was ignored.",
                            MakeTraceSourceAccessor(&DecentralizedDdsScheduler::m_ignoredTrace),
                            "ns3::surgery::DecentralizedDdsScheduler::IgnoredTracedCallback");
    return tid;
}

DecentralizedDdsScheduler::DecentralizedDdsScheduler()
    : m_negotiation(std::make_unique<Negotiation>())
{
    NS_LOG_FUNCTION(this);
    m_negotiation->SetCallbacks(MakeCallback(&DecentralizedDdsScheduler::Send, this),
                                MakeCallback(&DecentralizedDdsScheduler::TraceRound, this),
                                MakeCallback(&DecentralizedDdsScheduler::TraceIgnored, this),
                                MakeCallback(&DecentralizedDdsScheduler::HandleNegotiated, this));
}

DecentralizedDdsScheduler::~DecentralizedDdsScheduler()
{
    NS_LOG_FUNCTION(this);
}

void
DecentralizedDdsScheduler::Forget(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    m_negotiation->Remove(device);
}

bool
DecentralizedDdsScheduler::IsDecentralized() const
{
    return true;
}

bool
DecentralizedDdsScheduler::WantsGaps() const
{
    return m_waiting;
}

bool
DecentralizedDdsScheduler::HandleMessage(uint32_t device, const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << device);
    const auto* demand = header.GetIf<Demand>();
    if (demand)
    {
        m_negotiation->HandleDemand(device, *demand);
    }
    return demand;
}

uint64_t
DecentralizedDdsScheduler::GetIgnored() const
{
    return m_negotiation->GetIgnored();
}

void
DecentralizedDdsScheduler::DoBegin(const Game& game, const HeldShares& held, Time timestep)
{
    NS_LOG_FUNCTION(this << game.players.size() << timestep);
    Negotiation::Players players;
    auto capacity = 1 - held.load;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        players[game.players[i].device] = held.shares[i];
        capacity += held.shares[i];
    }
    m_negotiation->Begin(players,
                         std::clamp(capacity, 0.0, 1.0),
                         GetRules(),
                         GetProcessor(),
                         timestep);
}

bool
DecentralizedDdsScheduler::DoIsRunning() const
{
    return m_negotiation->IsRunning();
}

void
DecentralizedDdsScheduler::DoCancel()
{
    NS_LOG_FUNCTION(this);
    m_negotiation->Reset();
}

NegotiationRules
DecentralizedDdsScheduler::GetRules() const
{
    NegotiationRules rules;
    rules.tolerance = m_tolerance;
    rules.maxRounds = m_maxRounds;
    rules.handOutRounds = m_handOutRounds;
    rules.roundDeadline = m_roundDeadline;
    rules.demandLifetime = m_demandLifetime;
    rules.patience = m_patience;
    rules.hostWork = GetHostWork();
    rules.postedPriceS = GetPostedPrice();
    return rules;
}

void
DecentralizedDdsScheduler::TraceRound(const RoundRecord& record)
{
    m_roundTrace(record);
}

void
DecentralizedDdsScheduler::TraceIgnored(uint32_t device, const std::string& reason)
{
    NS_LOG_INFO("device " << device << ": " << reason);
    m_ignoredTrace(device, reason);
}

void
DecentralizedDdsScheduler::HandleNegotiated(const NegotiationRecord& record)
{
    NS_LOG_FUNCTION(this << record.timestep);
    m_negotiatedTrace(record);
    Game game;
    game.capacity = record.capacity;
    Outcome outcome;
    outcome.shadowPriceS = record.priceS;
    outcome.rounds = record.priceRounds + record.offerRounds;
    for (const auto& negotiated : record.shares)
    {
        game.players.emplace_back().device = negotiated.device;
        outcome.decisions.emplace_back().share = negotiated.share;
    }
    Finish(game, outcome);
}

} // namespace surgery
} // namespace ns3
