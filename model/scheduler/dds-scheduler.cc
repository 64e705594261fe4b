/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "dds-scheduler.h"

#include "ns3/boolean.h"
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
                            .AddConstructor<DdsScheduler>()
                            .AddAttribute("Waiting",
                                          "Whether the cost of devices whose requests do not wait "
                                          "for results (OpenLoop or RequestTimes of the client) "
                                          "includes the mean time that their inferences wait for "
                                          "each other, by what the devices measure: the rate of "
                                          "their requests and the variation of the gaps between "
                                          "them. Without effect where devices may choose among "
                                          "servers.",
                                          BooleanValue(false),
                                          MakeBooleanAccessor(&DdsScheduler::m_waiting),
                                          MakeBooleanChecker());
    return tid;
}

Outcome
DdsScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return MayDevicesLeave() ? SolveEquilibriumSteadily(game) : SolveEquilibrium(game);
}

bool
DdsScheduler::WantsGaps() const
{
    return m_waiting && !MayDevicesLeave();
}

} // namespace surgery
} // namespace ns3
