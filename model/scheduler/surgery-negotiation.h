/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_NEGOTIATION_H
#define SURGERY_NEGOTIATION_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/surgery-demand-book.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-price-search.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How rounds are held.
 */
struct NegotiationRules
{
    double tolerance{5e-4};          ///< of the price; and what is too little to be offered, 0..1
    uint32_t maxRounds{8};           ///< PRICEs per timestep
    uint32_t handOutRounds{3};       ///< OFFERs per timestep
    Time roundDeadline{Seconds(0)};  ///< for all of it; 0: four fifths of a timestep
    Time demandLifetime{Seconds(2)}; ///< how long an answer stands for the next ones
    double patience{3}; ///< a round's end, in times that the first half of its answers took
};

/**
 * @ingroup dnn-surgery
 *
 * One round of prices, as it ended.
 */
struct RoundRecord
{
    Time time;            ///< when it ended
    uint64_t timestep{0}; ///< of the negotiation, from 1
    uint32_t round{0};    ///< of the timestep, from 1
    uint32_t asked{0};    ///< devices
    uint32_t answered{0}; ///< devices that answered in time
    double lowPriceS{0};  ///< demand is too much here, s; negative: not known yet
    double lowLoad{0};    ///< what was asked for at it; 0: not known yet
    double highPriceS{0}; ///< the least price at which demand fits, s; infinite: not known yet
    double highLoad{0};   ///< what was asked for at it; 0: not known yet
    double excess{0};     ///< demand beyond the capacity at lowPriceS; 0: everything fits
};

/**
 * @ingroup dnn-surgery
 *
 * What one device got.
 */
struct NegotiatedShare
{
    uint32_t device{0}; ///< the client's DeviceId
    double share{0};    ///< of the server, 0..1
    double held{0};     ///< the share in effect before; if it gets none, it may still need it
    double cleared{0};  ///< before the hand-out, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * How a timestep's negotiation ended.
 */
struct NegotiationRecord
{
    Time begin;              ///< of the first round
    Time cleared;            ///< when the price was settled
    Time end;                ///< when the hand-out was over, too
    uint64_t timestep{0};    ///< of the negotiation, from 1
    uint32_t priceRounds{0}; ///< PRICEs
    uint32_t offerRounds{0}; ///< OFFERs
    uint32_t fresh{0};       ///< devices whose demand at the price is of this timestep
    uint32_t stale{0};       ///< devices for which an older answer stood
    uint32_t late{0};        ///< answers after their round's end, since the last negotiation's end
    uint32_t ignored{0};     ///< answers that made no sense, since the last negotiation's end
    bool isExact{false};     ///< whether the price is known to the tolerance
    double capacity{0};      ///< what there was to share, what devices still hold included, 0..1
    double priceS{0};        ///< lambda, s
    double clearedLoad{0};   ///< reserved before the hand-out, 0..1
    double load{0};          ///< reserved after it, 0..1
    std::vector<NegotiatedShare> shares; ///< by device, ascending
};

/**
 * @ingroup dnn-surgery
 *
 * The server's side of the game when the devices play it themselves: PRICE until the market clears,
 * then OFFER for what is left over. It knows nothing of a device but its answers.
 *
 * - A round ends when all devices answered that are waited for, or Patience times as long after its
 *   begin as it took half of them. Those that were silent in three rounds in a row are asked, but
 *   not waited for.
 * - Inside the bracket of prices that is left, the price is interpolated between the answers (class
 *   DemandCurve).
 * - The negotiation ends at its deadline at the latest, on what is known by then. If demand fits at
 *   no price announced, all shares are cut down in proportion.
 * - What did not answer in time counts with its last answer, until that is older than the demand's
 *   lifetime: then it counts as none. Late answers count for what follows.
 * - Answers that make no sense are ignored, counted and traced.
 * - A device whose demand falls to 0 while a share is in effect may still need it (class
 *   ShareLedger). So the share counts as reserved, until it is not in effect any more.
 */
class SurgeryNegotiation : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SurgeryNegotiation();
    ~SurgeryNegotiation() override;

    /// Sends a device a message.
    using SendCallback = Callback<void, uint32_t, const SurgeryHeader&>;

    /// Called at the end of a negotiation.
    using DoneCallback = Callback<void, const NegotiationRecord&>;

    /// A device that takes part, and its share in effect, 0..1.
    using Players = std::map<uint32_t, double>;

    /**
     * @param rules how to hold rounds
     * @throws std::invalid_argument if one is out of range
     */
    void SetRules(const NegotiationRules& rules);

    /**
     * @param processor the server's processor, as the devices are told
     * @param send sends messages
     * @param done called at the end of each negotiation
     */
    void Start(const std::string& processor, SendCallback send, DoneCallback done);

