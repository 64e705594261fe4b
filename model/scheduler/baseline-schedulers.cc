/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "baseline-schedulers.h"

#include "ns3/log.h"
#include "ns3/surgery-baselines.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryBaselineSchedulers");

NS_OBJECT_ENSURE_REGISTERED(LocalOnlyScheduler);
NS_OBJECT_ENSURE_REGISTERED(ServerOnlyScheduler);

TypeId
LocalOnlyScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::LocalOnlyScheduler")
                            .SetParent<SurgeryScheduler>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<LocalOnlyScheduler>();
    return tid;
}

Outcome
LocalOnlyScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return DecideLocalOnly(game);
}

TypeId
ServerOnlyScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::ServerOnlyScheduler")
                            .SetParent<SurgeryScheduler>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<ServerOnlyScheduler>();
    return tid;
}

Outcome
ServerOnlyScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return DecideServerOnly(game);
}

} // namespace surgery
} // namespace ns3
