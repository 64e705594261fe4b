/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NEUROSURGEON_SCHEDULER_H
#define NEUROSURGEON_SCHEDULER_H

#include "equal-share-scheduler.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Neurosurgeon: each device gets the best cut of its layers' chain, at an equal share.
 *
 * After Y. Kang, J. Hauswald, C. Gao, A. Rovinski, T. Mudge, J. Mars, L. Tang, "Neurosurgeon:
 * Collaborative Intelligence Between the Cloud and Mobile Edge", ASPLOS 2017.
 *
 * - Assumes that layers run one after the other, in the order of the profile, and that a cut leaves
 *   the first few on the device.
 * - Minimizes the latency of one inference, or its cost if the device weighs energy, the paper's
 *   other objective, or accuracy.
 * - The paper has one device and a datacenter without limits; equal shares are our extension. It
 *   predicts the times of layers by regression; here they are those of the profiles.
 * - The paper's DNNs are chains. If a DNN branches, all tensors that are read behind the cut are
 *   sent, each once.
 */
class NeurosurgeonScheduler : public EqualShareScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
};

} // namespace surgery
} // namespace ns3

#endif // NEUROSURGEON_SCHEDULER_H
