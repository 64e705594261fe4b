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
 * scheduler; each run writes a folder of files. --network=lte or --network=wired changes the
 * network and nothing else.
 */

#include "common/mobile-scenario.h"
#include "common/scheduler-comparison.h"

#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"

#include <string>

using namespace ns3;
using namespace ns3::surgery;

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-wifi-mobility", [&] {
        MobileScenario scenario;
        std::string schedulers{"dds,local-only,server-only"};
        ProgramOptions options(__FILE__);
        options.Usage(
            "Mobile devices in one Wi-Fi cell share an edge server, under several schedulers.\n"
            "Prints a table per device, and writes a folder of tables per scheduler, with the\n"
            "server link's PCAP of the first one's run.");
        scenario.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas; the first is compared with the others.",
                         schedulers,
                         &CheckSchedulers);
        options.Parse(argc, argv);
        scenario.commandLine.assign(argv, argv + argc);
        CompareSchedulers(scenario, schedulers);
    });
}
