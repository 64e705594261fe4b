/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/core/partition/min-cut.h"
#include "test/support/sample-profiles.h"

#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-partition-frontier.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <utility>

namespace
{

using namespace ns3::surgery;

TEST(ProfileFuzz, ParsesOrComplainsWhateverTheBytes)
{
    const std::string alphabet = "{}[]\",:0123456789.eE+-nulltrefs \n\\";
    for (uint64_t seed = 1; seed <= 20000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const bool isDnn = random() % 2 == 0;
        auto text = isDnn ? GOOD_DNN : GOOD_PROCESSOR;
        for (auto changes = 1 + random() % 4; changes > 0 && !text.empty(); --changes)
        {
            const auto at = random() % text.size();
            switch (random() % 5)
            {
            case 0:
                text[at] = static_cast<char>(random() % 256);
                break;
            case 1:
                text.resize(at);
                break;
            case 2:
                text.erase(at, 1 + random() % 8);
                break;
            case 3:
                text.insert(at, 1, alphabet[random() % alphabet.size()]);
                break;
            default:
                text[at] = alphabet[random() % alphabet.size()];
            }
        }
        // anything but std::invalid_argument fails the test
        const auto complaint = GetComplaint([&] {
            if (isDnn)
            {
                const auto dnn = std::make_shared<const DnnGraph>(ParseDnn(text, "file.json"));
                const auto board = ParseProcessor(GOOD_PROCESSOR, "board.json");
                const PartitionFrontier frontier(LayerCosts(dnn, board, board, Encoding()));
            }
            else
            {
                ParseProcessor(text, "file.json");
            }
        });
        EXPECT_EQ(complaint.find('\n'), std::string::npos) << complaint;
    }
}

TEST(ProfileFuzz, SurvivesDeepNesting)
{
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")})
    {
        std::string deep = "1";
        for (int depth = 0; depth < 20000; ++depth)
        {
            deep = open + deep + close;
        }
        ExpectDnnRejected("{\"source\": \"a test\"}", deep, {"nested", "100"});
        ExpectProcessorRejected("\"a test\"", deep, {"nested", "100"});
    }
}

TEST(ProfileFuzz, SurvivesNumbersOfEveryMagnitude)
{
    int frontiers = 0;
    for (uint64_t seed = 1; seed <= 3000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto most = seed % 2 == 0 ? 300 : 7;
        const auto draw = [&random](int low, int high) {
            return std::pow(10.0, std::uniform_int_distribution<>(low, high)(random));
        };
        auto layers = ParseDnn(GOOD_DNN, "x").GetLayers();
        for (std::size_t v = 0; v < layers.size(); ++v)
        {
            layers[v].flops = v > 0 ? draw(-most, most) : 0;
            layers[v].outputBytes = static_cast<uint64_t>(draw(0, 15));
            layers[v].weightBytes = v > 0 ? static_cast<uint64_t>(draw(0, 15)) : 0;
            layers[v].seconds.clear();
        }
        const auto dnn = std::make_shared<const DnnGraph>("huge", "", layers);
        const auto makeProcessor = [&] {
            const auto speed = draw(-most, most);
            return Processor({"board", "", {{"default", speed}}, draw(6, std::max(12, most)), 0});
        };
        // times far beyond anything real are refused, all others give a finite frontier
        const auto complaint = GetComplaint([&] {
            const PartitionFrontier frontier(
                LayerCosts(dnn, makeProcessor(), makeProcessor(), Encoding()));
            for (const auto& cut : frontier.GetCuts())
            {
                EXPECT_TRUE(std::isfinite(cut->deviceSeconds));
                EXPECT_TRUE(std::isfinite(cut->serverSeconds));
            }
            ++frontiers;
        });
        if (!complaint.empty())
        {
            ExpectWords(complaint, {"\"huge\"", "layer", "\"board\"", "1e-15 to 1e9 s"});
        }
    }
    EXPECT_GT(frontiers, 500);
    EXPECT_LT(frontiers, 2500);
}

TEST(MinCut, RefusesCostsThatOverflow)
{
    const auto dnn = std::make_shared<const DnnGraph>(ParseDnn(GOOD_DNN, "x"));
    const auto board = ParseProcessor(GOOD_PROCESSOR, "x");
    const LayerCosts costs(dnn, board, board, Encoding());
    MinCut minCut(costs);
    EXPECT_THROW(minCut.Solve(1e308, 1), std::invalid_argument);
    EXPECT_THROW(minCut.Solve(1, 1e308), std::invalid_argument);
    EXPECT_EQ(minCut.Solve(1e300, 1).uploadBytes, 0u);
    EXPECT_EQ(minCut.Solve(0, 1e-320).serverSeconds, costs.GetLocalSeconds());
}

} // namespace
