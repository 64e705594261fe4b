/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LINK_ESTIMATOR_H
#define SURGERY_LINK_ESTIMATOR_H

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Learns one direction of a network from transfers. A transfer takes delay + 8 bytes / rate.
 */
class LinkEstimator : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Learn from a transfer.
     *
     * @param bytes how much was sent, > 0
     * @param duration first byte sent to last byte received, >= 0
     */
    virtual void AddSample(uint64_t bytes, Time duration) = 0;

    /**
     * @return the rate, bit/s, finite, > 0
     */
    virtual double GetRateBps() const = 0;

    /**
     * @return the delay, >= 0
     */
    virtual Time GetDelay() const = 0;

    /**
     * @return whether the latest transfer was so odd that another one soon would tell whether the
     *         network has changed; false unless overridden
     */
    virtual bool IsInDoubt() const;
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LINK_ESTIMATOR_H
