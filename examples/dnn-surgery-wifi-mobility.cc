/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The demo: mobile devices in one Wi-Fi cell share an edge server, under several schedulers.
 *
 *   devices (random waypoint) ))) 802.11ax access point --- wired backhaul --- MEC server
 *
 * Twelve devices of three kinds run six DNNs. The same scenario, seed by seed, is run once per
 * scheduler; the first one writes the files. With --network=lte, or wired, everything else stays.
 */

#include "mobile-scenario.h"
#include "text-table.h"

#include "ns3/command-line.h"
#include "ns3/surgery-scheduler.h"

#include <iostream>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// The first run in full, the others by their mean latency beside it.
void
PrintTable(const MobileScenario& scenario,
           const std::vector<std::string>& schedulers,
           const std::vector<RunSummary>& runs)
{
    std::vector<std::string> titles{"device",
                                    "<processor",
                                    "<DNN",
                                    "requests",
                                    "completed",
                                    "<dropped",
                                    "in flight",
                                    "mean ms",
                                    "p95 ms",
                                    "share %",
                                    "cost ms",
                                    "<usual cut"};
    for (std::size_t r = 1; r < runs.size(); ++r)
    {
        titles.push_back(schedulers[r] + " ms");
    }
    TextTable table(titles);
    for (const auto& [id, device] : runs[0].GetDevices())
    {
        const auto mean = device.GetMeanLatency();
        const auto cost = mean + scenario.usagePrice.GetSeconds() * device.GetMeanShare();
        std::vector<std::string> row{std::to_string(id),
                                     scenario.GetProcessor(id),
                                     scenario.GetDnn(id),
                                     std::to_string(device.GetCreated()),
                                     std::to_string(device.GetCompleted()),
                                     device.GetDropReasons(),
                                     std::to_string(device.GetInFlight()),
                                     ToText(1e3 * mean, 1),
                                     ToText(1e3 * device.GetLatencyPercentile95(), 1),
                                     ToText(1e2 * device.GetMeanShare(), 1),
                                     ToText(mean < 0 ? mean : 1e3 * cost, 1),
                                     device.GetUsualCut()};
        for (std::size_t r = 1; r < runs.size(); ++r)
        {
            const auto rival = runs[r].GetDevices().find(id);
            const auto latency =
                rival != runs[r].GetDevices().end() ? rival->second.GetMeanLatency() : -1.0;
            row.push_back(ToText(1e3 * latency, 1));
        }
        table.Add(row);
    }
    std::cout << "\nMeasured under " << schedulers[0]
              << ", each rival's mean latency beside it:\n\n"
              << table.ToString() << '\n';
    std::cout << schedulers[0] << ": mean latency " << ToText(1e3 * runs[0].GetMeanLatency(), 1)
              << " ms over all devices";
    for (std::size_t r = 1; r < runs.size(); ++r)
    {
        const auto latency = runs[r].GetMeanLatency();
        std::cout << ", " << ToText(latency / runs[0].GetMeanLatency(), 2) << " times faster than "
                  << schedulers[r] << " (" << ToText(1e3 * latency, 1) << " ms)";
    }
    std::cout << ".\n";
}

int
RunAll(const MobileScenario& scenario, const std::vector<std::string>& schedulers)
{
    scenario.Check();
    for (const auto& scheduler : schedulers)
    {
        SurgeryScheduler::Create(scheduler);
    }
    if (schedulers.empty())
    {
        throw std::invalid_argument("--schedulers: names no scheduler");
    }
    std::vector<RunSummary> runs;
    for (const auto& scheduler : schedulers)
    {
        std::cout << scenario.devices << " devices, " << scenario.duration.GetSeconds()
                  << " s, scheduler " << scheduler << std::endl;
        runs.push_back(scenario.Run(scheduler, runs.empty() ? scenario.out : ""));
    }
    PrintTable(scenario, schedulers, runs);
    if (!scenario.out.empty())
    {
        std::cout << "\nFiles of the " << schedulers[0] << " run:\n"
                  << MobileScenario::ListFiles(scenario.out);
    }
    return 0;
}

} // namespace

int
main(int argc, char* argv[])
{
    MobileScenario scenario;
    std::string schedulers{"dds,local-only,server-only"};
    CommandLine cmd(__FILE__);
    cmd.Usage("Mobile devices in one Wi-Fi cell share an edge server, under several schedulers.\n"
              "Prints a table per device, and writes inferences.csv, schedule.csv and the\n"
              "server link's PCAP of the first scheduler's run.");
    scenario.AddOptions(cmd);
    cmd.AddValue("schedulers", "Comma-separated; the first one writes files.", schedulers);
    cmd.Parse(argc, argv);
    try
    {
        return RunAll(scenario, SplitAtCommas(schedulers));
    }
    catch (const std::exception& error)
    {
        std::cerr << "dnn-surgery-wifi-mobility: " << error.what() << std::endl;
        return 1;
    }
}
