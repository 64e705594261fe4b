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
 * MecServer's attribute and named in every example. Deciding is all a scheduler does: latency and
 * cost are computed by Evaluate for all of them alike, and measured by the simulation. What a
 * device holds although it gets nothing any more is kept out of the capacity
 * (DecideAroundHeldShares).
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
     * Make a scheduler.
     *
     * @param name as DecisionProcess::Create takes it
     * @return the scheduler
     * @throws std::invalid_argument if there is none of that name, listing the known ones
     */
    static Ptr<SurgeryScheduler> Create(const std::string& name);

    /**
     * Signature of the trace source SolverWallTime.
     *
     * @param [in] simulated the timestep
     * @param [in] wallSeconds wall-clock time Decide took, s; it never feeds the simulation
     */
    typedef void (*SolverWallTimeTracedCallback)(Time simulated, double wallSeconds);

  private:
    void DoBegin(const Game& game, const HeldShares& held, Time timestep) final;

    TracedCallback<Time, double> m_wallTimeTrace; ///< SolverWallTime
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SCHEDULER_H
