/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MEASURED_LINK_ESTIMATOR_H
#define MEASURED_LINK_ESTIMATOR_H

#include "ns3/data-rate.h"
#include "ns3/surgery-link-estimator.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Base of the estimators that learn from transfers. Small transfers, of up to SmallBytes, tell the
 * delay, larger ones the rate. Before the first transfer of its kind a guess holds, and rates are
 * limited.
 */
class MeasuredLinkEstimator : public LinkEstimator
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    void AddSample(uint64_t bytes, Time duration) final;
    double GetRateBps() const final;
    Time GetDelay() const final;

  protected:
    /**
     * Learn the delay.
     *
     * @param bits of a small transfer, > 0
     * @param seconds its duration, 0 to 1e6
     */
    virtual void AddSmall(double bits, double seconds) = 0;

    /**
     * Learn the rate.
     *
     * @param bits of a large transfer, > 0
     * @param seconds its duration, 0 to 1e6
     */
    virtual void AddLarge(double bits, double seconds) = 0;

    /**
     * @param initialBps the guess
     * @return the rate before limits, bit/s; the guess as long as no large transfer was seen
     */
    virtual double FindRateBps(double initialBps) const = 0;

    /**
     * @return the delay, s; negative before a small transfer was seen
     */
    virtual double FindDelayS() const = 0;

    /**
     * @param rateBps a rate, bit/s
     * @return the nearest one within the limits, bit/s
     */
    double LimitRate(double rateBps) const;

    /**
     * Subtract the delay from a transfer's time. At least 2 % of the time counts as sending,
     * because delays that vary may sum to more than the whole time.
     *
     * @param seconds of one or several transfers
     * @param delayS the sum of their delays, s
     * @return seconds, > 0 unless there are none
     */
    static double GetSending(double seconds, double delayS);

    /**
     * @param bits of one or several transfers, > 0
     * @param seconds their durations' sum, s, >= 0
     * @param delayS their delays' sum, s
     * @return the rate they were sent at, within the limits, bit/s
     */
    double GetLimitedRate(double bits, double seconds, double delayS) const;

  private:
    DataRate m_initialRate;   ///< attribute
    Time m_initialDelay;      ///< attribute
    DataRate m_minimumRate;   ///< attribute
    DataRate m_maximumRate;   ///< attribute
    uint64_t m_smallBytes{0}; ///< attribute
};

} // namespace surgery
} // namespace ns3

#endif // MEASURED_LINK_ESTIMATOR_H
