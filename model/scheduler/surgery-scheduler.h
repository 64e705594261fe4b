/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SCHEDULER_H
#define SURGERY_SCHEDULER_H

#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-negotiation.h"

#include <cstdint>
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
 * cost are computed by Evaluate for all of them alike, and measured by the simulation.
 */
class SurgeryScheduler : public Object
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
     * How devices decide themselves, if they are to.
     *
     * @return the rounds to hold in place of Decide; null if the scheduler decides
     */
    virtual Ptr<SurgeryNegotiation> GetNegotiation();

    /**
     * Fix the random streams, if the scheduler draws any.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    virtual int64_t AssignStreams(int64_t stream);

    /**
     * @return the short names of all registered schedulers (class TypeNames), sorted:
     *         ns3::surgery::ServerOnlyScheduler is "server-only"
     */
    static std::vector<std::string> GetNames();

    /**
     * Make a scheduler.
     *
     * @param name a short name or a TypeId's name, optionally with attributes in brackets
     *        ("dads[AmongOffloading=true]")
     * @return the scheduler
     * @throws std::invalid_argument if there is none of that name, listing the known ones
     */
    static Ptr<SurgeryScheduler> Create(const std::string& name);
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SCHEDULER_H
