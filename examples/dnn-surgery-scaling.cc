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

    /// @return processor time of building, s
    double GetSetupS() const
    {
        return built.cpuS - before.cpuS;
    }

    /// @return processor time of the run itself, s
    double GetRunS() const
    {
        return ended.cpuS - built.cpuS;
    }

    /// @return events of the run
    uint64_t GetEvents() const
    {
        return ended.events - built.events;
    }

    /// @param devices how many there are @return memory of each, byte; nothing where the system
    /// does not tell
    std::optional<double> GetBytes(uint32_t devices) const
    {
        return ended.residentBytes && before.residentBytes
                   ? std::optional((*ended.residentBytes - *before.residentBytes) / devices)
                   : std::nullopt;
    }
};

/// What the command line says.
struct Settings
{
    SiteScenario sites{SiteScenario::Layout::SQUARE}; ///< what is simulated
    std::string scheduler{"dds"};                     ///< of each server
    std::string results;                              ///< CSV file; empty: none
    std::string point;                                ///< of an experiment
};

/// @param settings set by the command line @param argc its length @param argv it
void
Parse(Settings& settings, int argc, char* argv[])
{
    auto& scenario = settings.sites.scenario;
    scenario.network = "fluid";
    scenario.devices = 100;
    scenario.dnns = "resnet18";
    scenario.processors = "raspberry-pi-4";
    scenario.server = "server-rtx3090";
    scenario.inputBytes = 60000; // a JPEG picture
    scenario.activationBits = "8";
    scenario.interval = "ns3::ConstantRandomVariable[Constant=2]";
    scenario.duration = Seconds(10);
    scenario.mobility = "skewed";
    scenario.startSpacing = Time();
    settings.sites.sites = 1;

    ProgramOptions command(__FILE__);
    command.Usage("Processor time and memory of a simulation, by devices, sites, network and\n"
                  "simulated time. All devices start within one timestep.");
    settings.sites.AddOptions(command);
    command.AddValue("scheduler", "Scheduler that decides at each server.", settings.scheduler);
    command.AddValue("results",
                     "CSV file for the row of this run; none is written without it.",
                     settings.results);
    command.AddValue("point", "Name of a point of an experiment, for the row.", settings.point);
    scenario.Parse(command, argc, argv);
    settings.sites.skew = 1.0 / settings.sites.sites;
    settings.sites.Check();
    if (scenario.startSpacing.IsZero())
    {
        scenario.startSpacing = scenario.timestep / (scenario.devices + 1);
    }
}

/// Simulate. @param settings what @param run set to what the devices did @return what it cost
Cost
Measure(Settings& settings, RunSummary& run)
{
    Cost cost;
    settings.sites.scenario.observe = [&cost](const MobileScenario::Parts&) {
        cost.built = Usage();
        Simulator::ScheduleDestroy([&cost] { cost.ended = Usage(); });
    };
    run = settings.sites.scenario.Run(settings.scheduler, settings.sites.scenario.out);
    return cost;
}

/// @param run what the devices did @return the part of the completed inferences that was offloaded
double
GetOffloaded(const DeviceSummary& run)
{
    const auto completed = static_cast<double>(run.GetCompleted());
    return completed > 0 ? static_cast<double>(run.GetOffloaded()) / completed : 0;
}

/// Print what a run cost. @param settings of it @param cost it @param run what all devices did
void
Print(const Settings& settings, const Cost& cost, const DeviceSummary& run)
{
    const auto& scenario = settings.sites.scenario;
    const auto perCpuS = [seconds = cost.GetRunS()](double amount) {
        return seconds > 0 ? amount / seconds : 0;
    };
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
               std::to_string(settings.sites.sites),
               std::to_string(scenario.devices),
               ToText(scenario.duration.GetSeconds(), 1),
               ToText(cost.GetSetupS(), 2),
               ToText(cost.GetRunS(), 2),
               std::to_string(cost.GetEvents()),
               std::to_string(run.GetCompleted()),
               ToText(1e2 * GetOffloaded(run), 1),
               ToText(perCpuS(static_cast<double>(cost.GetEvents())), 0),
               ToText(perCpuS(static_cast<double>(run.GetCompleted())), 0),
               ToText(perCpuS(scenario.duration.GetSeconds()), 2),
               ToText(1e-3 * cost.GetBytes(scenario.devices).value_or(-1), 1)});
    std::cout << '\n' << table.ToString();
}

/// Write what a run cost. @param settings of it @param cost it @param run what all devices did
void
Write(const Settings& settings, const Cost& cost, const DeviceSummary& run)
{
    const auto& scenario = settings.sites.scenario;
    const auto bytes = cost.GetBytes(scenario.devices);
    ResultsFile file(settings.results,
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
    file.Add({settings.point,
              scenario.network,
              ToField(settings.sites.sites),
              ToField(scenario.devices),
              scenario.duration.GetSeconds(),
              ToField(RngSeedManager::GetRun()),
              cost.GetSetupS(),
              cost.GetRunS(),
              ToField(cost.GetEvents()),
              ToField(run.GetCompleted()),
              GetOffloaded(run),
              bytes ? TableValue(*bytes) : TableValue()});
    file.Complete();
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram(PROGRAM, [&] {
        Settings settings;
        Parse(settings, argc, argv);
        RunSummary run;
        const auto cost = Measure(settings, run);
        const auto pooled = run.GetPooled();
        Print(settings, cost, pooled);
        if (!settings.results.empty())
        {
            Write(settings, cost, pooled);
        }
    });
}
