/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef IAO_SCHEDULER_H
#define IAO_SCHEDULER_H

#include "ns3/surgery-scheduler.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * IAO, iterative alternating optimization: cuts and units of capacity that minimize the largest
 * latency, or the largest cost without prices if devices weigh energy or accuracy.
 *
 * After X. Tang, X. Chen, L. Zeng, S. Yu, L. Chen, "Joint Multi-user DNN Partitioning and
 * Computational Resource Allocation for Collaborative Edge Intelligence", arXiv 2007.09072, 2020.
 *
 * - Assumes that the capacity comes in whole units, by default max(100, 10 x devices) of them, and
 *   that one planner decides for all. Ignores prices.
 * - Minimizes the largest latency. Units that are left over then go to the most delayed device that
 *   can get faster.
 * - The paper cuts chains; here cuts are minimum cuts of any graph.
 * - Corrected: the paper moves one unit at a time and stops when that gains nothing. If a cut pays
 *   only with several more units, such moves stall. Here the largest latency is bisected
 *   (DecideIao), which finds the minimum.
 */
class IaoScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;

  private:
    uint32_t m_units{0}; ///< units of capacity; 0: max(100, 10 x devices)
};

} // namespace surgery
} // namespace ns3

#endif // IAO_SCHEDULER_H
