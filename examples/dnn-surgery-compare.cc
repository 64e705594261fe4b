/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * One scenario, packet by packet, under a list of schedulers and several seeds.
 *
 * Every scheduler sees the same movement, requests and channel (common random numbers), so that
 * differences within a seed are the schedulers' own. The results are one tidy CSV file: a row per
 * scheduler, run and device class; doc/experiments.md describes its columns.
 */

#include "common/mobile-scenario.h"
#include "common/results-file.h"
#include "common/statistics.h"
#include "common/text-table.h"

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <numeric>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// What the command line sets, except for the scenario.
struct Settings
{
    std::string schedulers{"dds,optimum,iao,dads,dads[AmongOffloading=true],neurosurgeon,"
                           "neurosurgeon[AmongOffloading=true],server-only,local-only"};
    uint32_t runs{1};
    std::string point;
    std::string results;
};

/// One row of the results: a class of devices in one run under one scheduler.
struct Row
{
    uint64_t run{0};
    std::string scheduler;
    std::string deviceClass;    ///< "all" or "PROCESSOR/DNN"
    std::size_t devices{0};     ///< in the class
    DeviceSummary pooled;       ///< all of them
    double meanLatencyS{-1};    ///< mean over the devices of their means; -1: nothing completed
    double meanCostS{-1};       ///< mean latency + rho x mean share
    double meanShare{0};        ///< mean over the devices
    double speedupFairness{-1}; ///< Jain's index over the devices of their speed-ups
};

/// How long each class of devices takes alone.
class LocalLatencies
{
  public:
    /// @param dnn name @param processor name @return all layers on the device, s
    double Get(const std::string& dnn, const std::string& processor)
    {
        auto& seconds = m_seconds[dnn + "/" + processor];
        if (seconds == 0)
        {
            const auto device = m_library.GetProcessor(processor);
            const LayerCosts costs(m_library.GetDnn(dnn), *device, *device, Encoding{});
            seconds = costs.GetLocalSeconds();
        }
        return seconds;
    }

  private:
    ProfileLibrary m_library;                ///< profiles
    std::map<std::string, double> m_seconds; ///< by DNN and processor
};

/// Sum up some devices of a run. @param scenario the settings @param summary of the run
/// @param ids which devices @param local how long they take alone
Row
MakeRow(const MobileScenario& scenario,
        const RunSummary& summary,
        const std::vector<uint32_t>& ids,
        LocalLatencies& local)
{
    Row row;
    row.devices = ids.size();
    double latencySum = 0;
    double shareSum = 0;
    std::vector<double> speedups;
    for (const auto id : ids)
    {
        const auto found = summary.GetDevices().find(id);
        if (found == summary.GetDevices().end())
        {
            continue;
        }
        const auto& device = found->second;
        row.pooled.Merge(device);
        shareSum += device.GetMeanShare();
        if (device.GetCompleted() > 0)
        {
            const auto latency = device.GetMeanLatency();
            latencySum += latency;
            speedups.push_back(local.Get(scenario.GetDnn(id), scenario.GetProcessor(id)) / latency);
        }
    }
    row.meanShare = shareSum / static_cast<double>(ids.size());
    if (!speedups.empty())
    {
        row.meanLatencyS = latencySum / static_cast<double>(speedups.size());
        row.meanCostS = row.meanLatencyS + scenario.usagePrice.GetSeconds() * row.meanShare;
        row.speedupFairness = GetJainIndex(speedups);
    }
    return row;
}

/// All rows of a run, "all" first. @param scenario the settings @param scheduler by name
/// @param run number @param summary of the run @param local how long devices take alone
std::vector<Row>
MakeRows(const MobileScenario& scenario,
         const std::string& scheduler,
         uint64_t run,
         const RunSummary& summary,
         LocalLatencies& local)
{
    std::vector<uint32_t> all(scenario.devices);
    std::iota(all.begin(), all.end(), 0);
    std::map<std::string, std::vector<uint32_t>> classes;
    for (const auto id : all)
    {
        classes[scenario.GetProcessor(id) + "/" + scenario.GetDnn(id)].push_back(id);
    }
    std::vector<Row> rows{MakeRow(scenario, summary, all, local)};
    rows.back().deviceClass = "all";
    for (const auto& [name, ids] : classes)
    {
        rows.push_back(MakeRow(scenario, summary, ids, local));
        rows.back().deviceClass = name;
    }
    for (auto& row : rows)
    {
        row.run = run;
        row.scheduler = scheduler;
    }
    return rows;
}

/// A number; nothing if it was not measured. @param value negative if not
TableValue
ToMeasured(double value)
{
    return value < 0 ? TableValue() : value;
}

/// Write the results. @param scenario the settings @param settings where to @param rows what
void
WriteResults(const MobileScenario& scenario, const Settings& settings, const std::vector<Row>& rows)
{
    ResultsFile file(settings.results,
                     {"point",
                      "network",
                      "devices",
                      "run",
                      "scheduler",
                      "class",
                      "class_devices",
                      "created",
                      "completed",
                      "dropped",
                      "in_flight",
                      "latency_mean_s",
                      "latency_p95_s",
                      "share_mean",
                      "cost_mean_s",
                      "speedup_jain",
                      "prediction_error_median",
                      "prediction_error_p95",
                      "recuts"});
    for (const auto& row : rows)
    {
        const auto grants = static_cast<double>(row.pooled.GetGrants());
        file.Add({settings.point,
                  scenario.network,
                  ToField(scenario.devices),
                  ToField(row.run),
                  row.scheduler,
                  row.deviceClass,
                  ToField(row.devices),
                  ToField(row.pooled.GetCreated()),
                  ToField(row.pooled.GetCompleted()),
                  ToField(row.pooled.GetDropped()),
                  ToField(row.pooled.GetInFlight()),
                  ToMeasured(row.meanLatencyS),
                  ToMeasured(row.pooled.GetLatencyPercentile95()),
                  ToMeasured(row.meanShare),
                  ToMeasured(row.meanCostS),
                  ToMeasured(row.speedupFairness),
                  ToMeasured(row.pooled.GetPredictionError(0.5)),
                  ToMeasured(row.pooled.GetPredictionError(0.95)),
                  grants > 0 ? TableValue(static_cast<double>(row.pooled.GetRecuts()) / grants)
                             : TableValue()});
    }
    file.Complete();
}

