/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The demo: mobile devices in one Wi-Fi cell share an edge server, under several schedulers.
 *
 *   devices (random waypoint) ))) 802.11ax access point --- wired backhaul --- MEC server
 *
 * Twelve devices of three kinds run six DNNs. The same scenario, seed by seed, is run once per
 * scheduler; the first one writes the files.
 */

#include "run-summary.h"

#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/log.h"
#include "ns3/mobility-helper.h"
#include "ns3/mobility-model.h"
#include "ns3/names.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/rectangle.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/surgery-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-scheduler.h"
#include "ns3/surgery-trace-helper.h"
#include "ns3/uinteger.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/yans-wifi-helper.h"

#include <filesystem>
#include <iostream>
#include <sstream>
#include <stdexcept>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// What the command line sets.
struct Settings
{
    uint32_t devices{12};
    Time duration{Seconds(30)};
    Time timestep{MilliSeconds(500)};
    Time usagePrice{MilliSeconds(1)};
    std::string thinkTime{"ns3::ExponentialRandomVariable[Mean=0.2]"};
    std::string server{"server-t4"};
    uint64_t inputBytes{150528};
    uint32_t activationBits{32};
    double cellRadius{40};
    std::string schedulers{"dds,local-only,server-only"};
    std::string out;
    bool pcap{true};
};

const std::vector<std::string> DNNS{"resnet50",
                                    "alexnet",
                                    "squeezenet",
                                    "inception-v1",
                                    "vgg19",
                                    "densenet121"};
const std::vector<std::string> PROCESSORS{"raspberry-pi-4", "phone-cpu", "jetson-nano"};

/// Each DNN meets every kind of device as the number of devices grows.
std::string
GetDnn(uint32_t device)
{
    return DNNS[device % DNNS.size()];
}

/// The kind of a device.
std::string
GetProcessor(uint32_t device)
{
    return PROCESSORS[(device + device / DNNS.size()) % PROCESSORS.size()];
}

/// The random waypoints of all devices, in a square around the access point.
int64_t
InstallMobility(const Settings& settings, NodeContainer accessPoint, NodeContainer stations)
{
    MobilityHelper fixed;
    fixed.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    fixed.Install(accessPoint);

    std::ostringstream side;
    side << "ns3::UniformRandomVariable[Min=" << -settings.cellRadius
         << "|Max=" << settings.cellRadius << "]";
    ObjectFactory places;
    places.SetTypeId("ns3::RandomRectanglePositionAllocator");
    places.Set("X", StringValue(side.str()));
    places.Set("Y", StringValue(side.str()));
    auto allocator = places.Create()->GetObject<PositionAllocator>();
    auto streams = allocator->AssignStreams(100);

    MobilityHelper walking;
    walking.SetPositionAllocator(allocator);
    walking.SetMobilityModel("ns3::RandomWaypointMobilityModel",
                             "Speed",
                             StringValue("ns3::UniformRandomVariable[Min=0.5|Max=3]"),
                             "Pause",
                             StringValue("ns3::ConstantRandomVariable[Constant=1]"),
                             "PositionAllocator",
                             PointerValue(allocator));
    walking.Install(stations);
    return streams + walking.AssignStreams(stations, 100 + streams);
}

/// Tell how far the simulation is, every five simulated seconds.
void
ReportProgress(const std::string& scheduler, const Settings& settings, const RunSummary* summary)
{
    std::cout << "  " << scheduler << ": " << Simulator::Now().GetSeconds() << " of "
              << settings.duration.GetSeconds() << " s simulated, " << summary->GetEnded()
              << " inferences ended" << std::endl;
    Simulator::Schedule(Seconds(5), &ReportProgress, scheduler, settings, summary);
}

