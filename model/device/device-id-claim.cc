/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-id-claim.h"

#include <map>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// @return node ids of the running clients, by DeviceId
std::map<uint32_t, uint32_t>&
GetClaims()
{
    // never destroyed: clients of a simulation that ended with an error are disposed of at program
    // exit
    static auto* claims = new std::map<uint32_t, uint32_t>;
    return *claims;
}

} // namespace

DeviceIdClaim::DeviceIdClaim(uint32_t device, uint32_t node)
    : m_device(device)
{
    const auto [claim, isNew] = GetClaims().emplace(device, node);
    if (!isNew)
    {
        throw std::invalid_argument("InferenceClient: DeviceId: " + std::to_string(device) +
                                    " is that of another client, on node " +
                                    std::to_string(claim->second));
    }
}

DeviceIdClaim::~DeviceIdClaim()
{
    GetClaims().erase(m_device);
}

} // namespace surgery
} // namespace ns3
