/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SIMULATOR_FIXTURE_H
#define SIMULATOR_FIXTURE_H

#include "ns3/config.h"
#include "ns3/names.h"
#include "ns3/nstime.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

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

    /**
     * Run a simulation that is to fail.
     *
     * @param until when it ends at the latest
     * @return what the exception that ended it says; empty if there was none
     */
    static std::string RunForError(ns3::Time until)
    {
        ns3::Simulator::Stop(until);
        std::string message;
        try
        {
            ns3::Simulator::Run();
        }
        catch (const std::invalid_argument& error)
        {
            message = error.what();
        }
        ns3::Simulator::Destroy();
        return message;
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
