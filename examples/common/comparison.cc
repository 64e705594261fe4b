/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "comparison.h"

#include "text-table.h"

#include "ns3/rng-seed-manager.h"

#include <iostream>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

Comparison::Comparison(std::string kind)
    : m_kind(std::move(kind))
{
}

void
Comparison::AddOptions(ProgramOptions& options)
{
    options.AddValue("runs", "Number of seeds: RngRun, RngRun + 1, ...", m_runs, 1, 1000000);
    options.AddValue("point",
                     "Name of a point of an experiment, copied into the results.",
                     m_point);
    options.AddValue("results", "CSV file for the results; none is written without it.", m_results);
}

void
Comparison::Run(const MobileScenario& scenario,
                const std::string& names,
                const Runner& runner,
                const std::vector<ComparisonResults::Count>& counts) const
{
    const auto values = SplitAtCommas(names);
    ComparisonResults results(scenario, counts);
    const auto firstRun = RngSeedManager::GetRun();
    for (uint64_t run = firstRun; run < firstRun + m_runs; ++run)
    {
        for (const auto& value : values)
        {
            RngSeedManager::SetRun(run);
            std::cout << "run " << run << ", " << value << std::endl;
            const auto folder =
                scenario.out.empty() ? "" : scenario.out + "/" + value + "-" + std::to_string(run);
            results.Add(value, run, runner(value, folder));
        }
    }
    std::cout << "\nMeans over the runs of the mean latency over the devices; ratios to "
              << values[0] << " within each run:\n\n"
              << results.ToString(m_kind, values);
    if (!m_results.empty())
    {
        results.Write(m_results, m_point);
        std::cout << "\n" << m_results << ": " << results.GetRowCount() << " rows\n";
    }
}