/// Run the scenario once. Throws std::exception if it cannot run, or lost something.
RunSummary
RunScenario(const Settings& settings, const std::string& scheduler, bool writesFiles)
{
    NodeContainer stations;
    stations.Create(settings.devices);
    NodeContainer accessPoint;
    accessPoint.Create(1);
    NodeContainer server;
    server.Create(1);

    // the cell
    YansWifiPhyHelper phy;
    phy.SetChannel(YansWifiChannelHelper::Default().Create());
    phy.Set("ChannelSettings", StringValue("{0, 80, BAND_5GHZ, 0}"));
    WifiHelper wifi;
    wifi.SetStandard(WIFI_STANDARD_80211ax);
    wifi.SetRemoteStationManager("ns3::IdealWifiManager");
    WifiMacHelper mac;
    const Ssid ssid("dnn-surgery");
    mac.SetType("ns3::StaWifiMac", "Ssid", SsidValue(ssid));
    const auto stationDevices = wifi.Install(phy, mac, stations);
    mac.SetType("ns3::ApWifiMac", "Ssid", SsidValue(ssid));
    const auto accessPointDevice = wifi.Install(phy, mac, accessPoint);
    InstallMobility(settings, accessPoint, stations);

    // the backhaul
    PointToPointHelper backhaul;
    backhaul.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    backhaul.SetChannelAttribute("Delay", StringValue("2ms"));
    const auto backhaulDevices = backhaul.Install(accessPoint.Get(0), server.Get(0));

    // the internet
    InternetStackHelper internet;
    internet.Install(stations);
    internet.Install(accessPoint);
    internet.Install(server);
    Ipv4AddressHelper addresses("10.1.0.0", "255.255.0.0");
    addresses.Assign(stationDevices);
    addresses.Assign(accessPointDevice);
    addresses.SetBase("10.2.0.0", "255.255.255.0");
    const auto serverAddress = addresses.Assign(backhaulDevices).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    // the applications
    const uint16_t port = 4600;
    MecServerHelper serverHelper(InetSocketAddress(Ipv4Address::GetAny(), port));
    serverHelper.SetAttribute("Processor", StringValue(settings.server));
    serverHelper.SetAttribute("Timestep", TimeValue(settings.timestep));
    serverHelper.SetScheduler(scheduler);
    auto servers = serverHelper.Install(server);

    InferenceClientHelper clientHelper(InetSocketAddress(serverAddress, port));
    clientHelper.SetAttribute("InputBytes", UintegerValue(settings.inputBytes));
    clientHelper.SetAttribute("ActivationBits", UintegerValue(settings.activationBits));
    clientHelper.SetAttribute("UsagePrice", TimeValue(settings.usagePrice));
    clientHelper.SetAttribute("ThinkTime", StringValue(settings.thinkTime));
    // who never sends never learns, so the first guess is what a lone station gets here
    const std::string estimator = "ns3::surgery::FittedLinkEstimator[InitialRate=200Mbps]";
    clientHelper.SetAttribute("UplinkEstimator", StringValue(estimator));
    clientHelper.SetAttribute("DownlinkEstimator", StringValue(estimator));
    ApplicationContainer clients;
    for (uint32_t i = 0; i < settings.devices; ++i)
    {
        clientHelper.SetAttribute("Dnn", StringValue(GetDnn(i)));
        clientHelper.SetAttribute("Processor", StringValue(GetProcessor(i)));
        auto client = clientHelper.Install(stations.Get(i));
        // stations that all ask for the server's address at once drown each other's broadcasts
        client.Start(MilliSeconds(500 + 20 * i));
        clients.Add(client);
    }
    clients.Stop(settings.duration);

    // every random choice has a stream of its own, the same under every scheduler
    WifiHelper().AssignStreams(stationDevices, 1000);
    WifiHelper().AssignStreams(accessPointDevice, 5000);
    internet.AssignStreams(stations, 6000);
    internet.AssignStreams(NodeContainer(accessPoint, server), 8000);
    MecServerHelper::AssignStreams(servers, 9000);
    InferenceClientHelper::AssignStreams(clients, 10000);

    RunSummary summary;
    summary.Connect(clients, servers);
    SurgeryTraceHelper traces;
    if (writesFiles)
    {
        traces.EnableInferences(settings.out + "/inferences.csv", clients);
        traces.EnableSchedule(settings.out + "/schedule.csv", servers);
        if (settings.pcap)
        {
            backhaul.EnablePcap(settings.out + "/server.pcap", backhaulDevices.Get(1), false, true);
        }
    }
    Simulator::Schedule(Seconds(5), &ReportProgress, scheduler, settings, &summary);
    Simulator::Stop(settings.duration + MilliSeconds(1));
    Simulator::Run();
    const auto problems = RunSummary::Check(clients, servers);
    Simulator::Destroy();
    if (!problems.empty())
    {
        throw std::runtime_error(scheduler + ": " + problems);
    }
    return summary;
}

