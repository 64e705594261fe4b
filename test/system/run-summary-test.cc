/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "examples/common/run-summary.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
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

} // namespace
