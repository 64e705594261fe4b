/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TESTBED_SCHEDULERS_H
#define TESTBED_SCHEDULERS_H

#include "ns3/nstime.h"
#include "ns3/surgery-scheduler.h"

#include <cstdint>

/**
 * @ingroup dnn-surgery
 *
 * Cuts every DNN behind the same number of layers, and gives each device an equal share: for a
 * testbed that measured all cuts, one after the other.
 */
class FixedCutScheduler : public ns3::surgery::SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static ns3::TypeId GetTypeId();

    ns3::surgery::Outcome Decide(const ns3::surgery::Game& game) override;

  private:
    uint32_t m_deviceLayers{0}; ///< attribute
};

/**
 * @ingroup dnn-surgery
 *
 * The planner of the testbed intraDP (arXiv 2507.05829), mode "flex": everything on the server if
 * that is expected to take no longer than everything on the device, from the run's own profile of
 * both machines and the bandwidth in whole megabytes per second.
 */
class TestbedPlannerScheduler : public ns3::surgery::SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static ns3::TypeId GetTypeId();

    ns3::surgery::Outcome Decide(const ns3::surgery::Game& game) override;

  private:
    ns3::Time m_localTime;  ///< attribute
    ns3::Time m_serverTime; ///< attribute
    ns3::Time m_margin;     ///< attribute
    uint64_t m_bytes{0};    ///< attribute
    double m_efficiency{0}; ///< attribute
};

#endif // TESTBED_SCHEDULERS_H
