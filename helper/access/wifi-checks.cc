/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "wifi-checks.h"

#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-value-text.h"
#include "ns3/wifi-remote-station-manager.h"
#include "ns3/yans-wifi-phy.h"

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

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
    const auto isBraced = channel.size() > 2 && channel.front() == '{' && channel.back() == '}';
    std::istringstream stream(isBraced ? channel.substr(1, channel.size() - 2) : "");
    std::vector<std::string> fields;
    for (std::string field; std::getline(stream, field, ',');)
    {
        fields.push_back(TrimBlanks(field));
    }
    const std::set<std::string> bands{"BAND_2_4GHZ", "BAND_5GHZ", "BAND_6GHZ", "BAND_UNSPECIFIED"};
    const auto isNumber = [&fields](std::size_t i) { return ReadUnsigned(fields[i]).has_value(); };
    // ns-3 takes any band, and ends the program on a number that is none
    const auto isRight = fields.size() == 4 && isNumber(0) && isNumber(1) && isNumber(3) &&
                         bands.count(fields[2]) > 0;
    if (!isRight || !settings.checker->CreateValidValue(StringValue(channel)))
    {
        throw std::invalid_argument("WifiAccessNetwork: Channel: \"" + channel +
                                    "\" is not {number, width, band, primary}");
    }
}

} // namespace surgery
} // namespace ns3
