/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BLOCK_ACK_AGREEMENTS_H
#define BLOCK_ACK_AGREEMENTS_H

#include "ns3/mac48-address.h"
#include "ns3/ptr.h"

namespace ns3
{

class WifiMac;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * End the Block Ack agreements of one side of a Wi-Fi link. Those that are being negotiated end by
 * themselves, which is the only way that ns-3 releases their frames. A standard without Block Ack
 * has none. This file holds all that differs here between the releases of ns-3.
 *
 * @param mac the side
 * @param peer the other side
 */
void EndBlockAckAgreements(Ptr<WifiMac> mac, Mac48Address peer);

/**
 * @ingroup dnn-surgery
 *
 * Keep a side's peers from waiting for frames that they have.
 *
 * ns-3 goes on sending while it negotiates an agreement. If the answer is late, the peer's window
 * begins with a frame that was acknowledged before. The peer then holds back all that follows,
 * which it acknowledges, until something makes the side ask for a Block Ack: seconds, if it sends
 * little. So the side asks at once.
 *
 * @param mac the side, before it negotiates anything
 */
void SynchronizeBlockAckWindows(Ptr<WifiMac> mac);

} // namespace surgery
} // namespace ns3

#endif // BLOCK_ACK_AGREEMENTS_H
