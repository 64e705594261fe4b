/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BASELINE_SCHEDULERS_H
#define SURGERY_BASELINE_SCHEDULERS_H

#include "ns3/surgery-scheduler.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Everything on the devices: what a server is worth is measured against this.
 */
class LocalOnlyScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
};

/**
 * @ingroup dnn-surgery
 *
 * Everything but the input on the server, in equal shares.
 */
class ServerOnlyScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
};

/**
 * @ingroup dnn-surgery
 *
 * DADS under light load (DSL): each device's fastest cut, by min-cut, at an equal share.
 *
 * After C. Hu, W. Bao, D. Wang, F. Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on
 * the Edge", INFOCOM 2019. The paper has one device and a whole server; equal shares are our
 * extension, in two strengths: capacity / N over all devices, or capacity / n over those that
 * offload. It minimizes latency alone, whatever the share costs. The graph's missing arcs, without
 * which its min-cut may be no cut at all, are put right (class MinCut).
 */
class DadsScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;

  private:
    bool m_amongOffloading{false}; ///< whether only devices that offload count
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BASELINE_SCHEDULERS_H
