/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "iao-scheduler.h"

#include "ns3/log.h"
#include "ns3/surgery-iao.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("IaoScheduler");

NS_OBJECT_ENSURE_REGISTERED(IaoScheduler);

TypeId
IaoScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::IaoScheduler")
                            .SetParent<SurgeryScheduler>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<IaoScheduler>()
                            .AddAttribute("Units",
                                          "Number of units into which the capacity is divided, up "
                                          "to a million; 0 means max(100, 10 x devices).",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&IaoScheduler::m_units),
                                          MakeUintegerChecker<uint32_t>(0, 1000000));
    return tid;
}

Outcome
IaoScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return DecideIao(game, m_units);
}

} // namespace surgery
} // namespace ns3
