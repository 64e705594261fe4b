/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_ID_CLAIM_H
#define DEVICE_ID_CLAIM_H

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Keeps a DeviceId for one client while that runs: a server takes a second client of the same id
 * for the first one that comes back.
 */
class DeviceIdClaim
{
  public:
    /**
     * @param device the DeviceId
     * @param node id of the client's node
     * @throws std::invalid_argument if a client that runs has the DeviceId
     */
    DeviceIdClaim(uint32_t device, uint32_t node);

    /// Lets others have the DeviceId.
    ~DeviceIdClaim();

    DeviceIdClaim(const DeviceIdClaim&) = delete;
    DeviceIdClaim& operator=(const DeviceIdClaim&) = delete;

  private:
    uint32_t m_device; ///< the DeviceId
};

} // namespace surgery
} // namespace ns3

#endif // DEVICE_ID_CLAIM_H