/// A line per scheduler: means over the runs, and against the first scheduler.
/// @param schedulers their names @param rows the results
void
PrintTable(const std::vector<std::string>& schedulers, const std::vector<Row>& rows)
{
    TextTable table({"<scheduler",
                     "runs",
                     "completed",
                     "dropped",
                     "mean ms",
                     "cost ms",
                     "Jain",
                     "latency ratio",
                     "least",
                     "most",
                     "cost ratio"});
    std::map<uint64_t, const Row*> reference; // the first scheduler's, by run
    for (const auto& scheduler : schedulers)
    {
        std::vector<const Row*> own;
        for (const auto& row : rows)
        {
            if (row.deviceClass == "all" && row.scheduler == scheduler)
            {
                own.push_back(&row);
                reference.emplace(row.run, &row);
            }
        }
        const auto mean = [&own](const auto& value) {
            double sum = 0;
            for (const auto* row : own)
            {
                sum += value(*row);
            }
            return sum / static_cast<double>(own.size());
        };
        const auto ratio = [&reference](const Row& row) {
            return row.meanLatencyS / reference.at(row.run)->meanLatencyS;
        };
        const auto [least, most] =
            std::minmax_element(own.begin(), own.end(), [&ratio](const Row* a, const Row* b) {
                return ratio(*a) < ratio(*b);
            });
        table.Add({scheduler,
                   std::to_string(own.size()),
                   ToText(mean([](const Row& row) { return row.pooled.GetCompleted(); }), 0),
                   ToText(mean([](const Row& row) { return row.pooled.GetDropped(); }), 0),
                   ToText(1e3 * mean([](const Row& row) { return row.meanLatencyS; }), 1),
                   ToText(1e3 * mean([](const Row& row) { return row.meanCostS; }), 1),
                   ToText(mean([](const Row& row) { return row.speedupFairness; }), 3),
                   ToText(mean(ratio), 3),
                   ToText(ratio(**least), 3),
                   ToText(ratio(**most), 3),
                   ToText(mean([&reference](const Row& row) {
                              return row.meanCostS / reference.at(row.run)->meanCostS;
                          }),
                          3)});
    }
    std::cout << "\nMeans over the runs of the mean latency over the devices; ratios to "
              << schedulers[0] << " within each run:\n\n"
              << table.ToString();
}

/// Check a list of schedulers. @param names with commas
void
CheckSchedulers(const std::string& names)
{
    const auto schedulers = SplitAtCommas(names);
    if (schedulers.empty())
    {
        throw std::invalid_argument("names no scheduler");
    }
    for (const auto& scheduler : schedulers)
    {
        SurgeryScheduler::Create(scheduler);
    }
}

void
RunAll(const MobileScenario& scenario, const Settings& settings)
{
    scenario.Check();
    const auto schedulers = SplitAtCommas(settings.schedulers);
    LocalLatencies local;
    std::vector<Row> rows;
    const auto firstRun = RngSeedManager::GetRun();
    for (uint64_t run = firstRun; run < firstRun + settings.runs; ++run)
    {
        for (const auto& scheduler : schedulers)
        {
            RngSeedManager::SetRun(run);
            std::cout << "run " << run << ", " << scheduler << std::endl;
            const auto folder = scenario.out.empty()
                                    ? ""
                                    : scenario.out + "/" + scheduler + "-" + std::to_string(run);
            const auto summary = scenario.Run(scheduler, folder);
            const auto more = MakeRows(scenario, scheduler, run, summary, local);
            rows.insert(rows.end(), more.begin(), more.end());
        }
    }
    PrintTable(schedulers, rows);
    if (!settings.results.empty())
    {
        WriteResults(scenario, settings, rows);
        std::cout << "\n" << settings.results << ": " << rows.size() << " rows\n";
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-compare", [&] {
        MobileScenario scenario;
        scenario.pcap = false;
        Settings settings;
        ProgramOptions options(__FILE__);
        options.Usage(
            "One scenario, packet by packet, under a list of schedulers and several seeds.\n"
            "Prints a table, and writes a CSV file with a row per scheduler, run and device\n"
            "class. With --out, each run's tables go to the folder OUT/SCHEDULER-RUN.");
        scenario.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas; ratios refer to the first.",
                         settings.schedulers,
                         &CheckSchedulers);
        options.AddValue("runs",
                         "Number of seeds: RngRun, RngRun + 1, ...",
                         settings.runs,
                         1,
                         1000000);
        options.AddValue("point",
                         "Name of a point of an experiment, copied into the results.",
                         settings.point);
        options.AddValue("results",
                         "CSV file for the results; none is written without it.",
                         settings.results);
        options.Parse(argc, argv);
        scenario.commandLine.assign(argv, argv + argc);
        RunAll(scenario, settings);
    });
}
