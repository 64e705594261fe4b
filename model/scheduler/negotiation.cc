/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "negotiation.h"

#include "ns3/assert.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("Negotiation");

namespace
{

/// A device that was silent in this many rounds in a row is not waited for.
constexpr uint32_t PATIENT_ROUNDS = 3;
/// By how much shares and bids may exceed the available capacity because of rounding.
constexpr double ROUNDING = 1e-12;

} // namespace

Negotiation::~Negotiation()
{
    Reset();
}

void
Negotiation::SetCallbacks(SendCallback send,
                          RoundCallback round,
                          IgnoredCallback ignored,
                          DoneCallback done)
{
    m_send = send;
    m_roundEnded = round;
    m_ignore = ignored;
    m_done = done;
}

void
Negotiation::Reset()
{
    NS_LOG_FUNCTION(this);
    m_patienceEvent.Cancel();
    m_deadlineEvent.Cancel();
    m_isRunning = false;
    m_devices.clear();
    m_book.Clear();
    m_waiting.clear();
    m_questions.clear();
    m_search.Forget();
}

bool
Negotiation::IsRunning() const
{
    return m_isRunning;
}

uint64_t
Negotiation::GetIgnored() const
{
    return m_ignored;
}

// ROUNDS

void
Negotiation::Begin(const Players& players,
                   double capacity,
                   const NegotiationRules& rules,
                   const std::string& processor,
                   Time timestep)
{
    NS_LOG_FUNCTION(this << players.size() << capacity);
    NS_ASSERT_MSG(!m_isRunning, "a negotiation is under way");
    m_rules = rules;
    m_processor = processor;
    m_search.SetTolerance(rules.tolerance);
    const auto deadline = m_rules.roundDeadline.IsZero()
                              ? NanoSeconds(timestep.GetNanoSeconds() / 5 * 4)
                              : std::min(m_rules.roundDeadline, timestep);
    m_isRunning = true;
    m_book.Open(players, capacity);
    m_record.begin = Simulator::Now();
    m_record.timestep = ++m_timestep;
    m_record.priceRounds = 0;
    m_record.offerRounds = 0;
    for (const auto& entry : players)
    {
        m_devices[entry.first];
    }
    // answers to questions older than DemandLifetime do not count
    while (!m_questions.empty() &&
           Simulator::Now() - m_questions.begin()->second.begin > m_rules.demandLifetime)
    {
        m_questions.erase(m_questions.begin());
    }
    m_search.Begin();
    if (m_book.GetPlayers().empty())
    {
        SettlePrice();
        Finish();
        return;
    }
    m_deadlineEvent = Simulator::Schedule(deadline, &Negotiation::HandleDeadline, this);
    AnnouncePrices();
}

Negotiation::Question&
Negotiation::Ask(bool isOffer)
{
    auto& question = m_questions[++m_lastRound];
    question.timestep = m_timestep;
    question.isOffer = isOffer;
    question.begin = Simulator::Now();
    question.asked = m_book.GetPlayers();
    m_waiting.clear();
    for (const auto id : m_book.GetPlayers())
    {
        if (m_devices.at(id).missed < PATIENT_ROUNDS)
        {
            m_waiting.insert(id);
        }
    }
    if (m_waiting.empty())
    {
        m_waiting = m_book.GetPlayers();
    }
    m_waitedFor = m_waiting.size();
    return question;
}

void
Negotiation::AnnouncePrices()
{
    auto& question = Ask(false);
    question.ladder = m_search.GetLadder();
    ++m_record.priceRounds;
    Price price;
    price.timestep = m_timestep;
    price.round = m_lastRound;
    price.processor = m_processor;
    price.prices = question.ladder;
    price.hostMessageS = m_rules.hostWork.messageS;
    price.hostByteS = m_rules.hostWork.byteS;
    price.postedPriceS = m_rules.postedPriceS;
    const SurgeryHeader header(price);
    for (const auto id : m_book.GetPlayers())
    {
        m_send(id, header);
    }
}

