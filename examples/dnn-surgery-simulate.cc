/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A scenario file, packet by packet: network, servers, devices and outputs are data.
 *
 * Exit codes: 0 done, 1 the run failed, 2 the command line or the scenario is wrong.
 */

#include "common/bulk-transfer.h"
#include "common/plugin.h"
#include "common/scenario-files.h"
#include "common/simulation-file.h"
#include "common/simulation-summary.h"
#include "common/site-summary.h"

#include "ns3/surgery-bundled-files.h"
#include "ns3/surgery-number-file.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

const std::string PROGRAM = "dnn-surgery-simulate";

const std::string USAGE = R"(Simulate a scenario file, packet by packet.

  {
    "schema": "dnn-surgery/scenario/1",
    "simulation": {"time_s": 10},
    "network": {"kind": "wifi", "attributes": {"Standard": "802.11ac"}},
    "server": {"processor": "server-t4", "scheduler": "dds"},
    "devices": [
      {"name": "camera", "count": 3, "dnn": "resnet50", "processor": "raspberry-pi-4",
       "input_bytes": 60000, "interval_s": "exponential[Mean=0.5]", "mobility": "static"}
    ]
  }

All fields are in the manual, on the page "Scenario files", and in the JSON Schema of which
--schema prints the path. --set changes a field: --set=devices[0].count=20,
--set=network.attributes.Standard=802.11n, --set=server.scheduler=dads. The value is JSON, or
else text; null takes the field away. Prints a table per device; with --out it writes the
tables into that folder.)";

/// What the command line asks for.
struct Options
{
    std::vector<std::string> scenarios; ///< files, "-" for the standard input
    std::vector<std::string> changes;   ///< PATH=VALUE
    std::string out;                    ///< folder; empty: none
    bool isCheck{false};                ///< whether to read only
    bool isGoodput{false};              ///< whether to measure what the network carries
    bool isSchema{false};               ///< whether to print where the JSON Schema is
};

Options
ParseArguments(int argc, char* argv[])
{
    Options settings;
    ProgramOptions options(__FILE__);
    options.Usage(USAGE);
    options.AddTaker("scenario",
                     "File to simulate, - for the standard input, or a bundled scenario's name; "
                     "with --check as often as there are files.",
                     [&settings](const std::string& path) { settings.scenarios.push_back(path); });
    options.AddTaker("set",
                     "PATH=VALUE: change a field of the scenario; as often as needed.",
                     [&settings](const std::string& text) { settings.changes.push_back(text); });
    options.AddValue("out", "Folder for the files; none are written without it.", settings.out);
    options.AddValue("check", "Read all of the scenario, and build nothing.", settings.isCheck);
    options.AddValue("goodput",
                     "Let all devices send to the server in bulk, instead of what they would do, "
                     "and print what arrives behind the warm-up.",
                     settings.isGoodput);
    options.AddValue("schema", "Print the path of the JSON Schema.", settings.isSchema);
    AddPluginOption(options);
    options.Parse(argc, argv);
    if (!settings.isSchema && settings.scenarios.empty())
    {
        throw std::invalid_argument("--scenario: needs a file (--help shows an example)");
    }
    if (!settings.isCheck && settings.scenarios.size() > 1)
    {
        throw std::invalid_argument("--scenario: one at a time, but with --check");
    }
    return settings;
}

/// @param path of a scenario, or the name of a bundled one @return the path
std::string
FindScenario(const std::string& path)
{
    try
    {
        CheckScenario(path);
        return path;
    }
    catch (const std::invalid_argument&)
    {
        const BundledFiles bundled("scenarios");
        const auto found = bundled.Find(path);
        const auto withEnding = found.empty() ? bundled.Find(path + ".json") : found;
        if (withEnding.empty())
        {
            throw;
        }
        return withEnding;
    }
}

/// @param options the command line @param path of a scenario @return the simulation
Simulation
Read(const Options& options, const std::string& path)
{
    return ReadSimulation(ReadScenarioDocument(FindScenario(path), options.changes));
}

/// Check all scenarios, and say what each is. @param options the command line
void
Check(const Options& options)
{
    std::optional<std::string> complaint; // the latest, which RunProgram prints
    for (const auto& path : options.scenarios)
    {
        try
        {
            const auto simulation = Read(options, path);
            std::cout << path << ": " << Describe(simulation) << std::endl;
        }
        catch (const std::invalid_argument& error)
        {
            if (complaint)
            {
                std::cerr << PROGRAM << ": " << ToOneLine(*complaint) << std::endl;
            }
            complaint = error.what();
        }
    }
    if (complaint)
    {
        throw std::invalid_argument(*complaint);
    }
}

/// Let what the command line says to ns-3 go first. @param simulation to change
/// @param arguments of the command line
void
KeepGiven(Simulation& simulation, const std::vector<std::string>& arguments)
{
    for (const auto& argument : arguments)
    {
        const auto equals = argument.find('=');
        const auto dashes = argument.rfind("--", 0) == 0 ? 2 : 1;
        const auto name = argument.substr(0, equals).substr(std::min<std::size_t>(dashes, equals));
        if (name == "RngSeed")
        {
            simulation.seed.reset();
        }
        if (name == "RngRun")
        {
            simulation.run.reset();
        }
        auto& defaults = simulation.defaults;
        defaults.erase(std::remove_if(defaults.begin(),
                                      defaults.end(),
                                      [&name](const auto& pair) { return pair.first == name; }),
                       defaults.end());
    }
}

/// Simulate the scenario. @param options the command line @param arguments it, in words
void
Run(const Options& options, const std::vector<std::string>& arguments)
{
    auto simulation = Read(options, options.scenarios.front());
    simulation.commandLine = arguments;
    KeepGiven(simulation, arguments);
    std::cout << Describe(simulation) << std::endl;
    if (options.isGoodput)
    {
        const auto bps = MeasureGoodput(simulation);
        std::cout << "\ngoodput: " << bps / 1e6 << " Mbit/s" << std::endl;
        return;
    }
    SiteSummary sites;
    const auto hasSites = !simulation.plan.GetSites().empty();
    simulation.observe = [&](const SimulationParts& parts) {
        if (hasSites)
        {
            sites.Connect(parts, simulation.warmup);
        }
    };
    const auto run = Simulate(simulation, options.out);
    std::cout << '\n' << ToTable(simulation, run);
    if (hasSites)
    {
        std::cout << sites.ToString(run);
    }
    if (!options.out.empty())
    {
        std::cout << "\nFiles:\n" << ListRunFiles(options.out);
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram(PROGRAM, [&] {
        const auto options = ParseArguments(argc, argv);
        if (options.isSchema)
        {
            std::cout << BundledFiles("scenarios").Find("scenario-1.schema.json") << std::endl;
        }
        else if (options.isCheck)
        {
            Check(options);
        }
        else
        {
            Run(options, {argv, argv + argc});
        }
    });
}
