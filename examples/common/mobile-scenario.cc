/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "mobile-scenario.h"

#include "client-defaults.h"
#include "plugin.h"
#include "profile-check.h"
#include "scenario-applications.h"
#include "scenario-files.h"
#include "scenario-mobility.h"
#include "scenario-values.h"
#include "text-table.h"

#include "ns3/address.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-message-terms.h"
#include "ns3/surgery-number-file.h"
#include "ns3/surgery-number-list.h"
#include "ns3/surgery-outage-schedule.h"
#include "ns3/surgery-variant.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

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

/// Check a list of widths. @param text it
void
CheckWidths(const std::string& text)
{
    const auto widths = ParseNumberList(text);
    const auto isWidth = [](const auto& width) { return IsActivationWidth(width.first); };
    if (!widths || widths->empty() || !std::all_of(widths->begin(), widths->end(), isWidth))
    {
        throw std::invalid_argument("must be 8, 16 or 32, or several of them with commas between, "
                                    "each once, not " +
                                    QuoteUserText(text));
    }
}

/// @param scenario the settings @return what all its devices have in common
Attributes
GetCommonAttributes(const MobileScenario& scenario)
{
    Attributes attributes;
    const auto add = [&](const std::string& name, const std::string& option, std::string text) {
        // an attribute's default that somebody set comes before that of the option
        if (scenario.given.count(option) > 0 || !IsClientDefaultSet(name))
        {
            attributes.emplace_back(name, std::move(text));
        }
    };
    add("ActivationBits", "activationBits", scenario.activationBits);
    add("UsagePrice", "usagePrice", ToAttribute(scenario.usagePrice));
    add("ThinkTime", "thinkTime", scenario.thinkTime);
    if (scenario.inputBytes > 0)
    {
        attributes.emplace_back("InputBytes", std::to_string(scenario.inputBytes));
    }
    if (!scenario.interval.empty())
    {
        attributes.emplace_back("OpenLoop", "true");
        attributes.emplace_back("Interval", scenario.interval);
    }
    if (!scenario.deadline.IsZero())
    {
        attributes.emplace_back("Deadline", ToAttribute(scenario.deadline));
    }
    if (scenario.dropLate)
    {
        attributes.emplace_back("DropLate", "true");
    }
    if (!scenario.estimator.empty())
    {
        attributes.emplace_back("UplinkEstimator", scenario.estimator);
        attributes.emplace_back("DownlinkEstimator", scenario.estimator);
    }
    if (!scenario.battery.empty())
    {
        const auto radio = ReadRadioPower(scenario.radioPower);
        attributes.insert(attributes.end(), radio.begin(), radio.end());
    }
    return attributes;
}

/// @param scenario the settings @param scheduler by name @return the server, or those of all sites
std::vector<SimulatedServer>
GetServers(const MobileScenario& scenario, const std::string& scheduler)
{
    std::vector<SimulatedServer> servers;
    const auto& sites = scenario.plan.GetSites();
    for (std::size_t i = 0; i < std::max<std::size_t>(1, sites.size()); ++i)
    {
        const auto processor = i < sites.size() ? sites[i].processor : "";
        const auto isAway = scenario.outagesOf.empty() || scenario.outagesOf == sites.at(i).name;
        SimulatedServer server;
        server.processor = processor.empty() ? scenario.server : processor;
        server.scheduler = scheduler;
        server.attributes.emplace_back("Timestep", ToAttribute(scenario.timestep));
        if (isAway && !scenario.serverOutages.empty())
        {
            server.attributes.emplace_back("Outages", scenario.serverOutages);
        }
        if (scenario.sharing != "share")
        {
            server.attributes.emplace_back("ServerProcessor", GetSharing(scenario.sharing));
        }
        servers.push_back(std::move(server));
    }
    return servers;
}

/// @param scenario the settings @param scheduler by name @return what its provenance tells
Attributes
GetSettings(const MobileScenario& scenario, const std::string& scheduler)
{
    Attributes settings{{"scheduler", scheduler},
                        {"duration_ns", std::to_string(scenario.duration.GetNanoSeconds())},
                        {"warmup_ns", std::to_string(scenario.warmup.GetNanoSeconds())},
                        {"devices", std::to_string(scenario.devices)},
                        {"network", scenario.network},
                        {"mobility", scenario.mobility},
                        {"cell_radius_m", ToText(scenario.cellRadius, 3)},
                        {"away", scenario.away}};
    if (scenario.sharing != "share")
    {
        settings.emplace_back("sharing", scenario.sharing);
    }
    if (!scenario.battery.empty())
    {
        settings.emplace_back("battery_j", scenario.battery);
        settings.emplace_back("radio_power_w", scenario.radioPower);
    }
    return settings;
}

} // namespace

