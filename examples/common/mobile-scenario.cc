/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "mobile-scenario.h"

#include "plugin.h"
#include "scenario-animation.h"
#include "scenario-applications.h"
#include "scenario-files.h"
#include "scenario-mobility.h"
#include "text-table.h"

#include "ns3/boolean.h"
#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-outage-schedule.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// Coordinates of a device that is out of reach, m.
constexpr double FAR_AWAY = 1e5;

/// The first random stream of each part, far enough apart for 10,000 devices.
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
        m_mobility->SetPosition(Vector(FAR_AWAY, FAR_AWAY, 0));
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
/// @param scheduler by name @param duration of the run @param summary counts so far
void
ReportProgress(const std::string& scheduler, Time duration, const RunSummary* summary)
{
    std::cout << "  " << scheduler << ": " << Simulator::Now().GetSeconds() << " of "
              << duration.GetSeconds() << " s simulated, " << summary->GetEnded()
              << " inferences ended" << std::endl;
    Simulator::Schedule(Seconds(5), &ReportProgress, scheduler, duration, summary);
}

/// @param scenario the settings @return its network, with the outages of all backhauls to servers
std::string
GetSiteNetwork(const MobileScenario& scenario)
{
    if (scenario.backhaulOutages.empty())
    {
        return scenario.network;
    }
    const auto outages = "BackhaulOutages=" + scenario.backhaulOutages + "]";
    return scenario.network.back() == ']'
               ? scenario.network.substr(0, scenario.network.size() - 1) + "|" + outages
               : scenario.network + "[" + outages;
}

/// Install the network, or the networks of all sites. @param scenario the settings
/// @param parts with the mobile nodes @return the servers' nodes
NodeContainer
InstallNetwork(const MobileScenario& scenario, MobileScenario::Parts& parts)
{
    const auto& sites = scenario.plan.GetSites();
    NodeContainer servers(std::max<uint32_t>(1, static_cast<uint32_t>(sites.size())));
    scenario.InstallMobility(parts.mobiles, MOBILITY_STREAMS);
    if (!sites.empty())
    {
        parts.sites = CreateObject<SiteNetwork>();
        parts.sites->SetAttribute("Network", StringValue(GetSiteNetwork(scenario)));
        parts.sites->SetAttribute("BackhaulRate", DataRateValue(scenario.siteRate));
        parts.sites->SetAttribute("BackhaulDelay", TimeValue(scenario.siteDelay));
        parts.sites->SetPlan(scenario.plan);
        parts.sites->Install(parts.mobiles, servers);
        parts.network = parts.sites->GetNetworks().front();
        parts.sites->AssignStreams(NETWORK_STREAMS);
        return servers;
    }
    parts.network = AccessNetwork::Create(scenario.network);
    if (!scenario.backhaulOutages.empty())
    {
        parts.network->SetAttribute("BackhaulOutages", StringValue(scenario.backhaulOutages));
    }
    parts.network->Install(parts.mobiles, servers.Get(0));
    parts.network->AssignStreams(NETWORK_STREAMS);
    return servers;
}

/// @param attributes of InferenceClient @param mayBeEmpty whether an empty text leaves them alone
/// @return checks a text that they are to be set to
ProgramOptions::Taker
MakeClientCheck(const std::vector<std::string>& attributes, bool mayBeEmpty)
{
    return [attributes, mayBeEmpty](const std::string& text) {
        InferenceClientHelper helper{Address()};
        for (const auto& attribute : attributes)
        {
            if (!text.empty() || !mayBeEmpty)
            {
                helper.SetAttribute(attribute, StringValue(text));
            }
        }
    };
}

} // namespace

void
MobileScenario::AddOptions(ProgramOptions& options)
{
    options.AddValue("devices", "Number of mobile devices.", devices, 1, 1000);
    options.AddValue("dnns",
                     "DNNs of the devices, in turn: NAME or NAME*COUNT, separated by commas.",
                     dnns);
    options.AddValue("processors", "Processors of the devices, in the same way.", processors);
    options.AddValue("inputBytes",
                     "Size of the input tensor as sent, bytes; 0: 8 bits per element.",
                     inputBytes);
    options.AddValue("activationBits",
                     "Width of the activations, bits: 8, 16, 32.",
                     activationBits);
    options.AddValue("usagePrice",
                     "rho: latency that renting the whole server must save.",
                     usagePrice);
    options.AddValue("thinkTime",
                     "Random variable: time from a result to the next request, s.",
                     thinkTime,
                     MakeClientCheck({"ThinkTime"}, false));
    options.AddValue("interval",
                     "Random variable: time between requests, s (open loop).",
                     interval,
                     MakeClientCheck({"Interval"}, true));
    options.AddValue("deadline",
                     "Time in which a result is of use, from its request; 0: none.",
                     deadline);
    options.AddValue("dropLate",
                     "Whether inferences that are certain to miss the deadline are dropped.",
                     dropLate);
    options.AddValue("estimator",
                     "LinkEstimator of both directions; empty: the default.",
                     estimator,
                     MakeClientCheck({"UplinkEstimator", "DownlinkEstimator"}, true));
    options.AddValue("battery",
                     "What the battery of each device holds, J; empty: devices have none.",
                     battery,
                     &CheckBattery);
    options.AddValue("radioPower",
                     "What a device's radio draws while it sends, receives, does neither, W.",
                     radioPower,
                     &CheckRadioPower);
    options.AddValue("server", "The server's processor: name or path.", server);
    options.AddValue("timestep", "Time between two decisions.", timestep, MilliSeconds(1));
    options.AddValue("serverOutages", "When the server is away: START+DURATION ...", serverOutages);
    options.AddValue("network",
                     "AccessNetwork: wifi, lte, wired, [Attribute=Value|...].",
                     network,
                     &AccessNetwork::Create);
    options.AddValue("backhaulOutages",
                     "When the backhaul is cut: START+DURATION ...",
                     backhaulOutages);
    std::string ways = "random-waypoint, gauss-markov, static, shuttle:SPEED, ns2:FILE";
    for (const auto& own : ownMobility)
    {
        ways += ", " + own.first;
    }
    options.AddValue("mobility", "How devices move: " + ways + ".", mobility);
    options.AddValue("cellRadius",
                     "Half the side of the square in which devices move, m.",
                     cellRadius,
                     0.1,
                     FAR_AWAY / 2);
    options.AddValue("away", "When device 0 is out of reach: START+DURATION ...", away);
    options.AddValue("time",
                     "Simulated time; the size of the capture grows with it.",
                     duration,
                     NanoSeconds(1));
    options.AddValue("warmup", "Requests made before this time do not count.", warmup);
    options.AddValue("out", "Folder for the files; none are written without it.", out);
    options.AddValue("tables",
                     "Format of the tables: csv (a file each), sqlite (one database).",
                     tables,
                     &TableOutput::CheckFormat);
    options.AddValue("pcap",
                     "Whether to capture every byte on the server's link: megabytes per second.",
                     pcap);
    options.AddValue("animation", "Whether to write an animation for NetAnim.", animation);
    AddPluginOption(options);
}

