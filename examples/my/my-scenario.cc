/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A scenario of your own, to be copied; the tutorial "A first scenario" walks through it.

#include "ns3/core-module.h"
#include "ns3/dnn-surgery-module.h"
#include "ns3/mobility-module.h"
#include "ns3/network-module.h"

#include <iostream>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// Called for every inference that has ended.
void
PrintInference(const InferenceRecord& record)
{
    if (record.outcome == InferenceOutcome::COMPLETED)
    {
        std::cout << Simulator::Now().GetMilliSeconds() << " ms: phone " << record.device
                  << " waited " << GetMeasuredLatency(record).GetMilliSeconds()
                  << " ms, cut: " << record.cut << '\n';
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    return RunProgram("my-scenario", [&] {
        std::string scheduler = "dds";
        ProgramOptions options(__FILE__);
        options.AddValue("scheduler", "Scheduler that decides.", scheduler);
        options.Parse(argc, argv);

        // Three phones walk about, in a square of 40 m.
        NodeContainer phones(3);
        NodeContainer server(1);
        MobilityHelper walk;
        walk.SetMobilityModel("ns3::RandomWalk2dMobilityModel",
                              "Bounds",
                              RectangleValue(Rectangle(-20, 20, -20, 20)));
        walk.Install(phones);
        walk.AssignStreams(phones, 100);

        // In the middle is a Wi-Fi access point, behind it the server.
        auto network = AccessNetwork::Create("wifi");
        network->Install(phones, server.Get(0));
        network->AssignStreams(200);

        // Everybody's application.
        MecServerHelper serverHelper(network->GetListeningAddress(4600));
        serverHelper.SetScheduler(scheduler);
        MecServerHelper::AssignStreams(serverHelper.Install(server), 300);
        InferenceClientHelper clientHelper(network->GetServerAddress(4600));
        clientHelper.SetAttribute("Dnn", StringValue("resnet50"));
        clientHelper.SetAttribute("Processor", StringValue("phone-cpu"));
        clientHelper.SetAttribute("InputBytes", UintegerValue(60000)); // a JPEG picture
        clientHelper.SetAttribute("ThinkTime",
                                  StringValue("ns3::ExponentialRandomVariable[Mean=0.5]"));
        auto clients = clientHelper.Install(phones);
        InferenceClientHelper::AssignStreams(clients, 400);
        clients.Stop(Seconds(3));

        // What to watch.
        for (uint32_t i = 0; i < clients.GetN(); ++i)
        {
            clients.Get(i)->TraceConnectWithoutContext("Inference", MakeCallback(&PrintInference));
        }

        Simulator::Stop(Seconds(4));
        Simulator::Run();
        network->Dispose();
        Simulator::Destroy();
    });
}
