/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "baseline-schedulers.h"

#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/surgery-baselines.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryBaselineSchedulers");

NS_OBJECT_ENSURE_REGISTERED(LocalOnlyScheduler);
NS_OBJECT_ENSURE_REGISTERED(ServerOnlyScheduler);
NS_OBJECT_ENSURE_REGISTERED(BestEffortScheduler);

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

bool
LocalOnlyScheduler::NeedsShares() const
{
    return false;
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

bool
ServerOnlyScheduler::NeedsShares() const
{
    return false;
}

TypeId
BestEffortScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::BestEffortScheduler")
            .SetParent<SurgeryScheduler>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<BestEffortScheduler>()
            .AddAttribute("Speed",
                          "What a device may count on when its cut is chosen, as a part of the "
                          "whole server's speed.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&BestEffortScheduler::m_speed),
                          MakeDoubleChecker<double>(0, 1));
    return tid;
}

Outcome
BestEffortScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return DecideBestEffort(game, m_speed);
}

bool
BestEffortScheduler::NeedsShares() const
{
    return false;
}

} // namespace surgery
} // namespace ns3
