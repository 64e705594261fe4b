/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "simulation-file.h"

#include "device-groups.h"
#include "scenario-config.h"
#include "scenario-fields.h"
#include "scenario-values.h"
#include "server-fields.h"
#include "site-layout.h"
#include "traced-links.h"

#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/surgery-table-output.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// A simulation needs time to pass.
const Range DURATION_RANGE{1e-9, 1e9, "a number of seconds, 1e-9 to 1e9"};
const Range SPACING_RANGE{1e-3, 1e4, "a number of m, 0.001 to 1e4"};
const Range BACKHAUL_RANGE{1, 1e18, "a number of bit/s, 1 to 1e18"};

/// Reads the parts of a scenario, one after the other.
class SimulationReader
{
  public:
    /// @param document the scenario
    explicit SimulationReader(const ScenarioDocument& document)
        : m_root(document.root),
          m_folder(document.folder),
          m_library(document.folder)
    {
    }

    /// @return the simulation
    Simulation Read()
    {
        CheckWholeScenario(m_root);
        if (m_root.Has("simulation"))
        {
            ReadRun(m_root["simulation"]);
        }
        ReadNetwork(m_root["network"]);
        m_simulation.servers =
            ReadServers(m_root,
                        m_folder,
                        m_library,
                        std::max<std::size_t>(1, m_simulation.plan.GetSites().size()));
        if (m_root.Has("choice"))
        {
            ReadChoice(m_root["choice"]);
        }
        ReadDevices(m_root, m_folder, m_library, m_simulation);
        if (m_root.Has("outputs"))
        {
            ReadOutputs(m_root["outputs"]);
        }
        m_simulation.settings = {
            {"scheduler", m_simulation.servers.front().scheduler},
            {"duration_ns", std::to_string(m_simulation.duration.GetNanoSeconds())},
            {"warmup_ns", std::to_string(m_simulation.warmup.GetNanoSeconds())},
            {"devices", std::to_string(m_simulation.devices.size())},
            {"network", m_simulation.network},
            {"mobility", DescribeMobility(m_simulation)},
            {"scenario", m_root.ToJson()}};
        m_simulation.name = m_simulation.servers.front().scheduler;
        return std::move(m_simulation);
    }

  private:
    /// @param field "simulation"
    void ReadRun(const JsonField& field)
    {
        field.CheckFields(
            {"time_s", "warmup_s", "start_spacing_s", "seed", "run", "defaults", "config"});
        if (field.Has("time_s"))
        {
            m_simulation.duration = GetTime(field["time_s"], DURATION_RANGE);
        }
        if (field.Has("warmup_s"))
        {
            m_simulation.warmup = GetTime(field["warmup_s"], TIME_RANGE);
            if (m_simulation.warmup >= m_simulation.duration)
            {
                field["warmup_s"].Reject("must be less than time_s, " +
                                         std::to_string(m_simulation.duration.GetSeconds()));
            }
        }
        if (field.Has("start_spacing_s"))
        {
            m_simulation.startSpacing = GetTime(field["start_spacing_s"], TIME_RANGE);
        }
        if (field.Has("seed"))
        {
            m_simulation.seed = static_cast<uint32_t>(field["seed"].GetInteger(
                1,
                ProgramOptions::LARGEST_SEED,
                "a whole number, 1 to " + std::to_string(ProgramOptions::LARGEST_SEED)));
        }
        if (field.Has("run"))
        {
            m_simulation.run =
                field["run"].GetInteger(0, uint64_t{1} << 53, "a whole number, 0 to 2^53");
        }
        if (field.Has("defaults"))
        {
            m_simulation.defaults = ReadAttributes(field["defaults"], &CheckDefault);
        }
        if (field.Has("config"))
        {
            m_simulation.config = ReadAttributes(field["config"], &CheckConfig);
        }
    }

    /// @param field "network"
    void ReadNetwork(const JsonField& field)
    {
        field.CheckFields(
            {"kind", "attributes", "backhaul_outages", "traces", "sites", "backhaul"});
        m_simulation.network = field["kind"].GetName();
        if (field.Has("attributes"))
        {
            m_simulation.network += ReadBracketed(field["attributes"]);
        }
        const auto network =
            At(field.GetPlace(), [&] { return AccessNetwork::Create(m_simulation.network); });
        if (field.Has("backhaul_outages"))
        {
            m_simulation.backhaulOutages = GetOutages(field["backhaul_outages"]);
        }
        if (field.Has("sites"))
        {
            ReadSites(field["sites"]);
        }
        if (field.Has("backhaul"))
        {
            ReadBackhaul(field["backhaul"]);
        }
        if (field.Has("traces"))
        {
            At(field["kind"].GetPlace(), [&] { CheckTracedNetwork(network, field.Has("sites")); });
            ReadTraces(field["traces"]);
        }
    }

