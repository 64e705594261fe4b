/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-batch-cost.h"
#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/dnn-profile.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// ResNet-50 on a V100, ms by batch size (Gujarati et al., "Clockwork", OSDI 2020).
const std::map<std::size_t, double> MEASURED_MS{{1, 3.322},
                                                {2, 5.271},
                                                {4, 7.495},
                                                {8, 12.439},
                                                {16, 21.729}};

/// @param batch the field "batch" @return a processor's profile with it
std::string
MakeProcessor(const std::string& batch)
{
    return R"({"schema": "dnn-surgery/processor/1", "name": "p", "flops": {"default": 1e9},
               "bandwidth_bytes_per_s": 1e9, "overhead_s": 0, "batch": )" +
           batch + "}";
}

/// @param batch the field "batch" @return a DNN's profile with it
std::string
MakeDnn(const std::string& batch)
{
    return R"({"schema": "dnn-surgery/dnn/1", "name": "d", "batch": )" + batch + R"(, "layers": [
               {"name": "i", "op": "Input", "inputs": [], "flops": 0, "output_bytes": 4,
                "weight_bytes": 0},
               {"name": "l", "op": "Relu", "inputs": ["i"], "flops": 1, "output_bytes": 4,
                "weight_bytes": 0}]})";
}

/// @return what an invalid argument says, or nothing
std::string
GetComplaint(const std::function<void()>& doIt)
{
    try
    {
        doIt();
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

} // unnamed namespace

TEST(BatchCost, GainsNothingUnlessToldOtherwise)
{
    for (const auto& cost : {BatchCost(), BatchCost(0), BatchCost({{1, 0.25}})})
    {
        for (const std::size_t b : {1, 2, 7, 1000})
        {
            EXPECT_EQ(cost.GetFactor(b), b);
        }
    }
}

TEST(BatchCost, IsOneForOneAndRises)
{
    for (const auto f : {0.0, 0.25, 0.68, 1.0})
    {
        const BatchCost cost(f);
        EXPECT_EQ(cost.GetFactor(1), 1);
        for (std::size_t b = 1; b < 100; ++b)
        {
            EXPECT_NEAR(cost.GetFactor(b + 1) - cost.GetFactor(b), 1 - f, 1e-12);
        }
    }
}

TEST(BatchCost, TheFitIsWithinSixPercentOfMeasuredBatches)
{
    // 2.57 + 1.206 b, in ms
    const BatchCost fit(2.57 / (2.57 + 1.206));
    for (const auto& [b, ms] : MEASURED_MS)
    {
        if (b >= 2)
        {
            EXPECT_NEAR((2.57 + 1.206) * fit.GetFactor(b), ms, 0.06 * ms) << "batch of " << b;
        }
    }
}

TEST(BatchCost, TheTableIsExactWhereMeasuredAndLinearElsewhere)
{
    const BatchCost table(MEASURED_MS);
    for (const auto& [b, ms] : MEASURED_MS)
    {
        EXPECT_DOUBLE_EQ(MEASURED_MS.at(1) * table.GetFactor(b), ms) << "batch of " << b;
    }
    EXPECT_NEAR(3.322 * table.GetFactor(3), (5.271 + 7.495) / 2, 1e-12);
    EXPECT_NEAR(3.322 * table.GetFactor(24), 21.729 + (21.729 - 12.439), 1e-12);
}

TEST(BatchCost, BundledProfilesTellTheMeasurement)
{
    ProfileLibrary library;
    const auto resnet = library.GetDnn("resnet50");
    const auto v100 = library.GetProcessor("server-v100");
    const LayerCosts costs(resnet, *library.GetProcessor("jetson-nano"), *v100, Encoding());
    const BatchCost fit(2.57 / (2.57 + 1.206));
    const auto& other = v100->GetBatchCost(*library.GetDnn("vgg16"));
    for (const auto& [b, ms] : MEASURED_MS)
    {
        EXPECT_DOUBLE_EQ(costs.GetBatchCost().GetFactor(b), ms / MEASURED_MS.at(1));
        EXPECT_NEAR(other.GetFactor(b), fit.GetFactor(b), 0.01);
    }
    const auto t4 = library.GetProcessor("server-t4");
    EXPECT_EQ(t4->GetBatchCost(*resnet).GetFactor(16), 16) << "nothing was measured there";
}

TEST(BatchCost, ADnnKnowsBetterThanTheProcessor)
{
    const auto processor =
        ParseProcessor(MakeProcessor(R"({"fixed_part": 0.5, "source": "a guess"})"), "p.json");
    const auto own = R"({"p": {"seconds": {"1": 2, "4": 3, "10": 3}, "source": "a clock"},
                         "q": {"fixed_part": 1, "source": "a guess"}})";
    const auto measured = ParseDnn(MakeDnn(own), "d.json");
    const auto other = ParseDnn(MakeDnn("{}"), "d.json");
    EXPECT_EQ(processor.GetBatchCost(measured).GetFactor(4), 1.5);
    EXPECT_EQ(processor.GetBatchCost(measured).GetFactor(10), 1.5);
    EXPECT_EQ(processor.GetBatchCost(measured).GetFactor(11), 1.5);
    EXPECT_EQ(processor.GetBatchCost(other).GetFactor(4), 2.5);
}

