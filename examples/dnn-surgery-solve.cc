/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The core without a network: reads a server and its devices from a JSON file, lets a scheduler
 * decide once, and prints every device's cut and share with the certificate of the outcome.
 *
 * Exit codes: 0 done, 1 the scenario is wrong, 2 the command line is wrong. Every number printed is
 * finite, because the scenario's fields have bounded ranges.
 */

#include "common/text-table.h"
#include "scenario-file.h"

#include "ns3/command-line.h"
#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

const std::string USAGE = R"(Decide once, without a network, where each device's DNN is cut and
which share of the server it gets.

A scenario, to be given by --scenario=FILE:

  {
    "server": {"processor": "server-t4"},
    "devices": [
      {"name": "camera", "dnn": "resnet50", "processor": "raspberry-pi-4",
       "uplink_bps": 18.88e6, "downlink_bps": 54.97e6, "delay_s": 0.002,
       "rho": 0.001, "input_bytes": 150528, "activation_bits": 32}
    ]
  }

dnn: a bundled name or a path, from where the scenario lies; processor: the same, or a
profile written out in place.
delay_s (each way, default 0), input_bytes (default: as profiled) and activation_bits
(8, 16 or 32, default 32) may be left out. rho is the price of the whole server: the
seconds of latency that renting it must save.)";

/// A command line that cannot be followed.
class UsageError : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// What the command line asks for.
struct Options
{
    std::string scenario;
    std::string scheduler{"dds"};
    std::optional<double> share;
    bool json{false};
};

/// What CommandLine would answer with a page of help is answered with a line.
void
CheckArguments(int argc, char* argv[])
{
    const std::set<std::string> valued{"scenario", "scheduler", "share"};
    const std::set<std::string> plain{"json", "help"};
    for (int i = 1; i < argc; ++i)
    {
        const std::string argument = argv[i];
        const auto dashes = argument.find_first_not_of('-');
        const auto equals = argument.find('=');
        const bool hasValue = equals != std::string::npos;
        if (dashes == 0 || dashes == std::string::npos)
        {
            throw UsageError("unexpected argument \"" + argument + "\"");
        }
        const auto name = argument.substr(dashes, hasValue ? equals - dashes : equals);
        const bool ofNs3 = name.rfind("Print", 0) == 0;
        if (!ofNs3 && valued.count(name) == 0 && plain.count(name) == 0)
        {
            throw UsageError("unknown option --" + name +
                             ": use --scenario=FILE, --scheduler=NAME, --share=S, --json, --help");
        }
        if (valued.count(name) > 0 && (!hasValue || equals + 1 == argument.size()))
        {
            throw UsageError("--" + name + ": needs a value, as in --" + name + "=VALUE");
        }
        if (plain.count(name) > 0 && hasValue)
        {
            throw UsageError("--" + name + ": takes no value");
        }
    }
}

Options
ParseArguments(int argc, char* argv[])
{
    CheckArguments(argc, argv);
    Options options;
    std::string share;
    std::string names;
    for (const auto& name : SurgeryScheduler::GetNames())
    {
        names += (names.empty() ? "" : ", ") + name;
    }
    CommandLine cmd(__FILE__);
    cmd.Usage(USAGE);
    cmd.AddValue("scenario", "file to read, - for the standard input", options.scenario);
    cmd.AddValue("scheduler", "who decides: " + names, options.scheduler);
    cmd.AddValue("share",
                 "give each device this share of the server, > 0 to 1, and find its best cut",
                 share);
    cmd.AddValue("json", "print JSON instead of a table", options.json);
    cmd.Parse(argc, argv);
    if (options.scenario.empty())
    {
        throw UsageError("--scenario=FILE is needed (--help shows an example)");
    }
    if (!share.empty())
    {
        char* end = nullptr;
        options.share = std::strtod(share.c_str(), &end);
        if (*end != '\0' || !(*options.share > 0 && *options.share <= 1))
        {
            throw UsageError("--share: must be a number > 0 and <= 1, not \"" + share + "\"");
        }
    }
    return options;
}

Ptr<SurgeryScheduler>
MakeScheduler(const Options& options)
{
    if (options.share)
    {
        return nullptr;
    }
    try
    {
        return SurgeryScheduler::Create(options.scheduler);
    }
    catch (const std::invalid_argument& error)
    {
        throw UsageError(std::string("--scheduler: ") + error.what());
    }
}

/// A scenario with what was decided and what that is worth.
struct Solution
{
    std::string scheduler;
    Scenario scenario;
    Outcome outcome;
    Certificate certificate;
};

/// The DNN of a device.
const DnnGraph&
GetDnn(const Solution& solution, std::size_t device)
{
    return solution.scenario.game.players[device].options->front().frontier->GetCosts().GetDnn();
}

/// Latency of a device without a server, s.
double
GetLocalLatency(const Solution& solution, std::size_t device)
{
    return solution.scenario.game.players[device]
        .options->front()
        .frontier->GetCosts()
        .GetLocalSeconds();
}