/// The first run in full, the others by their mean latency beside it.
void
PrintTable(const Settings& settings,
           const std::vector<std::string>& schedulers,
           const std::vector<RunSummary>& runs)
{
    std::vector<std::string> titles{"device",
                                    "<processor",
                                    "<DNN",
                                    "requests",
                                    "completed",
                                    "<dropped",
                                    "in flight",
                                    "mean ms",
                                    "p95 ms",
                                    "share %",
                                    "cost ms",
                                    "<usual cut"};
    for (std::size_t r = 1; r < runs.size(); ++r)
    {
        titles.push_back(schedulers[r] + " ms");
    }
    TextTable table(titles);
    for (const auto& [id, device] : runs[0].GetDevices())
    {
        const auto mean = device.GetMeanLatency();
        const auto cost = mean + settings.usagePrice.GetSeconds() * device.GetMeanShare();
        std::vector<std::string> row{std::to_string(id),
                                     GetProcessor(id),
                                     GetDnn(id),
                                     std::to_string(device.GetCreated()),
                                     std::to_string(device.GetCompleted()),
                                     device.GetDropped(),
                                     std::to_string(device.GetInFlight()),
                                     ToText(1e3 * mean, 1),
                                     ToText(1e3 * device.GetLatencyPercentile95(), 1),
                                     ToText(1e2 * device.GetMeanShare(), 1),
                                     ToText(mean < 0 ? mean : 1e3 * cost, 1),
                                     device.GetUsualCut()};
        for (std::size_t r = 1; r < runs.size(); ++r)
        {
            const auto rival = runs[r].GetDevices().find(id);
            const auto latency =
                rival != runs[r].GetDevices().end() ? rival->second.GetMeanLatency() : -1.0;
            row.push_back(ToText(1e3 * latency, 1));
        }
        table.Add(row);
    }
    std::cout << "\nMeasured under " << schedulers[0]
              << ", each rival's mean latency beside it:\n\n"
              << table.ToString() << '\n';
    std::cout << schedulers[0] << ": mean latency " << ToText(1e3 * runs[0].GetMeanLatency(), 1)
              << " ms over all devices";
    for (std::size_t r = 1; r < runs.size(); ++r)
    {
        const auto latency = runs[r].GetMeanLatency();
        std::cout << ", " << ToText(latency / runs[0].GetMeanLatency(), 2) << " times faster than "
                  << schedulers[r] << " (" << ToText(1e3 * latency, 1) << " ms)";
    }
    std::cout << ".\n";
}

std::vector<std::string>
SplitAtCommas(const std::string& text)
{
    std::vector<std::string> words;
    std::istringstream stream(text);
    std::string word;
    while (std::getline(stream, word, ','))
    {
        words.push_back(word);
    }
    return words;
}

void
CheckSettings(const Settings& settings)
{
    if (settings.devices < 1 || settings.devices > 1000)
    {
        throw std::invalid_argument("--devices: must be in 1..1000");
    }
    if (!settings.duration.IsStrictlyPositive())
    {
        throw std::invalid_argument("--time: must be > 0 s");
    }
    if (settings.cellRadius <= 0)
    {
        throw std::invalid_argument("--cellRadius: must be > 0 m");
    }
    for (const auto& scheduler : SplitAtCommas(settings.schedulers))
    {
        SurgeryScheduler::Create(scheduler);
    }
}

int
RunAll(const Settings& settings)
{
    CheckSettings(settings);
    const auto schedulers = SplitAtCommas(settings.schedulers);
    if (!settings.out.empty())
    {
        std::filesystem::create_directories(settings.out);
    }
    std::vector<RunSummary> runs;
    for (const auto& scheduler : schedulers)
    {
        std::cout << settings.devices << " devices, " << settings.duration.GetSeconds()
                  << " s, scheduler " << scheduler << std::endl;
        runs.push_back(RunScenario(settings, scheduler, runs.empty() && !settings.out.empty()));
    }
    PrintTable(settings, schedulers, runs);
    if (!settings.out.empty())
    {
        std::cout << "\nFiles of the " << schedulers[0] << " run:\n";
        for (const auto* name : {"inferences.csv", "schedule.csv", "server.pcap"})
        {
            const auto path = std::filesystem::path(settings.out) / name;
            if (std::filesystem::exists(path))
            {
                std::cout << "  " << path.string() << " ("
                          << std::filesystem::file_size(path) / 1000 << " kB)\n";
            }
        }
    }
    return 0;
}

} // namespace

int
main(int argc, char* argv[])
{
    Settings settings;
    CommandLine cmd(__FILE__);
    cmd.Usage("Mobile devices in one Wi-Fi cell share an edge server, under several schedulers.\n"
              "Prints a table per device, and writes inferences.csv, schedule.csv and the\n"
              "server link's PCAP of the first scheduler's run.");
    cmd.AddValue("devices", "Number of mobile devices.", settings.devices);
    cmd.AddValue("time", "Simulated time.", settings.duration);
    cmd.AddValue("timestep", "Time between two decisions.", settings.timestep);
    cmd.AddValue("usagePrice", "rho: latency the whole server must save.", settings.usagePrice);
    cmd.AddValue("thinkTime", "Random variable: result to next request, s.", settings.thinkTime);
    cmd.AddValue("server", "The server's processor: name or path.", settings.server);
    cmd.AddValue("inputBytes", "Input tensor as sent, bytes; 0: as profiled.", settings.inputBytes);
    cmd.AddValue("activationBits", "Width of activations: 8, 16, 32.", settings.activationBits);
    cmd.AddValue("cellRadius", "Half the side of the square they walk, m.", settings.cellRadius);
    cmd.AddValue("schedulers", "Comma-separated; the first one writes files.", settings.schedulers);
    cmd.AddValue("out", "Folder for the files; none are written without it.", settings.out);
    cmd.AddValue("pcap", "Whether to capture the server's link.", settings.pcap);
    cmd.Parse(argc, argv);
    try
    {
        return RunAll(settings);
    }
    catch (const std::exception& error)
    {
        std::cerr << "dnn-surgery-wifi-mobility: " << error.what() << std::endl;
        return 1;
    }
}
