/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Devices on vehicles offload over LTE, and change the base station while inferences are in flight.
 *
 *   devices (back and forth) ))) eNB   eNB   eNB --- EPC --- backhaul --- MEC server
 *                                 \_X2_/ \_X2_/
 *
 * With --network=wifi[...] or wired everything else stays.
 */

#include "attachment-summary.h"
#include "mobile-scenario.h"
#include "text-table.h"

#include "ns3/command-line.h"

#include <iostream>
#include <stdexcept>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// Tell what the devices did. @param scenario the settings @param run what was measured
/// @param attachments how they moved
void
Print(const MobileScenario& scenario, const RunSummary& run, const AttachmentSummary& attachments)
{
    TextTable table({"device",
                     "<processor",
                     "<DNN",
                     "requests",
                     "completed",
                     "<dropped",
                     "in flight",
                     "mean ms",
                     "p95 ms",
                     "error %",
                     "handovers",
                     "returns",
                     "away ms",
                     "gap ms"});
    uint32_t handovers = 0;
    for (const auto& [id, device] : run.GetDevices())
    {
        AttachmentSummary::Device moves;
        const auto found = attachments.GetDevices().find(id);
        if (found != attachments.GetDevices().end())
        {
            moves = found->second;
        }
        const auto changes = moves.attachments > 0 ? moves.attachments - 1 : 0;
        handovers += changes;
        table.Add({std::to_string(id),
                   scenario.GetProcessor(id),
                   scenario.GetDnn(id),
                   std::to_string(device.GetCreated()),
                   std::to_string(device.GetCompleted()),
                   device.GetDropReasons(),
                   std::to_string(device.GetInFlight()),
                   ToText(1e3 * device.GetMeanLatency(), 1),
                   ToText(1e3 * device.GetLatencyPercentile95(), 1),
                   ToText(1e2 * device.GetPredictionError(0.5), 1),
                   std::to_string(changes),
                   std::to_string(moves.returns),
                   ToText(1e3 * moves.away.GetSeconds(), 0),
                   ToText(1e3 * moves.longestGap.GetSeconds(), 0)});
    }
    const auto all = run.GetPooled();
    std::cout << "\nerror: median of |predicted / measured latency - 1|; away: without base "
                 "station between two;\ngap: longest time from joining one, with tensors to send, "
                 "until the first ones are at the server.\n\n"
              << table.ToString() << '\n'
              << handovers << " handovers; " << all.GetCompleted() << " of " << all.GetCreated()
              << " inferences completed, " << all.GetDropReasons() << " dropped, "
              << all.GetInFlight() << " in flight at the end; mean latency "
              << ToText(1e3 * run.GetMeanLatency(), 1) << " ms over all devices.\n";
}

} // namespace

int
main(int argc, char* argv[])
{
    MobileScenario scenario;
    scenario.devices = 5;
    scenario.dnns = "resnet50,densenet121,inception-v1,vgg19";
    scenario.activationBits = 8;
    scenario.estimator = "ns3::surgery::FittedLinkEstimator[InitialRate=10Mbps]";
    scenario.network = "lte[BaseStations=3|Spacing=400]";
    scenario.mobility = "shuttle:30";
    scenario.cellRadius = 500;
    scenario.duration = Seconds(60);
    std::string scheduler{"dds"};
    CommandLine cmd(__FILE__);
    cmd.Usage("Devices on vehicles offload over LTE, and change the base station while inferences\n"
              "are in flight. Prints a table per device; with --out it writes inferences.csv,\n"
              "schedule.csv, cuts.csv and the server link's PCAP.");
    scenario.AddOptions(cmd);
    cmd.AddValue("scheduler", "Who decides.", scheduler);
    cmd.Parse(argc, argv);
    try
    {
        scenario.Check();
        AttachmentSummary attachments;
        scenario.observe = [&](const MobileScenario::Parts& parts) { attachments.Connect(parts); };
        std::cout << scenario.devices << " devices, " << scenario.duration.GetSeconds()
                  << " s, network " << scenario.network << ", scheduler " << scheduler << std::endl;
        const auto run = scenario.Run(scheduler, scenario.out);
        Print(scenario, run, attachments);
        if (!scenario.out.empty())
        {
            std::cout << "\nFiles:\n" << MobileScenario::ListFiles(scenario.out);
        }
        return 0;
    }
    catch (const std::exception& error)
    {
        std::cerr << "dnn-surgery-lte-handover: " << error.what() << std::endl;
        return 1;
    }
}
