/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Measured bandwidth over time: each device has its own link, whose rates follow a trace, and its
 * DNN is cut anew as the rate changes.
 *
 *   devices --- links that follow traces --- gateway --- wired backhaul --- MEC server
 *
 * All links share one pair of traces, and each begins at another place in it. The same scenario is
 * run once per scheduler; each run writes a folder of files, among them the table bandwidth.
 */

#include "common/mobile-scenario.h"
#include "common/scheduler-comparison.h"
#include "common/traced-links.h"

#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"

#include <iostream>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-bandwidth-trace", [&] {
        TracedLinks links{"Verizon-LTE-short.up", "", ""};
        MobileScenario scenario;
        scenario.network = "wired[Delay=20ms]";
        scenario.mobility = "static";
        scenario.devices = 6;
        scenario.dnns = "squeezenet,alexnet,inception-v1";
        scenario.processors = "raspberry-pi-3b,raspberry-pi-4";
        scenario.inputBytes = 60000;
        scenario.activationBits = "8";
        scenario.duration = Seconds(60);
        std::string schedulers{"dds,local-only,server-only"};
        ProgramOptions options(__FILE__);
        options.Usage(
            "Devices on links whose rates follow measured or made-up bandwidth share an edge "
            "server.\n"
            "Prints a table per device, and writes a folder of tables per scheduler, with the\n"
            "server link's PCAP of the first one's run.\n\n"
            "A trace is the name of a bundled one (Verizon-LTE-short.up, Verizon-LTE-short.down), "
            "the\n"
            "path of a file (Mahimahi, or CSV of seconds,bits_per_second), or made up:\n"
            "constant:5Mbps, steps:2Mbps,10s,50Mbps,10s, ramp:1Mbps,20Mbps,30s,\n"
            "square:2Mbps,50Mbps,10s (each for 10 s).");
        options.AddValue("trace", "Bandwidth of the uplinks.", links.uplink);
        options.AddValue("downTrace",
                         "Bandwidth of the downlinks; empty: X.down for X.up, else as up.",
                         links.downlink);
        options.AddValue(
            "offset",
            "Random variable or number: where in the trace each link begins, s; empty: anywhere.",
            links.offset);
        scenario.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas; the first is compared with the others.",
                         schedulers,
                         &CheckSchedulers);
        scenario.Parse(options, argc, argv);

        const auto traces = LoadTraces(links);
        std::cout << "uplink: mean " << traces.up->GetMeanBps() / 1e6 << " Mbit/s, repeats after "
                  << traces.up->GetPeriodSeconds()
                  << " s; downlink: " << traces.down->GetMeanBps() / 1e6 << " Mbit/s, "
                  << traces.down->GetPeriodSeconds() << " s\n";
        scenario.traces = links;
        CompareSchedulers(scenario, schedulers);
    });
}
