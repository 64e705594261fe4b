/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TRACED_DATA_RATE_H
#define SURGERY_TRACED_DATA_RATE_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <memory>

namespace ns3
{

class Packet;
class PointToPointNetDevice;

namespace surgery
{

class BandwidthTrace;

/**
 * @ingroup dnn-surgery
 *
 * Makes what a PointToPointNetDevice sends follow a BandwidthTrace, packet by packet.
 *
 * When the device begins a packet of s bytes (all that is on the wire, the PPP header included),
 * its DataRate is set so that the packet ends when the trace has carried s bytes more. So a packet
 * may begin before the rate changes and end after it, and one that meets an outage ends some time
 * after that. What the trace carries while the device has nothing to send is lost.
 *
 * A DataRate is a whole number of bit/s. It is rounded up, so a packet ends early by at most a
 * fraction 1 / DataRate of its time. The next packet begins where the trace really was, so these
 * errors do not add up. At 1 bit/s or less, though, a packet of s bytes ends after 8 s seconds:
 * 1502 bytes can wait for the end of an outage for more than three hours, but 54 bytes (an ACK) for
 * 432 s only.
 *
 * The object is aggregated to the device. The trace begins, at its Offset, with the simulation.
 */
class TracedDataRate : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Drive a device, and aggregate this object to it. To be called once.
     *
     * @param device the device; it must not be driven yet
     * @param trace the rate over time
     */
    void Drive(Ptr<PointToPointNetDevice> device, std::shared_ptr<const BandwidthTrace> trace);

    /**
     * Signature of the trace source Rate.
     *
     * @param [in] rate of the packet that begins now
     */
    typedef void (*RateTracedCallback)(DataRate rate);

  private:
    /**
     * Sink of the device's PhyTxBegin.
     *
     * @param packet what begins
     */
    void HandleTxBegin(Ptr<const Packet> packet);

    PointToPointNetDevice* m_device{nullptr};      ///< what this object is aggregated to
    std::shared_ptr<const BandwidthTrace> m_trace; ///< the rate over time
    Time m_offset;                                 ///< attribute
    double m_takenBytes{0};                        ///< of the trace, used or lost
    double m_takenUntilS{0};                       ///< when the trace has carried them, s
    TracedCallback<DataRate> m_rateTrace;          ///< trace source
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TRACED_DATA_RATE_H
