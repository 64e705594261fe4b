/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "announcer.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

Announcer::Announcer(const Announce& self, const PeerConnections::Settings& connections)
    : m_own(self),
      m_announcements(self.server, connections.lifetime),
      m_connections(connections)
{
    m_own.sequence = 0;
}

void
Announcer::Start()
{
    m_connections.Start();
}

void
Announcer::Stop()
{
    m_connections.Stop();
    m_announcements.Clear();
    m_hasTold = false;
}

void
Announcer::Dispose()
{
    m_connections.Dispose();
}

void
Announcer::Tell(const ServerTerms& terms, double postedPriceS, uint32_t devices)
{
    m_hasTold = true;
    ++m_own.sequence;
    m_own.shadowPriceS = terms.shadowPriceS;
    m_own.load = std::min(1.0, terms.load);
    m_own.curvatureS = terms.curvatureS;
    m_own.devices = devices;
    m_own.postedPriceS = postedPriceS;
    m_connections.Send(m_own);
}

std::vector<Announce>
Announcer::GetOffers()
{
    auto offers = m_announcements.GetLive();
    if (m_hasTold)
    {
        const auto place =
            std::find_if(offers.begin(), offers.end(), [this](const Announce& offer) {
                return offer.server > m_own.server;
            });
        offers.insert(place, m_own);
    }
    return offers;
}

std::string
Announcer::HandleMessage(uint32_t peer, const SurgeryHeader& header)
{
    if (header.GetIf<Peer>())
    {
        return peer == m_own.server ? "a PEER with this server's own id" : "";
    }
    const auto* announce = header.GetIf<Announce>();
    return announce ? m_announcements.Take(peer, *announce)
                    : "a message that no server sends to another";
}

PeerConnections&
Announcer::GetConnections()
{
    return m_connections;
}

} // namespace surgery
} // namespace ns3