TEST(BatchCost, BadInputIsOneLine)
{
    EXPECT_THROW(BatchCost(-0.1), std::invalid_argument);
    EXPECT_THROW(BatchCost(1.1), std::invalid_argument);
    EXPECT_THROW(BatchCost(std::nan("")), std::invalid_argument);
    EXPECT_THROW(BatchCost().GetFactor(0), std::invalid_argument);
    EXPECT_THROW(BatchCost({{1, std::numeric_limits<double>::infinity()}}), std::invalid_argument);

    struct Case
    {
        std::string field; ///< "batch"
        std::string told;  ///< part of the complaint
    };

    for (const auto& [field, told] : std::vector<Case>{
             {R"({"fixed_part": 1.5, "source": "x"})", "fixed_part: must be a number, 0..1"},
             {R"({"fixed_part": -1, "source": "x"})", "fixed_part: must be a number, 0..1"},
             {R"({"fixed_part": 0.5})", "field \"source\" is missing"},
             {R"({"fixed_part": 0.5, "seconds": {"1": 1}, "source": "x"})", "fixed_part"},
             {R"({"source": "x"})", "field \"fixed_part\" is missing"},
             {R"({"seconds": {}, "source": "x"})", "needs batch size 1"},
             {R"({"seconds": {"2": 1}, "source": "x"})", "needs batch size 1"},
             {R"({"seconds": {"0": 1, "1": 1}, "source": "x"})", "\"0\": must be a batch size"},
             {R"({"seconds": {"1": 1, "1.5": 1}, "source": "x"})", "\"1.5\": must be a batch"},
             {R"({"seconds": {"1": 1, "10000000000": 1}, "source": "x"})", "must be a batch size"},
             {R"({"seconds": {"1": 0}, "source": "x"})", "seconds: \"1\": must be 1e-15 to 1e9 s"},
             {R"({"seconds": {"1": 2, "2": 1.9}, "source": "x"})",
              "seconds: \"2\": must not be less than of a smaller batch"},
         })
    {
        for (const auto isDnn : {false, true})
        {
            const auto complaint = GetComplaint([&, batch = field] {
                if (isDnn)
                {
                    ParseDnn(MakeDnn("{\"p\": " + batch + "}"), "a.json");
                }
                else
                {
                    ParseProcessor(MakeProcessor(batch), "a.json");
                }
            });
            EXPECT_EQ(complaint.rfind("a.json", 0), 0u) << complaint;
            EXPECT_NE(complaint.find(told), std::string::npos) << complaint << " / " << told;
            EXPECT_EQ(complaint.find('\n'), std::string::npos);
        }
    }
}
