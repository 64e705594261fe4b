/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/game-dnns.h"

#include "ns3/address.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup dnn-surgery-benchmarks
 * What the simulation itself costs: the bytes of activations, and a timestep of the server.
 */

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint64_t TRANSFER_BYTES = 60000000; ///< activations per run
constexpr uint32_t SEGMENT_BYTES = 1448;      ///< payload of a TCP segment, for both rivals
constexpr uint32_t BUFFER_BYTES = 4 << 20;    ///< of TCP, for both rivals
constexpr uint16_t PORT = 5000;               ///< of the server, and of the sink

/// Of BulkSend, byte: its default, a segment, a large one.
constexpr uint32_t BULK_SEND_SIZES[]{512, SEGMENT_BYTES, 65536};

/// Devices with a lossless point-to-point link each to one server, which nothing holds up.
struct Star
{
    /// @param count devices
    explicit Star(uint32_t count)
    {
        server.Create(1);
        devices.Create(count);
        InternetStackHelper internet;
        internet.Install(server);
        internet.Install(devices);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", StringValue("2ms"));
        link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("100000p"));
        Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
        TrafficControlHelper queueDiscs;
        for (uint32_t i = 0; i < count; ++i)
        {
            const auto ends = link.Install(devices.Get(i), server.Get(0));
            const auto interfaces = addresses.Assign(ends);
            serverAddresses.emplace_back(interfaces.GetAddress(1), PORT);
            queueDiscs.Uninstall(ends);
            addresses.NewNetwork();
        }
    }

    NodeContainer server;                           ///< one node
    NodeContainer devices;                          ///< all others
    std::vector<InetSocketAddress> serverAddresses; ///< as each device sees it
};

/// What a run did.
struct Cost
{
    double cpuSeconds{0}; ///< of this process
    uint64_t bytes{0};    ///< that arrived: activations, or those of BulkSend
};

/// Run the simulation until nothing is left to do, or it is stopped. @return CPU time, s
double
RunSimulation()
{
    const auto start = std::clock();
    Simulator::Run();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// Send bytes by BulkSendApplication to a PacketSink. @param bytes how many @param sendSize in byte
/// @return what it cost
Cost
RunBulkSend(uint64_t bytes, uint32_t sendSize)
{
    // the sockets of both applications are out of reach before they connect
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SEGMENT_BYTES));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(BUFFER_BYTES));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(BUFFER_BYTES));
    Star star(1);
    PacketSinkHelper sinkHelper("ns3::TcpSocketFactory",
                                InetSocketAddress(Ipv4Address::GetAny(), PORT));
    const auto sink = DynamicCast<PacketSink>(sinkHelper.Install(star.server).Get(0));
    BulkSendHelper bulkHelper("ns3::TcpSocketFactory", star.serverAddresses[0]);
    bulkHelper.SetAttribute("MaxBytes", UintegerValue(bytes));
    bulkHelper.SetAttribute("SendSize", UintegerValue(sendSize));
    bulkHelper.Install(star.devices);
    Cost cost;
    cost.cpuSeconds = RunSimulation();
    cost.bytes = sink->GetTotalRx();
    Simulator::Destroy();
    Config::Reset();
    return cost;
}

