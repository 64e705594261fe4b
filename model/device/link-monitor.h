/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LINK_MONITOR_H
#define LINK_MONITOR_H

#include "ns3/callback.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

class LinkEstimator;
class LinkProber;

/**
 * @ingroup dnn-surgery
 *
 * What a device knows of its network: an estimator per direction, fed with every transfer, and
 * probes when there is none, when the device knows nothing yet, or when it is in doubt.
 *
 * What TCP stalled (StallWatch) is no sample, of neither rate nor delay. It is told by a size of 0,
 * and a probe finds out at once whether the network goes on like that.
 */
class LinkMonitor
{
  public:
    /// Asked to send a probe; says whether it did, rather than learn from the traffic there is.
    using SendCallback = Callback<bool, const SurgeryHeader&>;

    /// Asked how much may be sent before TCP waits for an acknowledgment, byte.
    using WindowCallback = Callback<uint32_t>;

    /**
     * @param uplink estimates the network toward the server
     * @param downlink estimates the network toward the device
     * @param prober says when to probe
     */
    LinkMonitor(Ptr<LinkEstimator> uplink, Ptr<LinkEstimator> downlink, Ptr<LinkProber> prober);

    LinkMonitor(const LinkMonitor&) = delete;
    LinkMonitor& operator=(const LinkMonitor&) = delete;

    /**
     * Say how probes are sent; without this there are none.
     *
     * @param device the client's DeviceId
     * @param replyBytes the largest payload wanted in a reply, byte
     * @param send sends probes
     * @param window tells how much of one leaves at once
     */
    void SetProbes(uint32_t device, uint64_t replyBytes, SendCallback send, WindowCallback window);

    /**
     * The device is connected: probe when nothing crosses the network.
     */
    void Start();

    /**
     * The device is connected no more.
     */
    void Stop();

    /**
     * @return the network as estimated now
     */
    Link GetLink() const;

    /**
     * The server is told of the network.
     *
     * @return what it is told
     */
    Link Report();

    /**
     * @param change a factor, less 1, >= 0
     * @return whether the uplink's rate has changed by more than that since the last report
     */
    bool IsNews(double change) const;

    /**
     * Learn from a GRANT, and from the STATE that it answers.
     *
     * @param grant the GRANT
     * @param bytes its size on the stream; 0 if TCP stalled it
     * @param delay its way to the device, >= 0
     */
    void HandleGrant(const Grant& grant, uint64_t bytes, Time delay);

    /**
     * Tensors are sent: there will be something to learn from.
     */
    void HandleUpload();

    /**
     * A result came. Learn from it, and from the tensors that it answers.
     *
     * @param result the result
     * @param bytes its size on the stream; 0 if TCP stalled it
     */
    void HandleResult(const Result& result, uint64_t bytes);

    /**
     * The reply to a probe came. Learn from both.
     *
     * @param reply the reply
     * @param bytes its size on the stream; 0 if TCP stalled it
     */
    void HandleReply(const ProbeReply& reply, uint64_t bytes);

    /**
     * Probe if the network is not known yet or has become doubtful. To be called after each result
     * or reply, once the server has been told of it: a probe on a slow link would be in the way.
     */
    void ProbeIfInDoubt();

  private:
    /// Learn from what was sent over data and its answer. @param upBytes size of what was sent
    /// @param upNs how long that was under way @param downBytes size of the answer @param
    /// downSentNs when that was sent. A size of 0 is no sample.
    void HandleTransfers(uint64_t upBytes, int64_t upNs, uint64_t downBytes, int64_t downSentNs);
    /// Send a probe. @param bytes its payload @return whether it was sent
    bool SendProbe(uint32_t bytes);
    /// @return the largest payload of a probe that leaves at once, byte
    uint32_t GetRoom() const;

    Ptr<LinkEstimator> m_uplink;   ///< toward the server
    Ptr<LinkEstimator> m_downlink; ///< toward the device
    Ptr<LinkProber> m_prober;      ///< when to probe
    uint32_t m_device{0};          ///< who probes
    uint64_t m_replyBytes{0};      ///< largest payload wanted in a reply
    SendCallback m_send;           ///< to the owner
    WindowCallback m_window;       ///< to the owner
    uint32_t m_lastProbe{0};       ///< probes sent
    bool m_wasStalled{false};      ///< whether TCP stalled the last transfer
    double m_reportedBps{0};       ///< the uplink's rate in the last report
};

} // namespace surgery
} // namespace ns3

#endif // LINK_MONITOR_H
