/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COMPARISON_RESULTS_H
#define COMPARISON_RESULTS_H

#include "mobile-scenario.h"
#include "run-summary.h"

#include "ns3/dnn-profile-library.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

/**
 * What runs of one scenario measured that differ in one thing, such as the scheduler: a row per run
 * and device class, for a CSV file (doc/experiments.md describes its columns) and for people.
 */
class ComparisonResults
{
  public:
    /// What a program counts of each device besides what all programs measure.
    struct Count
    {
        std::string column;                              ///< of the CSV file
        std::string title;                               ///< of the printed table
        std::function<uint64_t(uint32_t device)> getter; ///< of the latest run
    };

    /**
     * @param scenario its settings
     * @param counts further columns: means over the devices of a class
     */
    explicit ComparisonResults(const MobileScenario& scenario, std::vector<Count> counts = {});

    /**
     * Add a run: all devices, and each class of them.
     *
     * @param name which of what is compared
     * @param run its number
     * @param summary what the devices did
     */
    void Add(const std::string& name, uint64_t run, const RunSummary& summary);

    /**
     * @return number of rows
     */
    std::size_t GetRowCount() const;

    /**
     * Write all rows as a CSV file.
     *
     * @param path the file
     * @param point name of a point of an experiment, for a column
     * @throws std::runtime_error if it cannot be written
     */
    void Write(const std::string& path, const std::string& point) const;

    /**
     * Compare: means over the runs, and ratios to the first one within each run.
     *
     * @param kind what is compared, in one word
     * @param names all of it, in the order of lines
     * @return a table
     */
    std::string ToString(const std::string& kind, const std::vector<std::string>& names) const;

  private:
    /// A class of devices in one run.
    struct Row
    {
        uint64_t run{0};
        std::string name;           ///< which of what is compared
        std::string deviceClass;    ///< "all" or "PROCESSOR/DNN"
        std::size_t devices{0};     ///< in the class
        DeviceSummary pooled;       ///< all of them
        double meanLatencyS{-1};    ///< mean over the devices of their means; -1: nothing completed
        double meanCostS{-1};       ///< mean latency + rho x mean share
        double meanShare{0};        ///< mean over the devices
        double speedupFairness{-1}; ///< Jain's index over the devices of their speed-ups
        std::vector<double> counts; ///< means over the devices
    };

    /// @param device which @return how long all of its layers take on it, s
    double GetLocalSeconds(uint32_t device);

    /// Sum up some devices of a run. @param summary of the run @param ids which devices
    Row MakeRow(const RunSummary& summary, const std::vector<uint32_t>& ids);

    /// @return whether any device has a deadline
    bool HasDeadlines() const;

    const MobileScenario& m_scenario;             ///< the settings
    std::vector<Count> m_counts;                  ///< further columns
    std::vector<Row> m_rows;                      ///< in the order of the runs
    ns3::surgery::ProfileLibrary m_library;       ///< profiles
    std::map<std::string, double> m_localSeconds; ///< by class
};

#endif // COMPARISON_RESULTS_H
