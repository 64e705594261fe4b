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
 * Reserves a DeviceId for one client while the client runs. A server would take a second client
 * with the same id for the first one that comes back.
 */
class DeviceIdClaim
{
  public:
    /**
     * @param device the DeviceId
     * @param node id of the client's node
     * @throws std::invalid_argument if another running client has the DeviceId
     */
    DeviceIdClaim(uint32_t device, uint32_t node);

    /// Release the DeviceId.
    ~DeviceIdClaim();

    DeviceIdClaim(const DeviceIdClaim&) = delete;
    DeviceIdClaim& operator=(const DeviceIdClaim&) = delete;

  private:
    uint32_t m_device; ///< the DeviceId
};

} // namespace surgery
} // namespace ns3

#endif // DEVICE_ID_CLAIM_H
