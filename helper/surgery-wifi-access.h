/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_WIFI_ACCESS_H
#define SURGERY_WIFI_ACCESS_H

#include "ns3/mac48-address.h"
#include "ns3/surgery-access-network.h"

#include <map>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * 802.11ax: the mobile nodes are stations of an access point at the origin, which is the gateway.
 */
class WifiAccessNetwork : public AccessNetwork
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    WifiAccessNetwork();
    ~WifiAccessNetwork() override;

    int64_t AssignStreams(int64_t stream) override;

  protected:
    Ptr<Node> DoInstall(const NodeContainer& mobiles) override;

  private:
    /// A station joined an access point. @param node the station's id @param address of the other
    void HandleAssociated(uint32_t node, Mac48Address address);
    /// A station left an access point. @param node the station's id @param address of the other
    void HandleDisassociated(uint32_t node, Mac48Address address);

    std::string m_ssid;                                ///< attribute
    std::string m_channel;                             ///< attribute
    std::string m_rateManager;                         ///< attribute
    NetDeviceContainer m_accessPointDevices;           ///< in the access points' order
    std::map<Mac48Address, uint32_t> m_indexByAddress; ///< of the access points
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_WIFI_ACCESS_H
