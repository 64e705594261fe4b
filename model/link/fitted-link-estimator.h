/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FITTED_LINK_ESTIMATOR_H
#define FITTED_LINK_ESTIMATOR_H

#include "measured-link-estimator.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Fits delay and rate to recent transfers.
 *
 * The delay is learned from small messages, of up to SmallBytes, which cross all the time: their
 * durations less the time of their bytes at the rate. A small message may wait in a queue behind
 * the device's own tensors. Such a wait is not a delay of the network but part of the tensors'
 * time. If it counted as delay, it would be subtracted from that time, and the estimated rate would
 * be too high. A message never arrives early, though, so the shortest delays are the true ones: a
 * delay that is shorter than the known one replaces it at once, a longer one counts with the weight
 * DelayGrowth, and one that exceeds the mean duration of the large transfers, which cross the same
 * delay, does not count. The price is that the estimate follows a delay that really grew slowly;
 * until then the rate looks lower.
 *
 * The rate is learned from large transfers, with sums that decay exponentially:
 *
 *     rate = sum of bits / (sum of durations - number of transfers x delay)
 *
 * The quotient of sums, rather than a mean of rates, weighs a transfer by its duration. If all
 * transfers have one size, the estimate predicts their duration, however wrong the delay may be.
 *
 * Sums that decay slowly make a calm estimate, which lags behind a network that became better: the
 * long transfers from before weigh most. So the estimator tells a change from noise. If two large
 * transfers in a row both took more than ChangeFactor times as long as expected, or both less than
 * 1 / ChangeFactor of that, and the first one predicts the second one, the sums restart with these
 * two. A single transfer that is off by more than the square of ChangeFactor restarts them alone.
 * After any deviating transfer the estimator is in doubt, because the next one may show that it was
 * a single case.
 *
 * A rate that no large transfer has confirmed for longer than Memory fades: its logarithm returns
 * to that of InitialRate, half of the way in every further Memory. Otherwise a device that once met
 * a bad network, and has worked alone since, would never learn that the network is good again.
 *
 * A fresh TCP connection takes longer than delay and rate predict (slow start); later transfers
 * correct that.
 */
class FittedLinkEstimator : public MeasuredLinkEstimator
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    bool IsInDoubt() const override;

  protected:
    void AddSmall(double bits, double seconds) override;
    void AddLarge(double bits, double seconds) override;
    double FindRateBps(double initialBps) const override;
    double FindDelayS() const override;

  private:
    /// Whether a large transfer is out of proportion. @param bits its size @param seconds its
    /// duration @param rateBps what was expected @param factor what is too much, above 1, or never
    /// @return 1 if it took too long, -1 if too short, 0 if neither
    int Judge(double bits, double seconds, double rateBps, double factor) const;
    /// @return the rate as the transfers had it, however long ago, within the limits, bit/s
    double GetFittedRateBps() const;

    double m_weight{0};       ///< attribute
    double m_delayGrowth{0};  ///< attribute
    double m_changeFactor{0}; ///< attribute
    Time m_memory;            ///< attribute
    Time m_confirmed;         ///< when the last large transfer ended
    double m_bits{0};         ///< of large transfers, forgetting
    double m_seconds{0};      ///< of large transfers, forgetting
    double m_transfers{0};    ///< number of large transfers, forgetting
    double m_delayS{-1};      ///< s; negative before the first small transfer
    int m_oddity{0};          ///< what Judge said of the last large transfer
    double m_oddBits{0};      ///< of that transfer
    double m_oddSeconds{0};   ///< of that transfer
};

} // namespace surgery
} // namespace ns3

#endif // FITTED_LINK_ESTIMATOR_H
