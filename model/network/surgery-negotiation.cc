/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-negotiation.h"

#include "ns3/assert.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryNegotiation");

NS_OBJECT_ENSURE_REGISTERED(SurgeryNegotiation);

namespace
{

/// Who was silent in so many rounds in a row is not waited for.
constexpr uint32_t PATIENT_ROUNDS = 3;
/// Halvings of a bracket of prices when the price is interpolated.
constexpr int HALVINGS = 60;
/// By how much shares and bids may exceed what there is because of rounding.
constexpr double ROUNDING = 1e-12;

} // namespace

TypeId
SurgeryNegotiation::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::SurgeryNegotiation")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<SurgeryNegotiation>()
            .AddTraceSource("Round",
                            "A round of prices has ended.",
                            MakeTraceSourceAccessor(&SurgeryNegotiation::m_roundTrace),
                            "ns3::surgery::SurgeryNegotiation::RoundTracedCallback")
            .AddTraceSource("Negotiated",
                            "The devices' shares were settled.",
                            MakeTraceSourceAccessor(&SurgeryNegotiation::m_negotiatedTrace),
                            "ns3::surgery::SurgeryNegotiation::NegotiatedTracedCallback")
            .AddTraceSource("AnswerIgnored",
                            "A device's answer made no sense and was ignored.",
                            MakeTraceSourceAccessor(&SurgeryNegotiation::m_ignoredTrace),
                            "ns3::surgery::SurgeryNegotiation::IgnoredTracedCallback");
    return tid;
}

SurgeryNegotiation::SurgeryNegotiation()
{
    NS_LOG_FUNCTION(this);
}

SurgeryNegotiation::~SurgeryNegotiation()
{
    NS_LOG_FUNCTION(this);
}

void
SurgeryNegotiation::DoDispose()
{
    NS_LOG_FUNCTION(this);
    Reset();
    m_send = SendCallback();
    m_done = DoneCallback();
    Object::DoDispose();
}

void
SurgeryNegotiation::SetRules(const NegotiationRules& rules)
{
    if (!(rules.patience >= 1))
    {
        throw std::invalid_argument("Patience: must be >= 1");
    }
    m_search = PriceSearch(rules.tolerance);
    m_rules = rules;
}

void
SurgeryNegotiation::Start(const std::string& processor, SendCallback send, DoneCallback done)
{
    NS_LOG_FUNCTION(this << processor);
    m_processor = processor;
    m_send = send;
    m_done = done;
}

void
SurgeryNegotiation::Reset()
{
    NS_LOG_FUNCTION(this);
    m_patienceEvent.Cancel();
    m_deadlineEvent.Cancel();
    m_isRunning = false;
    m_devices.clear();
    m_players.clear();
    m_waiting.clear();
    m_questions.clear();
    m_search.Forget();
}

bool
SurgeryNegotiation::IsRunning() const
{
    return m_isRunning;
}

uint64_t
SurgeryNegotiation::GetIgnored() const
{
    return m_ignored;
}

// ROUNDS

void
SurgeryNegotiation::Begin(const Players& players, double capacity, Time timestep)
{
    NS_LOG_FUNCTION(this << players.size() << capacity);
    NS_ASSERT_MSG(!m_isRunning, "a negotiation is under way");
    const auto deadline = m_rules.roundDeadline.IsZero()
                              ? NanoSeconds(timestep.GetNanoSeconds() / 5 * 4)
                              : std::min(m_rules.roundDeadline, timestep);
    m_isRunning = true;
    m_capacity = capacity;
    m_record.begin = Simulator::Now();
    m_record.timestep = ++m_timestep;
    m_record.priceRounds = 0;
    m_record.offerRounds = 0;
    m_players.clear();
    for (const auto& [id, held] : players)
    {
        auto& device = m_devices[id];
        device.held = held;
        device.share = 0;
        m_players.insert(id);
    }
    // nobody's answer to older questions counts any more
    while (!m_questions.empty() &&
           Simulator::Now() - m_questions.begin()->second.begin > m_rules.demandLifetime)
    {
        m_questions.erase(m_questions.begin());
    }
    m_search.Begin();
    if (m_players.empty())
    {
        SettlePrice();
        Finish();
        return;
    }
    m_deadlineEvent = Simulator::Schedule(deadline, &SurgeryNegotiation::HandleDeadline, this);
    AnnouncePrices();
}

SurgeryNegotiation::Question&
SurgeryNegotiation::Ask(bool isOffer)
{
    auto& question = m_questions[++m_lastRound];
    question.timestep = m_timestep;
    question.isOffer = isOffer;
    question.begin = Simulator::Now();
    question.asked = m_players;
    m_waiting.clear();
    for (const auto id : m_players)
    {
        if (m_devices.at(id).missed < PATIENT_ROUNDS)
        {
            m_waiting.insert(id);
        }
    }
    if (m_waiting.empty())
    {
        m_waiting = m_players;
    }
    m_waitedFor = m_waiting.size();
    return question;
}

