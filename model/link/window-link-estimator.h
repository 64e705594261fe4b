/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WINDOW_LINK_ESTIMATOR_H
#define WINDOW_LINK_ESTIMATOR_H

#include "measured-link-estimator.h"

#include <deque>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Takes a percentile of the rates of the last transfers. It is robust against single outliers, and
 * cautious if the percentile is low, because most transfers then exceed the estimate.
 *
 * The rate is the Percentile of the rates of the last Window large transfers. The delay is the
 * shortest one of the last Window small transfers: none of them arrives early, but some wait.
 */
class WindowLinkEstimator : public MeasuredLinkEstimator
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

  protected:
    void AddSmall(double bits, double seconds) override;
    void AddLarge(double bits, double seconds) override;
    double FindRateBps(double initialBps) const override;
    double FindDelayS() const override;

  private:
    /// Add a value, drop what is older than the window. @param values to them @param value which
    void Remember(std::deque<double>& values, double value);

    uint32_t m_window{0};        ///< attribute
    double m_percentile{0};      ///< attribute
    std::deque<double> m_rates;  ///< of the last large transfers, bit/s
    std::deque<double> m_delays; ///< of the last small ones, s
};

} // namespace surgery
} // namespace ns3

#endif // WINDOW_LINK_ESTIMATOR_H
