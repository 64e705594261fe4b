/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DECENTRALIZED_DDS_SCHEDULER_H
#define SURGERY_DECENTRALIZED_DDS_SCHEDULER_H

#include "ns3/nstime.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class Negotiation;
struct NegotiationRules;

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
 * DDS, played by the devices themselves: at each timestep the server holds rounds of prices and
 * demands over the network until the market clears, and then offers what is left over. It knows
 * nothing of a device but its answers; cuts are the devices' own.
 *
 * - A round ends when all devices answered that are waited for, or Patience times as long after its
 *   begin as it took half of them. Those that were silent in three rounds in a row are asked, but
 *   not waited for.
 * - Inside the bracket of prices that is left, the price is interpolated between the answers (class
 *   DemandCurve).
 * - The negotiation ends at its deadline at the latest, on what is known by then. If demand fits at
 *   no price announced, all shares are cut down in proportion.
 * - A device that does not answer in time counts with its last answer, until that is older than
 *   DemandLifetime. Late answers count for what follows.
 * - Answers that make no sense are ignored, counted and traced.
 * - A device whose demand falls to 0 while a share is in effect may still need it. So the share
 *   counts as reserved, until it is not in effect any more.
 *
 * Clients of the other Mode adopt this one when they are first asked.
 */
class DecentralizedDdsScheduler : public DecisionProcess
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    DecentralizedDdsScheduler();
    ~DecentralizedDdsScheduler() override;

    void Forget(uint32_t device) override;
    bool IsDecentralized() const override;
    bool HandleMessage(uint32_t device, const SurgeryHeader& header) override;

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

  private:
    void DoBegin(const Game& game, const HeldShares& held, Time timestep) override;
    bool DoIsRunning() const override;
    void DoCancel() override;

    /// @return the attributes of today as rules
    NegotiationRules GetRules() const;
    /// Trace a round of prices. @param record the round
    void TraceRound(const RoundRecord& record);
    /// Trace an answer that is ignored. @param device whose @param reason why
    void TraceIgnored(uint32_t device, const std::string& reason);
    /// The devices have decided. @param record what
    void HandleNegotiated(const NegotiationRecord& record);

    double m_tolerance{0};                      ///< attribute
    uint32_t m_maxRounds{0};                    ///< attribute
    uint32_t m_handOutRounds{0};                ///< attribute
    Time m_roundDeadline;                       ///< attribute
    Time m_demandLifetime;                      ///< attribute
    double m_patience{0};                       ///< attribute
    std::unique_ptr<Negotiation> m_negotiation; ///< the rounds

    TracedCallback<const RoundRecord&> m_roundTrace;             ///< Round
    TracedCallback<const NegotiationRecord&> m_negotiatedTrace;  ///< Negotiated
    TracedCallback<uint32_t, const std::string&> m_ignoredTrace; ///< AnswerIgnored
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DECENTRALIZED_DDS_SCHEDULER_H