void
MobileScenario::Check() const
{
    // a shorter run, which checks settings, makes no request at all
    if (warmup >= duration && duration > FIRST_START)
    {
        throw std::invalid_argument("--warmup: must end before the run, --time, does");
    }
    if (animation && out.empty())
    {
        throw std::invalid_argument("--animation: needs a folder, --out=DIR");
    }
    ExpandNames(dnns, "--dnns");
    ExpandNames(processors, "--processors");
    OutageSchedule("--away", away);
    OutageSchedule("--serverOutages", serverOutages);
    OutageSchedule("--backhaulOutages", backhaulOutages);
    if (ownMobility.count(mobility) == 0)
    {
        try
        {
            CheckMobility(mobility);
        }
        catch (const std::invalid_argument& error)
        {
            std::string text = error.what();
            for (const auto& own : ownMobility)
            {
                text += ", " + own.first;
            }
            throw std::invalid_argument(text);
        }
    }
    CheckChoice(choice);
}

void
MobileScenario::InstallMobility(const NodeContainer& nodes, int64_t stream) const
{
    const auto own = ownMobility.find(mobility);
    if (own != ownMobility.end())
    {
        own->second(nodes, stream);
    }
    else
    {
        ::InstallMobility(mobility, {cellRadius, cellRadius}, nodes, stream);
    }
}

std::string
MobileScenario::GetDnn(uint32_t device) const
{
    const auto names = ExpandNames(dnns, "--dnns");
    return names[device % names.size()];
}

std::string
MobileScenario::GetProcessor(uint32_t device) const
{
    const auto names = ExpandNames(processors, "--processors");
    const auto dnnCount = ExpandNames(dnns, "--dnns").size();
    return names[(device + device / dnnCount) % names.size()];
}

RunSummary
MobileScenario::Run(const std::string& scheduler, const std::string& folder) const
{
    Parts parts;
    parts.folder = folder;
    parts.mobiles.Create(devices);
    const auto servers = InstallNetwork(*this, parts);
    const Absence absence(OutageSchedule("--away", away), parts.mobiles.Get(0));
    InstallApplications(*this, scheduler, servers, parts);

    RunSummary summary;
    summary.Connect(parts.clients, parts.servers, warmup);
    std::unique_ptr<ScenarioAnimation> movie;
    if (!folder.empty())
    {
        EnableTables(tables, parts);
        WriteProvenance(*this, scheduler, parts);
        if (pcap)
        {
            parts.sites ? parts.sites->EnablePcap(folder)
                        : parts.network->EnablePcap(folder + "/server.pcap");
        }
        if (animation)
        {
            movie = std::make_unique<ScenarioAnimation>(parts, cellRadius);
        }
    }
    if (observe)
    {
        observe(parts);
    }
    Simulator::Schedule(Seconds(5), &ReportProgress, scheduler, duration, &summary);
    Simulator::Stop(duration + MilliSeconds(1));
    Simulator::Run();
    if (movie)
    {
        movie->Finish();
    }
    const auto cutTolerance = DynamicCast<MecServer>(parts.servers.Get(0))->GetCutTolerance();
    if (cutTolerance > 0)
    {
        std::cout << "  " << scheduler
                  << ": a DNN has too many cuts to find all; the best is at most "
                  << 100 * cutTolerance << " % better" << std::endl;
        if (parts.tables)
        {
            WriteProvenance(*this, scheduler, parts); // only the run tells which DNNs have them
        }
    }
    const auto problems = RunSummary::Check(parts.clients, parts.servers);
    parts.sites ? parts.sites->Dispose() : parts.network->Dispose();
    Simulator::Destroy();
    if (!problems.empty())
    {
        throw std::runtime_error(scheduler + ": " + problems);
    }
    return summary;
}

std::string
MobileScenario::ListFiles(const std::string& folder)
{
    std::ostringstream text;
    for (const auto& path : FindFiles(folder))
    {
        if (std::filesystem::exists(path))
        {
            const auto bytes = static_cast<double>(std::filesystem::file_size(path));
            text << "  " << path.string() << " (" << ToText(bytes / 1000, bytes < 1e5 ? 1 : 0)
                 << " kB)\n";
        }
    }
    return text.str();
}
