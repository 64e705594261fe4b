/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WIFI_ROAMING_H
#define WIFI_ROAMING_H

#include "ns3/event-id.h"
#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/sta-wifi-mac.h"

#include <cstdint>
#include <map>

namespace ns3
{

class WifiMac;
class WifiNetDevice;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Moves a station from one access point to another of the same network, on the same channel.
 *
 * ns-3's stations know one way: miss beacons, scan, associate. Here a station also listens to all
 * access points, and moves to one whose beacons are stronger than those of its own by a margin, on
 * the average of the last few; it does not let go of the old one before.
 *
 * However it moves, what ns-3 leaves behind is put right, as IEEE 802.11 has it:
 * - the access point that it left learns of it, and forgets it, with the frames that wait there;
 * - Block Ack agreements end on both sides. Otherwise the old access point asks the station to
 *   acknowledge, thousands of times per second, and keeps all others waiting; and after a return,
 *   both sides wait for frames that got lost when the station left;
 * - frames that wait in the station for the old access point go to the one it joins, which may be
 *   the same again.
 *
 * Bridges may believe the station where it was, and need not be told: on a shared Ethernet each of
 * them hears all frames, those of ns-3 also forward what they have learned to be where it came
 * from, and an access point sends nothing to a station that has left.
 */
class WifiRoaming : public SimpleRefCount<WifiRoaming>
{
  public:
    /**
     * Listens to a station. The object must live as long as the station is used.
     *
     * @param station the station
     * @param accessPoints all that it may join, by BSSID
     * @param margin how much stronger another one must be, dB
     */
    WifiRoaming(Ptr<WifiNetDevice> station,
                const std::map<Mac48Address, Ptr<WifiMac>>& accessPoints,
                double margin);

    ~WifiRoaming();

    WifiRoaming(const WifiRoaming&) = delete;
    WifiRoaming& operator=(const WifiRoaming&) = delete;

  private:
    /// What is known of an access point.
    struct Candidate
    {
        Ptr<WifiMac> mac;    ///< of the access point
        double snr{0};       ///< smoothed, dB
        uint32_t beacons{0}; ///< heard in a row
        Time last;           ///< when the last one was heard
    };

    /// @return whether beacons came of late. @param candidate whose
    static bool IsHeard(const Candidate& candidate);
    /// A beacon of any access point. @param info what it says
    void HandleBeacon(StaWifiMac::ApInfo info);
    /// The station joined. @param accessPoint its BSSID
    void HandleAssociated(Mac48Address accessPoint);
    /// The station lost its access point. @param accessPoint its BSSID
    void HandleDisassociated(Mac48Address accessPoint);
    /// Ask another access point to let the station in. @param info its latest beacon
    void Move(StaWifiMac::ApInfo info);
    /// Let station and access point forget what was between them. @param accessPoint its BSSID
    /// @param joins whether the station joins it, or left it
    void EndBusiness(Mac48Address accessPoint, bool joins);
    /// Take along what waits.
    void HandleJoined();

    Ptr<StaWifiMac> m_mac;                          ///< of the station
    std::map<Mac48Address, Candidate> m_candidates; ///< by BSSID
    double m_margin;                                ///< dB
    Mac48Address m_current;                         ///< the access point joined last
    Time m_moved;                                   ///< when it was joined
    EventId m_moveEvent;                            ///< Move
    EventId m_joinedEvent;                          ///< HandleJoined
};

} // namespace surgery
} // namespace ns3

#endif // WIFI_ROAMING_H
