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
 * The reference for other schedulers: one planner minimizes the sum of all costs without prices,
 * that is, of all latencies if devices weigh nothing else.
 *
 * This scheduler is ours (DecideOptimum), not published. It assumes that devices obey. It ignores
 * prices and switching costs. No other scheduler of this module, with default attributes and with
 * either value of AmongOffloading, has a smaller sum. The trace DualGap bounds the distance from
 * the smallest possible one.
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
     * @param [in] sumS sum of the costs without prices, s
     * @param [in] boundS no outcome has a smaller sum, s
     */
    typedef void (*DualGapTracedCallback)(double sumS, double boundS);

  private:
    TracedCallback<double, double> m_dualGapTrace; ///< DualGap
};

} // namespace surgery
} // namespace ns3

#endif // OPTIMUM_SCHEDULER_H
