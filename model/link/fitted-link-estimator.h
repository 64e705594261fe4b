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
 * The quotient of sums, rather than a mean of rates, weighs a transfer by how long it took. With
 * transfers of one size only, their own duration is met, however wrong the delay may be.
 *
 * Sums that forget slowly make a calm estimate, but one that trails a network that became better:
 * the long transfers of before weigh most. So a change is told from noise: two large transfers in a
 * row that both took more than ChangeFactor times as long as expected, or both less than
 * 1 / ChangeFactor of it, while the first foretells the second, and the sums begin anew with them.
 * One that is beyond the square of ChangeFactor begins them anew alone. After any odd one the
 * estimator is in doubt: the next transfer may tell that it was a single one.
 *
 * A rate that no large transfer confirmed for longer than Memory fades: its logarithm goes back to
 * InitialRate's, half of the way in every further Memory. Otherwise a device that once met a bad
 * network, and has worked alone since, would never learn that the network is good again.
 *
 * A fresh TCP connection takes longer than delay and rate say (slow start); later transfers correct
 * that.
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