void
SurgeryNegotiation::AnnouncePrices()
{
    auto& question = Ask(false);
    question.ladder = m_search.GetLadder();
    ++m_record.priceRounds;
    Price price;
    price.timestep = m_timestep;
    price.round = m_lastRound;
    price.processor = m_processor;
    price.prices = question.ladder;
    const SurgeryHeader header(price);
    for (const auto id : m_players)
    {
        m_send(id, header);
    }
}

void
SurgeryNegotiation::OfferLeftover()
{
    Ask(true);
    ++m_record.offerRounds;
    const auto leftover = std::max(0.0, m_capacity - GetReservedLoad());
    for (const auto id : m_players)
    {
        auto& device = m_devices.at(id);
        device.bid = {};
        Offer offer;
        offer.timestep = m_timestep;
        offer.round = m_lastRound;
        offer.share = device.share;
        // it may also use what would stay reserved for it in vain
        const auto own = GetReserved(device, device.share) - device.share;
        offer.leftover = std::min(1.0, leftover + own);
        m_send(id, SurgeryHeader(offer));
    }
}

void
SurgeryNegotiation::HandleDemand(uint32_t id, const Demand& demand)
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
            ++m_record.late; // too late to count for anything
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
    const auto nonsense = FindNonsense(device, question, demand);
    const auto isCurrent = m_isRunning && demand.round == m_lastRound;
    device.missed = 0;
    m_record.late += isCurrent ? 0 : 1;
    if (!nonsense.empty())
    {
        Ignore(id, nonsense);
    }
    else if (question.isOffer)
    {
        device.bid = isCurrent ? Bid{demand.shares[0], demand.gainS} : Bid{};
    }
    else if (question.timestep >= device.curveTimestep)
    {
        if (question.timestep > device.curveTimestep)
        {
            device.curve.Clear();
            device.curveTimestep = question.timestep;
        }
        device.curve.Add(question.ladder, demand.shares);
        device.heard = Simulator::Now();
    }
    if (isCurrent)
    {
        m_waiting.erase(id);
        CheckRound();
    }
}

std::string
SurgeryNegotiation::FindNonsense(const Device& device,
                                 const Question& question,
                                 const Demand& demand) const
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
        const auto most = m_capacity - GetReservedLoad() + GetReserved(device, device.share);
        if (shares[0] < device.share || shares[0] > std::min(1.0, most) + ROUNDING)
        {
            return "a share that was not offered";
        }
    }
    return "";
}

void
SurgeryNegotiation::Ignore(uint32_t device, const std::string& reason)
{
    NS_LOG_INFO("device " << device << ": " << reason);
    ++m_ignored;
    ++m_record.ignored;
    m_ignoredTrace(device, reason);
}

void
SurgeryNegotiation::Remove(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
    m_devices.erase(device);
    m_players.erase(device);
    for (auto& entry : m_questions)
    {
        entry.second.asked.erase(device);
    }
    if (m_waiting.erase(device) > 0 && m_isRunning)
    {
        --m_waitedFor;
        m_patienceEvent.Cancel();
        m_patienceEvent = Simulator::ScheduleNow(&SurgeryNegotiation::CheckRound, this);
    }
}

void
SurgeryNegotiation::CheckRound()
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
            &SurgeryNegotiation::EndRound,
            this);
    }
}

