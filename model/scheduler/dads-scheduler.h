/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DADS_SCHEDULER_H
#define DADS_SCHEDULER_H

#include "equal-share-scheduler.h"

#include "ns3/traced-callback.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * DADS: each device's fastest cut, by minimum cut, at an equal share (DSL, light load). If its
 * slowest pipeline stage then takes longer than the time between two requests, the cut whose
 * slowest stage is shortest (DSH, heavy load).
 *
 * After C. Hu, W. Bao, D. Wang, F. Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on
 * the Edge", INFOCOM 2019.
 *
 * - The paper has one device and a whole server; equal shares are our extension, and so is that
 *   each device's load is looked at by itself. DSL minimizes the latency of one inference, DSH the
 *   slowest of device, network and server, whatever the share costs.
 * - The load is the mean rate of requests that the device reports. In a closed loop requests wait
 *   for results, so that the load is light but for changes of cut or share.
 * - Corrected: the paper's graph lacks arcs, without which its minimum cut may be no cut at all
 *   (class MinCut).
 * - DSH varies two weights and takes minimum cuts; here the best of all weighted cuts is known
 *   (GetSteadiestCutAt), so it does no worse than on any grid of weights.
 * - If even DSH's slowest stage takes longer than the time between two requests, the paper says no
 *   cut can keep up with them; the trace HeavyLoad tells how many devices that holds for.
 */
class DadsScheduler : public EqualShareScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;

    /**
     * Signature of the trace source HeavyLoad.
     *
     * @param [in] devices how many were cut by DSH
     * @param [in] overloaded how many of them still get more requests than they can answer
     */
    typedef void (*HeavyLoadTracedCallback)(uint32_t devices, uint32_t overloaded);

  private:
    TracedCallback<uint32_t, uint32_t> m_heavyLoadTrace; ///< HeavyLoad
};

} // namespace surgery
} // namespace ns3

#endif // DADS_SCHEDULER_H
