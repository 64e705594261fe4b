/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "lte-checks.h"

#include "lte-sounding.h"

#include "ns3/lte-enb-net-device.h"
#include "ns3/node-list.h"
#include "ns3/node.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// The widths that the standard knows, resource blocks.
constexpr std::array<uint16_t, 6> BANDWIDTHS{6, 15, 25, 50, 75, 100};

/// Throw unless a value is one of a list. @param attribute whose value it is
/// @param value the value @param allowed the list
template <class T, std::size_t N>
void
CheckOneOf(const std::string& attribute, T value, const std::array<T, N>& allowed)
{
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end())
    {
        return;
    }
    std::string list;
    for (const auto one : allowed)
    {
        list += (list.empty() ? "" : ", ") + std::to_string(one);
    }
    throw std::invalid_argument("LteAccessNetwork: " + attribute + ": " + std::to_string(value) +
                                ": must be one of " + list);
}

} // namespace

void
CheckLteType(const std::string& attribute,
             const std::string& name,
             const std::vector<std::string>& bases)
{
    TypeId type;
    const auto isKnown = TypeId::LookupByNameFailSafe(name, &type) && type.HasConstructor();
    if (!isKnown || std::none_of(bases.begin(), bases.end(), [type](const auto& base) {
            return type.IsChildOf(TypeId::LookupByName(base));
        }))
    {
        throw std::invalid_argument("LteAccessNetwork: " + attribute + ": \"" + name +
                                    "\" is the TypeId of no " + bases.front());
    }
}

void
CheckRlcMode(const std::string& mode)
{
    if (mode != "RlcAmAlways" && mode != "RlcUmAlways" && mode != "PacketErrorRateBased")
    {
        throw std::invalid_argument("LteAccessNetwork: RlcMode: \"" + mode +
                                    "\": must be one of RlcAmAlways, RlcUmAlways, "
                                    "PacketErrorRateBased");
    }
}

void
CheckBandwidth(const std::string& attribute, uint16_t blocks)
{
    CheckOneOf(attribute, blocks, BANDWIDTHS);
}

void
CheckSounding(uint32_t period, uint32_t mobiles)
{
    if (period > 0)
    {
        CheckOneOf("SrsPeriodicity", period, SOUNDING_PERIODS);
    }
    const auto places = period > 0 ? period : SOUNDING_PERIODS.back();
    if (mobiles >= places)
    {
        throw std::invalid_argument("LteAccessNetwork: " + std::to_string(mobiles) +
                                    " mobile nodes: must be less than " + std::to_string(places) +
                                    ", the SrsPeriodicity");
    }
}

void
CheckStar(uint32_t sites, const std::vector<SiteLink>& links)
{
    std::set<uint32_t> joined;
    for (const auto& link : links)
    {
        if (std::max(link.from, link.to) == sites)
        {
            joined.insert(std::min(link.from, link.to));
        }
    }
    if (joined.size() != sites || links.size() != sites)
    {
        throw std::invalid_argument("LteAccessNetwork: the backhaul between the sites must be a "
                                    "star: all traffic passes the PGW, its center");
    }
}

void
CheckNoOtherLte()
{
    for (auto node = NodeList::Begin(); node != NodeList::End(); ++node)
    {
        for (uint32_t i = 0; i < (*node)->GetNDevices(); ++i)
        {
            if (DynamicCast<LteEnbNetDevice>((*node)->GetDevice(i)))
            {
                throw std::invalid_argument(
                    "LteAccessNetwork: ns-3 has one LTE network per simulation: the addresses of "
                    "its core network (7.0.0.0/8) and the numbers of its cells are fixed; give one "
                    "network more BaseStations");
            }
        }
    }
}

} // namespace surgery
} // namespace ns3