void
PrintJson(const Solution& solution)
{
    using Json = nlohmann::ordered_json;
    const auto& certificate = solution.certificate;
    auto devices = Json::array();
    for (std::size_t i = 0; i < solution.scenario.devices.size(); ++i)
    {
        const auto& decision = solution.outcome.decisions[i];
        auto layers = Json::array();
        for (std::size_t v = 0; v < decision.cut->deviceLayers.size(); ++v)
        {
            if (decision.cut->deviceLayers[v])
            {
                layers.push_back(GetDnn(solution, i).GetLayers()[v].name);
            }
        }
        const auto rho = solution.scenario.game.players[i].usagePriceS;
        devices.push_back({{"name", solution.scenario.devices[i].name},
                           {"share", decision.share},
                           {"price", rho + solution.outcome.shadowPriceS},
                           {"device_layers", layers},
                           {"upload_bytes", decision.cut->uploadBytes},
                           {"latency_s", certificate.latenciesS[i]},
                           {"local_latency_s", GetLocalLatency(solution, i)},
                           {"cost_s", certificate.costsS[i]}});
    }
    Json result{{"scheduler", solution.scheduler},
                {"shadow_price", solution.outcome.shadowPriceS},
                {"load", certificate.load},
                {"potential", certificate.potential},
                {"dual_gap", certificate.dualGap},
                {"max_regret", certificate.maxRegret},
                {"rounds", solution.outcome.rounds},
                {"devices", devices}};
    if (certificate.cutTolerance > 0)
    {
        result["cut_tolerance"] = certificate.cutTolerance;
    }
    std::cout << result.dump(2) << std::endl;
}

/// A number with so many digits after the point.
std::string
Format(double number, int digits)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << number;
    return text.str();
}

void
PrintTable(const Solution& solution)
{
    const std::size_t longest = 40; // of a cut's label
    TextTable table({"<device",
                     "<dnn",
                     "<processor",
                     "<cut after",
                     "share %",
                     "upload kB",
                     "latency ms",
                     "local ms",
                     "speed-up",
                     "cost ms"});
    for (std::size_t i = 0; i < solution.scenario.devices.size(); ++i)
    {
        const auto& device = solution.scenario.devices[i];
        const auto& decision = solution.outcome.decisions[i];
        const auto latency = solution.certificate.latenciesS[i];
        const auto local = GetLocalLatency(solution, i);
        auto cut = GetCutLabel(GetDnn(solution, i), decision.cut->deviceLayers);
        if (cut.size() > longest)
        {
            cut = cut.substr(0, longest - 3) + "...";
        }
        table.Add({device.name,
                   device.dnn,
                   device.processor,
                   cut,
                   ToText(100 * decision.share, 2),
                   ToText(static_cast<double>(decision.cut->uploadBytes) / 1e3, 1),
                   ToText(1e3 * latency, 2),
                   ToText(1e3 * local, 2),
                   latency > 0 ? ToText(local / latency, 2) + "x" : "-",
                   ToText(1e3 * solution.certificate.costsS[i], 2)});
    }
    const auto& certificate = solution.certificate;
    const auto gap = certificate.dualBound > 0
                         ? Format(100 * certificate.dualGap / certificate.dualBound, 3) + " %"
                         : std::string("-");
    std::cout << "Scheduler " << solution.scheduler << " on " << solution.scenario.server << "\n\n";
    std::cout << table.ToString() << "\nshadow price  "
              << Format(1e3 * solution.outcome.shadowPriceS, 4)
              << " ms for the whole server, beside each device's rho"
              << "\nload          " << Format(100 * certificate.load, 3) << " % of the server"
              << "\npotential     " << Format(1e3 * certificate.potential, 3)
              << " ms, the sum of the costs"
              << "\ndual gap      " << Format(1e3 * certificate.dualGap, 4) << " ms (" << gap
              << "): the best possible potential is at most so much lower"
              << "\nmax regret    " << certificate.maxRegret
              << ": the most that moving alone gains a device, relative to its cost"
              << "\nrounds        " << solution.outcome.rounds << std::endl;
    if (certificate.cutTolerance > 0)
    {
        std::cout << "cut tolerance " << Format(100 * certificate.cutTolerance, 1)
                  << " %: a DNN has too many cuts to find all; the best is at most so much better"
                  << std::endl;
    }
}

/// An error message in one line, whatever characters its names have.
int
Fail(std::string complaint, int exitCode)
{
    std::replace_if(
        complaint.begin(),
        complaint.end(),
        [](unsigned char letter) { return letter < ' '; },
        ' ');
    std::cerr << "dnn-surgery-solve: " << complaint << std::endl;
    return exitCode;
}

} // namespace

int
main(int argc, char* argv[])
{
    try
    {
        const auto options = ParseArguments(argc, argv);
        const auto scheduler = MakeScheduler(options);
        Solution solution;
        solution.scheduler = scheduler ? options.scheduler : "fixed-share";
        solution.scenario = ReadScenario(options.scenario);
        const auto& game = solution.scenario.game;
        solution.outcome =
            scheduler ? scheduler->Decide(game) : DecideAtShare(game, *options.share);
        solution.certificate = Evaluate(game, solution.outcome);
        options.json ? PrintJson(solution) : PrintTable(solution);
    }
    catch (const UsageError& error)
    {
        return Fail(error.what(), 2);
    }
    catch (const std::exception& error)
    {
        return Fail(error.what(), 1);
    }
    return 0;
}
