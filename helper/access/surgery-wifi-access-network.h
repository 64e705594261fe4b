/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_WIFI_ACCESS_NETWORK_H
#define SURGERY_WIFI_ACCESS_NETWORK_H

#include "ns3/mac48-address.h"
#include "ns3/surgery-access-network.h"

#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class WifiRoaming;

/**
 * @ingroup dnn-surgery
 *
 * Wi-Fi: the mobile nodes are stations of one or more access points.
 *
 * One access point stands at the origin and is the gateway. Several stand in a row along x,
 * centered at the origin, all on one channel, and are bridges between the air and an Ethernet on
 * which the gateway is a host: one subnet, so that stations keep their addresses, and with them
 * their connections, when they move from one to another (class WifiRoaming).
 *
 *     stations ))) access points === Ethernet === gateway --- backhaul --- server
 *
 * With several sites (InstallSites), each access point has an Ethernet and a gateway of its own,
 * and bridges join the sites to one subnet, over links that must be a tree. A station that joins
 * sends a frame to all, so that the bridges learn where it is.
 *
 * Access points that are far apart do not hear each other: frames that they send at the same time
 * collide at the stations between them. All share one channel because ns-3.37's stations do not
 * look for access points on other channels.
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

    bool SpansSites() const override;

  protected:
    /// Release stations and access points.
    void DoDispose() override;
    Ptr<Node> DoInstall(const NodeContainer& mobiles) override;
    std::vector<Ptr<Node>> DoInstallSites(const NodeContainer& mobiles,
                                          uint32_t sites,
                                          const std::vector<SiteLink>& links) override;

  private:
    /// A station that tells bridges where it is.
    struct Station
    {
        Ptr<NetDevice> device; ///< its device
        bool isKnown{false};   ///< whether it has joined an access point before
    };

    /// Make access points in a row.
    void MakeAccessPoints();
    /// Make the devices of stations and access points. @param mobiles the stations
    void MakeDevices(const NodeContainer& mobiles);
    /// Follow who joins whom, and let stations move.
    void WatchStations();
    /// Put the access points on an Ethernet. @return the device of the gateway, a node of its own
    Ptr<NetDevice> MakeDistribution();
    /// Let stations send packets as long as an Ethernet carries. @param port of the Ethernet
    void LimitPackets(Ptr<NetDevice> port);
    /// Let the bridges between sites know where a station is. @param node the station's id
    void Announce(uint32_t node);
    /// A station joined an access point. @param node the station's id @param address of the other
    void HandleAssociated(uint32_t node, Mac48Address address);
    /// A station left an access point. @param node the station's id @param address of the other
    void HandleDisassociated(uint32_t node, Mac48Address address);

    std::string m_ssid;                      ///< attribute
    std::string m_standard;                  ///< attribute
    std::string m_channel;                   ///< attribute
    std::string m_rateManager;               ///< attribute
    NetDeviceContainer m_accessPointDevices; ///< in the access points' order
    NetDeviceContainer m_distribution;       ///< the Ethernet's ports, if there are several
    std::map<Mac48Address, uint32_t> m_indexByAddress; ///< of the access points
    std::vector<Ptr<WifiRoaming>> m_roaming;           ///< with several access points, by station
    std::map<uint32_t, Station> m_announcing;          ///< with several sites, by node's id
    uint32_t m_accessPoints{0};                        ///< attribute
    double m_spacing{0};                               ///< attribute
    double m_roamingMargin{0};                         ///< attribute
    uint32_t m_maxMissedBeacons{0};                    ///< attribute
    DataRate m_distributionRate;                       ///< attribute
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_WIFI_ACCESS_NETWORK_H
