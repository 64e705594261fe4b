/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/scheduler/dds-scheduler.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/dnn-cut.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-bandwidth-trace.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr double TIMESTEP_S = 0.5;
constexpr double HALF_WAVE_S = 10.13; //!< not a whole number of timesteps: edges at any phase
constexpr int EDGES = 5;

/// Keeps a DNN cut at one place, with the share that is best for that cut.
class FixedCutScheduler : public SurgeryScheduler
{
  public:
    /// @param index of the cut in every player's frontier
    explicit FixedCutScheduler(std::size_t index)
        : m_index(index)
    {
    }

    Outcome Decide(const Game& game) override
    {
        Outcome outcome;
        auto left = game.capacity;
        for (const auto& player : game.players)
        {
            const auto cut = player.options->front().frontier->GetCuts().at(m_index);
            const auto share = std::min(left, std::sqrt(cut->serverSeconds / player.usagePriceS));
            outcome.decisions.push_back({cut, share});
            left -= share;
        }
        return outcome;
    }

  private:
    std::size_t m_index;
};

/// What happened on the square wave.
struct WaveRun
{
    std::vector<InferenceRecord> inferences;
    std::vector<GrantRecord> grants;
    double meanLatencyS{0};
    std::shared_ptr<const PartitionFrontier> frontier;
};

/**
 * A Raspberry Pi 3 with SqueezeNet, alone with a T4. Its activations are sent with 8 bits, its
 * input as a picture of 60 kB, so that at 2 Mbit/s it is best to compute a half of the layers on
 * the device and to send 8 kB, and at 50 Mbit/s to send the picture. Requests come every 0.25 s,
 * fast link or slow, so that both halves of the wave count alike in a mean over requests.
 */
WaveRun
RunWave(Ptr<SurgeryScheduler> scheduler, const std::string& estimator)
{
    StarNetwork network(1, "1Mbps", MilliSeconds(5));
    const auto wave = std::make_shared<const BandwidthTrace>(
        BandwidthTrace::MakeSquareWave(2e6, 50e6, HALF_WAVE_S));
    BandwidthTraceHelper(wave, wave).Install(network.GetLink(0));
    WaveRun run;
    const auto server = network.InstallServer([&](MecServerHelper& helper) {
        helper.SetAttribute("Timestep", TimeValue(Seconds(TIMESTEP_S)));
        const auto decide = [&run, scheduler](const Game& game) {
            if (!game.players.empty())
            {
                run.frontier = game.players[0].options->front().frontier;
            }
            return scheduler->Decide(game);
        };
        helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(decide)));
    });
    const auto client = network.InstallClient(0, [&](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("squeezenet"));
        helper.SetAttribute("Processor", StringValue("raspberry-pi-3b"));
        helper.SetAttribute("ActivationBits", StringValue("8"));
        helper.SetAttribute("InputBytes", StringValue("60000"));
        helper.SetAttribute("UplinkEstimator", StringValue(estimator));
        helper.SetAttribute("OpenLoop", StringValue("true"));
        helper.SetAttribute("Interval", StringValue("ns3::ConstantRandomVariable[Constant=0.25]"));
    });
    Listen(client, "Inference", [&](const InferenceRecord& record) {
        run.inferences.push_back(record);
    });
    Listen(server, "Granted", [&](const GrantRecord& record) { run.grants.push_back(record); });
    Simulator::Stop(Seconds((EDGES + 1) * HALF_WAVE_S));
    Simulator::Run();
    Simulator::Destroy();
    int count = 0;
    for (const auto& record : run.inferences)
    {
        if (record.outcome == InferenceOutcome::COMPLETED)
        {
            run.meanLatencyS += GetMeasuredLatency(record).GetSeconds();
            ++count;
        }
    }
    run.meanLatencyS /= count;
    return run;
}

/// When the first transfer that began after an instant was over, s.
std::optional<double>
GetFirstTransfer(const WaveRun& run, double afterS)
{
    std::optional<double> first;
    for (const auto& record : run.inferences)
    {
        // what was under way at the end, or stayed on the device, has no end
        if (record.lastByteReceived.IsNegative() || record.firstByteSent < Seconds(afterS))
        {
            continue;
        }
        const auto end = record.lastByteReceived.GetSeconds();
        first = first ? std::min(*first, end) : end;
    }
    return first;
}

/// From the first transfer after an edge until the cut sends more or less, as it should; timesteps.
std::optional<double>
GetReaction(const WaveRun& run, int edge)
{
    std::map<std::string, uint64_t> bytes;
    for (const auto& cut : run.frontier->GetCuts())
    {
        bytes[GetCutLabel(run.frontier->GetCosts().GetDnn(), cut->deviceLayers)] = cut->uploadBytes;
    }
    const auto edgeS = edge * HALF_WAVE_S;
    const auto isUp = edge % 2 == 1;
    const auto transfer = GetFirstTransfer(run, edgeS);
    std::string before;
    for (const auto& grant : run.grants)
    {
        const auto isMore = bytes.at(grant.cut) > bytes[before];
        if (grant.time.GetSeconds() > edgeS && grant.cut != before && isMore == isUp && transfer)
        {
            return (grant.time.GetSeconds() - *transfer) / TIMESTEP_S;
        }
        before = grant.time.GetSeconds() > edgeS ? before : grant.cut;
    }
    return std::nullopt;
}

class Recut : public SimulatorFixture
{
};

TEST_F(Recut, CutFollowsTheBandwidthWithinTwoTimesteps)
{
    for (const std::string estimator : {"ns3::surgery::FittedLinkEstimator",
                                        "ns3::surgery::FittedLinkEstimator[Weight=0.6]",
                                        "ns3::surgery::LastTransferLinkEstimator"})
    {
        SCOPED_TRACE(estimator);
        const auto run = RunWave(CreateObject<DdsScheduler>(), estimator);
        std::cout << estimator << ": timesteps from the first transfer after an edge to the cut:"
                  << std::setprecision(3);
        for (int edge = 1; edge <= EDGES; ++edge)
        {
            const auto reaction = GetReaction(run, edge);
            ASSERT_TRUE(reaction) << "edge " << edge;
            EXPECT_LE(*reaction, 2) << "edge " << edge;
            std::cout << ' ' << *reaction;
        }
        std::cout << '\n';
    }
}

TEST_F(Recut, RecuttingBeatsTheBestFixedCut)
{
    const std::string estimator = "ns3::surgery::FittedLinkEstimator";
    const auto dds = RunWave(CreateObject<DdsScheduler>(), estimator);
    auto best = 1e9;
    std::size_t bestCut = 0;
    const auto cuts = dds.frontier->GetCuts().size();
    ASSERT_GE(cuts, 3u);
    for (std::size_t cut = 0; cut < cuts; ++cut)
    {
        const auto fixed = RunWave(CreateObject<FixedCutScheduler>(cut), estimator);
        bestCut = fixed.meanLatencyS < best ? cut : bestCut;
        best = std::min(best, fixed.meanLatencyS);
    }
    const auto& frontier = *dds.frontier;
    std::cout << "DDS: mean " << 1e3 * dds.meanLatencyS << " ms; best of " << cuts
              << " fixed cuts, "
              << GetCutLabel(frontier.GetCosts().GetDnn(),
                             frontier.GetCuts()[bestCut]->deviceLayers)
              << ": " << 1e3 * best << " ms; ratio " << best / dds.meanLatencyS << '\n';
    EXPECT_GE(best, 1.2 * dds.meanLatencyS);
}

} // namespace
