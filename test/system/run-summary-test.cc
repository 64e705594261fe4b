/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "examples/common/run-summary.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// What a device's summary must say of measured latencies, in ns.
double
GetPercentile95(std::vector<int64_t> latencies)
{
    std::sort(latencies.begin(), latencies.end());
    const auto rank = static_cast<std::size_t>(
        std::ceil(0.95 * static_cast<double>(latencies.size()) * (1 - 1e-12)));
    return NanoSeconds(latencies.at(rank - 1)).GetSeconds();
}

TEST(RunSummary, PercentilesAreLatenciesThatWereMeasured)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        std::vector<int64_t> all;
        DeviceSummary pooled;
        for (int device = 0; device < 3; ++device)
        {
            std::vector<int64_t> latencies(1 + random() % 200);
            DeviceSummary summary;
            for (auto& latency : latencies)
            {
                latency = static_cast<int64_t>(1 + random() % 1000000000);
                InferenceRecord record;
                record.outcome = InferenceOutcome::COMPLETED;
                record.created = NanoSeconds(5);
                record.resultReceived = NanoSeconds(5 + latency);
                summary.AddInference(record);
            }
            EXPECT_EQ(summary.GetLatencyPercentile95(), GetPercentile95(latencies));
            EXPECT_LT(summary.GetPredictionError(0.5), 0) << "nothing was predicted";
            all.insert(all.end(), latencies.begin(), latencies.end());
            pooled.Merge(summary);
        }
        EXPECT_EQ(pooled.GetLatencyPercentile95(), GetPercentile95(all));
    }
    EXPECT_LT(DeviceSummary().GetLatencyPercentile95(), 0);
}

/// @param cut of a completed inference @param deviceNs of its layers on the device
/// @param isOffloaded whether its last layers ran on the server @return it
InferenceRecord
MakeCompleted(const std::string& cut, int64_t deviceNs, bool isOffloaded)
{
    InferenceRecord record;
    record.outcome = InferenceOutcome::COMPLETED;
    record.cut = cut;
    record.created = record.deviceStart = NanoSeconds(5);
    record.deviceEnd = NanoSeconds(5 + deviceNs);
    record.serverEnd = NanoSeconds(isOffloaded ? 50 : -1);
    record.resultReceived = NanoSeconds(60);
    return record;
}

TEST(RunSummary, CutsInsideAreThoseWithLayersOnBothSides)
{
    DeviceSummary first;
    EXPECT_EQ(first.GetUsualCuts(), "-");
    first.AddInference(MakeCompleted("input", 0, true));
    first.AddInference(MakeCompleted("pool", 20, true));
    first.AddInference(MakeCompleted("pool", 20, true));
    first.AddInference(MakeCompleted("local", 40, false));
    // offloaded, but the device did it all in the end
    first.AddInference(MakeCompleted("pool", 40, false));
    InferenceRecord dropped;
    dropped.outcome = InferenceOutcome::DROPPED;
    first.AddInference(dropped);
    EXPECT_EQ(first.GetOffloaded(), 3);
    EXPECT_EQ(first.GetCutInside(), 2);
    const std::map<std::string, uint64_t> cuts{{"local", 2}, {"pool", 2}, {"server", 1}};
    EXPECT_EQ(first.GetCuts(), cuts);
    EXPECT_EQ(first.GetUsualCuts(), "local 40 %, pool 40 %");

    DeviceSummary second;
    second.AddInference(MakeCompleted("pool", 20, true));
    second.AddInference(MakeCompleted("relu", 30, true));
    first.Merge(second);
    EXPECT_EQ(first.GetOffloaded(), 5);
    const std::map<std::string, uint64_t> inner{{"pool", 3}, {"relu", 1}};
    EXPECT_EQ(first.GetInnerCuts(), inner);
    EXPECT_EQ(first.GetUsualCuts(), "pool 43 %, local 29 %");
}

/// @param outcome of an inference with a deadline of 100 ns @param ns from its request to its end
/// @return it
InferenceRecord
MakeDue(InferenceOutcome outcome, int64_t ns)
{
    InferenceRecord record;
    record.outcome = outcome;
    record.deadline = NanoSeconds(100);
    record.created = NanoSeconds(5);
    record.ended = NanoSeconds(5 + ns);
    record.resultReceived = NanoSeconds(outcome == InferenceOutcome::COMPLETED ? 5 + ns : -1);
    return record;
}

TEST(RunSummary, DeadlinesMetAreThoseCompletedInTimeOfAllThatEndedOrAreOverdue)
{
    DeviceSummary first;
    EXPECT_FALSE(first.GetFractionMet());
    first.AddInference(MakeCompleted("local", 40, false)); // without a deadline
    first.AddInference(MakeDue(InferenceOutcome::IN_FLIGHT, 100));
    EXPECT_FALSE(first.GetFractionMet()) << "not overdue";
    EXPECT_FALSE(first.GetMeanLateness());
    first.AddInference(MakeDue(InferenceOutcome::DROPPED, 10));
    EXPECT_EQ(first.GetFractionMet(), 0.0);
    EXPECT_FALSE(first.GetMeanLateness());
    first.AddInference(MakeDue(InferenceOutcome::COMPLETED, 100)); // just in time
    first.AddInference(MakeDue(InferenceOutcome::COMPLETED, 70));
    EXPECT_EQ(first.GetFractionMet(), 2.0 / 3);
    EXPECT_NEAR(first.GetMeanLateness().value(), -15e-9, 1e-15);

    DeviceSummary second;
    second.AddInference(MakeDue(InferenceOutcome::COMPLETED, 145));
    second.AddInference(MakeDue(InferenceOutcome::IN_FLIGHT, 101));
    EXPECT_EQ(second.GetFractionMet(), 0.0);
    EXPECT_NEAR(second.GetMeanLateness().value(), 45e-9, 1e-15);
    first.Merge(second);
    EXPECT_EQ(first.GetFractionMet(), 2.0 / 5);
    EXPECT_NEAR(first.GetMeanLateness().value(), 5e-9, 1e-15);
}

} // namespace
