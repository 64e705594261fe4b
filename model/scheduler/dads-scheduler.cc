/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "dads-scheduler.h"

#include "ns3/log.h"
#include "ns3/surgery-dads.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("DadsScheduler");

NS_OBJECT_ENSURE_REGISTERED(DadsScheduler);

TypeId
DadsScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::DadsScheduler")
            .SetParent<EqualShareScheduler>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<DadsScheduler>()
            .AddTraceSource("HeavyLoad",
                            "Some devices get requests so fast that they were cut for throughput "
                            "(DSH). A timestep may make several decisions.",
                            MakeTraceSourceAccessor(&DadsScheduler::m_heavyLoadTrace),
                            "ns3::surgery::DadsScheduler::HeavyLoadTracedCallback");
    return tid;
}

Outcome
DadsScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    const auto outcome = DecideDads(game, GetEqualShares());
    if (outcome.heavilyLoaded > 0)
    {
        NS_LOG_INFO(outcome.heavilyLoaded << " devices under heavy load, too heavy for "
                                          << outcome.overloaded);
        m_heavyLoadTrace(outcome.heavilyLoaded, outcome.overloaded);
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
