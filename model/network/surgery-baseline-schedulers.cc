/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-baseline-schedulers.h"

#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/surgery-baselines.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryBaselineSchedulers");

NS_OBJECT_ENSURE_REGISTERED(LocalOnlyScheduler);
NS_OBJECT_ENSURE_REGISTERED(ServerOnlyScheduler);
NS_OBJECT_ENSURE_REGISTERED(DadsScheduler);

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

TypeId
DadsScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::DadsScheduler")
            .SetParent<SurgeryScheduler>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<DadsScheduler>()
            .AddAttribute("AmongOffloading",
                          "Whether the server is divided among the devices that offload (1/n, the "
                          "smallest n such that at most n devices offload at 1/n) instead of "
                          "among all devices (1/N).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&DadsScheduler::m_amongOffloading),
                          MakeBooleanChecker());
    return tid;
}

Outcome
DadsScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    const auto all = std::max<std::size_t>(1, game.players.size());
    const auto parts = m_amongOffloading ? CountEqualShares(game) : all;
    return DecideAtShare(game, game.capacity / static_cast<double>(parts));
}

} // namespace surgery
} // namespace ns3
