/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WIFI_CHECKS_H
#define WIFI_CHECKS_H

#include "ns3/wifi-standards.h"

#include <string>

/**
 * @file
 * @ingroup dnn-surgery
 * Refuses settings on which ns-3's Wi-Fi would end the program. All functions throw
 * std::invalid_argument with one line.
 */

namespace ns3
{
namespace surgery
{

/**
 * Find a standard, and check that it has a channel.
 *
 * @param name of the standard
 * @param channel {number, width, band, primary}
 * @return it
 */
WifiStandard FindWifiStandard(const std::string& name, const std::string& channel);

/**
 * @param type the value of RateManager
 */
void CheckRateManager(const std::string& type);

/**
 * @param ssid the value of Ssid
 */
void CheckSsid(const std::string& ssid);

/**
 * @param channel the value of Channel
 */
void CheckChannel(const std::string& channel);

} // namespace surgery
} // namespace ns3

#endif // WIFI_CHECKS_H
