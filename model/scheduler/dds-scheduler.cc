/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "dds-scheduler.h"

#include "ns3/log.h"
#include "ns3/surgery-equilibrium.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("DdsScheduler");

NS_OBJECT_ENSURE_REGISTERED(DdsScheduler);

TypeId
DdsScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::DdsScheduler")
                            .SetParent<SurgeryScheduler>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<DdsScheduler>();
    return tid;
}

Outcome
DdsScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return MayDevicesLeave() ? SolveEquilibriumSteadily(game) : SolveEquilibrium(game);
}

} // namespace surgery
} // namespace ns3
