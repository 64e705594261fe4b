/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "wifi-roaming.h"

#include "block-ack-agreements.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/qos-txop.h"
#include "ns3/simulator.h"
#include "ns3/wifi-mac-queue.h"
#include "ns3/wifi-mac.h"
#include "ns3/wifi-mpdu.h"
#include "ns3/wifi-net-device.h"
#include "ns3/wifi-remote-station-manager.h"
#include "ns3/wifi-utils.h"

#include <optional>
#include <vector>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("WifiRoaming");

namespace
{

/// Weight of a new beacon in the smoothed signal.
constexpr double WEIGHT = 0.3;
/// Beacons in a row before an access point is worth moving to.
constexpr uint32_t NEEDED_BEACONS = 3;

/// Number of traffic identifiers.
constexpr uint8_t TIDS = 8;

/// @return how long an access point is believed to be there after a beacon
Time
GetMemory()
{
    return MilliSeconds(500);
}

/// @return how long a station stays at least
Time
GetHoldoff()
{
    return Seconds(1);
}

/**
 * Take the frames that wait for a peer out of a queue.
 *
 * @param mac the queue's owner
 * @param tid traffic identifier, 0..7
 * @param peer the peer
 * @return the frames, first come first
 */
std::vector<Ptr<WifiMpdu>>
TakeFrames(Ptr<WifiMac> mac, uint8_t tid, Mac48Address peer)
{
    std::vector<Ptr<WifiMpdu>> frames;
    const auto queue = mac->GetQosTxop(tid)->GetWifiMacQueue();
    while (const auto frame = queue->PeekByTidAndAddress(tid, peer))
    {
        frames.push_back(frame);
        queue->Remove(frame);
    }
    return frames;
}

/**
 * Forget a station that left, on the access point's side.
 *
 * @param accessPoint the access point
 * @param station the station
 */
void
ForgetStation(Ptr<WifiMac> accessPoint, Mac48Address station)
{
    EndBlockAckAgreements(accessPoint, station);
    const auto manager = accessPoint->GetWifiRemoteStationManager();
    if (manager->IsAssociated(station))
    {
        manager->RecordDisassociated(station);
        for (uint8_t tid = 0; tid < TIDS; ++tid)
        {
            TakeFrames(accessPoint, tid, station);
        }
    }
}

} // namespace

WifiRoaming::WifiRoaming(Ptr<WifiNetDevice> station,
                         const std::map<Mac48Address, Ptr<WifiMac>>& accessPoints,
                         double margin)
    : m_mac(DynamicCast<StaWifiMac>(station->GetMac())),
      m_margin(margin)
{
    NS_LOG_FUNCTION(this << station << margin);
    for (const auto& [bssid, mac] : accessPoints)
    {
        m_candidates[bssid].mac = mac;
    }
    m_mac->TraceConnectWithoutContext("ReceivedBeaconInfo",
                                      MakeCallback(&WifiRoaming::HandleBeacon, this));
    m_mac->TraceConnectWithoutContext("Assoc", MakeCallback(&WifiRoaming::HandleAssociated, this));
    m_mac->TraceConnectWithoutContext("DeAssoc",
                                      MakeCallback(&WifiRoaming::HandleDisassociated, this));
}

WifiRoaming::~WifiRoaming()
{
    NS_LOG_FUNCTION(this);
    m_moveEvent.Cancel();
    m_joinedEvent.Cancel();
    m_mac->TraceDisconnectWithoutContext("ReceivedBeaconInfo",
                                         MakeCallback(&WifiRoaming::HandleBeacon, this));
    m_mac->TraceDisconnectWithoutContext("Assoc",
                                         MakeCallback(&WifiRoaming::HandleAssociated, this));
    m_mac->TraceDisconnectWithoutContext("DeAssoc",
                                         MakeCallback(&WifiRoaming::HandleDisassociated, this));
}

