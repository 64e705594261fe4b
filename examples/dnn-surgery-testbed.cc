/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A testbed's measurements beside what the simulator makes of its description: one device and one
 * server of a published testbed (data/testbed), simulated packet by packet.
 *
 *   device --- link as the testbed shaped it --- server
 *
 * doc/dnn-surgery-validation.rst tells what comes out, and what the bars are.
 */

#include "common/results-file.h"
#include "testbed/validations.h"

#include "ns3/surgery-number-file.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/type-id.h"

#include <cmath>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// What a validation runs, and the host work of its testbed.
struct Validation
{
    void (*run)(const ValidationSettings&, const Report&); ///< it
    Time hostTime;                                         ///< of an offload
    double hostTimePerByte;                                ///< ns
};

/// The validations by name. Host work is the one thing that is fitted: on odd cuts, and on the
/// trace outdoors (utils/surgery/experiment/host_work.py).
const std::map<std::string, Validation> VALIDATIONS{
    {"cuts", {&ValidateCuts, MicroSeconds(2770), 8.89}},
    {"stress", {&ValidateStress, MicroSeconds(2770), 8.89}},
    {"offload", {&ValidateOffload, MicroSeconds(7080), 8.81}},
    {"replay", {&ValidateReplay, MicroSeconds(7080), 8.81}},
    {"power", {&ValidatePower, MicroSeconds(7080), 8.81}},
};

/// The options that only some validations have, with their names.
const std::map<std::string, std::set<std::string>> OWN_OPTIONS{
    {"net", {"offload", "replay", "power"}},
    {"environment", {"offload", "replay", "power"}},
    {"linkRates", {"replay", "power"}},
    {"decisions", {"offload", "replay", "power"}},
    {"mbps", {"cuts"}},
    {"serverStress", {"cuts", "stress"}},
    {"deviceStress", {"cuts", "stress"}},
    {"transfers", {"cuts", "stress", "offload"}},
    {"planners", {"offload"}},
    {"uploadBytes", {"offload", "replay", "power"}},
};

/// @param validation its name @param given names of the options that are set
void
CheckGiven(const std::string& validation, const std::set<std::string>& given)
{
    for (const auto& name : given)
    {
        const auto own = OWN_OPTIONS.find(name);
        if (own != OWN_OPTIONS.end() && own->second.count(validation) == 0)
        {
            throw std::invalid_argument("--" + name + ": --validation=" + validation +
                                        " has no use for it");
        }
    }
}

/// @param text name of a validation
void
CheckValidation(const std::string& text)
{
    if (VALIDATIONS.count(text) == 0)
    {
        throw std::invalid_argument("must be cuts, stress, offload, replay or power, not " +
                                    QuoteUserText(text));
    }
}

/// @param text numbers with commas between them, or nothing
void
CheckRates(const std::string& text)
{
    for (const auto& rate : text.empty() ? std::vector<std::string_view>() : Split(text, ','))
    {
        const auto mbps = ToNumber(rate);
        if (!mbps || *mbps < 0.1 || *mbps > 1000)
        {
            throw std::invalid_argument("must be numbers in 0.1..1000 with commas between, not " +
                                        QuoteUserText(text));
        }
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-testbed", [&] {
        ValidationSettings settings;
        std::string validation{"offload"};
        std::string results;
        std::string point;
        ProgramOptions options(__FILE__);
        options.Usage(
            "Simulates a published testbed from its description, and prints what was measured\n"
            "there beside what the simulation has. An option of which the chosen validation has\n"
            "no use is refused. --validation=\n"
            "  cuts     AdaptiveDNN: the network's part of every cut at 50, 25 and 10 Mbit/s\n"
            "  stress   AdaptiveDNN: processors beside somebody else's job\n"
            "  offload  intraDP: full offloads at every bandwidth; where offloading begins\n"
            "  replay   intraDP: 300 s, request by request\n"
            "  power    intraDP: what the robot's board draws");
        options.AddValue("validation", "Which one.", validation, &CheckValidation);
        options.AddValue("table",
                         "Table of what was measured; empty: the bundled one.",
                         settings.table);
        options.AddValue("net", "The DNN, as the table names it; empty: VGG-19.", settings.net);
        options.AddValue("environment",
                         "The trace, as the table names it; empty: indoors.",
                         settings.environment);
        options.AddValue("linkRates",
                         "Table of the link's rate over time, for replay.",
                         settings.trace);
        options.AddValue("decisions",
                         "Table of the planner's profiles; empty: the bundled one.",
                         settings.decisions);
        options.AddValue("mbps",
                         "Rates of the cuts, Mbit/s; empty: all.",
                         settings.rates,
                         &CheckRates);
        options.AddValue("from",
                         "First cut, bandwidth or second that counts.",
                         settings.from,
                         0,
                         1e9);
        options.AddValue("until", "Last one.", settings.until, 0, 1e9);
        options.AddValue("serverStress", "Of the cuts, %.", settings.serverStress, 0, 100);
        options.AddValue("deviceStress", "Of the cuts, %.", settings.deviceStress, 0, 100);
        options.AddValue("transfers",
                         "Of each cut or bandwidth, of which the median counts.",
                         settings.transfers,
                         1,
                         1000);
        options.AddValue("planners",
                         "Whether offloads are decided by planners, too.",
                         settings.runsPlanners);
        options.AddValue("uploadBytes",
                         "Sent up by a full offload.",
                         settings.uploadBytes,
                         1,
                         1000000000);
        options.AddValue("hostTime",
                         "Host work of an offload, both ends together; 0: that of the testbed.",
                         settings.hostTime,
                         Time(),
                         Seconds(1));
        double hostTimePerByte = -1;
        options.AddValue("hostTimePerByte",
                         "Host work of a byte, both ends together, ns; -1: that of the testbed.",
                         hostTimePerByte,
                         -1,
                         1000);
        options.AddValue("point", "Name of the point, for the results.", point);
        options.AddValue("results", "CSV file to write all pairs to.", results);
        options.Parse(argc, argv);
        CheckGiven(validation, options.GetGiven());
        const auto& chosen = VALIDATIONS.at(validation);
        settings.hostTime = options.IsGiven("hostTime") ? settings.hostTime : chosen.hostTime;
        settings.hostTimePerByte = hostTimePerByte >= 0 ? hostTimePerByte : chosen.hostTimePerByte;

        std::ostringstream table;
        table << "point,series,setting,x,measured,simulated,judged\n" << std::setprecision(9);
        chosen.run(settings, [&](const Comparison& pair) {
            table << point << ',' << pair.series << ',' << pair.setting << ',' << pair.x << ','
                  << pair.measured << ',' << pair.simulated << ',' << pair.isJudged << '\n';
            if (validation != "replay") // of thousands, the table tells more
            {
                std::cout << pair.series << ' ' << pair.setting << ' ' << pair.x << ": measured "
                          << pair.measured << ", simulated " << pair.simulated << std::endl;
            }
        });
        if (!results.empty())
        {
            const PartFile part(results);
            std::ofstream file(part.GetPart());
            file << table.str() << std::flush;
            if (!file || !part.Complete())
            {
                throw std::runtime_error(results + ": cannot be written");
            }
        }
    });
}
