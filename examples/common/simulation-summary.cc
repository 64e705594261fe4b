/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "simulation-summary.h"

#include "deadline-summary.h"
#include "text-table.h"

#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// @param device one @param attribute of its client, which it has @return the value, fit for a
/// table
std::string
GetShort(const SimulatedDevice& device, const std::string& attribute)
{
    const auto isIt = [&attribute](const auto& pair) { return pair.first == attribute; };
    const auto found = std::find_if(device.attributes.begin(), device.attributes.end(), isIt);
    if (found == device.attributes.end() || found->second.rfind('{', 0) == 0)
    {
        return "(written out)";
    }
    return std::filesystem::path(found->second).filename().string();
}

/// @param count of things @param noun what one is called @return both
std::string
Count(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

} // namespace

std::string
Describe(const Simulation& simulation)
{
    std::ostringstream text;
    text << Count(simulation.devices.size(), "device") << ", "
         << Count(std::max<std::size_t>(1, simulation.plan.GetSites().size()), "server") << ", "
         << simulation.duration.GetSeconds() << " s, network " << simulation.network
         << ", scheduler " << simulation.servers.front().scheduler;
    if (!simulation.plan.GetSites().empty())
    {
        text << ", choice " << simulation.choice;
    }
    return ToOneLine(text.str());
}

std::string
ToTable(const Simulation& simulation, const RunSummary& run)
{
    std::vector<std::string> titles{"device",
                                    "<name",
                                    "<processor",
                                    "<DNN",
                                    "requests",
                                    "completed",
                                    "<dropped",
                                    "in flight",
                                    "mean ms",
                                    "p95 ms",
                                    "share %",
                                    "re-cuts",
                                    "off %",
                                    "<usual cuts"};
    const auto all = run.GetPooled();
    const auto hasDeadlines = all.GetFractionMet().has_value();
    if (hasDeadlines)
    {
        titles.insert(titles.end(), {"met %", "late ms"});
    }
    TextTable table(titles);
    for (const auto& [id, device] : run.GetDevices())
    {
        const auto isKnown = id < simulation.devices.size(); // unless a device has another DeviceId
        const auto settings = isKnown ? simulation.devices[id] : SimulatedDevice();
        std::vector<std::string> row{std::to_string(id),
                                     settings.name,
                                     GetShort(settings, "Processor"),
                                     GetShort(settings, "Dnn"),
                                     std::to_string(device.GetCreated()),
                                     std::to_string(device.GetCompleted()),
                                     device.GetDropReasons(),
                                     std::to_string(device.GetInFlight()),
                                     ToText(1e3 * device.GetMeanLatency(), 1),
                                     ToText(1e3 * device.GetLatencyPercentile95(), 1),
                                     ToText(1e2 * device.GetMeanShare(), 1),
                                     std::to_string(device.GetRecuts()),
                                     ToText(1e2 * device.GetPredictionError(0.5), 1),
                                     device.GetUsualCuts()};
        if (hasDeadlines)
        {
            row.push_back(GetPercentMet(device));
            row.push_back(GetLatenessMs(device));
        }
        table.Add(row);
    }
    std::ostringstream text;
    text << table.ToString() << '\n'
         << all.GetCompleted() << " of " << all.GetCreated()
         << " inferences completed; mean latency " << ToText(1e3 * run.GetMeanLatency(), 1)
         << " ms over all devices.\n";
    if (hasDeadlines)
    {
        text << DescribeDeadlines(all) << ".\n";
    }
    return text.str();
}
