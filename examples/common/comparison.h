/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COMPARISON_H
#define COMPARISON_H

#include "comparison-results.h"
#include "mobile-scenario.h"
#include "run-summary.h"

#include "ns3/surgery-program-options.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/**
 * One scenario under several values of one thing, such as the scheduler, and under several seeds.
 *
 * Every value sees the same movement, requests and channel (common random numbers), so that
 * differences within a seed are the values' own.
 */
class Comparison
{
  public:
    /// Runs the scenario. @param name a value @param folder for its files; empty: none
    /// @return what the devices did
    using Runner = std::function<RunSummary(const std::string& name, const std::string& folder)>;

    /**
     * @param kind what is compared, in one word
     */
    explicit Comparison(std::string kind);

    /**
     * Add the settings to a command line.
     *
     * @param options the command line
     */
    void AddOptions(ns3::surgery::ProgramOptions& options);

    /**
     * Run everything, print a table, and write the file of results.
     *
     * @param scenario its settings, checked
     * @param names the values, with commas
     * @param runner of one run
     * @param counts further columns of the results
     * @throws std::exception if a run fails, or something was lost
     */
    void Run(const MobileScenario& scenario,
             const std::string& names,
             const Runner& runner,
             const std::vector<ComparisonResults::Count>& counts = {}) const;

  private:
    std::string m_kind;    ///< what is compared
    uint32_t m_runs{1};    ///< number of seeds
    std::string m_point;   ///< of an experiment
    std::string m_results; ///< path of the file; empty: none
};

#endif // COMPARISON_H
