/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Several sites with an edge server each, and devices of which most begin near one of them.
 *
 *   devices ))) AP --- gateway --- MEC server     site0, crowded
 *                         |
 *                      backhaul (star)
 *                         |
 *   devices ))) AP --- gateway --- MEC server     site1, site2, site3
 *
 * Who uses the server of its own site waits where the others are; --choice says who moves. Without
 * such a choice a device stays with the server of the site where it begins.
 */

#include "common/site-scenario.h"

using namespace ns3;

int
main(int argc, char* argv[])
{
    SiteScenario sites(SiteScenario::Layout::SQUARE);
    sites.scenario.mobility = "skewed";
    return sites.Main(
        "dnn-surgery-sites",
        "Several sites with an edge server each; most devices begin near one. Prints\n"
        "a table per site; with --out it writes the tables and each server's PCAP.",
        argc,
        argv);
}
