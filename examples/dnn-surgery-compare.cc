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

#include "common/comparison.h"
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
    return RunProgram("dnn-surgery-compare", [&] {
        MobileScenario scenario;
        scenario.pcap = false;
        std::string schedulers{"dds,optimum,iao,dads,dads[AmongOffloading=true],neurosurgeon,"
                               "neurosurgeon[AmongOffloading=true],server-only,local-only"};
        Comparison comparison("scheduler");
        ProgramOptions options(__FILE__);
        options.Usage(
            "One scenario, packet by packet, under a list of schedulers and several seeds.\n"
            "Prints a table, and writes a CSV file with a row per scheduler, run and device\n"
            "class. With --out, each run's tables go to the folder OUT/SCHEDULER-RUN.");
        scenario.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas, decentralized-dds among them; ratios "
                         "refer to the first.",
                         schedulers,
                         &CheckSchedulers);
        comparison.AddOptions(options);
        scenario.Parse(options, argc, argv);
        scenario.Check();
        comparison.Run(scenario,
                       schedulers,
                       [&scenario](const std::string& scheduler, const std::string& folder) {
                           return scenario.Run(scheduler, folder);
                       });
    });
}
