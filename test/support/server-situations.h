/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_SITUATIONS_H
#define SERVER_SITUATIONS_H

#include "raw-connection.h"
#include "situation.h"

#include "ns3/address.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/simulator.h"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Let the server listen at an address that no client uses.
inline void
ListenElsewhere(World& world)
{
    world.server->SetAttribute("Local",
                               ns3::AddressValue(world.network->GetListeningAddress(4601)));
}

/// Let the first device believe that its uplink is too slow for anything.
inline void
KeepFirstDeviceLocal(World& world)
{
    world.clients.Get(0)->SetAttribute(
        "UplinkEstimator",
        ns3::StringValue("ns3::surgery::OracleLinkEstimator[Rate=1kbps]"));
}

/// Let the first device answer late.
inline void
PutFirstDeviceFarAway(World& world)
{
    world.network->GetMobileDevices().Get(0)->GetChannel()->SetAttribute(
        "Delay",
        ns3::TimeValue(ns3::MilliSeconds(50)));
}

/// Let the first device fall silent.
inline void
SilenceFirstDevice(World& world)
{
    const auto client = world.clients.Get(0);
    ns3::Simulator::Schedule(ns3::MilliSeconds(1300), [client] {
        client->SetAttribute("AnswersPrices", ns3::BooleanValue(false));
    });
}

/// Let the server take a device, where nobody listens, for another server.
inline void
TakeDeviceForPeer(World& world)
{
    const auto ipv4 = world.mobiles.Get(0)->GetObject<ns3::Ipv4>();
    std::ostringstream peer;
    peer << ipv4->GetAddress(1, 0).GetLocal() << ":4600";
    world.server->SetAttribute("Peers", ns3::StringValue(peer.str()));
}

/// The same, where somebody listens.
inline void
TakeListeningDeviceForPeer(World& world)
{
    TakeDeviceForPeer(world);
    ns3::PacketSinkHelper sink("ns3::TcpSocketFactory",
                               ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), 4600));
    sink.Install(world.mobiles.Get(0));
}

/// Let the server report to that device.
inline void
ReportToDevice(World& world)
{
    ns3::StringValue peers;
    world.server->GetAttribute("Peers", peers);
    world.server->SetAttribute("Orchestrator", peers);
}

/// Let two devices visit the server beside those that are served, and ask to join it.
inline void
SendVisitors(World& world)
{
    using namespace ns3;
    using namespace ns3::surgery;
    for (const uint32_t i : {0, 1})
    {
        const auto visitor = std::make_shared<RawConnection>();
        const auto node = world.mobiles.Get(i);
        const auto remote = world.network->GetServerAddress(4600);
        Simulator::Schedule(MilliSeconds(200), [=] { OpenRaw(*visitor, node, remote); });
        Simulator::Schedule(MilliSeconds(300), [=] {
            Hello hello;
            hello.deviceId = 100 + i;
            hello.dnn = "alexnet";
            hello.processor = "jetson-nano";
            hello.attendance = Attendance::VISITING;
            visitor->Send(hello);
            visitor->Send(Join{100 + i, 1, 0, 1});
        });
        Simulator::Schedule(Seconds(1000), [visitor] {}); // the connection stays until the end
    }
}

/// A program in bash that decides: as it is advised, or else the same for all devices, 0..9.
/// @param cut for all @param share for all @return the command, a list in JSON
inline std::string
MakeDecider(const std::string& cut, const std::string& share)
{
    const auto script = R"(
fd=$DNN_SURGERY_SCHEDULER_FD
while read -r -u $fd line; do
    case $line in
        *'"type":"hello"'*)
            sleep 0.1
            echo '{"type":"hello","protocol":"dnn-surgery/scheduler/1"}' >&$fd ;;
        *'"advice":{'*)
            advice=${line#*'"advice":{'}
            echo '{"type":"decision",'"${advice%\}}" >&$fd ;;
        *'"type":"decide"'*)
            ids=${line#*'"device":['}
            ids=${ids%%]*}
            echo '{"type":"decision","device":['"$ids"'],"cut":['"${ids//[0-9]/$0}"'],"share":['"${ids//[0-9]/$1}"']}' >&$fd ;;
    esac
