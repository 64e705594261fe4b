/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "client-traffic.h"

namespace ns3
{
namespace surgery
{

void
ClientTraffic::Count(const SurgeryHeader& header, ConnectionRole role, bool isVisit)
{
    const auto isForChoice = isVisit || header.GetIf<Announce>() || header.GetIf<Join>() ||
                             header.GetIf<Admission>() || header.GetIf<Move>();
    if (isForChoice || role == ConnectionRole::CONTROL)
    {
        auto& traffic = isForChoice ? m_choice : m_control;
        ++traffic.messages;
        traffic.bytes += header.GetMessageBytes();
    }
}

const Traffic&
ClientTraffic::GetControl() const
{
    return m_control;
}

const Traffic&
ClientTraffic::GetChoice() const
{
    return m_choice;
}

} // namespace surgery
} // namespace ns3
