/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SIMULATOR_FIXTURE_H
#define SIMULATOR_FIXTURE_H

#include "ns3/config.h"
#include "ns3/names.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

/**
 * @ingroup dnn-surgery-tests
 *
 * Starts every case from the same state, whatever ran before it in the process.
 */
class SimulatorFixture : public testing::Test
{
  protected:
    void SetUp() override
    {
        Clean();
    }

    void TearDown() override
    {
        Clean();
    }

  private:
    static void Clean()
    {
        ns3::Simulator::Destroy();
        ns3::Names::Clear();
        ns3::Config::Reset();
        ns3::RngSeedManager::SetSeed(1);
        ns3::RngSeedManager::SetRun(1);
    }
};

#endif // SIMULATOR_FIXTURE_H
