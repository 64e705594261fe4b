/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A first scenario, to be copied: two devices reach one server, each over its own wire.
 *
 *   device 0 ----\
 *                 server
 *   device 1 ----/
 */

#include "ns3/core-module.h"
#include "ns3/dnn-surgery-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <iostream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// The sink of the trace source Inference: called when an inference ends, and for those that have
/// not ended when the client stops.
void
PrintInference(const InferenceRecord& record)
{
    std::cout << Simulator::Now().GetSeconds() << " s: device " << record.device << ", inference "
              << record.id << ": " << GetOutcomeName(record.outcome);
    if (record.outcome == InferenceOutcome::COMPLETED)
    {
        std::cout << " in " << 1e3 * GetMeasuredLatency(record).GetSeconds()
                  << " ms, cut: " << record.cut << ", share: " << record.share;
    }
    std::cout << '\n';
}

void
Run(int argc, char* argv[])
{
    std::vector<DataRate> rates{DataRate("10Mbps"), DataRate("50Mbps")};
    std::string dnn = "resnet50";
    std::string processor = "raspberry-pi-4";
    std::string scheduler = "dds";
    std::string out;
    Time duration = Seconds(10);
    ProgramOptions options(__FILE__);
    options.Usage("Two devices with a point-to-point link each share an edge server.");
    options.AddValue("rate", "Rate of the first device's link.", rates[0]);
    options.AddValue("rate2", "Rate of the second device's link.", rates[1]);
    options.AddValue("dnn", "The DNN: a bundled one's name or a file's path.", dnn);
    options.AddValue("processor", "The devices' processor: name or path.", processor);
    options.AddValue("scheduler", "Scheduler: dds, dads, local-only, server-only.", scheduler);
    options.AddValue("time", "Simulated time.", duration, NanoSeconds(1));
    options.AddValue("out", "Folder for CSV and PCAP files; none are written without it.", out);
    options.Parse(argc, argv);

    // 1. Nodes, links, addresses: any network that carries IP will do.
    NodeContainer devices(2);
    NodeContainer server(1);
    InternetStackHelper internet;
    internet.Install(server);
    internet.Install(devices);
    PointToPointHelper links;
    links.SetChannelAttribute("Delay", StringValue("5ms"));
    Ipv4AddressHelper networks("10.1.0.0", "255.255.255.0");
    std::vector<Ipv4Address> serverAddresses;
    for (uint32_t i = 0; i < devices.GetN(); ++i)
    {
        links.SetDeviceAttribute("DataRate", DataRateValue(rates[i]));
        const auto ends = links.Install(devices.Get(i), server.Get(0));
        serverAddresses.push_back(networks.Assign(ends).GetAddress(1));
        networks.NewNetwork();
    }

    // 2. The server listens on all its links, and decides twice a second.
    const uint16_t port = 4600;
    MecServerHelper serverHelper(InetSocketAddress(Ipv4Address::GetAny(), port));
    serverHelper.SetScheduler(scheduler);
    serverHelper.SetAttribute("Timestep", TimeValue(MilliSeconds(500)));
    const auto servers = serverHelper.Install(server);

    // 3. The devices ask for an inference, and for the next one half a second after each result.
    InferenceClientHelper clientHelper(InetSocketAddress(serverAddresses[0], port));
    clientHelper.SetAttribute("Dnn", StringValue(dnn));
    clientHelper.SetAttribute("Processor", StringValue(processor));
    clientHelper.SetAttribute("ThinkTime",
                              StringValue("ns3::ConstantRandomVariable[Constant=0.5]"));
    ApplicationContainer clients;
    for (uint32_t i = 0; i < devices.GetN(); ++i)
    {
        clientHelper.SetAttribute("Remote",
                                  AddressValue(InetSocketAddress(serverAddresses[i], port)));
        clients.Add(clientHelper.Install(devices.Get(i)));
    }
    clients.Stop(duration);

    // 4. What to watch: a function of our own, and files.
    for (auto client = clients.Begin(); client != clients.End(); ++client)
    {
        (*client)->TraceConnectWithoutContext("Inference", MakeCallback(&PrintInference));
    }
    if (!out.empty())
    {
        TableHelper tables(out);
        tables.EnableInferences(clients);
        tables.EnableSchedule(servers);
        CheckCaptureFiles(out + "/server", server);
        links.EnablePcap(out + "/server", server); // one file per link
    }

    // 5. Run. The clients stop first, so that they can tell what is still in flight.
    Simulator::Stop(duration + MilliSeconds(1));
    Simulator::Run();
    Simulator::Destroy();
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-first", [&] { Run(argc, argv); });
}
