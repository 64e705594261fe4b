/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include "ns3/data-rate.h"
#include "ns3/error-model.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The point-to-point link between a gateway and a server, which can be cut.
 */
class ServerLink
{
  public:
    /**
     * Make the link.
     *
     * @param gateway one end
     * @param server the other
     * @param rate of both directions, > 0
     * @param delay one way
     * @param mtu largest IP packet, byte
     * @throws std::invalid_argument if the rate is 0
     */
    ServerLink(Ptr<Node> gateway, Ptr<Node> server, DataRate rate, Time delay, uint16_t mtu);

    /**
     * @return the ends: the gateway's, the server's
     */
    const NetDeviceContainer& GetEnds() const;

    /**
     * Lose all packets, or none.
     *
     * @param isCut whether all
     */
    void Cut(bool isCut);

    /**
     * @param stream the first random stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

  private:
    NetDeviceContainer m_ends;               ///< the gateway's, the server's
    std::vector<Ptr<RateErrorModel>> m_loss; ///< at both ends, off unless cut
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_LINK_H
