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
 * --network=wifi[...] or --network=wired changes the network and nothing else.
 */

#include "common/attachment-summary.h"
#include "common/mobile-scenario.h"

#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"

#include <iostream>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-lte-handover", [&] {
        MobileScenario scenario;
        scenario.devices = 5;
        scenario.dnns = "resnet50,densenet121,inception-v1,vgg19";
        scenario.activationBits = "8";
        scenario.network = "lte[BaseStations=3|Spacing=400]";
        scenario.mobility = "shuttle:30";
        scenario.cellRadius = 500;
        scenario.duration = Seconds(60);
        std::string scheduler{"dds"};
        ProgramOptions options(__FILE__);
        options.Usage(
            "Devices on vehicles offload over LTE, and change the base station while inferences\n"
            "are in flight. Prints a table per device; with --out it writes inferences.csv,\n"
            "schedule.csv, cuts.csv and the server link's PCAP.");
        scenario.AddOptions(options);
        options.AddValue("scheduler", "Scheduler that decides.", scheduler);
        scenario.Parse(options, argc, argv);

        scenario.Check();
        AttachmentSummary attachments;
        scenario.observe = [&](const MobileScenario::Parts& parts) { attachments.Connect(parts); };
        std::cout << scenario.devices << " devices, " << scenario.duration.GetSeconds()
                  << " s, network " << scenario.network << ", scheduler " << scheduler << std::endl;
        const auto run = scenario.Run(scheduler, scenario.out);
        std::cout << attachments.ToString(scenario, run, "handovers");
        if (!scenario.out.empty())
        {
            std::cout << "\nFiles:\n" << MobileScenario::ListFiles(scenario.out);
        }
    });
}
