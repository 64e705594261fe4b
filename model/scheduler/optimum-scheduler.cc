/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "optimum-scheduler.h"

#include "ns3/log.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-optimum.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("OptimumScheduler");

NS_OBJECT_ENSURE_REGISTERED(OptimumScheduler);

TypeId
OptimumScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::OptimumScheduler")
            .SetParent<SurgeryScheduler>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<OptimumScheduler>()
            .AddTraceSource("DualGap",
                            "A decision was made. The values are its sum of costs without prices "
                            "(of latencies, if devices weigh nothing else), and a lower bound of "
                            "all such sums. A timestep may make several decisions.",
                            MakeTraceSourceAccessor(&OptimumScheduler::m_dualGapTrace),
                            "ns3::surgery::OptimumScheduler::DualGapTracedCallback");
    return tid;
}

Outcome
OptimumScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    const auto outcome = DecideOptimum(game);
    if (!m_dualGapTrace.IsEmpty())
    {
        m_dualGapTrace(GetUnpricedSum(game, outcome), GetUnpricedBound(game, outcome.shadowPriceS));
    }
    return outcome;
}

} // namespace surgery
} // namespace ns3
