/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The demo: mobile devices in one Wi-Fi cell share an edge server, under several schedulers.
 *
 *   devices (random waypoint) ))) 802.11n access point --- wired backhaul --- MEC server
 *
 * Twelve devices of three kinds run six DNNs, SqueezeNet and AlexNet most of them: such boards get
 * light DNNs. All send an uncompressed picture of 224 x 224 pixels, 150,528 bytes, or activations
 * of 8 bits. The Wi-Fi is what a Raspberry Pi 3B has: 802.11n at 2.4 GHz, 20 MHz wide, one antenna.
 * Sharing it, the devices measure uplinks of 5 to 50 Mbit/s, around the 18.88 Mbit/s that the
 * literature on partitioning takes for Wi-Fi. So tensors that are smaller than the picture are
 * worth some layers on the device, and DNNs are cut inside.
 *
 * The same scenario, seed by seed, is run once per scheduler; each run writes a folder of files.
 * --network=lte or --network=wired changes the network and nothing else.
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
        scenario.dnns = "squeezenet*4,alexnet*4,inception-v1,resnet50,densenet121,vgg19";
        scenario.processors = "raspberry-pi-4*2,raspberry-pi-3b,phone-cpu";
        scenario.activationBits = "8";
        scenario.network = "wifi[Standard=802.11n|Channel={0, 20, BAND_2_4GHZ, 0}]";
        std::string schedulers{"dds,local-only,server-only"};
        ProgramOptions options(__FILE__);
        options.Usage(
            "Mobile devices in one Wi-Fi cell share an edge server, under several schedulers.\n"
            "Prints a table per device, and writes a folder of tables per scheduler, with the\n"
            "server link's PCAP of the first one's run.\n\n"
            "The Wi-Fi is that of a Raspberry Pi 3B: 802.11n, 2.4 GHz, 20 MHz. Activations have 8\n"
            "bits, as of quantized DNNs; the input is a picture of 150528 bytes. The devices then\n"
            "measure uplinks around the 18.88 Mbit/s that the literature takes for Wi-Fi, and "
            "DNNs\n"
            "are cut inside.");
        scenario.AddOptions(options);
        options.AddValue("schedulers",
                         "Schedulers, separated by commas; the first is compared with the others.",
                         schedulers,
                         &CheckSchedulers);
        scenario.Parse(options, argc, argv);
        CompareSchedulers(scenario, schedulers);
    });
}
