/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "simulation.h"

#include "mobility-models.h"
#include "run-summary.h"
#include "scenario-animation.h"
#include "scenario-applications.h"
#include "scenario-config.h"
#include "scenario-files.h"
#include "standstill-watch.h"
#include "traced-links.h"

#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-outage-schedule.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// The first random stream of each part, far enough apart for MOST_DEVICES.
constexpr int64_t MOBILITY_STREAMS = 100;
constexpr int64_t NETWORK_STREAMS = 1000000;

/// Takes a mobile node out of reach and back.
class Absence
{
  public:
    /// @param outages when @param node which
    Absence(const OutageSchedule& outages, Ptr<Node> node)
        : m_outages(outages),
          m_mobility(node->GetObject<MobilityModel>())
    {
        m_outages.Start(MakeCallback(&Absence::Leave, this), MakeCallback(&Absence::Return, this));
    }

  private:
    /// Leave.
    void Leave()
    {
        m_home = m_mobility->GetPosition();
        const auto isBounded =
            HasAttributeOf(m_mobility->GetInstanceTypeId(), "RectangleValue", "Bounds");
        // ns-3 would look for the way back into a rectangle for ever, but it has no height
        m_mobility->SetPosition(isBounded ? Vector(m_home.x, m_home.y, FAR_AWAY)
                                          : Vector(FAR_AWAY, FAR_AWAY, 0));
    }

    /// Come back.
    void Return()
    {
        m_mobility->SetPosition(m_home);
    }

    OutageSchedule m_outages;      ///< when it is away
    Ptr<MobilityModel> m_mobility; ///< of the node
    Vector m_home;                 ///< where it went from
};

/// Print how far the simulation is, every five simulated seconds.
/// @param name of it @param duration of the run @param summary counts so far
void
ReportProgress(const std::string& name, Time duration, const RunSummary* summary)
{
    std::cout << "  " << name << ": " << Simulator::Now().GetSeconds() << " of "
              << duration.GetSeconds() << " s simulated, " << summary->GetEnded()
              << " inferences ended" << std::endl;
    Simulator::Schedule(Seconds(5), &ReportProgress, name, duration, summary);
}

/// @param simulation it @return its network, with the outages of all backhauls to servers
std::string
GetSiteNetwork(const Simulation& simulation)
{
    const auto& network = simulation.network;
    if (simulation.backhaulOutages.empty())
    {
        return network;
    }
    const auto outages = "BackhaulOutages=" + simulation.backhaulOutages + "]";
    return network.back() == ']' ? network.substr(0, network.size() - 1) + "|" + outages
                                 : network + "[" + outages;
}

/// Let the devices move. @param simulation it @param mobiles their nodes
void
InstallAllMobility(const Simulation& simulation, const NodeContainer& mobiles)
{
    auto stream = MOBILITY_STREAMS;
    for (std::size_t m = 0; m < simulation.mobilities.size(); ++m)
    {
        NodeContainer nodes;
        std::vector<std::optional<Vector>> centers;
        for (uint32_t i = 0; i < simulation.devices.size(); ++i)
        {
            const auto& device = simulation.devices[i];
            if (device.mobility == m)
            {
                nodes.Add(mobiles.Get(i));
                centers.push_back(
                    device.site
                        ? std::optional(simulation.plan.GetSites().at(*device.site).position)
                        : std::nullopt);
            }
        }
        stream += InstallMobility(simulation.mobilities[m], centers, nodes, stream);
    }
}