done
)";
    std::string text;
    for (const auto letter : std::string(script))
    {
        text += letter == '"' || letter == '\\' ? "\\" : "";
        text += letter == '\n' ? "\\n" : std::string(1, letter);
    }
    return R"(["bash","-c",")" + text + R"(",")" + cut + R"(",")" + share + R"("])";
}

/// The attributes of the rooms server and scheduler.
inline std::vector<Situation>
GetServerSituations()
{
    const std::string scheduler = "MecServer::Scheduler";
    const std::string negotiated = "ns3::surgery::DecentralizedDdsScheduler";
    const std::string mode = "InferenceClient::Mode";
    return {
        {"Server",
         "wired",
         3,
         2,
         {},
         {{"MecServer::Local", "", &ListenElsewhere},
          {"MecServer::Processor", "server-v100"},
          {scheduler, "ns3::surgery::LocalOnlyScheduler"},
          {"MecServer::ServerProcessor", "ns3::surgery::ShareProcessor[WorkConserving=true]"},
          {"MecServer::PricePolicy", "ns3::surgery::FixedPricePolicy"},
          {"MecServer::Timestep", "200ms"},
          {"MecServer::Connections", "ns3::surgery::ClientConnections[SegmentSize=700]"},
          {"MecServer::Outages", "1s+1s"},
          {"MecServer::ModelMemory", "1000000"},
          {"MecServer::LoadRate", "1Gbps"},
          {"MecServer::LoadDelay", "700ms"},
          {"ClientConnections::SegmentSize", "700"},
          {"ClientConnections::SendBuffer", "2000"},
          {"ClientConnections::ReceiveBuffer", "20000"},
          {"ShareProcessor::WorkConserving", "true"},
          {"ServerProcessor::Background", "ns3::surgery::BackgroundJob"},
          {"DecisionProcess::DecisionDelay", "ns3::ConstantRandomVariable[Constant=0.1]"}}},
        {"FixedPrice",
         "wired",
         3,
         2,
         {{"MecServer::PricePolicy", "ns3::surgery::FixedPricePolicy"}},
         {{"FixedPricePolicy::Price", "30ms"}}},
        {"LinearPrice",
         "wired",
         3,
         2,
         {{"MecServer::PricePolicy", "ns3::surgery::LinearPricePolicy"}},
         {{"LinearPricePolicy::Base", "30ms"}, {"LinearPricePolicy::Slope", "50ms"}}},
        {"Peers", "wired", 3, 2, {}, {{"MecServer::Peers", "", &TakeDeviceForPeer}}},
        {"PeerDown",
         "wired",
         3,
         2,
         {},
         {{"MecServer::PeerRetryInterval", "300ms"}},
         &TakeDeviceForPeer},
        {"Planned",
         "wired",
         3,
         2,
         {},
         {{"MecServer::Orchestrator", "", &ReportToDevice}},
         &TakeListeningDeviceForPeer},
        {"Visitors", "wired", 3, 2, {}, {{"MecServer::Admission", "false"}}, &SendVisitors},
        {"TimestampsAtDevices",
         "wired",
         3,
         2,
         {{"ServerConnection::Timestamps", "true"}},
         {{"ClientConnections::Timestamps", "true"}}},
        {"DevicesAway",
         "wired",
         6,
         2,
         {{"AccessNetwork::BackhaulOutages", "1050ms+4s"}},
         {{"MecServer::LeaseTime", "800ms"}, {"MecServer::DeviceTimeout", "1s"}}},
        {"OneStaysLocal",
         "wired",
         3,
         3,
         {{scheduler, "ns3::surgery::DadsScheduler"}},
         {{"EqualShareScheduler::AmongOffloading", "true"}},
         &KeepFirstDeviceLocal},
        {"CapacityInUnits",
         "wired",
         3,
         3,
         {{scheduler, "ns3::surgery::IaoScheduler"}},
         {{"IaoScheduler::Units", "4"}}},
        {"Batches",
         "wired",
         3,
         3,
         {{scheduler, "ns3::surgery::ServerOnlyScheduler"},
          {"MecServer::Processor", "raspberry-pi-4"},
          {"MecServer::ServerProcessor", "ns3::surgery::BatchProcessor"}},
         {{"BatchProcessor::QueueDelay", "50ms"},
          {"BatchProcessor::Instances", "2"},
          {"BatchingProcessor::MaxBatchSize", "1"}}},
        {"PooledShares",
         "wired",
         3,
         3,
         {{scheduler, "ns3::surgery::ServerOnlyScheduler"},
          {"MecServer::Processor",
           R"({"name": "p", "flops": {"default": 1e10}, "bandwidth_bytes_per_s": 1e10,
               "overhead_s": 0, "batch": {"fixed_part": 0.9, "source": "assumption"}})"},
          {"MecServer::ServerProcessor", "ns3::surgery::PooledShareProcessor"}},
         {{"PooledShareProcessor::QueueDelay", "0ns"}}},
        {"BestEffort",
         "wired",
         3,
         2,
         {{scheduler, "ns3::surgery::BestEffortScheduler"}},
         {{"BestEffortScheduler::Speed", "0"}}},
        {"Waiting",
         "wired",
         3,
         4,
         {{"InferenceClient::OpenLoop", "true"}, {"InferenceClient::Processor", "raspberry-pi-4"}},
         {{"DdsScheduler::Waiting", "true"}}},
        {"External",
         "wired",
         3,
         2,
         {{scheduler, "ns3::surgery::ExternalScheduler"},
          {"ExternalScheduler::Command", MakeDecider("0", "0")}},
         {{"ExternalScheduler::Command", MakeDecider("1", "0.1")},
          {"ExternalScheduler::Descriptor", "0"},
          {"ExternalScheduler::Timeout", "20ms"},
          {"ExternalScheduler::Advice", "server-only"}}},
        {"Negotiation",
         "wired",
         3,
         4,
         {{scheduler, negotiated}, {mode, "decentralized"}},
         {{"DecentralizedDdsScheduler::Tolerance", "0.5"},
          {"DecentralizedDdsScheduler::MaxRounds", "1"},
          {"DecentralizedDdsScheduler::RoundDeadline", "1ms"}}},
        {"NegotiationWaiting",
         "wired",
         3,
         4,
         {{scheduler, negotiated},
          {mode, "decentralized"},
          {"InferenceClient::OpenLoop", "true"},
          {"InferenceClient::Processor", "raspberry-pi-4"}},
         {{"DecentralizedDdsScheduler::Waiting", "true"}}},
        {"NegotiationOfAlikes",
         "wired",
         3,
         3,
         {{scheduler, negotiated},
          {mode, "decentralized"},
          {"MecServer::Processor", "server-8-core"},
          {"InferenceClient::Processor", "jetson-nano"}},
         {{"DecentralizedDdsScheduler::HandOutRounds", "0"}}},
        {"NegotiationFarAway",
         "wired",
         3,
         4,
         {{scheduler, negotiated}, {mode, "decentralized"}},
         {{"DecentralizedDdsScheduler::Patience", "100"}},
         &PutFirstDeviceFarAway},
        {"NegotiationSilent",
         "wired",
         3,
         4,
         {{scheduler, negotiated}, {mode, "decentralized"}},
         {{"DecentralizedDdsScheduler::DemandLifetime", "100ms"}},
         &SilenceFirstDevice},
    };
}

/** @} */

#endif // SERVER_SITUATIONS_H