bool
WifiRoaming::IsHeard(const Candidate& candidate)
{
    return candidate.beacons > 0 && Simulator::Now() - candidate.last <= GetMemory();
}

void
WifiRoaming::HandleBeacon(StaWifiMac::ApInfo info)
{
    const auto found = m_candidates.find(info.m_bssid);
    if (found == m_candidates.end())
    {
        return; // of another network
    }
    auto& candidate = found->second;
    const auto snr = RatioToDb(info.m_snr);
    if (IsHeard(candidate))
    {
        candidate.snr += WEIGHT * (snr - candidate.snr);
        ++candidate.beacons;
    }
    else
    {
        candidate.snr = snr;
        candidate.beacons = 1;
    }
    candidate.last = Simulator::Now();

    if (!m_mac->IsAssociated() || !m_moveEvent.IsExpired() || info.m_bssid == m_current ||
        candidate.beacons < NEEDED_BEACONS || Simulator::Now() - m_moved < GetHoldoff())
    {
        return;
    }
    const auto& current = m_candidates.at(m_current);
    if (!IsHeard(current) || candidate.snr > current.snr + m_margin)
    {
        // the MAC is in the middle of taking in the beacon
        m_moveEvent = Simulator::ScheduleNow(&WifiRoaming::Move, this, info);
    }
}

void
WifiRoaming::Move(StaWifiMac::ApInfo info)
{
    NS_LOG_FUNCTION(this << info.m_bssid);
    if (m_mac->IsAssociated())
    {
        // as if a scan had ended with it
        m_mac->ScanningTimeout(std::make_optional(info));
    }
}

void
WifiRoaming::HandleAssociated(Mac48Address accessPoint)
{
    NS_LOG_FUNCTION(this << accessPoint);
    m_current = accessPoint;
    m_moved = Simulator::Now();
    for (const auto& [bssid, candidate] : m_candidates)
    {
        RemoveState(bssid, bssid == accessPoint);
    }
    // the MAC takes frames once this event is over
    m_joinedEvent.Cancel();
    m_joinedEvent = Simulator::ScheduleNow(&WifiRoaming::HandleJoined, this);
}

void
WifiRoaming::HandleDisassociated(Mac48Address accessPoint)
{
    NS_LOG_FUNCTION(this << accessPoint);
    if (m_candidates.count(accessPoint) > 0) // not if its association failed
    {
        m_candidates[accessPoint].beacons = 0;
        RemoveState(accessPoint, false);
    }
}

void
WifiRoaming::RemoveState(Mac48Address accessPoint, bool joins)
{
    const auto mac = m_candidates.at(accessPoint).mac;
    EndBlockAckAgreements(m_mac, accessPoint);
    // what is still in order goes up there, in an event of that node
    Simulator::ScheduleWithContext(mac->GetDevice()->GetNode()->GetId(),
                                   Seconds(0),
                                   joins ? &EndBlockAckAgreements : &ForgetStation,
                                   mac,
                                   m_mac->GetAddress());
}

void
WifiRoaming::HandleJoined()
{
    NS_LOG_FUNCTION(this);
    for (uint8_t tid = 0; tid < TIDS; ++tid)
    {
        // also for an access point that it returns to: frames that were in flight when it left
        // would, since ns-3.38, wait for an acknowledgment forever, and block all others
        std::vector<Ptr<WifiMpdu>> frames;
        for (const auto& [bssid, candidate] : m_candidates)
        {
            const auto more = TakeFrames(m_mac, tid, bssid);
            frames.insert(frames.end(), more.begin(), more.end());
        }
        for (const auto& frame : frames)
        {
            auto header = frame->GetHeader();
            if (!header.IsQosAmsdu())
            {
                header.SetAddr1(m_current);
                header.SetNoRetry();
                m_mac->GetQosTxop(tid)->Queue(
                    ns3::Create<WifiMpdu>(frame->GetPacket()->Copy(), header));
            }
        }
    }
}

} // namespace surgery
} // namespace ns3
