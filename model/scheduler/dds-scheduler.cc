/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "dds-scheduler.h"

#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/string.h"
#include "ns3/surgery-equilibrium.h"
#include "ns3/surgery-negotiation.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("DdsScheduler");

NS_OBJECT_ENSURE_REGISTERED(DdsScheduler);

TypeId
DdsScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::DdsScheduler")
            .SetParent<SurgeryScheduler>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<DdsScheduler>()
            .AddAttribute("Mode",
                          "Who plays the game: \"server-side\", devices report and the server "
                          "solves it; \"decentralised\", the server asks at prices and the devices "
                          "answer. The clients' Mode must be the same.",
                          StringValue("server-side"),
                          MakeStringAccessor(&DdsScheduler::SetMode, &DdsScheduler::GetMode),
                          MakeStringChecker())
            .AddAttribute("Tolerance",
                          "Decentralised: the rounds of prices end when demand fits at a price and "
                          "does not at one that is lower by this part; a part of the server that "
                          "is smaller is not offered.",
                          DoubleValue(5e-4),
                          MakeDoubleAccessor(&DdsScheduler::m_tolerance),
                          MakeDoubleChecker<double>(1e-9, 1))
            .AddAttribute("MaxRounds",
                          "Decentralised: rounds of prices per timestep, at most; cut short, the "
                          "price is interpolated.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&DdsScheduler::m_maxRounds),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("HandOutRounds",
                          "Decentralised: rounds in which what is left over is offered, per "
                          "timestep, at most.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&DdsScheduler::m_handOutRounds),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("RoundDeadline",
                          "Decentralised: how long all rounds of a timestep may take together, at "
                          "most a timestep; then shares are granted on what is known. 0 means four "
                          "fifths of a timestep.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&DdsScheduler::m_roundDeadline),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("DemandLifetime",
                          "Decentralised: how long a device's answer stands when it gives no new "
                          "one; then it counts as none.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&DdsScheduler::m_demandLifetime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Patience",
                          "Decentralised: a round ends without those who have not answered, so "
                          "many times as long after its begin as half of the answers took.",
                          DoubleValue(3),
                          MakeDoubleAccessor(&DdsScheduler::m_patience),
                          MakeDoubleChecker<double>(1));
    return tid;
}

Outcome
DdsScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    return SolveEquilibrium(game);
}

Ptr<SurgeryNegotiation>
DdsScheduler::GetNegotiation()
{
    if (m_mode == GameMode::DECENTRALISED && !m_negotiation)
    {
        NegotiationRules rules;
        rules.tolerance = m_tolerance;
        rules.maxRounds = m_maxRounds;
        rules.handOutRounds = m_handOutRounds;
        rules.roundDeadline = m_roundDeadline;
        rules.demandLifetime = m_demandLifetime;
        rules.patience = m_patience;
        m_negotiation = CreateObject<SurgeryNegotiation>();
        m_negotiation->SetRules(rules);
    }
    return m_negotiation;
}

void
DdsScheduler::DoDispose()
{
    NS_LOG_FUNCTION(this);
    if (m_negotiation)
    {
        m_negotiation->Dispose();
        m_negotiation = nullptr;
    }
    SurgeryScheduler::DoDispose();
}

void
DdsScheduler::SetMode(std::string mode)
{
    m_mode = ParseGameMode(mode);
}

std::string
DdsScheduler::GetMode() const
{
    return GetGameModeName(m_mode);
}

} // namespace surgery
} // namespace ns3
