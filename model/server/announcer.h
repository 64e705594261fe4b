/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ANNOUNCER_H
#define ANNOUNCER_H

#include "announcements.h"
#include "peer-connections.h"

#include "ns3/surgery-header.h"
#include "ns3/surgery-server-terms.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a server and its peers know of each other: it announces its terms to them, keeps what they
 * announce, and passes both on to devices that may choose.
 */
class Announcer
{
  public:
    /**
     * @param self what the server always announces: who and where it is, its processor and its host
     *        work
     * @param connections how to reach the peers
     */
    Announcer(const Announce& self, const PeerConnections::Settings& connections);

    /**
     * Connect to the peers, until Stop.
     */
    void Start();

    /**
     * Close the connections to the peers, and forget what they announced.
     */
    void Stop();

    /**
     * Release all sockets, without sending anything to the peers.
     */
    void Dispose();

    /**
     * Tell the peers what the server offers now.
     *
     * @param terms its terms after a decision
     * @param postedPriceS the price that it posts, s
     * @param devices how many it serves
     */
    void Tell(const ServerTerms& terms, double postedPriceS, uint32_t devices);

    /**
     * @return what there is to choose from, by server: what this one told last, and what the peers
     *         that are alive announced
     */
    std::vector<Announce> GetOffers();

    /**
     * A server that opened a connection sent a message over it.
     *
     * @param peer its node id
     * @param header the message
     * @return what is wrong with it, in words, or nothing
     */
    std::string HandleMessage(uint32_t peer, const SurgeryHeader& header);

    /**
     * @return the connections to the peers
     */
    PeerConnections& GetConnections();

  private:
    Announce m_own;                ///< what the server announced last
    bool m_hasTold{false};         ///< whether there is such a thing
    Announcements m_announcements; ///< of the peers
    PeerConnections m_connections; ///< to the peers
};

} // namespace surgery
} // namespace ns3

#endif // ANNOUNCER_H