void
Negotiation::OfferLeftover()
{
    Ask(true);
    ++m_record.offerRounds;
    for (const auto id : m_book.GetPlayers())
    {
        auto& entry = m_book.At(id);
        entry.bid = {};
        Offer offer;
        offer.timestep = m_timestep;
        offer.round = m_lastRound;
        offer.share = entry.share;
        offer.leftover = std::min(1.0, m_book.GetLeftover(id));
        m_send(id, SurgeryHeader(offer));
    }
}

void
Negotiation::HandleDemand(uint32_t id, const Demand& demand)
{
    NS_LOG_FUNCTION(this << id << demand.round);
    const auto found = m_questions.find(demand.round);
    if (found == m_questions.end())
    {
        if (demand.round == 0 || demand.round > m_lastRound)
        {
            Ignore(id, "a round that was not announced");
        }
        else
        {
            ++m_record.late; // too late to be used
        }
        return;
    }
    auto& question = found->second;
    if (question.asked.erase(id) == 0)
    {
        Ignore(id, "a round in which it was not asked, or has answered");
        return;
    }
    auto& device = m_devices.at(id);
    auto& entry = m_book.At(id);
    const auto fault = FindFault(id, question, demand);
    const auto isCurrent = m_isRunning && demand.round == m_lastRound;
    device.missed = 0;
    m_record.late += isCurrent ? 0 : 1;
    if (!fault.empty())
    {
        Ignore(id, fault);
    }
    else if (question.isOffer)
    {
        entry.bid = isCurrent ? Bid{demand.shares[0], demand.gainS} : Bid{};
    }
    else if (question.timestep >= device.curveTimestep)
    {
        if (question.timestep > device.curveTimestep)
        {
            entry.curve.Clear();
            device.curveTimestep = question.timestep;
        }
        entry.curve.Add(question.ladder, demand.shares);
        device.heard = Simulator::Now();
    }
    if (isCurrent)
    {
        m_waiting.erase(id);
        CheckRound();
    }
}

std::string
Negotiation::FindFault(uint32_t device, const Question& question, const Demand& demand) const
{
    const auto& shares = demand.shares;
    if (shares.size() != (question.isOffer ? 1 : question.ladder.size()))
    {
        return "not one share per question";
    }
    if (!IsDemand(shares))
    {
        return "shares that are negative, not a number, or rise with the price";
    }
    if (!std::isfinite(demand.gainS) || demand.gainS < 0)
    {
        return "a gain that is negative or not finite";
    }
    const auto isCurrent = m_isRunning && demand.round == m_lastRound;
    if (question.isOffer && isCurrent)
    {
        const auto least = m_book.At(device).share;
        const auto most = std::min(1.0, least + m_book.GetLeftover(device));
        if (shares[0] < least || shares[0] > most + ROUNDING)
        {
            return "a share that was not offered";
        }
    }
    return "";
}

void
Negotiation::Ignore(uint32_t device, const std::string& reason)
{
    ++m_ignored;
    ++m_record.ignored;
    m_ignore(device, reason);
}

void
Negotiation::Remove(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    m_devices.erase(device);
    m_book.Remove(device);
    for (auto& entry : m_questions)
    {
        entry.second.asked.erase(device);
    }
    if (m_waiting.erase(device) > 0 && m_isRunning)
    {
        --m_waitedFor;
        m_patienceEvent.Cancel();
        m_patienceEvent = Simulator::ScheduleNow(&Negotiation::CheckRound, this);
    }
}

void
Negotiation::CheckRound()
{
    if (m_waiting.empty())
    {
        EndRound();
        return;
    }
    const auto answered = m_waitedFor - m_waiting.size();
    if (2 * answered >= m_waitedFor && m_patienceEvent.IsExpired())
    {
        const auto elapsed = Simulator::Now() - m_questions.at(m_lastRound).begin;
        m_patienceEvent = Simulator::Schedule(
            NanoSeconds(static_cast<int64_t>((m_rules.patience - 1) *
                                             static_cast<double>(elapsed.GetNanoSeconds()))),
            &Negotiation::EndRound,
            this);
    }
}

uint32_t
Negotiation::StopWaiting()
{
    m_patienceEvent.Cancel();
    for (const auto id : m_waiting)
    {
        ++m_devices.at(id).missed;
    }
    m_waiting.clear();
    const auto& silent = m_questions.at(m_lastRound).asked;
    return static_cast<uint32_t>(m_book.GetPlayers().size() - silent.size());
}

