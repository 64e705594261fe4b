/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The server plays the game for the devices, then the devices play it themselves, on the same
// seeds. The program prints what comes of it, what it costs in messages, and what a device gains if
// it asks for more than it wants.

#include "common/optional-csv.h"
#include "common/profile-check.h"
#include "common/text-table.h"
#include "negotiation-run.h"

#include "ns3/data-rate.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-value-text.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint32_t MOST_DEVICES = 200;     //!< of a run
using Settings = NegotiationRun::Settings; //!< what a run is made of
using Result = NegotiationRun::Result;     //!< what came of a run

/// Run both modes on the same seeds, and print their results.
/// @param settings what runs are made of @param out where to write files; empty: nowhere
void
CompareModes(const Settings& settings, const std::string& out)
{
    TextTable table({"<mode",
                     "inferences",
                     "latency ms",
                     "rounds",
                     "clear ms",
                     "Phi / server's",
                     "regret",
                     "max load",
                     "signaling B/s"});
    for (const std::string mode : {"server-side", "decentralized"})
    {
        const auto r = NegotiationRun(settings, mode, 1, out).Run();
        const auto isNegotiated = mode == "decentralized";
        table.Add({mode,
                   std::to_string(r.completed),
                   ToText(1e3 * r.latencyS, 1),
                   ToText(r.rounds, 2),
                   isNegotiated ? ToText(1e3 * r.clearS, 1) : "-",
                   isNegotiated ? ToText(r.phiRatio, 5) : "-",
                   isNegotiated ? ToText(r.regret, 6) : "-",
                   ToText(r.maxLoad, 4),
                   ToText(r.signaling, 0)});
    }
    std::cout << "Both modes; signaling is per device, messages on control connections:\n"
              << table.ToString() << '\n';
}

/// Count signaling by the number of devices. @param settings what runs are made of
/// @param counts numbers of devices, with commas @param out where to write files; empty: nowhere
void
CountSignaling(Settings settings, const std::string& counts, const std::string& out)
{
    OptionalCsv file(out,
                     "signaling.csv",
                     {"mode", "devices", "bytes_per_s_per_device", "rounds", "clear_s"});
    TextTable table({"devices", "server-side B/s", "decentralized B/s", "rounds", "clear ms"});
    for (const auto& count : SplitAtCommas(counts))
    {
        settings.devices = static_cast<uint32_t>(ReadUnsigned(count).value());
        std::vector<Result> results;
        for (const std::string mode : {"server-side", "decentralized"})
        {
            results.push_back(NegotiationRun(settings, mode, 1, "").Run());
            const auto& r = results.back();
            file.Write({mode, count, r.signaling, r.rounds, r.clearS});
        }
        table.Add({count,
                   ToText(results[0].signaling, 0),
                   ToText(results[1].signaling, 0),
                   ToText(results[1].rounds, 2),
                   ToText(1e3 * results[1].clearS, 1)});
    }
    std::cout << "Signaling per device:\n" << table.ToString() << '\n';
}

/// Let device 0 ask for more than it wants, and print what it gains and what the others lose.
/// @param settings what runs are made of @param factors of its demand, with commas
/// @param out where to write files; empty: nowhere
void
TellLies(const Settings& settings, const std::string& factors, const std::string& out)
{
    OptionalCsv file(out,
                     "lies.csv",
                     {"factor", "share", "cost_s", "latency_s", "others_cost_s", "max_load"});
    TextTable table(
        {"factor", "its share", "its cost ms", "its latency ms", "others' cost ms", "max load"});
    for (const auto& factor : SplitAtCommas(factors))
    {
        const auto r =
            NegotiationRun(settings, "decentralized", ReadReal(factor).value(), "").Run();
        file.Write({factor, r.liarShare, r.liarCostS, r.liarLatencyS, r.othersCostS, r.maxLoad});
        table.Add({factor,
                   ToText(r.liarShare, 4),
                   ToText(1e3 * r.liarCostS, 2),
                   ToText(1e3 * r.liarLatencyS, 1),
                   ToText(1e3 * r.othersCostS, 2),
                   ToText(r.maxLoad, 4)});
    }
    std::cout << "Device 0 asks for a multiple of what it wants (cost: J of the model):\n"
              << table.ToString() << '\n';
}