void
MobileScenario::AddOptions(ProgramOptions& options)
{
    options.AddValue("devices", "Number of mobile devices.", devices, 1, MOST_DEVICES);
    options.AddValue("dnns",
                     "DNNs of the devices, in turn: NAME or NAME*COUNT, separated by commas.",
                     dnns);
    options.AddValue("processors", "Processors of the devices, in the same way.", processors);
    options.AddValue("inputBytes",
                     "Size of the input tensor as sent, bytes; 0: 8 bits per element.",
                     inputBytes,
                     0,
                     MAX_PAYLOAD_BYTES);
    options.AddValue("activationBits",
                     "Widths of the activations to pick from, bits: 8, 16, 32, with commas.",
                     activationBits,
                     &CheckWidths);
    options.AddValue("usagePrice",
                     "rho: latency that renting the whole server must save.",
                     usagePrice);
    options.AddValue("thinkTime",
                     "Random variable: time from a result to the next request, s.",
                     thinkTime,
                     MakeClientCheck({"ThinkTime"}, false));
    options.AddValue("interval",
                     "Random variable: time between requests, s (open loop); empty: closed loop.",
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
                     [](const std::string& text) { ReadRadioPower(text); });
    options.AddValue("server", "The server's processor: name or path.", server);
    options.AddValue("sharing",
                     "How devices share it: share, pooled-share, batch, [Attribute=Value|...].",
                     sharing,
                     &GetSharing);
    options.AddValue("timestep", "Time between two decisions.", timestep, MilliSeconds(1));
    options.AddValue("serverOutages", "When the server is away: START+DURATION ...", serverOutages);
    options.AddValue("network",
                     "AccessNetwork: wifi, lte, wired, fluid, [Attribute=Value|...].",
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
    options.AddValue("startSpacing",
                     "Time from a device's start to the next one's.",
                     startSpacing,
                     Seconds(0));
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
MobileScenario::Parse(ProgramOptions& options, int argc, char* argv[])
{
    options.Parse(argc, argv);
    commandLine.assign(argv, argv + argc);
    given = options.GetGiven();
    if (given.count("thinkTime") > 0 && !interval.empty())
    {
        if (given.count("interval") > 0)
        {
            throw std::invalid_argument("--thinkTime: has no effect beside --interval, whose "
                                        "requests do not wait for results");
        }
        interval.clear(); // the program's default
    }
}

void
MobileScenario::Check() const
{
    if (warmup >= duration)
    {
        throw std::invalid_argument("--warmup: must end before the run, --time, does");
    }
    if (battery.empty() && given.count("radioPower") > 0)
    {
        throw std::invalid_argument("--radioPower: needs a battery, --battery=JOULES");
    }
    if (dropLate && deadline.IsZero() && !IsClientDefaultSet("Deadline"))
    {
        throw std::invalid_argument("--dropLate: needs a deadline, --deadline=TIME");
    }
    if (animation && out.empty())
    {
        throw std::invalid_argument("--animation: needs a folder, --out=DIR");
    }
    CheckProfiles(server, devices, [this](uint32_t i) {
        return std::make_pair(GetDnn(i), GetProcessor(i));
    });
    OutageSchedule("--away", away);
    OutageSchedule("--serverOutages", serverOutages);
    OutageSchedule("--backhaulOutages", backhaulOutages);
    if (ownMobility.count(mobility) == 0)
    {
        try
        {
            CheckMobility(mobility, {cellRadius, cellRadius});
        }
        catch (const std::invalid_argument& error)
        {
            auto text = std::string("--mobility: ") + error.what();
            for (const auto& own : ownMobility)
            {
                text += ", " + own.first;
            }
            throw std::invalid_argument(text);
        }
    }
    CheckChoice(choice);
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

Simulation
MobileScenario::Describe(const std::string& scheduler) const
{
    Simulation simulation;
    simulation.name = scheduler;
    simulation.duration = duration;
    simulation.warmup = warmup;
    simulation.startSpacing = startSpacing;
    simulation.network = network;
    simulation.backhaulOutages = backhaulOutages;
    simulation.traces = traces;
    simulation.plan = plan;
    simulation.siteRate = siteRate;
    simulation.siteDelay = siteDelay;
    simulation.servers = GetServers(*this, scheduler);
    simulation.choice = choice;
    const auto common = GetCommonAttributes(*this);
    for (uint32_t i = 0; i < devices; ++i)
    {
        SimulatedDevice device;
        device.name = std::to_string(i);
        device.attributes = common;
        device.attributes.emplace_back("Dnn", GetDnn(i));
        device.attributes.emplace_back("Processor", GetProcessor(i));
        device.start = GetStart(simulation, i);
        device.batteryJ = ToNumber(battery);
        device.away = i == 0 ? away : "";
        simulation.devices.push_back(std::move(device));
    }
    simulation.mobilities.push_back({mobility, {cellRadius, cellRadius}, "", {}, {}, {}});
    const auto own = ownMobility.find(mobility);
    if (own != ownMobility.end())
    {
        own->second(simulation);
    }
    simulation.tables = tables;
    simulation.pcap = pcap;
    simulation.animation = animation;
    simulation.commandLine = commandLine;
    simulation.settings = GetSettings(*this, scheduler);
    simulation.observe = observe;
    return simulation;
}

RunSummary
MobileScenario::Run(const std::string& scheduler, const std::string& folder) const
{
    return Simulate(Describe(scheduler), folder);
}

std::string
MobileScenario::ListFiles(const std::string& folder)
{
    return ListRunFiles(folder);
}
