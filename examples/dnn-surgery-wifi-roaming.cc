/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Devices walk along a row of Wi-Fi access points and change from one to another in the middle of
 * inferences. Nothing is lost: connections survive, or are replaced.
 *
 *   devices (back and forth) ))) AP   AP   AP
 *                                 |    |    |
 *                                 +----+----+--- gateway --- backhaul --- MEC server
 *
 * These steps do the same in a scenario of your own:
 *
 * 1. Several bridged access points on one Ethernet and in one subnet, so that stations keep their
 *    addresses: "wifi[AccessPoints=3|Spacing=50]".
 * 2. Stations that move to the stronger access point, and access points that forget who has left:
 *    class WifiRoaming, which the network installs. With ns-3.37's Wi-Fi alone a station stays
 *    until it has missed ten beacons, and the state it leaves behind may block all for seconds.
 * 3. A minimum TCP retransmission timeout of 1 s, ns-3's default. It is the user's choice, and is
 *    set here to show it. 200 ms, which is usual elsewhere, works as well, but TCP may then fall
 *    back to one segment per timeout after a burst of losses; the clients detect that within some
 *    seconds and replace the connections.
 *
 * Limits: one channel, since stations of ns-3.37 look for access points on their own channel only.
 * All cells share its time, and access points that do not hear each other, as the outer ones here,
 * send into each other's frames at stations between them.
 */

#include "common/attachment-summary.h"
#include "common/mobile-scenario.h"

#include "ns3/config.h"
#include "ns3/surgery-capture-files.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/yans-wifi-helper.h"

#include <iostream>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-wifi-roaming", [&] {
        MobileScenario scenario;
        scenario.devices = 5;
        scenario.dnns = "resnet50,densenet121,inception-v1,vgg19";
        scenario.network = "wifi[AccessPoints=3|Spacing=50]";
        scenario.mobility = "shuttle:10";
        scenario.cellRadius = 55;
        scenario.duration = Seconds(60);
        std::string scheduler{"dds"};
        Time minRto{Seconds(1)};
        bool radioPcap{false};
        ProgramOptions options(__FILE__);
        options.Usage(
            "Devices walk along a row of Wi-Fi access points and change from one to another in\n"
            "the middle of inferences. Prints a table per device; with --out it writes\n"
            "inferences.csv, schedule.csv, cuts.csv and the server link's PCAP.");
        scenario.AddOptions(options);
        options.AddValue("scheduler", "Scheduler that decides.", scheduler);
        options.AddValue("minRto", "TCP's minimum retransmission timeout.", minRto);
        options.AddValue("radioPcap",
                         "Whether to also capture packets at the access points.",
                         radioPcap);
        scenario.Parse(options, argc, argv);

        scenario.Check();
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(minRto));
        AttachmentSummary attachments;
        scenario.observe = [&](const MobileScenario::Parts& parts) {
            attachments.Connect(parts);
            if (radioPcap && !parts.folder.empty())
            {
                const auto stations = parts.network->GetBaseStations();
                CheckCaptureFiles(parts.folder + "/radio", stations);
                YansWifiPhyHelper().EnablePcap(parts.folder + "/radio", stations);
            }
        };
        std::cout << scenario.devices << " devices, " << scenario.duration.GetSeconds()
                  << " s, network " << scenario.network << ", scheduler " << scheduler << std::endl;
        const auto run = scenario.Run(scheduler, scenario.out);
        std::cout << attachments.ToString(scenario, run, "changes of access point");
        if (!scenario.out.empty())
        {
            std::cout << "\nFiles:\n" << MobileScenario::ListFiles(scenario.out);
        }
    });
}
