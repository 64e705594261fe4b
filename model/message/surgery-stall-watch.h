/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_STALL_WATCH_H
#define SURGERY_STALL_WATCH_H

#include "ns3/nstime.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Tells a message that TCP held up from one that the network carried slowly, by the times at which
 * bytes arrive.
 *
 * If TCP loses the segments that would have revealed a loss, it sends nothing until its
 * retransmission timeout, at least MinRto (1 s in ns-3) after the receiver got the last byte in
 * order. This wait says nothing about the rate: a result of 4 kB that usually takes 10 ms then
 * takes 1.2 s, as if the rate were 27 kbit/s. So a message has a stall if nothing arrived for
 * MinRto or longer between two of its bytes or before its first one. The latter counts from when
 * the sender's TCP took the message or the message before it ended, whichever is later. Fast
 * retransmission is not a stall: its wait is a round trip, and part of TCP's performance on the
 * network.
 *
 * After the timeout, TCP begins anew with one segment and waits for the peer's delayed
 * acknowledgment (200 ms in ns-3). A message of 4 kB then takes 220 ms, as if the rate were 160
 * kbit/s. So the first message without a stall after one with a stall is held up as well.
 *
 * Bytes may also stay away that long because the rate is below a segment per MinRto (12 kbit/s),
 * the queue is longer than MinRto, or every other message loses its last segments. Then the next
 * messages meet the same. So a message with a stall counts as held up only if the two before it
 * had none. Otherwise it shows what the network does, and is a sample like all others. Thus a
 * single stall is ignored, and a network that breaks down is noticed one or two messages later.
 */
class StallWatch
{
  public:
    /**
     * @param timeout the least retransmission timeout of the sender's TCP, > 0
     */
    explicit StallWatch(Time timeout);

    /**
     * Tell that bytes of a message arrived, its first or further ones.
     */
    void HandleBytes();

    /**
     * Tell when the message was sent. Without it, the time before its first bytes does not count.
     *
     * @param sent when its first byte was handed to the sender's TCP
     */
    void HandleSent(Time sent);

    /**
     * Tell that the last byte of the message arrived.
     */
    void HandleEnd();

    /**
     * @return whether TCP held up the last whole message, so that its duration tells nothing of the
     *         network
     */
    bool WasHeldUp() const;

  private:
    Time m_timeout;          ///< what makes a stall
    bool m_hasBytes{false};  ///< whether the present message has begun to arrive
    Time m_previousEnd;      ///< when the message before it had arrived
    Time m_begin;            ///< when its first bytes arrived
    Time m_last;             ///< when its last bytes so far arrived
    Time m_longest;          ///< for how long nothing of it arrived
    int m_sinceStall{2};     ///< messages since the last one with a stall, at most 2
    bool m_wasHeldUp{false}; ///< whether TCP held up the last whole message
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_STALL_WATCH_H
