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
 * ns-3's stations move in one way only: they miss beacons, scan and associate. Here a station also
 * listens to all access points. It moves to one whose beacons are stronger than those of its own by
 * a margin, averaged over the last few beacons, and stays associated until then.
 *
 * However a station moves, this class cleans up what ns-3 leaves behind, as IEEE 802.11 specifies:
 * - the access point that the station left forgets it, with the frames that wait for it;
 * - Block Ack agreements end on both sides. Otherwise the former access point requests
 *   acknowledgments thousands of times per second, which blocks all other stations; and after a
 *   return both sides wait for frames that were lost when the station left;
 * - frames that wait in the station for the former access point go to the one it joins, which may
 *   be the same one.
 *
 * Bridges may still have a station at its former place, and need not be told. On a shared Ethernet
 * each bridge hears all frames, ns-3's bridges also forward a frame to the port that it came from,
 * and an access point sends nothing to a station that has left.
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

    /// @return whether beacons came recently. @param candidate whose
    static bool IsHeard(const Candidate& candidate);
    /// A beacon of any access point. @param info what it says
    void HandleBeacon(StaWifiMac::ApInfo info);
    /// The station joined. @param accessPoint its BSSID
    void HandleAssociated(Mac48Address accessPoint);
    /// The station lost its access point. @param accessPoint its BSSID
    void HandleDisassociated(Mac48Address accessPoint);
    /// Ask another access point to let the station in. @param info its latest beacon
    void Move(StaWifiMac::ApInfo info);
    /// Remove the state that station and access point keep about each other.
    /// @param accessPoint its BSSID @param joins whether the station joins it, or left it
    void RemoveState(Mac48Address accessPoint, bool joins);
    /// Redirect the frames that wait to the new access point.
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
