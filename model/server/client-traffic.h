/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLIENT_TRAFFIC_H
#define CLIENT_TRAFFIC_H

#include "ns3/surgery-header.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * An amount of messages.
 */
struct Traffic
{
    uint64_t messages{0}; ///< how many
    uint64_t bytes{0};    ///< preambles, bodies and payloads, without the headers of TCP and IP
};

/**
 * @ingroup dnn-surgery
 *
 * Counts the messages between a server and devices by what they are for.
 */
class ClientTraffic
{
  public:
    /**
     * Count a message.
     *
     * @param header the message
     * @param role of its connection
     * @param isVisit whether the device is a visitor
     */
    void Count(const SurgeryHeader& header, ConnectionRole role, bool isVisit);

    /**
     * @return what went over control connections, without what GetChoice counts
     */
    const Traffic& GetControl() const;

    /**
     * @return what lets devices choose among servers: all messages of visits, and ANNOUNCE, JOIN,
     *         ADMISSION and MOVE
     */
    const Traffic& GetChoice() const;

  private:
    Traffic m_control; ///< so far
    Traffic m_choice;  ///< so far
};

} // namespace surgery
} // namespace ns3

#endif // CLIENT_TRAFFIC_H
