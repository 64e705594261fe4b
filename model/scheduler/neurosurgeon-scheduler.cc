/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "neurosurgeon-scheduler.h"

#include "ns3/log.h"
#include "ns3/surgery-neurosurgeon.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("NeurosurgeonScheduler");

NS_OBJECT_ENSURE_REGISTERED(NeurosurgeonScheduler);

TypeId
NeurosurgeonScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::NeurosurgeonScheduler")
                            .SetParent<EqualShareScheduler>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<NeurosurgeonScheduler>();
    return tid;
}

Outcome
NeurosurgeonScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return DecideNeurosurgeon(game, GetEqualShares());
}

} // namespace surgery
} // namespace ns3
