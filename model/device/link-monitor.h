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
 * What a device knows of its network. One estimator per direction learns from every transfer.
 * Probes are sent when there is no transfer, when nothing is known yet, or when an estimate is
 * doubtful.
 *
 * A message that TCP held up (StallWatch) is a sample of neither rate nor delay. Callers pass 0 as
 * its size. Neither is the message in the other direction that belongs to it: what holds up one
 * also holds up the acknowledgments of the other, whose TCP may begin anew as well. A probe then
 * finds out at once whether the next message is held up, too.
 */
class LinkMonitor
{
  public:
    /// Asked to send a probe. Returns whether it was sent; it is not sent if there is traffic to
    /// learn from.
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
     * Say how probes are sent. Without this call no probes are sent.
     *
     * @param device the client's DeviceId
     * @param replyBytes the largest payload wanted in a reply, byte
     * @param send sends probes
     * @param window tells how much of a probe leaves at once
     */
    void SetProbes(uint32_t device, uint64_t replyBytes, SendCallback send, WindowCallback window);

    /**
     * The device is connected: send probes when there are no other transfers.
     */
    void Start();

    /**
     * The device is disconnected: send no probes.
     */
    void Stop();

    /**
     * @return the network as estimated now
     */
    Link GetLink() const;

    /**
     * Remember the estimate that the server is told now.
     *
     * @return the network as estimated now
     */
    Link Report();

    /**
     * @return whether transfers in both directions have told delay and rate: of probes, the first
     *         tells only the delay
     */
    bool IsMeasured() const;

    /**
     * @param change a factor minus 1, >= 0
     * @return whether the uplink's rate has changed by more than that factor since the last report
     */
    bool IsNews(double change) const;

    /**
     * Learn from a GRANT, and from the STATE to which it responds.
     *
     * @param grant the GRANT
     * @param bytes its size on the stream; 0 if TCP held it up
     * @param delay how long it took from the server, >= 0
     */
    void HandleGrant(const Grant& grant, uint64_t bytes, Time delay);

    /**
     * Tensors are sent: postpone the next probe, because their transfer is a sample.
     */
    void HandleUpload();

    /**
     * A result came. Learn from its transfer and from that of the tensors before it.
     *
     * @param result the result
     * @param bytes its size on the stream; 0 if TCP held it up
     * @param upHost host work on the tensors that counts as part of their transfer
     * @param downHost host work on the result that counts as part of its transfer
     */
    void HandleResult(const Result& result,
                      uint64_t bytes,
                      Time upHost = Time(),
                      Time downHost = Time());

    /**
     * The reply to a probe came. Learn from both transfers.
     *
     * @param reply the reply
     * @param bytes its size on the stream; 0 if TCP held it up
     */
    void HandleReply(const ProbeReply& reply, uint64_t bytes);

    /**
     * Send a probe if the network is not known yet or the estimate has become doubtful. Call this
     * after each result or reply, after the server was told of the estimate: on a slow link a probe
     * would delay that report.
     */
    void ProbeIfInDoubt();

  private:
    /// Learn from a message over the data connection and from its answer, if neither has a size of
    /// 0.
    /// @param upBytes size of the message @param up how long it took @param downBytes size of the
    /// answer @param down how long it took
    void HandleTransfers(uint64_t upBytes, Time up, uint64_t downBytes, Time down);
    /// Send a probe. @param bytes its payload @return whether it was sent
    bool SendProbe(uint32_t bytes);
    /// @return the largest payload of a probe that leaves at once, byte
    uint32_t GetRoom() const;

    Ptr<LinkEstimator> m_uplink;   ///< toward the server
    Ptr<LinkEstimator> m_downlink; ///< toward the device
    Ptr<LinkProber> m_prober;      ///< when to probe
    uint32_t m_device{0};          ///< the client's DeviceId
    uint64_t m_replyBytes{0};      ///< largest payload wanted in a reply, byte
    SendCallback m_send;           ///< to the owner
    WindowCallback m_window;       ///< to the owner
    uint32_t m_lastProbe{0};       ///< probes sent
    uint64_t m_transfers{0};       ///< pairs of transfers that were samples
    bool m_wasHeldUp{false};       ///< whether TCP held up the last transfer
    double m_reportedBps{0};       ///< the uplink's rate in the last report, bit/s
};

} // namespace surgery
} // namespace ns3

#endif // LINK_MONITOR_H
