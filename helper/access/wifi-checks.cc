/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "wifi-checks.h"

#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/wifi-remote-station-manager.h"
#include "ns3/yans-wifi-phy.h"

#include <cstdlib>
#include <map>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

WifiStandard
FindWifiStandard(const std::string& name, const std::string& channel)
{
    const std::map<std::string, WifiStandard> standards{{"802.11n", WIFI_STANDARD_80211n},
                                                        {"802.11ac", WIFI_STANDARD_80211ac},
                                                        {"802.11ax", WIFI_STANDARD_80211ax}};
    const auto found = standards.find(name);
    if (found == standards.end())
    {
        throw std::invalid_argument("WifiAccessNetwork: Standard: must be 802.11n, 802.11ac or "
                                    "802.11ax, not \"" +
                                    name + "\"");
    }
    const auto width = std::strtol(channel.c_str() + channel.find(',') + 1, nullptr, 10);
    const auto isIn5GHz = channel.find("BAND_5GHZ") != std::string::npos;
    const auto isIn6GHz = channel.find("BAND_6GHZ") != std::string::npos;
    if ((name == "802.11n" && (width > 40 || isIn6GHz)) || (name == "802.11ac" && !isIn5GHz))
    {
        throw std::invalid_argument("WifiAccessNetwork: Standard: " + name + " has no Channel \"" +
                                    channel + "\"");
    }
    return found->second;
}

void
CheckRateManager(const std::string& type)
{
    if (!IsTypeOf(type, WifiRemoteStationManager::GetTypeId()))
    {
        throw std::invalid_argument("WifiAccessNetwork: RateManager: \"" + type +
                                    "\" is no WifiRemoteStationManager");
    }
}

void
CheckSsid(const std::string& ssid)
{
    if (ssid.size() > 32)
    {
        throw std::invalid_argument("WifiAccessNetwork: Ssid: \"" + ssid +
                                    "\" is longer than 32 bytes");
    }
}

void
CheckChannel(const std::string& channel)
{
    TypeId::AttributeInformation settings;
    YansWifiPhy::GetTypeId().LookupAttributeByName("ChannelSettings", &settings);
    if (!settings.checker->CreateValidValue(StringValue(channel)))
    {
        throw std::invalid_argument("WifiAccessNetwork: Channel: \"" + channel +
                                    "\" is not {number, width, band, primary}");
    }
}

} // namespace surgery
} // namespace ns3