void
SurgeryNegotiation::EndRound()
{
    NS_LOG_FUNCTION(this);
    m_patienceEvent.Cancel();
    for (const auto id : m_waiting)
    {
        ++m_devices.at(id).missed;
    }
    m_waiting.clear();
    const auto& question = m_questions.at(m_lastRound);
    if (question.isOffer)
    {
        const auto isAgain = GrantBids() && m_record.offerRounds < m_rules.handOutRounds;
        if (isAgain && IsWorthAnOffer())
        {
            OfferLeftover();
            return;
        }
        Finish();
        return;
    }
    LearnFromPrices(static_cast<uint32_t>(m_players.size() - question.asked.size()));
    if (!m_search.IsDone() && m_record.priceRounds < m_rules.maxRounds && !m_players.empty())
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
SurgeryNegotiation::HandleDeadline()
{
    NS_LOG_FUNCTION(this);
    m_patienceEvent.Cancel();
    const auto& question = m_questions.at(m_lastRound);
    const auto answered = static_cast<uint32_t>(m_players.size() - question.asked.size());
    for (const auto id : m_waiting)
    {
        ++m_devices.at(id).missed;
    }
    m_waiting.clear();
    if (question.isOffer)
    {
        GrantBids();
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

double
SurgeryNegotiation::GetDemand(const Device& device, double priceS) const
{
    const auto stands = Simulator::Now() - device.heard <= m_rules.demandLifetime;
    return stands ? device.curve.GetShare(priceS) : 0.0;
}

double
SurgeryNegotiation::GetReserved(const Device& device, double share)
{
    return share > 0 ? share : device.held;
}

double
SurgeryNegotiation::GetLoad(double priceS) const
{
    double load = 0;
    for (const auto id : m_players)
    {
        const auto& device = m_devices.at(id);
        load += GetReserved(device, GetDemand(device, priceS));
    }
    return load;
}

double
SurgeryNegotiation::GetReservedLoad() const
{
    double load = 0;
    for (const auto id : m_players)
    {
        const auto& device = m_devices.at(id);
        load += GetReserved(device, device.share);
    }
    return load;
}

void
SurgeryNegotiation::LearnFromPrices(uint32_t answered)
{
    const auto ladder = m_search.GetLadder();
    std::vector<double> loads;
    loads.reserve(ladder.size());
    for (const auto price : ladder)
    {
        loads.push_back(GetLoad(price));
    }
    m_search.Narrow(loads, m_capacity);
    RoundRecord record;
    record.time = Simulator::Now();
    record.timestep = m_timestep;
    record.round = m_record.priceRounds;
    record.asked = static_cast<uint32_t>(m_players.size());
    record.answered = answered;
    record.lowPriceS = m_search.GetLowerBound();
    record.highPriceS = m_search.GetPrice();
    record.lowLoad = record.lowPriceS >= 0 ? GetLoad(record.lowPriceS) : 0.0;
    record.highLoad = std::isfinite(record.highPriceS) ? GetLoad(record.highPriceS) : 0.0;
    record.excess = std::max(0.0, record.lowLoad - m_capacity);
    m_roundTrace(record);
}

void
SurgeryNegotiation::SettlePrice()
{
    NS_LOG_FUNCTION(this);
    const auto fits = [this](double price) { return GetLoad(price) <= m_capacity; };
    auto price = m_search.GetPrice();
    if (!std::isfinite(price))
    {
        price = m_search.GetLadder().back();
    }
    else if (m_search.GetLowerBound() >= 0 && fits(price))
    {
        auto low = m_search.GetLowerBound();
        for (int i = 0; i < HALVINGS; ++i)
        {
            const auto middle = low > 0 ? std::sqrt(low * price) : price / 2;
            (fits(middle) ? price : low) = middle;
        }
    }
    double reserved = 0; // for whoever asks for nothing
    double load = 0;
    m_record.fresh = 0;
    m_record.stale = 0;
    for (const auto id : m_players)
    {
        auto& device = m_devices.at(id);
        device.share = std::min(1.0, GetDemand(device, price));
        (device.share > 0 ? load : reserved) += GetReserved(device, device.share);
        ++(device.curveTimestep == m_timestep ? m_record.fresh : m_record.stale);
    }
    if (load > 0 && load > m_capacity - reserved)
    {
        for (const auto id : m_players)
        {
            m_devices.at(id).share *= std::max(0.0, m_capacity - reserved) / load;
        }
    }
    for (const auto id : m_players)
    {
        auto& device = m_devices.at(id);
        device.cleared = device.share;
    }
    m_record.priceS = price;
    m_record.isExact = m_search.IsDone();
    m_record.clearedLoad = GetReservedLoad();
    m_record.cleared = Simulator::Now();
}

bool
SurgeryNegotiation::IsWorthAnOffer() const
{
    const auto leftover = m_capacity - GetReservedLoad();
    return std::any_of(m_players.begin(), m_players.end(), [this, leftover](uint32_t id) {
        const auto& device = m_devices.at(id);
        const auto own = GetReserved(device, device.share) - device.share;
        return leftover + own > m_rules.tolerance;
    });
}

bool
SurgeryNegotiation::GrantBids()
{
    std::vector<uint32_t> ids;
    std::vector<Bid> bids;
    std::vector<double> reserved;
    for (const auto id : m_players)
    {
        const auto& device = m_devices.at(id);
        ids.push_back(id);
        bids.push_back(device.bid);
        reserved.push_back(GetReserved(device, device.share));
    }
    const auto winners = ChooseBids(bids, reserved, m_capacity - GetReservedLoad());
    for (const auto i : winners)
    {
        m_devices.at(ids[i]).share = std::min(1.0, bids[i].share);
    }
    return !winners.empty();
}

void
SurgeryNegotiation::Finish()
{
    NS_LOG_FUNCTION(this);
    m_patienceEvent.Cancel();
    m_deadlineEvent.Cancel();
    m_isRunning = false;
    m_record.end = Simulator::Now();
    m_record.capacity = m_capacity;
    m_record.load = GetReservedLoad();
    m_record.shares.clear();
    for (const auto id : m_players)
    {
        const auto& device = m_devices.at(id);
        m_record.shares.push_back({id, device.share, device.held, device.cleared});
    }
    const auto record = m_record;
    m_record.late = 0;
    m_record.ignored = 0;
    m_negotiatedTrace(record);
    m_done(record);
}

} // namespace surgery
} // namespace ns3
