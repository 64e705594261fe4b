/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LINK_PROBER_H
#define SURGERY_LINK_PROBER_H

#include "ns3/callback.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-put-off-timer.h"

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
 * Decides when a device sends probes through its network. Without probes, a device that works alone
 * would never learn that the network became better.
 *
 * An unknown network, for which there is only a first guess, is tried at once by Trials probes.
 * Each is sent when the one before is answered. The first one, of a single byte, tells the delay.
 * The second one, of three segments, tells the order of magnitude of the rate, whatever the guess
 * was. The others are sized as all later probes: they tell the rate, and widen TCP's window, which
 * is narrow on a fresh connection. The first result of an inference ends the trials, because it
 * tells more.
 *
 * Later a probe is due when Interval has passed since something crossed the network, connected or
 * not. A probe is due at once when a transfer left an estimator in doubt, or when a device is still
 * in doubt as it reconnects. Only one probe is under way at a time. Intervals vary by a random
 * factor (Jitter); otherwise devices that began together would probe together, and measure a
 * network that is busy with their probes. A probe is as large as fits into Duration at the
 * estimated rate, and at most Bytes. So it never delays what follows for longer on a slow network,
 * and if a network became fast the next probe is larger. A probe is never larger than TCP's window
 * either: the rest would wait for acknowledgments, and the rate would look lower than it is.
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
     * Tell that the device is connected. No effect if it already was. Set callbacks before.
     */
    void Start();

    /**
     * Tell that the device lost its connection; a probe under way is lost.
     */
    void Stop();

    /**
     * Tell that a probe or another message crossed the network: the interval begins anew.
     */
    void Postpone();

    /**
     * Send a probe at once, unless one is under way.
     */
    void ProbeNow();

    /**
     * Send a probe at once if the network is unknown or an estimator is in doubt, unless one is
     * under way.
     */
    void ProbeIfInDoubt();

    /**
     * Tell that another transfer has told the rate: the network is known.
     */
    void EndTrials();

    /**
     * Tell that the reply to the probe under way came.
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
    /// Stop, and release owner and estimators.
    void DoDispose() override;

  private:
    /// Schedule the next probe for when it is due, or at once if that time has passed.
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

    PutOffTimer<LinkProber, &LinkProber::ProbeNow> m_timer; ///< for the next probe
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LINK_PROBER_H
