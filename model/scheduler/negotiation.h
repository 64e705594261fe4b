/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NEGOTIATION_H
#define NEGOTIATION_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/surgery-decentralized-dds-scheduler.h"
#include "ns3/surgery-demand-book.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-price-search.h"

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
 * How rounds are held; the attributes of DecentralizedDdsScheduler say more, and the defaults.
 */
struct NegotiationRules
{
    double tolerance{1};       ///< of the price; and what is too little to be offered, 0..1
    uint32_t maxRounds{1};     ///< PRICEs per timestep, > 0
    uint32_t handOutRounds{0}; ///< OFFERs per timestep
    Time roundDeadline;        ///< for all of it; 0: four fifths of a timestep
    Time demandLifetime;       ///< how long an answer stands for the next ones
    double patience{1};        ///< a round's end, in times that the first half of its answers took
};

/**
 * @ingroup dnn-surgery
 *
 * The rounds of a DecentralizedDdsScheduler: PRICE until the market clears, then OFFER for what is
 * left over.
 */
class Negotiation
{
  public:
    /// Sends a device a message.
    using SendCallback = Callback<void, uint32_t, const SurgeryHeader&>;

    /// Called at the end of a round of prices.
    using RoundCallback = Callback<void, const RoundRecord&>;

    /// Called with a device and what is wrong with its answer, in words.
    using IgnoredCallback = Callback<void, uint32_t, const std::string&>;

    /// Called at the end of a negotiation.
    using DoneCallback = Callback<void, const NegotiationRecord&>;

    /// A device that takes part, and its share in effect, 0..1.
    using Players = std::map<uint32_t, double>;

    Negotiation() = default;
    ~Negotiation();
    Negotiation(const Negotiation&) = delete;
    Negotiation& operator=(const Negotiation&) = delete;

    /**
     * @param send sends messages
     * @param round told of rounds of prices
     * @param ignored told of answers that are ignored
     * @param done called at the end of each negotiation
     */
    void SetCallbacks(SendCallback send,
                      RoundCallback round,
                      IgnoredCallback ignored,
                      DoneCallback done);

    /**
     * Begin a timestep's negotiation. None may be under way.
     *
     * @param players who takes part
     * @param capacity what their shares may sum to, 0..1, at least as much as they hold
     * @param rules how to hold its rounds
     * @param processor the server's processor, as the devices are told
     * @param timestep time to the next one, which is the latest end
     */
    void Begin(const Players& players,
               double capacity,
               const NegotiationRules& rules,
               const std::string& processor,
               Time timestep);

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
    std::string FindFault(uint32_t device, const Question& question, const Demand& demand) const;
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
    RoundCallback m_roundEnded;                         ///< to the owner
    IgnoredCallback m_ignore;                           ///< to the owner
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
};

} // namespace surgery
} // namespace ns3

#endif // NEGOTIATION_H
