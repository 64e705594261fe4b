/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Prints how many cuts the frontier of each bundled DNN has, a line each, its fields separated by
// tabs: name, least and most cuts. All bundled devices and servers are tried, with activations of 8
// and of 32 bits. ./surgery dnn-table makes a table of the documentation of them.

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

using namespace ns3::surgery;

namespace
{

/// Whether a processor runs only DNNs that were measured on it.
bool
IsMeasured(const std::string& processor)
{
    return processor.rfind("intradp-", 0) == 0;
}

/// Whether a processor is a server's.
bool
IsServer(const std::string& processor)
{
    return processor.rfind("server-", 0) == 0;
}

/// Each bundled device with each bundled server.
std::vector<std::pair<std::string, std::string>>
ListPairs()
{
    const auto names = ProfileLibrary::GetProcessorNames();
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& device : names)
    {
        for (const auto& server : names)
        {
            if (!IsMeasured(device) && !IsServer(device) && IsServer(server))
            {
                pairs.emplace_back(device, server);
            }
        }
    }
    return pairs;
}

} // namespace

int
main()
{
    ProfileLibrary library;
    const auto pairs = ListPairs();
    for (const auto& name : ProfileLibrary::GetDnnNames())
    {
        std::vector<std::size_t> cuts;
        for (const auto& [device, server] : pairs)
        {
            for (const uint32_t bits : {8, 32})
            {
                const PartitionFrontier frontier(LayerCosts(library.GetDnn(name),
                                                            *library.GetProcessor(device),
                                                            *library.GetProcessor(server),
                                                            {0, bits}));
                cuts.push_back(frontier.GetCuts().size());
            }
        }
        const auto [least, most] = std::minmax_element(cuts.begin(), cuts.end());
        std::cout << name << '\t' << *least << '\t' << *most << std::endl;
    }
    return 0;
}
