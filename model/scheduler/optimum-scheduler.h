/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef OPTIMUM_SCHEDULER_H
#define OPTIMUM_SCHEDULER_H

#include "ns3/surgery-scheduler.h"
#include "ns3/traced-callback.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The optimum that others are measured against: one planner minimizes the sum of all latencies.
 *
 * It is ours (DecideOptimum), not published. It assumes devices that do as they are told; prices
 * and what a change of cut costs do not matter to it. No other scheduler of this module, at its
 * defaults and in both strengths of equal shares, has a smaller sum of latencies. The trace DualGap
 * tells how far it is at most from the least sum there is.
 */
class OptimumScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;

    /**
     * Signature of the trace source DualGap.
     *
     * @param [in] sumS sum of the latencies, s
     * @param [in] boundS no outcome has a smaller sum, s
     */
    typedef void (*DualGapTracedCallback)(double sumS, double boundS);

  private:
    TracedCallback<double, double> m_dualGapTrace; ///< DualGap
};

} // namespace surgery
} // namespace ns3

#endif // OPTIMUM_SCHEDULER_H
