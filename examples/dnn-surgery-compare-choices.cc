/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Several sites with an edge server each, packet by packet, under a list of choices of the server
 * and several seeds.
 *
 * The scenario is that of dnn-surgery-sites. Every choice sees the same places, requests and
 * channel (common random numbers), so that differences within a seed are the choices' own. The
 * results are one tidy CSV file: a row per choice, run and device class; doc/experiments.md
 * describes its columns.
 */

#include "common/comparison.h"
#include "common/site-scenario.h"
#include "common/text-table.h"

#include "ns3/surgery-migration.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/surgery-server-choice.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// Counts the changes of server in one run after another.
class MigrationCounts
{
  public:
    /// Begin with a run. @param parts of it @param warmup what is from before is counted apart
    void Connect(const MobileScenario::Parts& parts, Time warmup)
    {
        m_all.clear();
        m_late.clear();
        m_warmup = warmup;
        for (uint32_t i = 0; i < parts.clients.GetN(); ++i)
        {
            parts.clients.Get(i)->TraceConnectWithoutContext(
                "Migrated",
                MakeCallback(&MigrationCounts::Handle, this));
        }
    }

    /// @return columns of the results
    std::vector<ComparisonResults::Count> GetColumns()
    {
        return {{"migrations", "moves", [this](uint32_t device) { return m_all[device]; }},
                {"migrations_after_warmup", "late moves", [this](uint32_t device) {
                     return m_late[device];
                 }}};
    }

  private:
    /// A device has changed its server. @param record how
    void Handle(const MigrationRecord& record)
    {
        ++m_all[record.device];
        m_late[record.device] += record.time >= m_warmup;
    }

    std::map<uint32_t, uint64_t> m_all;  ///< by device
    std::map<uint32_t, uint64_t> m_late; ///< those after the warm-up
    Time m_warmup;                       ///< ends then
};

/// Check a list of choices. @param names with commas
void
CheckChoices(const std::string& names)
{
    CheckNames(names, "choice", &ServerChoice::Create);
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-compare-choices", [&] {
        SiteScenario sites(SiteScenario::Layout::SQUARE);
        auto& scenario = sites.scenario;
        scenario.mobility = "skewed";
        scenario.pcap = false;
        std::string choices{"dds,joint,fastest,nearest"};
        std::string scheduler{"dds"};
        Comparison comparison("choice");
        ProgramOptions options(__FILE__);
        options.Usage(
            "Several sites, packet by packet, under a list of choices of the server and\n"
            "several seeds. Prints a table, and writes a CSV file with a row per choice, run\n"
            "and device class. With --out, each run's tables go to the folder OUT/CHOICE-RUN.");
        sites.AddOptions(options);
        options.AddValue("choices",
                         "How a device chooses its server, separated by commas; ratios refer to "
                         "the first.",
                         choices,
                         &CheckChoices);
        options.AddValue("scheduler", "Scheduler that decides at each server.", scheduler);
        comparison.AddOptions(options);
        scenario.Parse(options, argc, argv);
        sites.Check();

        MigrationCounts counts;
        scenario.observe = [&](const MobileScenario::Parts& parts) {
            counts.Connect(parts, scenario.warmup);
        };
        comparison.Run(
            scenario,
            choices,
            [&](const std::string& choice, const std::string& folder) {
                scenario.choice = choice;
                return scenario.Run(scheduler, folder);
            },
            counts.GetColumns());
    });
}
