/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ORACLE_LINK_ESTIMATOR_H
#define ORACLE_LINK_ESTIMATOR_H

#include "ns3/data-rate.h"
#include "ns3/surgery-link-estimator.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Reports a rate and a delay that are set, whatever transfers take: for validation against the
 * model.
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

#endif // ORACLE_LINK_ESTIMATOR_H
