/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-records.h"

#include "ns3/dnn-cut.h"
#include "ns3/simulator.h"

#include <limits>

namespace ns3
{
namespace surgery
{

ServerRecords::ServerRecords(uint32_t server)
    : m_server(server)
{
}

TimestepRecord
ServerRecords::MakeTimestep(const Game& game,
                            const Outcome& outcome,
                            const Certificate& certificate,
                            const Counts& now)
{
    TimestepRecord record;
    record.time = Simulator::Now();
    record.server = m_server;
    record.devices = static_cast<uint32_t>(game.players.size());
    record.shadowPriceS = outcome.shadowPriceS;
    record.potentialS = certificate.potential;
    record.dualGapS = certificate.dualGap;
    record.largestExcess = certificate.largestExcess;
    record.unsoldS = certificate.unsoldS;
    record.maxRegret = certificate.maxRegret;
    record.rounds = outcome.rounds;
    record.overloaded = certificate.overloaded;
    record.controlMessages = now.controlMessages - m_before.controlMessages;
    record.controlBytes = now.controlBytes - m_before.controlBytes;
    record.admitted = static_cast<uint32_t>(now.admitted - m_before.admitted);
    record.refused = static_cast<uint32_t>(now.refused - m_before.refused);
    record.choiceBytes = now.choiceBytes - m_before.choiceBytes;
    record.peerBytes = now.peerBytes - m_before.peerBytes;
    m_before = now;
    return record;
}

GrantRecord
ServerRecords::MakeGrant(const Player& player,
                         const std::string& dnn,
                         const Decision& decision,
                         CutReason reason,
                         const Certificate& certificate,
                         std::size_t index)
{
    GrantRecord record;
    record.time = Simulator::Now();
    record.server = m_server;
    record.device = player.device;
    record.share = decision.share;
    record.latencyS = certificate.latenciesS[index];
    record.costS = certificate.costsS[index];
    record.uplinkBps = std::numeric_limits<double>::quiet_NaN();
    record.reason = reason;
    if (decision.cut)
    {
        auto& granted = m_granted[player.device];
        if (granted.cut != decision.cut)
        {
            const auto& option = (*player.options)[decision.option];
            const auto& layers = option.frontier->GetCosts().GetDnn();
            granted = {decision.cut, GetCutLabel(layers, decision.cut->deviceLayers)};
        }
        record.cut = granted.label;
        record.uplinkBps = player.link.uplinkBps;
        record.variant = decision.option;
        record.dnn = dnn;
    }
    return record;
}

GrantRecord
ServerRecords::MakeRefusal(uint32_t device,
                           const std::string& dnn,
                           const ServedDevice::Refusal& refusal) const
{
    GrantRecord record;
    record.time = Simulator::Now();
    record.server = m_server;
    record.device = device;
    record.cut = LOCAL_CUT_LABEL;
    record.latencyS = refusal.grant.latencyS;
    record.costS = refusal.costS;
    record.uplinkBps = std::numeric_limits<double>::quiet_NaN();
    record.reason = refusal.grant.reason;
    record.variant = refusal.grant.variant;
    record.dnn = dnn;
    return record;
}

} // namespace surgery
} // namespace ns3
