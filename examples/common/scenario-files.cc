/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-files.h"

#include "text-table.h"

#include "ns3/node.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-provenance.h"
#include "ns3/surgery-table-helper.h"

#include <algorithm>
#include <sstream>
#include <system_error>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// @return what a run may write into its folder, but for captures of several servers
std::vector<std::string>
GetFileNames()
{
    std::vector<std::string> names;
    for (const auto& table : TableHelper::GetTables())
    {
        names.push_back(table + ".csv");
    }
    for (const auto name :
         {"bandwidth.csv", "provenance.json", "tables.sqlite", "server.pcap", "animation.xml"})
    {
        names.emplace_back(name);
    }
    return names;
}

/// @param parts what was installed @return the access networks
std::vector<Ptr<AccessNetwork>>
GetNetworks(const SimulationParts& parts)
{
    return parts.sites ? parts.sites->GetNetworks()
                       : std::vector<Ptr<AccessNetwork>>{parts.network};
}

} // namespace

std::vector<std::filesystem::path>
FindFiles(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    for (const auto& name : GetFileNames())
    {
        paths.push_back(folder / name);
    }
    const auto known = paths.size();
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    {
        const auto name = entry.path().filename().string();
        if (name.rfind("server-", 0) == 0 && entry.path().extension() == ".pcap")
        {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin() + static_cast<std::ptrdiff_t>(known), paths.end());
    return paths;
}

std::string
ListRunFiles(const std::string& folder)
{
    std::ostringstream text;
    for (const auto& path : FindFiles(folder))
    {
        if (std::filesystem::is_regular_file(path)) // a folder of that name is no run's
        {
            const auto bytes = static_cast<double>(std::filesystem::file_size(path));
            text << "  " << path.string() << " (" << ToText(bytes / 1000, bytes < 1e5 ? 1 : 0)
                 << " kB)\n";
        }
    }
    return text.str();
}

void
EnableTables(const std::string& format, SimulationParts& parts)
{
    // files of an earlier run in another format would be taken for this run's
    for (const auto& path : FindFiles(parts.folder))
    {
        std::error_code ignored;
        if (!std::filesystem::is_directory(path, ignored)) // no run's: writing it will fail
        {
            std::filesystem::remove(path, ignored);
        }
    }
    if (format.empty())
    {
        std::filesystem::create_directories(parts.folder);
        return;
    }
    TableHelper tables(parts.folder, format);
    tables.EnableInferences(parts.clients);
    tables.EnableDeadlines(parts.clients);
    tables.EnableSchedule(parts.servers);
    tables.EnableGrants(parts.servers, parts.clients);
    tables.EnableModels(parts.servers);
    tables.EnableBatches(parts.servers);
    tables.EnableMigrations(parts.clients);
    tables.EnableCuts(parts.clients);
    tables.EnableLinks(parts.clients);
    tables.EnableEnergy(parts.clients);
    tables.EnablePositions(parts.mobiles,
                           parts.sites ? parts.sites->GetBaseStations()
                                       : parts.network->GetBaseStations());
    tables.EnableAttachments(parts.network); // on wires of several sites nobody attaches
    if (parts.sites)
    {
        tables.WriteSites(parts.sites->GetServers(), parts.sites->GetNames());
    }
    parts.tables = tables.GetOutput();
}

void
WriteProvenance(const Simulation& simulation, const SimulationParts& parts)
{
    if (!parts.tables)
    {
        return;
    }
    Provenance provenance;
    provenance.SetCommandLine(simulation.commandLine);
    for (const auto& [name, text] : simulation.settings)
    {
        provenance.AddSetting(name, text);
    }
    const auto cutTolerance = DynamicCast<MecServer>(parts.servers.Get(0))->GetCutTolerance();
    if (cutTolerance > 0)
    {
        provenance.AddSetting("cut_tolerance", ToText(cutTolerance, 3));
    }
    provenance.AddApplications("clients", parts.clients);
    provenance.AddApplications("servers", parts.servers);
    if (parts.sites)
    {
        provenance.AddObject("sites", parts.sites);
    }
    const auto networks = GetNetworks(parts);
    for (std::size_t i = 0; i < networks.size(); ++i)
    {
        const auto suffix = networks.size() > 1 ? "_" + std::to_string(i) : "";
        provenance.AddObject("network" + suffix, networks[i]);
        provenance.AddDevices("mobile_devices" + suffix, networks[i]->GetMobileDevices());
        provenance.AddDevices("backhaul" + suffix, networks[i]->GetBackhaul());
    }
    parts.tables->WriteProvenance(provenance);
}