/// Check that what devices run can run on them and on the server.
/// @param settings what runs are made of @param counts numbers of devices, with commas
void
CheckDevices(const Settings& settings, const std::string& counts)
{
    auto devices = settings.devices;
    for (const auto& count : SplitAtCommas(counts))
    {
        devices = std::max(devices, static_cast<uint32_t>(ReadUnsigned(count).value()));
    }
    const auto dnns = SplitAtCommas(settings.dnns);
    const auto processors = SplitAtCommas(settings.processors);
    CheckProfiles(settings.server, devices, [&](uint32_t i) {
        return std::make_pair(dnns[i % dnns.size()], processors[i % processors.size()]);
    });
}

/// Check numbers of devices. @param list them, with commas
void
CheckCounts(const std::string& list)
{
    for (const auto& word : SplitAtCommas(list))
    {
        const auto count = ReadUnsigned(word);
        if (!count || *count < 1 || *count > MOST_DEVICES)
        {
            throw std::invalid_argument("must be integers in 1.." + std::to_string(MOST_DEVICES) +
                                        ", not \"" + word + "\"");
        }
    }
}

/// Check factors of a demand. @param list them, with commas
void
CheckFactors(const std::string& list)
{
    for (const auto& word : SplitAtCommas(list))
    {
        const auto factor = ReadReal(word);
        if (!factor || *factor < 0 || *factor > 1e6)
        {
            throw std::invalid_argument("must be numbers in 0..1e6, not \"" + word + "\"");
        }
    }
}

/// Check a list that must not be empty. @param list with commas
void
CheckList(const std::string& list)
{
    if (SplitAtCommas(list).empty())
    {
        throw std::invalid_argument("names nothing");
    }
}

/// Check data rates. @param list them, with commas
void
CheckRates(const std::string& list)
{
    CheckList(list);
    for (const auto& word : SplitAtCommas(list))
    {
        if (!IsDataRateText(word) || DataRate(word) == DataRate(0))
        {
            throw std::invalid_argument("must be data rates such as 5Mbps, not \"" + word + "\"");
        }
    }
}

/// Run everything. @param settings what runs are made of @param counts numbers of devices
/// @param lies factors @param out where to write files
void
RunAll(const Settings& settings,
       const std::string& counts,
       const std::string& lies,
       const std::string& out)
{
    CompareModes(settings, out);
    if (!counts.empty())
    {
        CountSignaling(settings, counts, out);
    }
    if (!lies.empty())
    {
        TellLies(settings, lies, out);
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-decentralized", [&] {
        Settings settings;
        std::string counts = "5,10,20,35,50";
        std::string lies = "1,2,4,8";
        std::string out;
        ProgramOptions options(__FILE__);
        options.Usage(
            "The server plays the game for the devices, then the devices play it themselves. "
            "Prints "
            "what comes of it, what it costs in messages, and what a device gains by lying.");
        options.AddValue("devices", "Number of devices.", settings.devices, 1, MOST_DEVICES);
        options.AddValue("time", "Simulated time of each run.", settings.duration, NanoSeconds(1));
        options.AddValue("rates", "Data rates of the links, in turn.", settings.rates, &CheckRates);
        options.AddValue("delay", "Delay of each link.", settings.delay);
        options.AddValue("loss",
                         "Fraction of the packets that is lost, 0 to 0.99.",
                         settings.loss,
                         0,
                         0.99);
        options.AddValue("dnns",
                         "DNNs, in turn: bundled names or paths.",
                         settings.dnns,
                         &CheckList);
        options.AddValue("processors",
                         "The devices' processors, in turn.",
                         settings.processors,
                         &CheckList);
        options.AddValue("server", "The server's processor.", settings.server);
        options.AddValue("think-time",
                         "Random variable: time from a result to the next request, s.",
                         settings.thinkTime);
        options.AddValue("rules",
                         "Attributes of the scheduler decentralized-dds, separated by |.",
                         settings.rules);
        options.AddValue("sweep",
                         "Numbers of devices for which to count signaling; empty: none.",
                         counts,
                         &CheckCounts);
        options.AddValue("lies",
                         "Factors by which device 0 multiplies its demand; empty: none.",
                         lies,
                         &CheckFactors);
        options.AddValue("out", "Folder for CSV files; none are written without it.", out);
        options.Parse(argc, argv);
        CheckDevices(settings, counts);
        RunAll(settings, counts, lies, out);
    });
}
