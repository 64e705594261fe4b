/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_WIRED_ACCESS_NETWORK_H
#define SURGERY_WIRED_ACCESS_NETWORK_H

#include "ns3/queue-size.h"
#include "ns3/surgery-access-network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

class RandomVariableStream;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Each mobile node has its own full-duplex point-to-point link to the gateway. Without a radio,
 * many devices are cheap to simulate, and the links can replay measured bandwidth.
 *
 * By default the links lose nothing: they have no queue disc (ns-3's default one drops packets on
 * slow links) and long queues. Each direction takes a queue of another length, and any queue disc:
 * a token bucket ("ns3::TbfQueueDisc[Rate=50Mbps|Burst=64000|MaxSize=376500B]") in front of a fast
 * link is what a testbed's traffic shaper does.
 */
class WiredAccessNetwork : public AccessNetwork
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    WiredAccessNetwork();
    ~WiredAccessNetwork() override;

    int64_t AssignStreams(int64_t stream) override;

    /**
     * @param mobile index of a mobile node
     * @return its link's ends: the node's, which sends the uplink, and the gateway's
     */
    NetDeviceContainer GetLink(uint32_t mobile) const;

  protected:
    /// Release links and random variables.
    void DoDispose() override;
    Ptr<Node> DoInstall(const NodeContainer& mobiles) override;

  private:
    /// Give every link its rates.
    void DrawRates();
    /// Set the queue disc toward the gateway. @param text TYPE or TYPE[NAME=VALUE|...], or nothing
    void SetUplinkQueueDisc(std::string text);
    /// @return the queue disc toward the gateway, in text
    std::string GetUplinkQueueDisc() const;
    /// Set the queue disc toward the mobile node. @param text as for the uplink
    void SetDownlinkQueueDisc(std::string text);
    /// @return the queue disc toward the mobile node, in text
    std::string GetDownlinkQueueDisc() const;

    Ptr<RandomVariableStream> m_uplinkMbps;   ///< attribute
    Ptr<RandomVariableStream> m_downlinkMbps; ///< attribute
    Time m_delay;                             ///< attribute
    uint16_t m_mtu{0};                        ///< attribute
    QueueSize m_uplinkQueue;                  ///< attribute
    QueueSize m_downlinkQueue;                ///< attribute
    std::string m_uplinkQueueDisc;            ///< attribute
    std::string m_downlinkQueueDisc;          ///< attribute
    std::vector<NetDeviceContainer> m_links;  ///< by mobile node
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_WIRED_ACCESS_NETWORK_H
