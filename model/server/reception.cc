/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "reception.h"

#include "client-connections.h"
#include "served-device.h"

#include "ns3/log.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("Reception");

Reception::Reception(Ptr<ClientConnections> connections)
    : m_connections(connections)
{
}

Reception::~Reception() = default;

std::unique_ptr<ServedDevice>&
Reception::Receive(uint32_t id)
{
    return m_visitors[id];
}

const std::map<uint32_t, std::unique_ptr<ServedDevice>>&
Reception::GetVisitors() const
{
    return m_visitors;
}

bool
Reception::Has(uint32_t id) const
{
    return m_visitors.count(id) > 0;
}

std::string
Reception::HandleMessage(uint32_t id, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << bytes);
    auto& visitor = *m_visitors.at(id);
    visitor.HandleSign();
    if (const auto* probe = header.GetIf<Probe>())
    {
        const auto reply = visitor.MakeProbeReply(*probe, header.GetPayloadBytes(), bytes);
        m_connections->Send(id, ConnectionRole::DATA, reply);
    }
    else if (const auto* join = header.GetIf<Join>())
    {
        m_newcomers.Ask(id, join->number, join->gainS);
    }
    else if (const auto* state = header.GetIf<State>())
    {
        visitor.HandleState(*state, bytes); // of use once it is admitted
    }
    else if (header.GetIf<Bye>())
    {
        Forget(id);
    }
    else
    {
        return "a message that the server does not expect from a visitor";
    }
    return "";
}

std::vector<Reception::Admitted>
Reception::Admit(bool oneByOne, const std::function<bool(const ServedDevice&)>& canServe)
{
    const auto rule = !oneByOne     ? AdmissionRule::EVERYBODY
                      : m_isWaiting ? AdmissionRule::NOBODY
                                    : AdmissionRule::LARGEST_GAIN;
    std::vector<Admitted> admitted;
    const auto canServeDevice = [&](uint32_t id) { return canServe(*m_visitors.at(id)); };
    for (const auto& answer : m_newcomers.Decide(rule, canServeDevice))
    {
        NS_LOG_LOGIC("device " << answer.device << " is admitted: " << answer.isAdmitted);
        Admission admission;
        admission.number = answer.number;
        admission.admitted = answer.isAdmitted ? 1 : 0;
        m_connections->Send(answer.device, ConnectionRole::CONTROL, SurgeryHeader(admission));
        ++(answer.isAdmitted ? m_admitted : m_refused);
        if (answer.isAdmitted)
        {
            const auto visitor = m_visitors.find(answer.device);
            visitor->second->HandleAdmission();
            admitted.emplace_back(answer.device, std::move(visitor->second));
            m_visitors.erase(visitor);
            m_newcomers.Forget(answer.device);
            m_connections->EndVisit(answer.device);
            m_awaited = answer.device;
            m_isWaiting = true;
        }
    }
    return admitted;
}

void
Reception::HandleGame(const Game& game)
{
    m_isWaiting = m_isWaiting &&
                  std::none_of(game.players.begin(), game.players.end(), [this](const Player& p) {
                      return p.device == m_awaited;
                  });
}

void
Reception::Forget(uint32_t id)
{
    NS_LOG_FUNCTION(this << id);
    m_isWaiting = m_isWaiting && m_awaited != id;
    m_newcomers.Forget(id);
    if (m_visitors.erase(id) > 0)
    {
        m_connections->Drop(id);
    }
}

void
Reception::ForgetSilent(Time timeout)
{
    NS_LOG_FUNCTION(this << timeout);
    std::vector<uint32_t> silent;
    for (auto& [id, visitor] : m_visitors)
    {
        if (visitor->IsSilent(m_connections->GetDataReceived(id), timeout))
        {
            silent.push_back(id);
        }
    }
    for (const auto id : silent)
    {
        Forget(id);
    }
}

void
Reception::Clear()
{
    NS_LOG_FUNCTION(this);
    while (!m_visitors.empty())
    {
        Forget(m_visitors.begin()->first);
    }
    m_newcomers.Clear();
    m_isWaiting = false;
}

uint64_t
Reception::GetAdmitted() const
{
    return m_admitted;
}

uint64_t
Reception::GetRefused() const
{
    return m_refused;
}

} // namespace surgery
} // namespace ns3
