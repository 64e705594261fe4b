/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SCHEDULER_H
#define SURGERY_SCHEDULER_H

#include "ns3/ptr.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-game.h"
#include "ns3/traced-callback.h"

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Decides, once per timestep, where each device's DNN is cut and how much of the server it gets.
 *
 * Derive from this class, register a TypeId and override Decide: the new scheduler can be set as
 * MecServer's attribute and named in every example. A scheduler only decides: Evaluate computes
 * latency and cost for all schedulers alike, and the simulation measures them. If a device loses
 * its share but still holds it, the capacity does not include that share (DecideAroundHeldShares).
 */
class SurgeryScheduler : public DecisionProcess
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Decide for all devices.
     *
     * @param game the devices and the capacity left to them; valid (CheckGame)
     * @return one decision per device, in the game's order; the shares sum to at most the capacity
     */
    virtual Outcome Decide(const Game& game) = 0;

    /**
     * @return the short names of all registered schedulers (class TypeNames), sorted
     */
    static std::vector<std::string> GetNames();

    /**
     * Create a scheduler.
     *
     * @param name a name that DecisionProcess::Create accepts
     * @return the scheduler
     * @throws std::invalid_argument if there is none of that name; its text lists the known names
     */
    static Ptr<SurgeryScheduler> Create(const std::string& name);

    /**
     * Signature of the trace source SolverWallTime.
     *
     * @param [in] simulated when it decided, in simulated time
     * @param [in] wallSeconds wall-clock time that Decide took, s; it never affects the simulation
     */
    typedef void (*SolverWallTimeTracedCallback)(Time simulated, double wallSeconds);

  private:
    void DoBegin(const Game& game, const HeldShares& held, Time timestep) final;

    TracedCallback<Time, double> m_wallTimeTrace; ///< SolverWallTime
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SCHEDULER_H
