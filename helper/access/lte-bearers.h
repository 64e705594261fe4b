/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LTE_BEARERS_H
#define LTE_BEARERS_H

#include "ns3/ptr.h"

#include <cstdint>

/**
 * @file
 * @ingroup dnn-surgery
 * Sets attributes of the RLC that carries user data, in one network only. Changing the defaults of
 * ns-3's classes would affect all networks of a simulation.
 */

namespace ns3
{

class LteEnbRrc;
class LteUeRrc;

namespace surgery
{

/**
 * Set up each data radio bearer that a UE makes.
 *
 * @param mobile the UE's RRC
 * @param maxTxBufferSize how much data RLC holds before it drops packets, byte
 * @param resendInSmallGrants whether RLC AM retransmits data in grants of any size
 */
void SetUpBearers(Ptr<LteUeRrc> mobile, uint32_t maxTxBufferSize, bool resendInSmallGrants);

/**
 * Set up each data radio bearer that an eNB makes.
 *
 * @param cell the eNB's RRC
 * @param maxTxBufferSize how much data RLC holds before it drops packets, byte
 * @param resendInSmallGrants whether RLC AM retransmits data in grants of any size
 */
void SetUpBearers(Ptr<LteEnbRrc> cell, uint32_t maxTxBufferSize, bool resendInSmallGrants);

} // namespace surgery
} // namespace ns3

#endif // LTE_BEARERS_H