    /// @param field "network.sites"
    void ReadSites(const JsonField& field)
    {
        const auto most = std::string("1 to 100");
        if (field.IsList())
        {
            const auto items = field.GetItems();
            if (items.empty() || items.size() > 100)
            {
                field.Reject("must be a list of " + most + " sites");
            }
            for (const auto& site : items)
            {
                site.CheckFields({"name", "x_m", "y_m"});
                const Vector position(GetCoordinate(site["x_m"]), GetCoordinate(site["y_m"]), 0);
                const auto name = site["name"].GetName();
                At(site.GetPlace(), [&] { m_simulation.plan.AddSite(name, position); });
            }
            return;
        }
        field.CheckFields({"count", "layout", "spacing_m"});
        const auto count = field["count"].GetInteger(1, 100, "a whole number, " + most);
        const auto layout = field.Has("layout") ? field["layout"].GetText() : "square";
        if (layout != "square" && layout != "row")
        {
            field["layout"].Reject("must be square or row");
        }
        const auto spacing = field.Has("spacing_m") ? GetNumber(field["spacing_m"], SPACING_RANGE)
                                                    : GetSiteSpacing(m_simulation.network);
        m_simulation.plan = MakeSitePlan(static_cast<uint32_t>(count), layout == "row", spacing);
    }

    /// @param field "network.backhaul"
    void ReadBackhaul(const JsonField& field)
    {
        field.CheckFields({"links", "rate_bps", "delay_s"});
        if (m_simulation.plan.GetSites().empty())
        {
            field.Reject("is between sites, of which there are none");
        }
        if (field.Has("links"))
        {
            const auto links = field["links"].GetName();
            At(field["links"].GetPlace(), [&] {
                m_simulation.plan.SetBackhaul(links);
                m_simulation.plan.Check();
            });
        }
        if (field.Has("rate_bps"))
        {
            const auto rate = GetNumber(field["rate_bps"], BACKHAUL_RANGE);
            m_simulation.siteRate = DataRate(static_cast<uint64_t>(rate));
        }
        if (field.Has("delay_s"))
        {
            m_simulation.siteDelay = GetTime(field["delay_s"], TIME_RANGE);
        }
    }

    /// @param field "network.traces"
    void ReadTraces(const JsonField& field)
    {
        field.CheckFields({"uplink", "downlink", "offset_s"});
        TracedLinks links;
        links.uplink = ResolveIfBeside(field["uplink"].GetName(), m_folder);
        if (field.Has("downlink"))
        {
            links.downlink = ResolveIfBeside(field["downlink"].GetName(), m_folder);
        }
        if (field.Has("offset_s"))
        {
            links.offset = ReadRandomVariable(field["offset_s"]);
        }
        At(field.GetPlace(), [&] { LoadTraces(links); });
        m_simulation.traces = links;
    }

    /// @param field "choice"
    void ReadChoice(const JsonField& field)
    {
        m_simulation.choice = field.GetName();
        const auto choice =
            At(field.GetPlace(), [&] { return ServerChoice::Create(m_simulation.choice); });
        if (m_simulation.plan.GetSites().empty())
        {
            field.Reject("is between the servers of network.sites, which are not there");
        }
        const auto scheduler = DecisionProcess::Create(m_simulation.servers.front().scheduler);
        if (choice->WantsOffers() && scheduler->IsDecentralized())
        {
            field.Reject("must be one that keeps the server, such as fixed, where devices decide "
                         "themselves");
        }
    }

    /// @param field "outputs"
    void ReadOutputs(const JsonField& field)
    {
        field.CheckFields({"tables", "pcap", "animation"});
        if (field.Has("tables"))
        {
            m_simulation.tables = field["tables"].GetText();
            if (m_simulation.tables != "csv" && m_simulation.tables != "sqlite" &&
                m_simulation.tables != "none")
            {
                field["tables"].Reject("must be csv, sqlite or none");
            }
            At(field["tables"].GetPlace(), [&] {
                m_simulation.tables == "none" ? m_simulation.tables.clear()
                                              : TableOutput::CheckFormat(m_simulation.tables);
            });
        }
        m_simulation.pcap = field.Has("pcap") && field["pcap"].GetFlag();
        if (m_simulation.pcap &&
            DynamicCast<FluidAccessNetwork>(AccessNetwork::Create(m_simulation.network)))
        {
            field["pcap"].Reject("a fluid network has no packets to capture");
        }
        m_simulation.animation = field.Has("animation") && field["animation"].GetFlag();
    }

    JsonField m_root;         ///< of the scenario
    std::string m_folder;     ///< where relative paths start
    ProfileLibrary m_library; ///< profiles
    Simulation m_simulation;  ///< what was read so far
};

} // namespace

Simulation
ReadSimulation(const ScenarioDocument& document)
{
    if (!document.isWhole)
    {
        document.root.Reject("a scenario that can be simulated needs \"schema\": \"" +
                             SCENARIO_SCHEMA + "\"");
    }
    return SimulationReader(document).Read();
}
