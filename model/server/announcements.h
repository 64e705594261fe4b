/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ANNOUNCEMENTS_H
#define ANNOUNCEMENTS_H

#include "ns3/nstime.h"
#include "ns3/surgery-header.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The latest announcement of each other server, as long as it is young enough to be of use.
 */
class Announcements
{
  public:
    /**
     * @param server node id of the server that keeps them
     * @param lifetime how old an announcement may be
     */
    Announcements(uint32_t server, Time lifetime);

    /**
     * Take an announcement, unless it comes too late, or a later one or the same came before.
     *
     * @param peer node id of the server that sent it
     * @param announce the announcement
     * @return what is wrong with it, in words, or nothing: it is of another server than the sender
     *         or passed on, or it names no address
     */
    std::string Take(uint32_t peer, const Announce& announce);

    /**
     * Forget those that are too old.
     *
     * @return the others, by server, with the age that they have now
     */
    std::vector<Announce> GetLive();

    /**
     * Forget all.
     */
    void Clear();

  private:
    uint32_t m_server;                       ///< who keeps them
    Time m_lifetime;                         ///< how old they may be
    std::map<uint32_t, Announce> m_received; ///< the latest, by server
};

} // namespace surgery
} // namespace ns3

#endif // ANNOUNCEMENTS_H
