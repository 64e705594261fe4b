/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * ns-3's own tools on a scenario: Gnuplot, text files, FlowMonitor, ConfigStore.
 *
 *   devices --- links of their own --- gateway --- wired backhaul --- MEC server
 */

#include "common/optional-csv.h"

#include "ns3/config-store-module.h"
#include "ns3/core-module.h"
#include "ns3/dnn-surgery-module.h"
#include "ns3/flow-monitor-module.h"
#include "ns3/network-module.h"
#include "ns3/stats-module.h"

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint16_t PORT = 4600;

/// What the command line sets.
struct Settings
{
    uint32_t devices{3};              ///< number
    Time usagePrice{MilliSeconds(1)}; ///< rho
    Time duration{Seconds(10)};       ///< simulated
    std::string out;                  ///< folder for files, empty: none
    std::string save;                 ///< file for all attributes, empty: none
    std::string load;                 ///< file of attributes to take, empty: none
};

/// Save or load the attributes of all objects there are. @param mode "Save" or "Load"
/// @param file which
void
StoreAttributes(const std::string& mode, const std::string& file)
{
    // ConfigStore ends the program if it cannot write, and ignores a file that does not exist
    if (mode == "Save" ? !std::ofstream(file) : !std::ifstream(file))
    {
        throw std::invalid_argument(file + ": cannot open this file");
    }
    Config::SetDefault("ns3::ConfigStore::Filename", StringValue(file));
    Config::SetDefault("ns3::ConfigStore::FileFormat", StringValue("RawText"));
    Config::SetDefault("ns3::ConfigStore::Mode", StringValue(mode));
    ConfigStore().ConfigureAttributes();
}

/// Write what FlowMonitor saw: flows.xml, and a line per flow. @param helper installed
/// @param monitor its @param out folder, empty: none
void
ReportFlows(FlowMonitorHelper& helper, Ptr<FlowMonitor> monitor, const std::string& out)
{
    monitor->CheckForLostPackets();
    const auto classifier = DynamicCast<Ipv4FlowClassifier>(helper.GetClassifier());
    for (const auto& [id, flow] : monitor->GetFlowStats())
    {
        const auto ends = classifier->FindFlow(id);
        if (flow.rxPackets > 0)
        {
            std::cout << "flow " << ends.sourceAddress << ':' << ends.sourcePort << " -> "
                      << ends.destinationAddress << ':' << ends.destinationPort << ": "
                      << flow.rxBytes / 1000 << " kB, mean delay "
                      << flow.delaySum.GetSeconds() * 1e3 / flow.rxPackets << " ms\n";
        }
    }
    if (!out.empty())
    {
        monitor->SerializeToXmlFile(out + "/flows.xml", false, false);
    }
}

void
Run(const Settings& settings)
{
    NodeContainer mobiles(settings.devices);
    NodeContainer server(1);
    const auto network = AccessNetwork::Create("wired");
    network->Install(mobiles, server.Get(0));

    MecServerHelper serverHelper(network->GetListeningAddress(PORT));
    serverHelper.SetAttribute("Processor", StringValue("server-8-core"));
    MecServerHelper::AssignStreams(serverHelper.Install(server), 1000);
    InferenceClientHelper clientHelper(network->GetServerAddress(PORT));
    clientHelper.SetAttribute("Dnn", StringValue("resnet50"));
    clientHelper.SetAttribute("UsagePrice", TimeValue(settings.usagePrice));
    clientHelper.SetAttribute("ThinkTime", StringValue("ns3::ExponentialRandomVariable[Mean=0.2]"));
    ApplicationContainer clients;
    for (uint32_t i = 0; i < settings.devices; ++i)
    {
        const auto* processor = i % 2 == 0 ? "raspberry-pi-4" : "raspberry-pi-3b";
        clientHelper.SetAttribute("Processor", StringValue(processor));
        auto client = clientHelper.Install(mobiles.Get(i));
        // they come one after another, so that there is something to see
        client.Start(Seconds(2 * i));
        clients.Add(client);
    }
    InferenceClientHelper::AssignStreams(clients, 2000);
    network->AssignStreams(3000);

    // ConfigStore: when all objects exist
    if (!settings.load.empty())
    {
        StoreAttributes("Load", settings.load);
    }
    if (!settings.save.empty())
    {
        StoreAttributes("Save", settings.save);
    }
    clients.Stop(settings.duration);

    // FileHelper and GnuplotHelper: probes of the trace sources that have one value. They write
    // their files when they go out of scope.
    FileHelper latencies;
    GnuplotHelper market;
    GnuplotHelper shares;
    if (!settings.out.empty())
    {
        MakeFolder(settings.out);
        const std::string client = "/NodeList/*/ApplicationList/*/$ns3::surgery::InferenceClient";
        const std::string anyServer = "/NodeList/*/ApplicationList/*/$ns3::surgery::MecServer";
        latencies.ConfigureFile(settings.out + "/latency", FileAggregator::COMMA_SEPARATED);
        latencies.WriteProbe("ns3::TimeProbe", client + "/Latency", "Output");
        market.ConfigurePlot(settings.out + "/market", "The server", "time, s", "load; price, s");
        market.PlotProbe("ns3::DoubleProbe", anyServer + "/Load", "Output", "load");
        market.PlotProbe("ns3::DoubleProbe", anyServer + "/ShadowPrice", "Output", "shadow price");
        shares.ConfigurePlot(settings.out + "/shares", "Who holds what", "time, s", "share");
        shares.PlotProbe("ns3::DoubleProbe", client + "/Share", "Output", "device");
    }

    // FlowMonitor: on nodes with IP
    FlowMonitorHelper flows;
    const auto monitor = flows.InstallAll();

    Simulator::Stop(settings.duration + MilliSeconds(1));
    Simulator::Run();
    ReportFlows(flows, monitor, settings.out);
    network->Dispose();
    Simulator::Destroy();
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-ns3-tools", [&] {
        Settings settings;
        ProgramOptions options(__FILE__);
        options.Usage(
            "Devices on wires share an edge server, watched by ns-3's own tools: GnuplotHelper\n"
            "(market.plt, shares.plt), FileHelper (latency-*.txt) and FlowMonitor (flows.xml,\n"
            "and a line per flow). ConfigStore saves and loads all attributes.");
        options.AddValue("devices", "Number of devices.", settings.devices, 1, 1000);
        options.AddValue("usagePrice",
                         "rho: latency that renting the whole server must save.",
                         settings.usagePrice);
        options.AddValue("time", "Simulated time.", settings.duration, NanoSeconds(1));
        options.AddValue("out", "Folder for the files; none are written without it.", settings.out);
        options.AddValue("save",
                         "File to which the attributes of all objects are saved.",
                         settings.save);
        options.AddValue("load",
                         "File from which attributes are loaded, such as a saved one.",
                         settings.load);
        options.Parse(argc, argv);

        Run(settings);
    });
}
