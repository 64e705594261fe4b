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
 * Exit codes: 0 done, 1 what is in the scenario is wrong, 2 the command line is wrong, or names no
 * file that can be read. Every number printed is
 * finite, because the scenario's fields have bounded ranges.
 */

#include "common/text-table.h"
#include "scenario-file.h"

#include "ns3/surgery-baselines.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-scheduler.h"
#include "ns3/surgery-value-text.h"

#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
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

/// What the command line asks for.
struct Options
{
    std::string scenario;
    std::string scheduler{"dds"};
    std::optional<double> share;
    bool json{false};
};

/// @param text the share as given @param share set to it
void
ReadShare(const std::string& text, std::optional<double>& share)
{
    share = ReadReal(text);
    if (!share || !(*share > 0 && *share <= 1))
    {
        throw std::invalid_argument("must be a number > 0 and <= 1, not \"" + text + "\"");
    }
}

Options
ParseArguments(int argc, char* argv[])
{
    Options settings;
    std::string names;
    for (const auto& name : SurgeryScheduler::GetNames())
    {
        names += (names.empty() ? "" : ", ") + name;
    }
    ProgramOptions options(__FILE__);
    options.Usage(USAGE);
    options.AddValue("scenario",
                     "file to read, - for the standard input",
                     settings.scenario,
                     &CheckScenario);
    options.AddValue("scheduler",
                     "who decides: " + names,
                     settings.scheduler,
                     [](const std::string& name) { SurgeryScheduler::Create(name); });
    options.AddTaker("share",
                     "give each device this share of the server, > 0 to 1, and find its best cut",
                     [&settings](const std::string& text) { ReadShare(text, settings.share); });
    options.AddValue("json", "print JSON instead of a table", settings.json);
    options.Parse(argc, argv);
    if (settings.share && options.IsGiven("scheduler"))
    {
        throw std::invalid_argument(
            "--share: decides in place of a scheduler, leave out --scheduler");
    }
    return settings;
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

/// Read the scenario. @param path of the file @return it
/// Throws std::runtime_error if what is in it is wrong: the command line is right then.
Scenario
ReadScenarioOrFail(const std::string& path)
{
    try
    {
        return ReadScenario(path);
    }
    catch (const std::invalid_argument& error)
    {
        throw std::runtime_error(error.what());
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-solve", [&] {
        const auto options = ParseArguments(argc, argv);
        const auto scheduler =
            options.share ? nullptr : SurgeryScheduler::Create(options.scheduler);
        Solution solution;
        solution.scheduler = scheduler ? options.scheduler : "fixed-share";
        solution.scenario = ReadScenarioOrFail(options.scenario);
        const auto& game = solution.scenario.game;
        solution.outcome =
            scheduler ? scheduler->Decide(game) : DecideAtShare(game, *options.share);
        solution.certificate = Evaluate(game, solution.outcome);
        options.json ? PrintJson(solution) : PrintTable(solution);
    });
}
