/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "measured-table.h"
#include "testbed-run.h"
#include "validations.h"

#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr double LARGE_BYTES = 150e3;     //!< a cut above this is judged
constexpr uint64_t CONTAINER_BYTES = 396; //!< what the testbed sends beside a .npy file
constexpr uint64_t ANSWER_BYTES = 1024;   //!< the testbed's answer
constexpr uint64_t BURST_BYTES = 64000;   //!< tc's "500kbit"
constexpr double LATENCY_S = 0.05;        //!< tc's "latency 50ms"
constexpr uint64_t INPUT_BYTES = 602112;  //!< 224 x 224 x 3 numbers of 32 bits
constexpr uint32_t MTU_BYTES = 9001;      //!< Amazon's, which the sizes of the bursts show
constexpr uint32_t SEGMENT_BYTES = 8949;  //!< the MTU without headers and timestamps
constexpr uint32_t FRAME_BYTES = 9015;    //!< the MTU with Ethernet's header
constexpr double NEVER_S = 1000;          //!< of layers that never run there

/// @param values some @return their median
double
GetMedian(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// The segments of a cut's inferences, medians over them.
struct CutTimes
{
    double device{0};  ///< s
    double server{0};  ///< s
    double network{0}; ///< everything else, s
};

/// Simulate the inferences of one cut. @param run the rest of the scenario @param row of the table
/// @param transfers how many @return their times
CutTimes
RunCut(TestbedRun run, const MeasuredTable::Row& row, uint32_t transfers)
{
    const auto bytes = static_cast<uint64_t>(row.GetNumber("bytes_at_cut"));
    const auto isInput = row.GetNumber("cut") == 0;
    const auto cloudS = row.GetNumber("cloud_s");
    run.inputBytes = isInput ? bytes + CONTAINER_BYTES : INPUT_BYTES;
    run.layers = {{NEVER_S, cloudS, ANSWER_BYTES}};
    if (!isInput)
    {
        run.layers.insert(run.layers.begin(),
                          {row.GetNumber("edge_s"), NEVER_S, bytes + CONTAINER_BYTES});
    }
    run.scheduler = "FixedCutScheduler[DeviceLayers=" + std::to_string(isInput ? 1 : 2) + "]";
    constexpr uint32_t COLD = 3; // the testbed's connection was open before
    const auto requestsMade = COLD + transfers;
    // apart, so that the bucket is full each time, and none waits
    const auto spacing = 4 * row.GetNumber("total_s") + 2;
    std::ostringstream times;
    for (uint32_t i = 0; i < requestsMade; ++i)
    {
        times << 1 + i * spacing << '\n';
    }
    const ScratchFile requests("-requests.csv", times.str());
    run.requestTimes = requests.GetPath();
    run.requests = requestsMade;
    run.duration = Seconds(1 + (requestsMade + 1) * spacing);
    std::vector<double> device;
    std::vector<double> server;
    std::vector<double> network;
    for (const auto& record : Simulate(run))
    {
        if (record.outcome == InferenceOutcome::COMPLETED && record.reason.empty() &&
            record.id > COLD)
        {
            const auto t = GetTimeline(record);
            device.push_back(t.device.GetSeconds());
            server.push_back(t.server.GetSeconds());
            network.push_back((GetMeasuredLatency(record) - t.device - t.server).GetSeconds());
        }
    }
    if (network.empty())
    {
        throw std::runtime_error("no inference of cut " + row.GetText("cut") + " was completed");
    }
    return {GetMedian(device), GetMedian(server), GetMedian(network)};
}

/// @param mbps rate of the testbed's shaper @param settings host work @return its wire and hosts
TestbedRun
MakeWire(double mbps, const ValidationSettings& settings)
{
    TestbedRun run;
    const auto queueBytes = static_cast<uint64_t>(1e6 * mbps / 8 * LATENCY_S) + BURST_BYTES;
    std::ostringstream network;
    network << "wired[Mtu=" << MTU_BYTES << "|BackhaulMtu=" << MTU_BYTES
            << "|Delay=100us|BackhaulDelay=0s|BackhaulRate=10Gbps|"
               "UplinkMbps=ns3::ConstantRandomVariable[Constant=10000]|"
               "DownlinkMbps=ns3::ConstantRandomVariable[Constant=10000]|"
               "UplinkQueueDisc=ns3::TbfQueueDisc[Rate="
            << static_cast<uint64_t>(1e6 * mbps) << "bps|Burst=" << BURST_BYTES
            << "|Mtu=" << FRAME_BYTES << "|MaxSize=" << queueBytes << "B]]";
    run.network = network.str();
    run.segmentSize = SEGMENT_BYTES;
    // the shaper is in the sender's own host, where Linux lets TCP queue only what fits (TCP small
    // queues), so that it drops nothing of itself: here as many whole segments as the queue holds
    run.sendBuffer = static_cast<uint32_t>(queueBytes / MTU_BYTES) * SEGMENT_BYTES;
    run.timestamps = true;
    run.hostTime = settings.hostTime;
    run.hostTimePerByte = settings.hostTimePerByte;
    return run;
}

/// @param settings with a table, or none @return the rows of one level of stress
std::vector<MeasuredTable::Row>
FindCuts(const MeasuredTable& table, const ValidationSettings& settings, const std::string& mbps)
{
    return table.Find({{"rate_mbps", mbps},
                       {"memory_stress", "any"},
                       {"server_cpu_stress_percent", std::to_string(settings.serverStress)},
                       {"edge_cpu_stress_percent", std::to_string(settings.deviceStress)}});
}

/// @param settings with or without a table @return that of all cuts
std::string
GetCutTable(const ValidationSettings& settings)
{
    return settings.table.empty() ? "adaptivednn-vgg19.csv" : settings.table;
}

} // namespace