/// Send activations, one inference after the other, everything on the server.
/// @param messageBytes size of each @return what they cost
Cost
RunInferences(uint64_t messageBytes)
{
    Star star(1);
    MecServerHelper serverHelper(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    serverHelper.SetScheduler("server-only");
    serverHelper.Install(star.server);
    InferenceClientHelper clientHelper(star.serverAddresses[0]);
    clientHelper.SetAttribute("Dnn", StringValue("squeezenet"));
    clientHelper.SetAttribute("InputBytes", UintegerValue(messageBytes));
    const auto clients = clientHelper.Install(star.devices);
    Cost cost;
    clients.Get(0)->TraceConnectWithoutContext(
        "Inference",
        Callback<void, const InferenceRecord&>([&cost](const InferenceRecord& record) {
            if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local")
            {
                cost.bytes += record.uplinkBytes;
            }
            if (cost.bytes >= TRANSFER_BYTES)
            {
                Simulator::Stop();
            }
        }));
    cost.cpuSeconds = RunSimulation();
    Simulator::Destroy();
    return cost;
}

/// @param values any, not empty @return their median
double
GetMedian(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// CPU per MB of activations beside BulkSend of the same bytes on the same links, in ms. They take
/// turns, so that what else the machine does hits them alike. The whole run counts: profiles are
/// read, the frontier is found, results and the messages of the control connection are sent.
void
BenchmarkActivations(benchmark::State& state)
{
    std::vector<double> own;
    std::vector<std::vector<double>> bulk(std::size(BULK_SEND_SIZES));
    std::vector<double> ratios;
    for (auto step : state)
    {
        const auto cost = RunInferences(static_cast<uint64_t>(state.range(0)));
        own.push_back(cost.cpuSeconds / static_cast<double>(cost.bytes));
        auto best = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < bulk.size(); ++i)
        {
            const auto rival = RunBulkSend(cost.bytes, BULK_SEND_SIZES[i]);
            if (rival.bytes != cost.bytes)
            {
                state.SkipWithError("BulkSend did not deliver all bytes");
                return;
            }
            bulk[i].push_back(rival.cpuSeconds / static_cast<double>(rival.bytes));
            best = std::min(best, bulk[i].back());
        }
        ratios.push_back(own.back() / best);
        state.SetIterationTime(cost.cpuSeconds);
    }
    state.counters["ms_per_MB"] = 1e9 * GetMedian(own);
    state.counters["bulk_512"] = 1e9 * GetMedian(bulk[0]);
    state.counters["bulk_1448"] = 1e9 * GetMedian(bulk[1]);
    state.counters["bulk_64Ki"] = 1e9 * GetMedian(bulk[2]);
    state.counters["ratio_to_best"] = GetMedian(ratios);
}

/// What a timestep costs when no device offloads anything: states in, a decision, grants out. The
/// run as a whole grows faster than the devices: ns-3 looks for the receiver of each packet among
/// all connections, and for its route among all links, of the server's node.
void
BenchmarkTimestep(benchmark::State& state)
{
    using Clock = std::chrono::steady_clock;
    const auto count = static_cast<uint32_t>(state.range(0));
    constexpr double WARM_UP_S = 2; // connecting, and finding the frontiers
    constexpr double MEASURED_S = 10;
    uint32_t steps = 0;
    double solverSeconds = 0;
    double applySeconds = 0;
    double cpuSeconds = 0;
    for (auto step : state)
    {
        Star star(count);
        MecServerHelper serverHelper(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        const auto server = DynamicCast<MecServer>(serverHelper.Install(star.server).Get(0));
        InferenceClientHelper clientHelper(star.serverAddresses[0]);
        clientHelper.SetAttribute("ThinkTime",
                                  StringValue("ns3::ConstantRandomVariable[Constant=1e6]"));
        for (uint32_t i = 0; i < count; ++i)
        {
            clientHelper.SetAttribute("Remote", AddressValue(star.serverAddresses[i]));
            clientHelper.SetAttribute("Dnn", StringValue(GAME_DNNS[i % GAME_DNNS.size()]));
            clientHelper.Install(star.devices.Get(i));
        }
        Clock::time_point decided;
        server->GetScheduler()->TraceConnectWithoutContext(
            "SolverWallTime",
            Callback<void, Time, double>([&](Time now, double wall) {
                decided = Clock::now();
                solverSeconds += now > Seconds(WARM_UP_S) ? wall : 0;
            }));
        server->TraceConnectWithoutContext(
            "Timestep",
            Callback<void, const TimestepRecord&>([&](const TimestepRecord& record) {
                if (record.time > Seconds(WARM_UP_S) && record.devices == count)
                {
                    // nothing was simulated since the decision, which takes no simulated time
                    applySeconds += std::chrono::duration<double>(Clock::now() - decided).count();
                    ++steps;
                }
            }));
        Simulator::Stop(Seconds(WARM_UP_S));
        Simulator::Run();
        Simulator::Stop(Seconds(MEASURED_S));
        const auto cpu = RunSimulation();
        cpuSeconds += cpu;
        Simulator::Destroy();
        state.SetIterationTime(cpu);
    }
    const auto runs = static_cast<double>(state.iterations());
    state.counters["timesteps"] = steps / runs;
    state.counters["decide_us"] = 1e6 * solverSeconds / steps;
    state.counters["apply_us"] = 1e6 * applySeconds / steps;
    state.counters["us_per_device"] = 1e6 * (solverSeconds + applySeconds) / steps / count;
    state.counters["run_ms_per_sim_s"] = 1e3 * cpuSeconds / runs / MEASURED_S;
}

BENCHMARK(BenchmarkActivations)
    ->Name("Activations")
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(7)
    ->Arg(150528)
    ->Arg(602112)
    ->Arg(3000000);
BENCHMARK(BenchmarkTimestep)
    ->Name("Timestep")
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(1)
    ->Arg(12)
    ->Arg(100)
    ->Arg(1000);

} // namespace