void
Negotiation::EndRound()
{
    NS_LOG_FUNCTION(this);
    const auto answered = StopWaiting();
    if (m_questions.at(m_lastRound).isOffer)
    {
        const auto isAgain = m_book.GrantBids() && m_record.offerRounds < m_rules.handOutRounds;
        if (isAgain && IsWorthAnOffer())
        {
            OfferLeftover();
            return;
        }
        Finish();
        return;
    }
    LearnFromPrices(answered);
    if (!m_search.IsDone() && m_record.priceRounds < m_rules.maxRounds &&
        !m_book.GetPlayers().empty())
    {
        AnnouncePrices();
        return;
    }
    SettlePrice();
    if (m_rules.handOutRounds > 0 && IsWorthAnOffer())
    {
        OfferLeftover();
        return;
    }
    Finish();
}

void
Negotiation::HandleDeadline()
{
    NS_LOG_FUNCTION(this);
    const auto answered = StopWaiting();
    if (m_questions.at(m_lastRound).isOffer)
    {
        m_book.GrantBids();
    }
    else
    {
        if (answered > 0)
        {
            LearnFromPrices(answered);
        }
        SettlePrice();
    }
    Finish();
}

// DECISION

void
Negotiation::LearnFromPrices(uint32_t answered)
{
    ForgetOldDemands();
    const auto ladder = m_search.GetLadder();
    std::vector<double> loads;
    loads.reserve(ladder.size());
    for (const auto price : ladder)
    {
        loads.push_back(m_book.GetLoad(price));
    }
    m_search.Narrow(loads, m_book.GetCapacity());
    RoundRecord record;
    record.time = Simulator::Now();
    record.timestep = m_timestep;
    record.round = m_record.priceRounds;
    record.asked = static_cast<uint32_t>(m_book.GetPlayers().size());
    record.answered = answered;
    record.lowPriceS = m_search.GetLowerBound();
    record.highPriceS = m_search.GetPrice();
    record.lowLoad = record.lowPriceS >= 0 ? m_book.GetLoad(record.lowPriceS) : 0.0;
    record.highLoad = std::isfinite(record.highPriceS) ? m_book.GetLoad(record.highPriceS) : 0.0;
    record.excess = std::max(0.0, record.lowLoad - m_book.GetCapacity());
    m_roundEnded(record);
}

void
Negotiation::ForgetOldDemands()
{
    for (auto& [id, device] : m_devices)
    {
        if (Simulator::Now() - device.heard > m_rules.demandLifetime)
        {
            m_book.At(id).curve.Clear();
        }
    }
}

void
Negotiation::SettlePrice()
{
    NS_LOG_FUNCTION(this);
    ForgetOldDemands();
    m_record.priceS = m_book.Settle(m_search);
    m_record.isExact = m_search.IsDone();
    m_record.clearedLoad = m_book.GetReserved();
    m_record.cleared = Simulator::Now();
    m_record.fresh = 0;
    m_record.stale = 0;
    for (const auto id : m_book.GetPlayers())
    {
        ++(m_devices.at(id).curveTimestep == m_timestep ? m_record.fresh : m_record.stale);
    }
}

bool
Negotiation::IsWorthAnOffer() const
{
    const auto& players = m_book.GetPlayers();
    return std::any_of(players.begin(), players.end(), [this](uint32_t id) {
        return m_book.GetLeftover(id) > m_rules.tolerance;
    });
}

void
Negotiation::Finish()
{
    NS_LOG_FUNCTION(this);
    m_patienceEvent.Cancel();
    m_deadlineEvent.Cancel();
    m_isRunning = false;
    m_record.end = Simulator::Now();
    m_record.capacity = m_book.GetCapacity();
    m_record.load = m_book.GetReserved();
    m_record.shares.clear();
    for (const auto id : m_book.GetPlayers())
    {
        const auto& entry = m_book.At(id);
        m_record.shares.push_back({id, entry.share, entry.held, entry.cleared});
    }
    const auto record = m_record;
    m_record.late = 0;
    m_record.ignored = 0;
    m_done(record);
}

} // namespace surgery
} // namespace ns3