void
ValidateCuts(const ValidationSettings& settings, const Report& report)
{
    const MeasuredTable table(GetCutTable(settings));
    const auto rates = settings.rates.empty() ? "50,25,10" : settings.rates;
    for (const auto& rate : Split(rates, ','))
    {
        const std::string mbps(rate);
        const auto run = MakeWire(ToNumber(rate).value_or(0), settings);
        for (const auto& row : FindCuts(table, settings, mbps))
        {
            const auto cut = row.GetNumber("cut");
            if (cut < settings.from || cut > settings.until)
            {
                continue;
            }
            const auto times = RunCut(run, row, settings.transfers);
            const auto bytes = row.GetNumber("bytes_at_cut");
            const auto isJudged = bytes > LARGE_BYTES;
            const auto measured = row.GetNumber("network_s");
            report({"network", mbps + " Mbit/s", cut, measured, times.network, isJudged});
            report({"total",
                    mbps + " Mbit/s",
                    cut,
                    row.GetNumber("total_s"),
                    times.device + times.server + times.network,
                    isJudged});
        }
    }
}

void
ValidateStress(const ValidationSettings& settings, const Report& report)
{
    constexpr double LEAST_S = 0.03; // shorter ones were not counted by the measurements either
    const MeasuredTable measured("adaptivednn-stress.csv");
    const MeasuredTable table(GetCutTable(settings));
    const auto run = MakeWire(50, settings);
    for (const std::string percent : {"100", "50"})
    {
        // half of the time, in pieces as long as a scheduler's
        const std::string on = "ns3::ExponentialRandomVariable[Mean=0.05]";
        const TestbedJob job{on, percent == "100" ? "ns3::ConstantRandomVariable[Constant=0]" : on};
        for (const std::string side : {"edge", "server"})
        {
            const auto isDevice = side == "edge";
            const auto ratio = measured
                                   .Find({{"stressed", side + "_cpu"},
                                          {"stress_percent", percent},
                                          {"observed", isDevice ? "edge_s" : "cloud_s"},
                                          {"cut", "all"}})
                                   .front()
                                   .GetNumber("ratio_median");
            auto stressed = run;
            (isDevice ? stressed.deviceJob : stressed.serverJob) = job;
            std::vector<double> ratios;
            for (const auto& row : FindCuts(table, settings, "50"))
            {
                const auto alone = row.GetNumber(isDevice ? "edge_s" : "cloud_s");
                const auto cut = row.GetNumber("cut");
                if (alone > LEAST_S && cut > 0 && cut >= settings.from && cut <= settings.until)
                {
                    const auto times = RunCut(stressed, row, settings.transfers);
                    ratios.push_back((isDevice ? times.device : times.server) / alone);
                }
            }
            if (!ratios.empty())
            {
                report({side, percent + " %", 0, ratio, GetMedian(ratios), percent == "100"});
            }
        }
    }
}
