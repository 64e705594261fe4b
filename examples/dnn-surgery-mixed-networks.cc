/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * One server behind several access networks, each with a gateway, a backhaul and subnets of its
 * own.
 *
 *   two stations  ))) Wi-Fi access point -------\
 *   two UEs       ))) LTE base station --- EPC ---- MEC server
 *   one device    --- wire --- gateway ---------/
 *
 * A network that the module was built without is left out.
 */

#include "ns3/core-module.h"
#include "ns3/dnn-surgery-module.h"
#include "ns3/mobility-module.h"
#include "ns3/network-module.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint16_t PORT = 4600;

/// A network, and how many devices are in it.
struct Kind
{
    std::string name;   ///< for AccessNetwork::Create
    uint32_t devices;   ///< their number
    std::string option; ///< attributes, in brackets
};

/// What was seen of a device.
struct Row
{
    std::string network;   ///< its name
    uint32_t device{0};    ///< its id
    uint32_t completed{0}; ///< inferences
    uint32_t offloaded{0}; ///< those of them that the server took part in
    Time latency;          ///< all together
};

/// Called for each inference that has ended. @param row of its device @param record what happened
void
Count(Row* row, const InferenceRecord& record)
{
    if (record.outcome == InferenceOutcome::COMPLETED)
    {
        ++row->completed;
        row->offloaded += record.cut != "local";
        row->latency += GetMeasuredLatency(record);
    }
}

/// Print a line per device. @param rows of all devices
void
Print(const std::vector<Row>& rows)
{
    std::cout << "network   device  completed  offloaded  mean latency (ms)\n";
    for (const auto& row : rows)
    {
        std::cout << std::left << std::setw(8) << row.network << std::right << std::setw(8)
                  << row.device << std::setw(11) << row.completed << std::setw(11) << row.offloaded
                  << std::setw(19);
        if (row.completed > 0)
        {
            std::cout << std::fixed << std::setprecision(1)
                      << 1e3 * row.latency.GetSeconds() / row.completed << '\n';
        }
        else
        {
            std::cout << "-" << '\n';
        }
    }
}

void
Run(int argc, char* argv[])
{
    std::string scheduler = "dds";
    std::string out;
    Time duration = Seconds(10);
    ProgramOptions options(__FILE__);
    options.Usage("Devices on Wi-Fi, on LTE and on a wire share an edge server.");
    options.AddValue("scheduler", "Scheduler: dds, dads, local-only, server-only.", scheduler);
    options.AddValue("time", "Simulated time.", duration, NanoSeconds(1));
    options.AddValue("out", "Folder for CSV and PCAP files; none are written without it.", out);
    options.Parse(argc, argv);

    // 1. One network after the other, to the same server: the first gives it an internet stack, the
    // others add their routes. Each tells its devices an address of its own for the server.
    const std::vector<Kind> kinds{
        {"wifi", 2, ""},
        {"lte", 2, "[BaseStations=1]"},
        {"wired", 1, "[UplinkMbps=ns3::ConstantRandomVariable[Constant=20]]"}};
    const auto known = AccessNetwork::GetNames();
    NodeContainer server(1);
    std::vector<Ptr<AccessNetwork>> networks;
    std::vector<Row> rows;
    ApplicationContainer clients;
    for (const auto& kind : kinds)
    {
        if (std::find(known.begin(), known.end(), kind.name) == known.end())
        {
            std::cout << "there is no " << kind.name << " in this build\n";
            continue;
        }
        NodeContainer devices(kind.devices);
        MobilityHelper places; // not far from the base station, which is at the origin
        places.SetPositionAllocator("ns3::GridPositionAllocator",
                                    "MinX",
                                    DoubleValue(5),
                                    "MinY",
                                    DoubleValue(5));
        places.Install(devices);
        auto network = AccessNetwork::Create(kind.name + kind.option);
        network->Install(devices, server.Get(0));
        network->AssignStreams(1000 * (networks.size() + 1));
        InferenceClientHelper clientHelper(network->GetServerAddress(PORT));
        clientHelper.SetAttribute("Dnn", StringValue("resnet50"));
        clientHelper.SetAttribute("Processor", StringValue("phone-cpu"));
        clientHelper.SetAttribute("InputBytes", UintegerValue(60000)); // a JPEG picture
        clients.Add(clientHelper.Install(devices));
        for (auto device = devices.Begin(); device != devices.End(); ++device)
        {
            Row row;
            row.network = kind.name;
            row.device = (*device)->GetId();
            rows.push_back(row);
        }
        networks.push_back(network);
    }
    InferenceClientHelper::AssignStreams(clients, 10000);
    clients.Stop(duration);

    // 2. One server, which listens at all its addresses.
    MecServerHelper serverHelper(networks.front()->GetListeningAddress(PORT));
    serverHelper.SetScheduler(scheduler);
    const auto servers = serverHelper.Install(server);
    MecServerHelper::AssignStreams(servers, 20000);

    // 3. What to watch; a packet capture per backhaul.
    for (uint32_t i = 0; i < clients.GetN(); ++i)
    {
        clients.Get(i)->TraceConnectWithoutContext("Inference",
                                                   MakeBoundCallback(&Count, &rows[i]));
    }
    if (!out.empty())
    {
        TableHelper tables(out);
        tables.EnableInferences(clients);
        tables.EnableDeadlines(clients);
        tables.EnableSchedule(servers);
        tables.EnableModels(servers);
        tables.EnableBatches(servers);
        for (std::size_t i = 0; i < networks.size(); ++i)
        {
            networks[i]->EnablePcap(out + "/server-" + std::to_string(i) + ".pcap");
        }
    }

    // 4. Run. The clients stop first, so that they can tell what is still in flight.
    Simulator::Stop(duration + MilliSeconds(1));
    Simulator::Run();
    Print(rows);
    for (const auto& network : networks)
    {
        network->Dispose();
    }
    Simulator::Destroy();
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("dnn-surgery-mixed-networks", [&] { Run(argc, argv); });
}