    /**
     * Begin a timestep's negotiation. None may be under way.
     *
     * @param players who takes part
     * @param capacity what their shares may sum to, 0..1, at least as much as they hold
     * @param timestep time to the next one, which is the latest end
     */
    void Begin(const Players& players, double capacity, Time timestep);

    /**
     * @return whether a negotiation is under way
     */
    bool IsRunning() const;

    /**
     * A device answered, whenever that is.
     *
     * @param device its id
     * @param demand the answer
     */
    void HandleDemand(uint32_t device, const Demand& demand);

    /**
     * A device left.
     *
     * @param device its id
     */
    void Remove(uint32_t device);

    /**
     * End the negotiation under way without a word, and forget everything.
     */
    void Reset();

    /**
     * @return answers that made no sense, so far
     */
    uint64_t GetIgnored() const;

    /**
     * Signature of the trace source Round.
     *
     * @param [in] record the round
     */
    typedef void (*RoundTracedCallback)(const RoundRecord& record);

    /**
     * Signature of the trace source Negotiated.
     *
     * @param [in] record the negotiation
     */
    typedef void (*NegotiatedTracedCallback)(const NegotiationRecord& record);

    /**
     * Signature of the trace source AnswerIgnored.
     *
     * @param [in] device the client's DeviceId
     * @param [in] reason what is wrong with its answer, in words
     */
    typedef void (*IgnoredTracedCallback)(uint32_t device, const std::string& reason);

  protected:
    /// Break off what is under way; no callback follows.
    void DoDispose() override;

  private:
    /// A question put to the devices.
    struct Question
    {
        uint64_t timestep{0};       ///< of which it is part
        bool isOffer{false};        ///< OFFER or PRICE
        std::vector<double> ladder; ///< the prices
        Time begin;                 ///< when it was put
        std::set<uint32_t> asked;   ///< who has not answered it
    };

    /// How up to date a device's answers are.
    struct Device
    {
        uint64_t curveTimestep{0}; ///< of its answers in the book
        Time heard;                ///< when the last of them came
        uint32_t missed{0};        ///< rounds in a row in which it was silent
    };

    /// Put a new question. @param isOffer which kind @return the question
    Question& Ask(bool isOffer);
    /// Put the question of the present ladder.
    void AnnouncePrices();
    /// Put the question of what is left over.
    void OfferLeftover();
    /// Check an answer. @param device whose @param question to which @param demand the answer
    /// @return what is wrong with it, in words, or nothing
    std::string FindNonsense(uint32_t device, const Question& question, const Demand& demand) const;
    /// Look whether the present round is over.
    void CheckRound();
    /// The present round is over for who has not answered.
    /// @return how many devices answered
    uint32_t StopWaiting();
    /// The present round is over.
    void EndRound();
    /// Learn from a round of prices. @param answered by how many devices
    void LearnFromPrices(uint32_t answered);
    /// @return whether there is something left over for anybody, what it holds itself included
    bool IsWorthAnOffer() const;
    /// The time is up.
    void HandleDeadline();
    /// Settle price and shares.
    void SettlePrice();
    /// The negotiation is over.
    void Finish();
    /// Ignore an answer. @param device whose @param reason in words
    void Ignore(uint32_t device, const std::string& reason);
    /// Let answers that are older than their lifetime count for nothing.
    void ForgetOldDemands();

    NegotiationRules m_rules;                           ///< how rounds are held
    std::string m_processor;                            ///< the server's, as devices are told
    SendCallback m_send;                                ///< to the owner
    DoneCallback m_done;                                ///< to the owner
    PriceSearch m_search{NegotiationRules().tolerance}; ///< remembers the last price
    DemandBook m_book;                                  ///< the players and their demands
    std::map<uint32_t, Device> m_devices;     ///< all that were ever asked and did not leave
    std::set<uint32_t> m_waiting;             ///< players whose answer the round waits for
    std::size_t m_waitedFor{0};               ///< how many there were in the beginning
    std::map<uint64_t, Question> m_questions; ///< by round, the recent ones
    uint64_t m_lastRound{0};                  ///< questions so far
    uint64_t m_timestep{0};                   ///< negotiations so far
    bool m_isRunning{false};                  ///< whether one is under way
    NegotiationRecord m_record;               ///< of this one, so far
    uint64_t m_ignored{0};                    ///< answers, so far
    EventId m_patienceEvent;                  ///< end of the round
    EventId m_deadlineEvent;                  ///< end of it all

    TracedCallback<const RoundRecord&> m_roundTrace;             ///< Round
    TracedCallback<const NegotiationRecord&> m_negotiatedTrace;  ///< Negotiated
    TracedCallback<uint32_t, const std::string&> m_ignoredTrace; ///< AnswerIgnored
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_NEGOTIATION_H
