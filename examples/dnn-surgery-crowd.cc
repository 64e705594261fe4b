/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A crowd walks from site to site, each with an edge server of its own.
 *
 *   crowd --> ))) AP --- gateway --- MEC server     site0
 *                           |
 *                        backhaul (star)
 *                           |
 *             ))) AP --- gateway --- MEC server     site1, site2, site3 in a row
 *
 * Over Wi-Fi devices roam, with --network=lte they are handed over. A connection to a server goes
 * on, over the backhaul, wherever its device is.
 */

#include "common/site-scenario.h"

using namespace ns3;

int
main(int argc, char* argv[])
{
    SiteScenario sites(SiteScenario::Layout::ROW);
    sites.scenario.mobility = "crowd";
    sites.scenario.devices = 8;
    sites.scenario.duration = Seconds(60);
    return sites.Main("dnn-surgery-crowd",
                      "A crowd walks from site to site, each with an edge server. Prints a table\n"
                      "per site; with --out it writes the tables and each server's PCAP.",
                      argc,
                      argv);
}
