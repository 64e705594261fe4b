/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LINK_PROBER_H
#define SURGERY_LINK_PROBER_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3
{

class RandomVariableStream;

namespace surgery
{

class LinkEstimator;

/**
 * @ingroup dnn-surgery
 *
 * Says when a device is to try its network: a device that works alone would never learn that the
 * network became better.
 *
 * A network of which nothing is known but a first guess is tried at once, by Trials probes, each
 * sent when the one before is answered. The first one, of a single byte, tells the delay, the
 * second, of three segments, what order of magnitude the rate is of, whatever the guess was. The
 * others are sized as all later ones: they tell the rate, and widen TCP's window, which is narrow
 * on a fresh connection. The first result of an inference ends the trials, for it tells more.
 *
 * Later a probe is due when Interval has passed since something crossed the network, connected or
 * not, and at once when a transfer left an estimator in doubt, or a device that lost its connection
 * is still in doubt when it comes back. Only one is under way at a time. Intervals vary by a random
 * factor (Jitter), so that devices that began together do not try together, and find the network
 * busy with nothing but their probes. A probe is as large as fits into Duration at the rate
 * estimated, and no larger than Bytes: on a slow network it holds up what follows it for no longer,
 * and on one that became fast the next one is larger. Nor is it larger than TCP's window: the rest
 * would wait for acknowledgments, the rate look lower than it is, and a device that works alone for
 * that would not find out. What is sent at once tells the rate, and the window is wider then.
 */
class LinkProber : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    LinkProber();
    ~LinkProber() override;

    /// Asked to send a probe of so many bytes; says whether it did.
    using SendCallback = Callback<bool, uint32_t>;

    /// Asked how large a probe may be to leave at once, byte.
    using RoomCallback = Callback<uint32_t>;

    /**
     * @param send sends a probe
     * @param room says how large one may be
     * @param uplink estimates the network that the probe crosses
     * @param downlink estimates the network that its reply crosses
     */
    void SetCallbacks(SendCallback send,
                      RoomCallback room,
                      Ptr<LinkEstimator> uplink,
                      Ptr<LinkEstimator> downlink);

    /**
     * The device is connected. Without effect if it was already. Callbacks must be set before.
     */
    void Start();

    /**
     * The device is connected no more; a probe under way is lost, and due again.
     */
    void Stop();

    /**
     * Something crossed the network, a probe or not: the interval begins anew.
     */
    void Postpone();

    /**
     * Send a probe now, unless one is under way.
     */
    void ProbeNow();

    /**
     * Send a probe now if the network is not known yet, or has become doubtful, unless one is under
     * way.
     */
    void ProbeIfInDoubt();

    /**
     * Something else has told the rate: the network is known.
     */
    void EndTrials();

    /**
     * The reply to the probe under way came.
     */
    void HandleReply();

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

  protected:
    /// Stop, and let go of owner and estimator.
    void DoDispose() override;

  private:
    /// Have the next probe sent when it is due, or now if that is over.
    void ProbeWhenDue();

    /// @return how large a probe is to be now, byte
    uint32_t GetBytes() const;

    SendCallback m_send;                ///< to the owner
    RoomCallback m_room;                ///< to the owner
    Ptr<LinkEstimator> m_uplink;        ///< of the network that probes cross
    Ptr<LinkEstimator> m_downlink;      ///< of the network that replies cross
    uint32_t m_trials{0};               ///< attribute
    uint32_t m_tried{0};                ///< how many of them were answered
    Time m_interval;                    ///< attribute
    uint32_t m_bytes{0};                ///< attribute
    Time m_duration;                    ///< attribute
    Ptr<RandomVariableStream> m_jitter; ///< attribute
    bool m_running{false};              ///< between Start and Stop
    bool m_pending{false};              ///< whether a probe is under way
    Time m_due;                         ///< when the next probe is to be sent; 0: not known yet
    EventId m_event;                    ///< the next probe
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LINK_PROBER_H
