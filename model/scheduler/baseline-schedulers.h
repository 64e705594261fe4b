/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef BASELINE_SCHEDULERS_H
#define BASELINE_SCHEDULERS_H

#include "ns3/surgery-scheduler.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Runs everything on the devices. It is the baseline that shows the benefit of a server.
 */
class LocalOnlyScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
};

/**
 * @ingroup dnn-surgery
 *
 * Runs all layers except the input on the server, in equal shares.
 */
class ServerOnlyScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
};

} // namespace surgery
} // namespace ns3

#endif // BASELINE_SCHEDULERS_H
