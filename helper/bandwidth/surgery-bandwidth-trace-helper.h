/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BANDWIDTH_TRACE_HELPER_H
#define SURGERY_BANDWIDTH_TRACE_HELPER_H

#include "ns3/nstime.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ns3
{

class NetDeviceContainer;
class RandomVariableStream;

namespace surgery
{

class BandwidthTrace;
class FluidLink;

/**
 * @ingroup dnn-surgery
 *
 * Lets the rates of point-to-point links (class TracedDataRate) and of fluid links follow bandwidth
 * traces.
 *
 * Each direction has a trace of its own; both begin at the same offset, drawn per link, so that
 * several links can share one pair of traces. Only PointToPointNetDevice and the links of fluid
 * networks can be driven: Wi-Fi and LTE choose their rates themselves, and a CSMA channel has one
 * rate for all its devices.
 *
 * ns-3 puts an FqCoDel queue disc on every device with an address. On a slow link it drops packets
 * that wait for long; uninstall it (TrafficControlHelper::Uninstall, after the addresses are
 * assigned) and give the devices a queue that holds what may wait.
 */
class BandwidthTraceHelper
{
  public:
    /**
     * @param up the trace of what the first end of a link sends, as LoadBandwidthTrace takes it;
     *        empty: its rate stays as it is
     * @param down the same for the second end
     * @throws std::invalid_argument if a trace cannot be read
     */
    BandwidthTraceHelper(const std::string& up, const std::string& down);

    /**
     * @param up the trace of what the first end of a link sends; null: its rate stays as it is
     * @param down the same for the second end
     */
    BandwidthTraceHelper(std::shared_ptr<const BandwidthTrace> up,
                         std::shared_ptr<const BandwidthTrace> down);

    /**
     * Set where in the traces the simulation begins.
     *
     * @param offset drawn once per link, s; less than 0 counts as 0. Unless set, it is
     *        TracedDataRate's attribute Offset
     */
    void SetOffset(Ptr<RandomVariableStream> offset);

    /**
     * Fix the random stream of the offsets. To be called before Install.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * Drive a link.
     *
     * @param ends its two ends: the one whose traffic is the uplink first
     * @return where in the traces it begins
     * @throws std::invalid_argument if these are not two PointToPointNetDevices, or one of them is
     *         driven already
     */
    Time Install(const NetDeviceContainer& ends) const;

    /**
     * Drive the two directions of a link of a fluid network.
     *
     * @param up the link that follows the first trace
     * @param down the link that follows the second one
     * @return where in the traces they begin
     */
    Time Install(Ptr<FluidLink> up, Ptr<FluidLink> down) const;

  private:
    /// @return where in the traces a link begins, s
    double DrawOffset() const;

    std::shared_ptr<const BandwidthTrace> m_up;   ///< may be null
    std::shared_ptr<const BandwidthTrace> m_down; ///< may be null
    Ptr<RandomVariableStream> m_offset;           ///< s; null: the attribute's
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BANDWIDTH_TRACE_HELPER_H
