/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LTE_SOUNDING_H
#define LTE_SOUNDING_H

#include "ns3/net-device-container.h"

#include <array>
#include <cstdint>

/**
 * @file
 * @ingroup dnn-surgery
 * When UEs send their sounding reference signals (SRS). Each UE has its own place in its cell;
 * there are as many places as a period has milliseconds.
 */

namespace ns3
{
namespace surgery
{

/// The periods that the standard knows, ms.
constexpr std::array<uint32_t, 8> SOUNDING_PERIODS{2, 5, 10, 20, 40, 80, 160, 320};

/**
 * @param mobiles number of UEs
 * @return the least period, in ms, in which the cells may divide the subframes; or the longest one
 */
uint32_t ChooseSoundingPeriod(uint32_t mobiles);

/**
 * Let neighboring cells receive SRS in different subframes, if the period is long enough. In the
 * same subframe, the SRS of UEs at the border of two cells would shut each other out permanently.
 *
 * @param cells the eNBs' devices, in their row; just made
 * @param period of SRS, ms
 * @param mobiles number of UEs
 */
void DivideSoundingSubframes(const NetDeviceContainer& cells, uint32_t period, uint32_t mobiles);

} // namespace surgery
} // namespace ns3

#endif // LTE_SOUNDING_H
