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
    bool NeedsShares() const override;
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
    bool NeedsShares() const override;
};

/**
 * @ingroup dnn-surgery
 *
 * For servers that reserve no shares (BatchProcessor): each device gets the cut that is best at the
 * speed that it may count on there. All devices that offload have the same share, which says only
 * that they may.
 */
class BestEffortScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
    bool NeedsShares() const override;

  private:
    double m_speed{1}; ///< attribute
};

} // namespace surgery
} // namespace ns3

#endif // BASELINE_SCHEDULERS_H
