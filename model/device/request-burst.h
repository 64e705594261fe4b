/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef REQUEST_BURST_H
#define REQUEST_BURST_H

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Notices when requests come so fast that a simulation does not get on.
 */
class RequestBurst
{
  public:
    /**
     * Count a request that is made now.
     *
     * @throws std::invalid_argument if there are more than 1000 in a millisecond
     */
    void Add();

  private:
    Time m_begin;        ///< of the millisecond that is counted
    uint32_t m_count{0}; ///< requests in it
};

} // namespace surgery
} // namespace ns3

#endif // REQUEST_BURST_H
