/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The core without a network: reads servers and devices from a JSON file, lets a scheduler
 * decide once, and prints every device's cut and share with the certificate of the outcome.
 *
 * Exit codes: 0 done, 2 the scenario or the command line is wrong. Every number printed is finite,
 * because the scenario's fields have bounded ranges.
 */

#include "common/scenario-document.h"
#include "scenario-file.h"
#include "solution.h"

#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-scheduler.h"
#include "ns3/surgery-value-text.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

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
seconds of latency that renting it must save. With "waiting": true in the scenario, the cost
of a device includes the mean time that its inferences wait for each other, by the rate of
its requests and the squared coefficient of variation of the gaps between them (default 0):

  "request_rate": 6, "gap_variation": 1

Several servers, each with a capacity of 1
unless it says less, are a list, and each device then has a link to those it reaches:

  "servers": [{"name": "east", "processor": "server-t4", "capacity": 1}, ...]
  "links": {"east": {"uplink_bps": 18.88e6, "downlink_bps": 54.97e6, "delay_s": 0.002}}

A device may have "variants": ["resnet18", ...] beside its dnn, "activation_bits":
[{"bits": 8, "loss_percent": 0.5}, ...] and "input_encodings": [{"bytes": 30000,
"loss_percent": 1}, ...] to choose from, with "accuracy_floor_percent" and
"accuracy_price_s" per point; and an "energy_price_s_per_j" with "radio": {"transmit_w": 1,
"receive_w": 1, "idle_w": 0.5} and "weigh_idle_power" (default true), if its processor's
profile tells its power. loss_percent, the radio's powers and all others may be left out.

A scenario that dnn-surgery-simulate runs (it has a "schema") can be decided, too, if it tells
links. What only a simulation needs is not looked at: simulation, network, choice and outputs;
scheduler, attributes and outages of servers; and of devices think_time_s, interval_s,
request_times, estimator, attributes, start_s, mobility, area_m, site and away.
dnn-surgery-simulate --check reads all.

dds and optimum decide for all servers jointly, each other scheduler for the devices
nearest to each server.)";

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

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-solve", [&] {
        const auto options = ParseArguments(argc, argv);
        auto scenario = ReadScenario(options.scenario);
        const auto solution = options.share ? DecideForShare(*options.share, std::move(scenario))
                                            : Decide(options.scheduler, std::move(scenario));
        options.json ? PrintJson(solution) : PrintTable(solution);
    });
}
