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
#include "ns3/surgery-host-work.h"
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
 * How rounds are held. The attributes of DecentralizedDdsScheduler document the fields and set the
 * defaults.
 */
struct NegotiationRules
{
    double tolerance{1};       ///< of the price, and of what is offered, 0..1
    uint32_t maxRounds{1};     ///< maximum number of PRICEs per timestep, > 0
    uint32_t handOutRounds{0}; ///< maximum number of OFFERs per timestep
    Time roundDeadline;        ///< for all rounds together; 0: four fifths of a timestep
    Time demandLifetime;       ///< how long an answer counts without a new one
    double patience{1};  ///< a round's end, as a multiple of the time that half of its answers took
    HostWork hostWork{}; ///< the server's, as told to the devices
    double postedPriceS{0}; ///< the server's, as told to the devices, s
};

/**
 * @ingroup dnn-surgery
 *
 * The rounds of a DecentralizedDdsScheduler: PRICE until the market clears, then OFFER for the
 * capacity that is left over.
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

    /// The devices that take part, by id, and their shares in effect, 0..1.
    using Players = std::map<uint32_t, double>;

    Negotiation() = default;
    ~Negotiation();
    Negotiation(const Negotiation&) = delete;
    Negotiation& operator=(const Negotiation&) = delete;

    /**
     * @param send sends messages
     * @param round called at the end of each round of prices
     * @param ignored called with each answer that is ignored
     * @param done called at the end of each negotiation
     */
    void SetCallbacks(SendCallback send,
                      RoundCallback round,
                      IgnoredCallback ignored,
                      DoneCallback done);

    /**
     * Begin a timestep's negotiation. None may be under way.
     *
     * @param players the devices that take part
     * @param capacity what their shares may sum to, 0..1; at least the sum of the shares that they
     *        hold
     * @param rules how to hold its rounds
     * @param processor the server's processor, as told to the devices
     * @param timestep time to the next timestep, at which the negotiation ends at the latest
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
     * A device answered, in time or late.
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
     * End a negotiation under way without a callback, and forget everything.
     */
    void Reset();

    /**
     * @return number of invalid answers so far
     */
    uint64_t GetIgnored() const;

  private:
    /// A question to the devices.
    struct Question
    {
        uint64_t timestep{0};       ///< number of its negotiation
        bool isOffer{false};        ///< whether it is an OFFER; otherwise a PRICE
        std::vector<double> ladder; ///< the prices, s; empty for an OFFER
        Time begin;                 ///< when it was sent
        std::set<uint32_t> asked;   ///< devices that have not answered it
    };

    /// How up to date a device's answers are.
    struct Device
    {
        uint64_t curveTimestep{0}; ///< number of the negotiation of its answers in the book
        Time heard;                ///< when the latest of them came
        uint32_t missed{0};        ///< rounds in a row in which it was silent
    };

    /// Begin a round. @param isOffer whether it is an OFFER @return its question
    Question& Ask(bool isOffer);
    /// Send a PRICE with the present ladder.
    void AnnouncePrices();
    /// Send an OFFER with the capacity that is left over.
    void OfferLeftover();
    /// Check an answer. @param device the device's id @param question the question
    /// @param demand the answer @return what is wrong with it, in words, or nothing
    std::string FindFault(uint32_t device, const Question& question, const Demand& demand) const;
    /// End the present round if it is over.
    void CheckRound();
    /// Stop waiting for devices that have not answered. @return number of devices that answered
    uint32_t StopWaiting();
    /// The present round is over.
    void EndRound();
    /// Learn from a round of prices. @param answered number of devices that answered
    void LearnFromPrices(uint32_t answered);
    /// @return whether capacity is left over for any device, including the share that it still
    /// holds
    bool IsWorthAnOffer() const;
    /// The deadline was reached.
    void HandleDeadline();
    /// Settle the price and the shares.
    void SettlePrice();
    /// The negotiation is over.
    void Finish();
    /// Ignore an answer. @param device the device's id @param reason why, in words
    void Ignore(uint32_t device, const std::string& reason);
    /// Forget answers that are older than their lifetime.
    void ForgetOldDemands();

    NegotiationRules m_rules;   ///< how rounds are held
    std::string m_processor;    ///< the server's processor, as told to devices
    SendCallback m_send;        ///< to the owner
    RoundCallback m_roundEnded; ///< to the owner
    IgnoredCallback m_ignore;   ///< to the owner
    DoneCallback m_done;        ///< to the owner
    PriceSearch m_search{NegotiationRules().tolerance}; ///< remembers the last price
    DemandBook m_book;                                  ///< the players and their demands
    std::map<uint32_t, Device> m_devices;               ///< all that were asked and have not left
    std::set<uint32_t> m_waiting;             ///< players whose answer the round waits for
    std::size_t m_waitedFor{0};               ///< number of them at the round's beginning
    std::map<uint64_t, Question> m_questions; ///< recent questions, by round
    uint64_t m_lastRound{0};                  ///< number of the latest round
    uint64_t m_timestep{0};                   ///< number of the latest negotiation
    bool m_isRunning{false};                  ///< whether a negotiation is under way
    NegotiationRecord m_record;               ///< result of this negotiation so far
    uint64_t m_ignored{0};                    ///< invalid answers so far
    EventId m_patienceEvent;                  ///< end of the round
    EventId m_deadlineEvent;                  ///< end of the negotiation
};

} // namespace surgery
} // namespace ns3

#endif // NEGOTIATION_H
