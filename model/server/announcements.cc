/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "announcements.h"

#include "ns3/simulator.h"
#include "ns3/surgery-socket-text.h"

namespace ns3
{
namespace surgery
{

namespace
{

/// @param announce as its server sent it @return how old it is
Time
GetAge(const Announce& announce)
{
    return Simulator::Now() - NanoSeconds(announce.sentNs);
}

} // namespace

Announcements::Announcements(uint32_t server, Time lifetime)
    : m_server(server),
      m_lifetime(lifetime)
{
}

std::string
Announcements::Take(uint32_t peer, const Announce& announce)
{
    if (announce.server != peer || announce.server == m_server || announce.ageNs != 0)
    {
        return "an announcement of another server than its sender";
    }
    if (!ParseSocketText(announce.address))
    {
        return "an announcement without an address";
    }
    const auto known = m_received.find(peer);
    const auto isOld = known != m_received.end() && announce.sequence <= known->second.sequence &&
                       GetAge(known->second) <= m_lifetime;
    if (!isOld && GetAge(announce) <= m_lifetime)
    {
        m_received[peer] = announce;
    }
    return "";
}

std::vector<Announce>
Announcements::GetLive()
{
    std::vector<Announce> live;
    for (auto it = m_received.begin(); it != m_received.end();)
    {
        if (GetAge(it->second) > m_lifetime)
        {
            it = m_received.erase(it);
            continue;
        }
        live.push_back(it->second);
        live.back().ageNs = GetAge(it->second).GetNanoSeconds();
        ++it;
    }
    return live;
}

void
Announcements::Clear()
{
    m_received.clear();
}

} // namespace surgery
} // namespace ns3
