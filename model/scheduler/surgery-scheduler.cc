/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-scheduler.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-held-shares.h"
#include "ns3/surgery-type-names.h"

#include <chrono>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryScheduler");

NS_OBJECT_ENSURE_REGISTERED(SurgeryScheduler);

namespace
{

/// @return the names of all schedulers
TypeNames
GetTypeNames()
{
    return {SurgeryScheduler::GetTypeId(), "Scheduler", "scheduler"};
}

} // namespace

TypeId
SurgeryScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::SurgeryScheduler")
            .SetParent<DecisionProcess>()
            .SetGroupName("DnnSurgery")
            .AddTraceSource("SolverWallTime",
                            "The scheduler decided. The values are the simulated time, and the "
                            "wall-clock time that the decision took, s.",
                            MakeTraceSourceAccessor(&SurgeryScheduler::m_wallTimeTrace),
                            "ns3::surgery::SurgeryScheduler::SolverWallTimeTracedCallback");
    return tid;
}

std::vector<std::string>
SurgeryScheduler::GetNames()
{
    return GetTypeNames().GetNames();
}

Ptr<SurgeryScheduler>
SurgeryScheduler::Create(const std::string& name)
{
    return DynamicCast<SurgeryScheduler>(GetTypeNames().Create(name));
}

void
SurgeryScheduler::DoBegin(const Game& game, const HeldShares& held, Time timestep)
{
    NS_LOG_FUNCTION(this << game.players.size() << timestep);
    auto decided = game;
    const auto start = std::chrono::steady_clock::now();
    const auto outcome =
        DecideAroundHeldShares(decided, held, [this](const Game& now) { return Decide(now); });
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    m_wallTimeTrace(Simulator::Now(), wall.count());
    Finish(decided, outcome);
}

} // namespace surgery
} // namespace ns3
