/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LINK_ESTIMATOR_H
#define SURGERY_LINK_ESTIMATOR_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Learns one direction of a network from transfers: a transfer takes delay + 8 bytes / rate.
 */
class LinkEstimator : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Learn from a transfer.
     *
     * @param bytes how much was sent, > 0
     * @param duration first byte sent to last byte received, >= 0
     */
    virtual void AddSample(uint64_t bytes, Time duration) = 0;

    /**
     * @return the rate, bit/s, finite, > 0
     */
    virtual double GetRateBps() const = 0;

    /**
     * @return the delay, >= 0
     */
    virtual Time GetDelay() const = 0;
};

/**
 * @ingroup dnn-surgery
 *
 * Fits delay and rate to the recent transfers.
 *
 * The delay is that of the small messages that cross all the time, of up to SmallBytes: their
 * durations less what their bytes take at the rate. A small message may wait in a queue behind the
 * device's own tensors. Such a wait is no delay of the network: it is part of what the tensors
 * take, and taken for a delay it would be subtracted from their time, and the rate found too high.
 * A message never arrives early, though. So the least delays are the true ones: a shorter delay
 * than the one known counts at once, a longer one with the weight DelayGrowth, and one that exceeds
 * the mean duration of the large transfers, which cross the same delay, not at all. The price is
 * that a delay that did grow is followed slowly; until then it makes the rate look lower.
 *
 * The rate is that of the large transfers, with sums that forget exponentially:
 *
 *     rate = sum of bits / (sum of durations - number of transfers x delay)
 *
 * The quotient of sums, rather than a mean of rates, weighs a transfer by how long it took. At
 * least 2 % of the durations count as sending, for delays that vary can sum up to more than all.
 * Before a large transfer was seen, the rate is InitialRate. With transfers of one size only, their
 * own duration is met, however wrong the delay may be.
 *
 * A rate that no large transfer confirmed for longer than Memory fades: its logarithm goes back to
 * InitialRate's, half of the way in every further Memory. Otherwise a device that once met a bad
 * network, and has worked alone since, would never learn that the network is good again.
 *
 * A fresh TCP connection takes longer than delay and rate say (slow start); later transfers correct
 * that.
 */
class FittedLinkEstimator : public LinkEstimator
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    void AddSample(uint64_t bytes, Time duration) override;
    double GetRateBps() const override;
    Time GetDelay() const override;

  private:
    /// @return the rate as the transfers had it, however long ago, bit/s
    double GetFittedRateBps() const;

    DataRate m_initialRate;   ///< attribute
    Time m_initialDelay;      ///< attribute
    DataRate m_minimumRate;   ///< attribute
    DataRate m_maximumRate;   ///< attribute
    uint64_t m_smallBytes{0}; ///< attribute
    double m_weight{0};       ///< attribute
    double m_delayGrowth{0};  ///< attribute
    Time m_memory;            ///< attribute
    Time m_confirmed;         ///< when the last large transfer ended
    double m_bits{0};         ///< of large transfers, forgetting
    double m_seconds{0};      ///< of large transfers, forgetting
    double m_transfers{0};    ///< number of large transfers, forgetting
    double m_delayS{-1};      ///< s; negative before the first small transfer
};

/**
 * @ingroup dnn-surgery
 *
 * Knows the network: for validation against the model.
 */
class OracleLinkEstimator : public LinkEstimator
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    void AddSample(uint64_t bytes, Time duration) override;
    double GetRateBps() const override;
    Time GetDelay() const override;

  private:
    DataRate m_rate; ///< attribute
    Time m_delay;    ///< attribute
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LINK_ESTIMATOR_H