/// Install the network, or the networks of all sites. @param simulation it
/// @param parts with the mobile nodes @return the servers' nodes
NodeContainer
InstallNetwork(const Simulation& simulation, SimulationParts& parts)
{
    const auto& sites = simulation.plan.GetSites();
    NodeContainer servers(std::max<uint32_t>(1, static_cast<uint32_t>(sites.size())));
    InstallAllMobility(simulation, parts.mobiles);
    if (!sites.empty())
    {
        auto plan = simulation.plan;
        for (uint32_t i = 0; i < simulation.devices.size(); ++i)
        {
            if (simulation.devices[i].site)
            {
                plan.PlaceDevice(i, sites.at(*simulation.devices[i].site).name);
            }
        }
        parts.sites = CreateObject<SiteNetwork>();
        parts.sites->SetAttribute("Network", StringValue(GetSiteNetwork(simulation)));
        parts.sites->SetAttribute("BackhaulRate", DataRateValue(simulation.siteRate));
        parts.sites->SetAttribute("BackhaulDelay", TimeValue(simulation.siteDelay));
        parts.sites->SetPlan(plan);
        parts.sites->Install(parts.mobiles, servers);
        parts.network = parts.sites->GetNetworks().front();
        parts.sites->AssignStreams(NETWORK_STREAMS);
        return servers;
    }
    parts.network = AccessNetwork::Create(simulation.network);
    if (!simulation.backhaulOutages.empty())
    {
        parts.network->SetAttribute("BackhaulOutages", StringValue(simulation.backhaulOutages));
    }
    parts.network->Install(parts.mobiles, servers.Get(0));
    parts.network->AssignStreams(NETWORK_STREAMS);
    return servers;
}

/// Begin the run's files. @param simulation it @param parts what was installed
/// @return the animation; null: none
std::unique_ptr<ScenarioAnimation>
BeginFiles(const Simulation& simulation, SimulationParts& parts)
{
    EnableTables(simulation.tables, parts);
    WriteProvenance(simulation, parts);
    if (simulation.pcap)
    {
        parts.sites ? parts.sites->EnablePcap(parts.folder)
                    : parts.network->EnablePcap(parts.folder + "/server.pcap");
    }
    if (!simulation.animation)
    {
        return nullptr;
    }
    double halfSide = 0;
    for (const auto& mobility : simulation.mobilities)
    {
        halfSide = std::max(halfSide, mobility.area.halfWidth);
    }
    return std::make_unique<ScenarioAnimation>(parts, halfSide);
}

} // namespace

RunSummary
Simulate(const Simulation& simulation, const std::string& folder)
{
    if (simulation.seed)
    {
        RngSeedManager::SetSeed(*simulation.seed);
    }
    if (simulation.run)
    {
        RngSeedManager::SetRun(*simulation.run);
    }
    SetDefaults(simulation.defaults);
    SimulationParts parts;
    parts.folder = folder;
    parts.mobiles.Create(static_cast<uint32_t>(simulation.devices.size()));
    const auto servers = InstallNetwork(simulation, parts);
    std::vector<std::unique_ptr<Absence>> absences;
    for (uint32_t i = 0; i < simulation.devices.size(); ++i)
    {
        const OutageSchedule outages("away", simulation.devices[i].away);
        if (!simulation.devices[i].away.empty())
        {
            absences.push_back(std::make_unique<Absence>(outages, parts.mobiles.Get(i)));
        }
    }
    InstallApplications(simulation, servers, parts);

    RunSummary summary;
    summary.Connect(parts.clients, parts.servers, simulation.warmup);
    std::unique_ptr<ScenarioAnimation> movie;
    if (!folder.empty())
    {
        movie = BeginFiles(simulation, parts);
    }
    if (simulation.traces)
    {
        InstallTracedLinks(*simulation.traces, parts);
    }
    if (simulation.observe)
    {
        simulation.observe(parts);
    }
    SetConfig(simulation.config);
    Simulator::Schedule(Seconds(5),
                        &ReportProgress,
                        simulation.name,
                        simulation.duration,
                        &summary);
    Simulator::Stop(simulation.duration + MilliSeconds(1));
    RunSimulator();
    if (movie)
    {
        movie->Finish();
    }
    const auto cutTolerance = DynamicCast<MecServer>(parts.servers.Get(0))->GetCutTolerance();
    if (cutTolerance > 0)
    {
        std::cout << "  " << simulation.name
                  << ": a DNN has too many cuts to find all; the best is at most "
                  << 100 * cutTolerance << " % better" << std::endl;
        if (parts.tables)
        {
            WriteProvenance(simulation, parts); // only the run tells which DNNs have them
        }
    }
    const auto problems = summary.Check(parts.clients, parts.servers);
    parts.sites ? parts.sites->Dispose() : parts.network->Dispose();
    Simulator::Destroy();
    if (!problems.empty())
    {
        throw std::runtime_error(simulation.name + ": " + problems);
    }
    return summary;
}
