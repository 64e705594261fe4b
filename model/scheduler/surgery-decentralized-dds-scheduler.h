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
 * The result of one round of prices.
 */
struct RoundRecord
{
    Time time;            ///< when it ended
    uint64_t timestep{0}; ///< number of the negotiation, from 1
    uint32_t round{0};    ///< number of the round in it, from 1
    uint32_t asked{0};    ///< devices that were asked
    uint32_t answered{0}; ///< devices that answered in time
    double lowPriceS{0};  ///< price at which demand is too large, s; negative: not known yet
    double lowLoad{0};    ///< demand at lowPriceS, in servers; 0: not known yet
    double highPriceS{0}; ///< the least price at which demand fits, s; infinite: not known yet
    double highLoad{0};   ///< demand at highPriceS, in servers; 0: not known yet
    double excess{0};     ///< demand beyond the capacity at lowPriceS; 0: everything fits
};

/**
 * @ingroup dnn-surgery
 *
 * What one device got in a negotiation.
 */
struct NegotiatedShare
{
    uint32_t device{0}; ///< the client's DeviceId
    double share{0};    ///< of the server, 0..1
    double held{0};     ///< share in effect before, 0..1; the device may still need it
    double cleared{0};  ///< share before the hand-out, 0..1
};

/**
 * @ingroup dnn-surgery
 *
 * The result of a timestep's negotiation.
 */
struct NegotiationRecord
{
    Time begin;              ///< when the first round began
    Time cleared;            ///< when the price was settled
    Time end;                ///< when the hand-out was over as well
    uint64_t timestep{0};    ///< number of the negotiation, from 1
    uint32_t priceRounds{0}; ///< rounds of PRICE
    uint32_t offerRounds{0}; ///< rounds of OFFER
    uint32_t fresh{0};       ///< devices whose latest demand is of this timestep
    uint32_t stale{0};       ///< devices without such an answer: an older one counts, if any
    uint32_t late{0};        ///< answers after their round's end, since the last negotiation's end
    uint32_t ignored{0};     ///< invalid answers, since the last negotiation's end
    bool isExact{false};     ///< whether the price is known to the tolerance
    double capacity{0};      ///< capacity to share, including shares that devices still hold, 0..1
    double priceS{0};        ///< lambda, s
    double clearedLoad{0};   ///< sum of reserved shares before the hand-out, 0..1
    double load{0};          ///< the same after it, 0..1
    std::vector<NegotiatedShare> shares; ///< by device, ascending
};

/**
 * @ingroup dnn-surgery
 *
 * DDS, played by the devices themselves. At each timestep the server holds rounds of prices and
 * demands over the network until the market clears, and then offers the capacity that is left over.
 * It knows only a device's answers; devices choose their cuts themselves.
 *
 * - A round ends when all awaited devices have answered, or at Patience times the time that half of
 *   them took to answer. A device that was silent in three rounds in a row is asked, but not
 *   awaited.
 * - Inside the final bracket of prices, the price is interpolated between the answers (class
 *   DemandCurve).
 * - The negotiation ends at its deadline at the latest, and uses the answers that it has by then.
 *   If demand fits at none of the announced prices, all shares are reduced in proportion.
 * - If a device does not answer in time, its last answer counts until that is older than
 *   DemandLifetime. Late answers count for later rounds.
 * - Invalid answers are ignored, counted and traced.
 * - A device whose demand falls to 0 while a share is in effect may still need that share. So the
 *   share counts as reserved as long as it is in effect.
 *
 * With Waiting, devices whose requests do not wait for results add the mean time that their
 * inferences wait for each other to their cost (class Waiting), from their own measurements. A
 * GRANT tells them to, so costs are plain until the first one.
 *
 * Clients in the server-side Mode change to the decentralized one when the first PRICE arrives.
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
    bool WantsGaps() const override;
    bool HandleMessage(uint32_t device, const SurgeryHeader& header) override;

    /**
     * @return number of invalid answers so far
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

    /// @return the present attributes as rules
    NegotiationRules GetRules() const;
    /// Trace a round of prices. @param record the round
    void TraceRound(const RoundRecord& record);
    /// Trace an answer that is ignored. @param device the device's id @param reason why, in words
    void TraceIgnored(uint32_t device, const std::string& reason);
    /// The negotiation has ended: report its shares to the server. @param record the result
    void HandleNegotiated(const NegotiationRecord& record);

    double m_tolerance{0};                      ///< attribute
    uint32_t m_maxRounds{0};                    ///< attribute
    uint32_t m_handOutRounds{0};                ///< attribute
    Time m_roundDeadline;                       ///< attribute
    Time m_demandLifetime;                      ///< attribute
    double m_patience{0};                       ///< attribute
    bool m_waiting{false};                      ///< attribute
    std::unique_ptr<Negotiation> m_negotiation; ///< the rounds

    TracedCallback<const RoundRecord&> m_roundTrace;             ///< Round
    TracedCallback<const NegotiationRecord&> m_negotiatedTrace;  ///< Negotiated
    TracedCallback<uint32_t, const std::string&> m_ignoredTrace; ///< AnswerIgnored
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DECENTRALIZED_DDS_SCHEDULER_H
