/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LAST_TRANSFER_LINK_ESTIMATOR_H
#define LAST_TRANSFER_LINK_ESTIMATOR_H

#include "measured-link-estimator.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Takes the delay from the last small transfer and the rate from the last large one. It follows a
 * change at once, and varies as much as the network does.
 */
class LastTransferLinkEstimator : public MeasuredLinkEstimator
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
    double m_rateBps{0}; ///< bit/s; 0 before the first large transfer
    double m_delayS{-1}; ///< s; negative before the first small transfer
};

} // namespace surgery
} // namespace ns3

#endif // LAST_TRANSFER_LINK_ESTIMATOR_H
