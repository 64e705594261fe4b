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
 * DADS: each device gets its best cut, by minimum cut, at an equal share (DSL, light load). If the
 * slowest pipeline stage of that cut takes longer than the time between two requests, the
 * device gets the cut whose slowest stage is shortest (DSH, heavy load).
 *
 * After C. Hu, W. Bao, D. Wang, F. Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on
 * the Edge", INFOCOM 2019.
 *
 * - The paper has one device and a whole server. Our extensions are equal shares, and that each
 *   device's load is judged separately. DSL minimizes the latency of one inference, with energy and
 *   accuracy if the device weighs them, DSH the slowest of device, network and server, whatever it
 *   weighs. Both ignore what the share costs.
 * - The load is the mean rate of requests that the device reports. In a closed loop requests wait
 *   for results, so the load is light except after changes of cut or share.
 * - Corrected: the paper's graph lacks arcs, without which its minimum cut may not be a cut of the
 *   DNN (class MinCut).
 * - The paper's DSH varies two weights and takes minimum cuts. Here the best of all weighted cuts
 *   is found (GetSteadiestCutAt), so the result is no worse than with any grid of weights.
 * - If even DSH's slowest stage takes longer than the time between two requests, the paper says
 *   that no cut can keep up. The trace HeavyLoad counts the devices for which this holds.
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
     * @param [in] devices number of devices cut by DSH
     * @param [in] overloaded number of them that still get more requests than they can answer
     */
    typedef void (*HeavyLoadTracedCallback)(uint32_t devices, uint32_t overloaded);

  private:
    TracedCallback<uint32_t, uint32_t> m_heavyLoadTrace; ///< HeavyLoad
};

} // namespace surgery
} // namespace ns3

#endif // DADS_SCHEDULER_H
