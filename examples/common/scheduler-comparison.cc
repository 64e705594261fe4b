/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scheduler-comparison.h"

#include "deadline-summary.h"
#include "text-table.h"

#include "ns3/surgery-decision-process.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// @param part of @param whole @return in %; "-" if there is no whole
std::string
ToPercentage(uint64_t part, uint64_t whole)
{
    return ToText(whole > 0 ? 1e2 * static_cast<double>(part) / static_cast<double>(whole) : -1.0,
                  1);
}

/// Print where DNNs were cut. @param scenario the settings @param scheduler by name
/// @param run what it did
void
PrintCuts(const MobileScenario& scenario, const std::string& scheduler, const RunSummary& run)
{
    std::set<std::pair<std::string, std::string>> cuts; // by DNN
    for (const auto& [id, device] : run.GetDevices())
    {
        for (const auto& [cut, count] : device.GetInnerCuts())
        {
            cuts.emplace(scenario.GetDnn(id), cut);
        }
    }
    const auto all = run.GetPooled();
    std::cout << scheduler << ": " << all.GetCutInside() << " of " << all.GetOffloaded()
              << " offloaded inferences (" << ToPercentage(all.GetCutInside(), all.GetOffloaded())
              << " %) were cut inside a DNN; different cuts: " << cuts.size() << ".\n";
}

/// Print the first run in full, and the mean latency of the others.
void
PrintTable(const MobileScenario& scenario,
           const std::vector<std::string>& schedulers,
           const std::vector<RunSummary>& runs)
{
    std::vector<std::string> titles{"device",
                                    "<processor",
                                    "<DNN",
                                    "requests",
                                    "completed",
                                    "<dropped",
                                    "in flight",
                                    "mean ms",
                                    "p95 ms",
                                    "share %",
                                    "cost ms",
                                    "re-cuts",
                                    "off %",
                                    "inner %",
                                    "<usual cuts"};
    for (std::size_t r = 1; r < runs.size(); ++r)
    {
        titles.push_back(schedulers[r] + " ms");
    }
    const auto hasDeadlines = runs[0].GetPooled().GetFractionMet().has_value();
    if (hasDeadlines)
    {
        titles.insert(titles.end(), {"met %", "late ms"});
    }
    TextTable table(titles);
    for (const auto& [id, device] : runs[0].GetDevices())
    {
        const auto mean = device.GetMeanLatency();
        const auto cost = mean + scenario.usagePrice.GetSeconds() * device.GetMeanShare();
        std::vector<std::string> row{std::to_string(id),
                                     scenario.GetProcessor(id),
                                     scenario.GetDnn(id),
                                     std::to_string(device.GetCreated()),
                                     std::to_string(device.GetCompleted()),
                                     device.GetDropReasons(),
                                     std::to_string(device.GetInFlight()),
                                     ToText(1e3 * mean, 1),
                                     ToText(1e3 * device.GetLatencyPercentile95(), 1),
                                     ToText(1e2 * device.GetMeanShare(), 1),
                                     ToText(mean < 0 ? mean : 1e3 * cost, 1),
                                     std::to_string(device.GetRecuts()),
                                     ToText(1e2 * device.GetPredictionError(0.5), 1),
                                     ToPercentage(device.GetCutInside(), device.GetOffloaded()),
                                     device.GetUsualCuts()};
        for (std::size_t r = 1; r < runs.size(); ++r)
        {
            const auto rival = runs[r].GetDevices().find(id);
            const auto latency =
                rival != runs[r].GetDevices().end() ? rival->second.GetMeanLatency() : -1.0;
            row.push_back(ToText(1e3 * latency, 1));
        }
        if (hasDeadlines)
        {
            row.push_back(GetPercentMet(device));
            row.push_back(GetLatenessMs(device));
        }
        table.Add(row);
    }
    std::cout << "\nMeasured under " << schedulers[0]
              << ", each rival's mean latency beside it:\n\n"
              << table.ToString() << '\n';
    std::cout << schedulers[0] << ": mean latency " << ToText(1e3 * runs[0].GetMeanLatency(), 1)
              << " ms over all devices";
    for (std::size_t r = 1; r < runs.size(); ++r)
    {
        const auto latency = runs[r].GetMeanLatency();
        std::cout << ", " << ToText(latency / runs[0].GetMeanLatency(), 2) << " times as fast as "
                  << schedulers[r] << " (" << ToText(1e3 * latency, 1) << " ms)";
    }
    std::cout << ".\n";
    for (std::size_t r = 0; r < runs.size() && hasDeadlines; ++r)
    {
        std::cout << schedulers[r] << ": " << DescribeDeadlines(runs[r].GetPooled()) << ".\n";
    }
    PrintCuts(scenario, schedulers[0], runs[0]);
    const auto all = runs[0].GetPooled();
    std::cout << schedulers[0] << ": predicted latency is off by "
              << ToText(1e2 * all.GetPredictionError(0.5), 1) << " % (median; 95th percentile "
              << ToText(1e2 * all.GetPredictionError(0.95), 1)
              << " %) over what the server completed, waiting apart.\n";
}

/// A folder for each run, empty if no files are wanted. Of a scheduler's name, what file systems
/// dislike becomes "_"; a name that is there already gets a number.
std::vector<std::string>
NameFolders(const std::string& out, const std::vector<std::string>& schedulers)
{
    std::vector<std::string> folders;
    for (auto name : schedulers)
    {
        const auto isOdd = [](char c) {
            return !std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.' && c != '=';
        };
        std::replace_if(name.begin(), name.end(), isOdd, '_');
        auto folder = out + "/" + name;
        for (int i = 2; std::find(folders.begin(), folders.end(), folder) != folders.end(); ++i)
        {
            folder = out + "/" + name + "-" + std::to_string(i);
        }
        folders.push_back(folder);
    }
    return out.empty() ? std::vector<std::string>(schedulers.size()) : folders;
}

} // namespace

void
CheckSchedulers(const std::string& names)
{
    CheckNames(names, "scheduler", &DecisionProcess::Create);
}

void
CompareSchedulers(const MobileScenario& scenario, const std::string& names)
{
    const auto schedulers = SplitAtCommas(names);
    scenario.Check();
    const auto folders = NameFolders(scenario.out, schedulers);
    auto settings = scenario;
    std::vector<RunSummary> runs;
    for (std::size_t r = 0; r < schedulers.size(); ++r)
    {
        std::cout << settings.devices << " devices, " << settings.duration.GetSeconds()
                  << " s, scheduler " << schedulers[r] << std::endl;
        runs.push_back(settings.Run(schedulers[r], folders[r]));
        settings.pcap = false;
    }
    PrintTable(scenario, schedulers, runs);
    for (std::size_t r = 0; r < schedulers.size() && !scenario.out.empty(); ++r)
    {
        std::cout << "\nFiles of the " << schedulers[r] << " run:\n"
                  << MobileScenario::ListFiles(folders[r]);
        if (r == 0 && scenario.pcap)
        {
            std::cout << "  The capture has every byte: a shorter run, such as --time=10s, has a "
                         "smaller one; --pcap=false leaves it out.\n";
        }
    }
}
