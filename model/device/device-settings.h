/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_SETTINGS_H
#define DEVICE_SETTINGS_H

#include "bidder.h"
#include "device-variants.h"

#include "ns3/dnn-partition-frontier.h"
#include "ns3/nstime.h"
#include "ns3/surgery-migration.h"

#include <cstdint>
#include <memory>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a device is, toward whichever server: the attributes of its client at one moment.
 */
struct DeviceSettings
{
    uint32_t device{0};                  ///< the client's DeviceId
    Bidder::Secrets secrets;             ///< what it runs, and what it prefers
    double demandFactor{1};              ///< factor on the shares asked for, >= 0; 1 is honest
    bool answersPrices{true};            ///< whether it answers a server's questions
    double reportChange{0};              ///< change of the uplink's rate to report at once, >= 0
    Time firstLease;                     ///< how long to wait for a first GRANT
    Handover handover{Handover::FINISH}; ///< what becomes of inferences at a server that it leaves
    DeviceVariants variants;             ///< what it may run
    std::shared_ptr<PartitionFrontierCache> frontiers; ///< for the device's own decisions
};

} // namespace surgery
} // namespace ns3

#endif // DEVICE_SETTINGS_H
