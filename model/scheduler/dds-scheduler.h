/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DDS_SCHEDULER_H
#define DDS_SCHEDULER_H

#include "ns3/surgery-scheduler.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * DDS, Decentralized DNN Surgery: cuts and shares are the normalized Nash equilibrium of the
 * devices' resource-allocation game. The devices report and the server solves the game; class
 * DecentralizedDdsScheduler lets them play it themselves. Where devices may choose among servers,
 * previous cuts are kept if a fresh solution is worse (SolveEquilibriumSteadily).
 *
 * After X. Yang, D. Chen, Q. Qi, J. Wang, H. Sun, J. Liao, S. Guo, "Adaptive DNN Surgery for
 * Selfish Inference Acceleration with On-demand Edge Resource", arXiv 2306.12185, 2023. Its
 * abstract defines the game; the formulas (SolveEquilibrium) are ours.
 *
 * With Waiting, devices whose requests do not wait for results report how much the gaps between
 * requests vary, and their cost includes the mean time that their inferences wait for each other
 * (class Waiting). Until a device has reported it, and where devices may choose among servers,
 * costs are plain.
 */
class DdsScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
    bool WantsGaps() const override;

  private:
    bool m_waiting{false}; ///< attribute
};

} // namespace surgery
} // namespace ns3

#endif // DDS_SCHEDULER_H
