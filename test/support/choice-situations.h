/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CHOICE_SITUATIONS_H
#define CHOICE_SITUATIONS_H

#include "situation.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-socket-text.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Let the last device's node be a server, too, which the other server knows as a peer. Devices are
/// attached to the first server's site, but from .9 s to 1.9 s to the other one's.
inline void
AddSecondServer(World& world)
{
    using namespace ns3;
    using namespace ns3::surgery;
    const auto node = world.mobiles.Get(world.mobiles.GetN() - 1);
    const auto ipv4 = node->GetObject<Ipv4>();
    const InetSocketAddress address(ipv4->GetAddress(1, 0).GetLocal(), 4600);
    MecServerHelper helper(address);
    helper.SetAttribute("Processor", StringValue("server-v100"));
    helper.SetAttribute("Peers", StringValue(GetSocketText(world.network->GetServerAddress(4600))));
    helper.Install(node);
    world.server->SetAttribute("Peers", StringValue(GetSocketText(address)));
    const auto site = std::make_shared<uint32_t>(world.server->GetNode()->GetId());
    for (const auto& [ms, next] : {std::pair(900, node->GetId()), std::pair(1900, *site)})
    {
        Simulator::Schedule(MilliSeconds(ms), [site, next = next] { *site = next; });
    }
    // In ns-3.48, TCP between sockets of one node acknowledges for ever without time passing, so
    // the device beside the second server keeps to the first one.
    const auto last = world.clients.GetN() - 1;
    world.clients.Get(last)->SetAttribute("Choice", StringValue("ns3::surgery::FixedServerChoice"));
    for (uint32_t i = 0; i < last; ++i)
    {
        const auto client = DynamicCast<InferenceClient>(world.clients.Get(i));
        client->SetSite(Callback<uint32_t>([site]() { return *site; }));
        Listen(client, "Migrated", [&world](const MigrationRecord& record) {
            world.report += std::to_string(record.time.GetTimeStep()) + ' ' + record.reason + ' ';
        });
    }
}

/// The second server is away for a while: devices leave it, and may come back.
inline void
AddSecondServerThatFails(World& world)
{
    using namespace ns3;
    AddSecondServer(world);
    const auto node = world.mobiles.Get(world.mobiles.GetN() - 1);
    for (uint32_t i = 0; i < node->GetNApplications(); ++i)
    {
        if (const auto server = DynamicCast<ns3::surgery::MecServer>(node->GetApplication(i)))
        {
            server->SetAttribute("Outages", StringValue("2s+1s"));
        }
    }
}

/// The attributes of the room choice, and those of clients that choose.
inline std::vector<Situation>
GetChoiceSituations()
{
    const std::string choice = "InferenceClient::Choice";
    const std::string nearest = "ns3::surgery::NearestServerChoice";
    const std::string local = "MecServer::Processor";
    return {
        {"FixedServer", "wired", 3, 2, {}, {{choice, nearest}}, &AddSecondServer},
        {"NearestServer",
         "wired",
         3.5,
         2,
         {{choice, nearest},
          {"MecServer::Scheduler", "ns3::surgery::ServerOnlyScheduler"},
          {"InferenceClient::ThinkTime", "ns3::ConstantRandomVariable[Constant=0]"}},
         {{"InferenceClient::Handover", "redo"},
          {"ServerChoice::Interval", "130ms"},
          {"ServerChoice::MinStay", "3s"}},
         &AddSecondServer},
        {"FastestServer",
         "wired",
         4,
         3,
         {{choice, "ns3::surgery::FastestServerChoice"},
          {"AccessNetwork::BackhaulDelay", "60ms"},
          {"FastestServerChoice::Hysteresis", "1"}},
         {{"FastestServerChoice::Hysteresis", "0"}},
         &AddSecondServer},
        {"DdsServer",
         "wired",
         4,
         4,
         {{choice, "ns3::surgery::DdsServerChoice"}, {local, "server-8-core"}},
         {{"DdsServerChoice::Hysteresis", "1"}},
         &AddSecondServer},
        {"DdsServerReturns",
         "wired",
         7,
         4,
         {{choice, "ns3::surgery::DdsServerChoice"},
          {local, "server-8-core"},
          {"DdsServerChoice::Hysteresis", "0.25"}},
         {{"DdsServerChoice::Memory", "0s"}},
         &AddSecondServerThatFails},
    };
}

/** @} */

#endif // CHOICE_SITUATIONS_H
