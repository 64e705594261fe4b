/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * What a simulation costs: processor time and memory, by devices, sites, network and simulated
 * time.
 *
 *   devices --- links --- MEC server     site0
 *                             |
 *                          backhaul (star)
 *                             |
 *   devices --- links --- MEC server     site1 ...
 *
 * All devices start within one timestep, and ask for an inference every two seconds. Building the
 * network and installing the applications is told apart from the run itself.
 */

#include "common/results-file.h"
#include "common/site-scenario.h"
#include "common/text-table.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"

#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

const std::string PROGRAM = "dnn-surgery-scaling";

/// @return processor time of this process so far, s
double
GetCpuSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// @return memory that this process occupies, byte; nothing where the system does not tell
std::optional<double>
GetResidentBytes()
{
    std::ifstream file("/proc/self/statm");
    double all = 0;
    double resident = 0;
    if (!(file >> all >> resident))
    {
        return std::nullopt;
    }
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// What the process has used at some moment.
struct Usage
{
    double cpuS{GetCpuSeconds()};                            ///< processor time, s
    std::optional<double> residentBytes{GetResidentBytes()}; ///< memory, byte
    uint64_t events{Simulator::GetEventCount()};             ///< of the simulator
};

/// What a run cost.
struct Cost
{
    Usage before; ///< anything is built
    Usage built;  ///< all is installed
    Usage ended;  ///< the last event is over
};

/// The options of this program.
struct Options
{
    SiteScenario sites{SiteScenario::Layout::SQUARE}; ///< what is simulated
    std::string scheduler{"dds"};                     ///< of each server
    std::string results;                              ///< CSV file; empty: none
    std::string point;                                ///< of an experiment
};

/// @param options set by the command line @param argc its length @param argv it
void
Parse(Options& options, int argc, char* argv[])
{
    auto& scenario = options.sites.scenario;
    scenario.network = "fluid";
    scenario.devices = 100;
    scenario.dnns = "resnet18";
    scenario.processors = "raspberry-pi-4";
    scenario.server = "server-rtx3090";
    scenario.inputBytes = 60000; // a JPEG picture
    scenario.activationBits = 8;
    scenario.interval = "ns3::ConstantRandomVariable[Constant=2]";
    scenario.duration = Seconds(10);
    scenario.mobility = "skewed";
    scenario.startSpacing = Time();
    options.sites.sites = 1;

    ProgramOptions command(__FILE__);
    command.Usage("Processor time and memory of a simulation, by devices, sites, network and\n"
                  "simulated time. All devices start within one timestep.");
    options.sites.AddOptions(command);
    command.AddValue("scheduler", "Scheduler that decides at each server.", options.scheduler);
    command.AddValue("results",
                     "CSV file for the row of this run; none is written without it.",
                     options.results);
    command.AddValue("point", "Name of a point of an experiment, for the row.", options.point);
    command.Parse(argc, argv);
    scenario.commandLine.assign(argv, argv + argc);
    options.sites.skew = 1.0 / options.sites.sites;
    options.sites.Check();
    if (scenario.startSpacing.IsZero())
    {
        scenario.startSpacing = scenario.timestep / (scenario.devices + 1);
    }
}

/// Simulate. @param options what @param run set to what the devices did @return what it cost
Cost
Measure(Options& options, RunSummary& run)
{
    Cost cost;
    options.sites.scenario.observe = [&cost](const MobileScenario::Parts&) {
        cost.built = Usage();
        Simulator::ScheduleDestroy([&cost] { cost.ended = Usage(); });
    };
    run = options.sites.scenario.Run(options.scheduler, options.sites.scenario.out);
    return cost;
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram(PROGRAM, [&] {
        Options options;
        Parse(options, argc, argv);
        const auto& scenario = options.sites.scenario;
        RunSummary run;
        const auto cost = Measure(options, run);

        const auto pooled = run.GetPooled();
        const auto completed = static_cast<double>(pooled.GetCompleted());
        const auto cpuS = cost.ended.cpuS - cost.built.cpuS;
        const auto events = static_cast<double>(cost.ended.events - cost.built.events);
        const auto perCpuS = [cpuS](double amount) { return cpuS > 0 ? amount / cpuS : 0; };
        const auto offloaded =
            completed > 0 ? static_cast<double>(pooled.GetOffloaded()) / completed : 0;
        const auto bytes =
            cost.ended.residentBytes && cost.before.residentBytes
                ? (*cost.ended.residentBytes - *cost.before.residentBytes) / scenario.devices
                : 0;
        TextTable table({"<network",
                         "sites",
                         "devices",
                         "simulated s",
                         "setup CPU s",
                         "CPU s",
                         "events",
                         "completed",
                         "offloaded %",
                         "events/CPU s",
                         "inferences/CPU s",
                         "simulated s/CPU s",
                         "kB/device"});
        table.Add({scenario.network,
                   std::to_string(options.sites.sites),
                   std::to_string(scenario.devices),
                   ToText(scenario.duration.GetSeconds(), 1),
                   ToText(cost.built.cpuS - cost.before.cpuS, 2),
                   ToText(cpuS, 2),
                   ToText(events, 0),
                   ToText(completed, 0),
                   ToText(1e2 * offloaded, 1),
                   ToText(perCpuS(events), 0),
                   ToText(perCpuS(completed), 0),
                   ToText(perCpuS(scenario.duration.GetSeconds()), 2),
                   ToText(bytes / 1e3, 1)});
        std::cout << '\n' << table.ToString();
        if (!options.results.empty())
        {
            ResultsFile file(options.results,
                             {"point",
                              "network",
                              "sites",
                              "devices",
                              "simulated_s",
                              "run",
                              "setup_cpu_s",
                              "cpu_s",
                              "events",
                              "completed",
                              "offloaded",
                              "bytes_per_device"});
            file.Add({options.point,
                      scenario.network,
                      ToField(options.sites.sites),
                      ToField(scenario.devices),
                      scenario.duration.GetSeconds(),
                      ToField(RngSeedManager::GetRun()),
                      cost.built.cpuS - cost.before.cpuS,
                      cpuS,
                      ToField(cost.ended.events - cost.built.events),
                      ToField(pooled.GetCompleted()),
                      offloaded,
                      bytes > 0 ? TableValue(bytes) : TableValue()});
            file.Complete();
        }
    });
}
