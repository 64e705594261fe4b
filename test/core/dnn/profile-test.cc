/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/sample-profiles.h"

#include <cmath>
#include <limits>
#include <vector>

namespace
{

using namespace ns3::surgery;

TEST(DnnProfile, ReadsEveryField)
{
    const auto dnn = ParseDnn(GOOD_DNN, "file.json");
    EXPECT_EQ(dnn.GetName(), "small");
    EXPECT_NE(dnn.GetProvenance().find("a test"), std::string::npos);
    ASSERT_EQ(dnn.GetSize(), 5u);
    const auto& conv = dnn.GetLayers()[1];
    EXPECT_EQ(conv.name, "conv");
    EXPECT_EQ(conv.op, "Conv");
    EXPECT_EQ(conv.inputs, std::vector<std::size_t>{0});
    EXPECT_EQ(conv.flops, 5000);
    EXPECT_EQ(conv.outputBytes, 800u);
    EXPECT_EQ(conv.weightBytes, 64u);
    EXPECT_TRUE(conv.seconds.empty());
    EXPECT_EQ(dnn.GetLayers()[2].seconds.at("board"), 0.25);
    EXPECT_EQ(dnn.GetLayers()[4].inputs, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(dnn.GetSuccessors(1), (std::vector<std::size_t>{2, 3}));
    EXPECT_TRUE(dnn.GetSuccessors(4).empty());
}

TEST(DnnProfile, NamesWhatIsMissingOrUnknown)
{
    ExpectDnnRejected("\"schema\"", "\"scheme\"", {"unknown field \"scheme\"", "use schema"});
    ExpectDnnRejected("\"name\": \"small\",", "", {"name", "missing"});
    ExpectDnnRejected("\"layers\"", "\"layer\"", {"unknown field \"layer\"", "layers"});
    ExpectDnnRejected("\"seconds\"",
                      "\"second\"",
                      {"layers[2] (\"relu\"): unknown field \"second\"", "seconds"});
    ExpectDnnRejected("\"flops\": 0", "\"op\": \"Input\"", {"layers[0]: field \"op\"", "twice"});
    ExpectDnnRejected("\"schema\": \"dnn-surgery/dnn/1\",", "", {"schema", "missing"});
    ExpectDnnRejected("\"op\": \"Conv\", ", "", {"layers[1]", "op", "missing"});
    ExpectDnnRejected("\"flops\": 5000, ", "", {"layers[1]", "flops", "missing"});
    ExpectDnnRejected("\"output_bytes\": 400, ", "", {"layers[0]", "output_bytes", "missing"});
    ExpectDnnRejected("\"inputs\": [\"in\"], ", "", {"layers[1]", "inputs", "missing"});
    ExpectDnnRejected("{\"name\": \"pool\", ", "{", {"layers[3]", "name", "missing"});
}

TEST(DnnProfile, TakesAnAccuracyInPercent)
{
    const std::string layers = "\"layers\"";
    const auto accuracy = [&](const std::string& value) {
        return "\"accuracy\": " + value + ", " + layers;
    };
    for (const auto& top1 : {"0", "76.13", "100"})
    {
        const auto value = std::string("{\"top1\": ") + top1 + ", \"source\": \"a paper\"}";
        const auto dnn = ParseDnn(Replace(GOOD_DNN, layers, accuracy(value)), "file.json");
        ASSERT_TRUE(dnn.GetAccuracy());
        EXPECT_EQ(dnn.GetAccuracy()->topOnePercent, std::stod(top1));
        EXPECT_EQ(dnn.GetAccuracy()->source, "a paper");
    }
    EXPECT_FALSE(ParseDnn(GOOD_DNN, "file.json").GetAccuracy());
    ExpectDnnRejected(layers, accuracy("76"), {"accuracy", "object"});
    ExpectDnnRejected(layers, accuracy("{\"top1\": 76}"), {"accuracy", "source", "missing"});
    ExpectDnnRejected(layers, accuracy("{\"source\": \"a\"}"), {"accuracy", "top1", "missing"});
    for (const auto& top1 : {"-1", "100.5", "\"76\"", "null"})
    {
        const auto value = std::string("{\"top1\": ") + top1 + ", \"source\": \"a\"}";
        ExpectDnnRejected(layers, accuracy(value), {"accuracy: top1", "0..100"});
    }
    ExpectDnnRejected(layers, accuracy("{\"top1\": 76, \"source\": \"\"}"), {"accuracy: source"});
    ExpectDnnRejected(layers,
                      accuracy("{\"top1\": 76, \"source\": \"a\", \"top5\": 93}"),
                      {"accuracy", "unknown field \"top5\""});
}

TEST(DnnProfile, NamesWhatHasTheWrongKind)
{
    ExpectDnnRejected("dnn-surgery/dnn/1", "dnn-surgery/dnn/2", {"schema", "dnn-surgery/dnn/1"});
    ExpectDnnRejected("dnn-surgery/dnn/1", "dnn-surgery/processor/1", {"schema"});
    ExpectDnnRejected("\"small\"", "7", {"name", "string"});
    ExpectDnnRejected("5000", "\"5000\"", {"layers[1] (\"conv\"): flops", "number >= 0"});
    ExpectDnnRejected("5000", "null", {"layers[1] (\"conv\"): flops", "number >= 0"});
    ExpectDnnRejected("5000", "-1", {"layers[1] (\"conv\"): flops", "number >= 0"});
    ExpectDnnRejected("5000", "true", {"layers[1] (\"conv\"): flops", "number >= 0"});
    ExpectDnnRejected("5000", "NaN", {"not valid JSON"});
    ExpectDnnRejected("5000", "1e999", {"not valid JSON"});
    ExpectDnnRejected("400", "400.5", {"layers[0] (\"in\"): output_bytes", "whole number"});
    ExpectDnnRejected("400", "-400", {"layers[0] (\"in\"): output_bytes", "whole number"});
    ExpectDnnRejected("400", "1e300", {"layers[0] (\"in\"): output_bytes", "2^53"});
    ExpectDnnRejected("\"weight_bytes\": 64",
                      "\"weight_bytes\": 18446744073709551615",
                      {"layers[1] (\"conv\"): weight_bytes", "2^53"});
    ExpectDnnRejected("0.25", "-0.25", {"layers[2] (\"relu\"): seconds[\"board\"]", ">= 0"});
    ExpectDnnRejected("{\"board\": 0.25}", "0.25", {"layers[2] (\"relu\"): seconds", "object"});
    ExpectDnnRejected("[\"in\"]", "\"in\"", {"layers[1] (\"conv\"): inputs", "list"});
    ExpectDnnRejected("[\"in\"]", "[0]", {"layers[1] (\"conv\"): inputs[0]", "string"});
    for (const std::string text : {"", "{", "nothing", "[1, 2]", "7", "\"text\"", "{}", "\xff\xfe"})
    {
        const auto complaint = GetComplaint([&] { ParseDnn(text, "file.json"); });
        ExpectWords(complaint, {"file.json: "});
    }
}

TEST(DnnProfile, RejectsWhatIsNoGraphOfLayers)
{
    ExpectDnnRejected("[\"in\"]",
                      "[\"inn\"]",
                      {"layers[1] (\"conv\"): inputs[0]", "unknown layer \"inn\""});
    ExpectDnnRejected("[\"in\"]", "[\"pool\"]", {"\"conv\"", "inputs", "cycle"});
    ExpectDnnRejected("[\"in\"]", "[\"conv\"]", {"\"conv\"", "inputs", "cycle"});
    ExpectDnnRejected("[\"in\"]", "[]", {"\"conv\"", "inputs", "at least one"});
    ExpectDnnRejected("\"pool\"", "\"relu\"", {"layers[3]: name", "\"relu\"", "twice"});
    ExpectDnnRejected("\"name\": \"add\"", "\"name\": \"\"", {"layer number 4: name", "empty"});
    ExpectDnnRejected("\"flops\": 0", "\"flops\": 1", {"\"in\"", "first layer", "no flops"});
    ExpectDnnRejected("\"output_bytes\": 400, \"weight_bytes\": 0",
                      "\"output_bytes\": 400, \"weight_bytes\": 9",
                      {"\"in\"", "no weights"});
    ExpectDnnRejected("\"output_bytes\": 400,",
                      "\"output_bytes\": 400, \"seconds\": {\"a\": 1},",
                      {"\"in\"", "no seconds"});
    ExpectDnnRejected("\"inputs\": []", "\"inputs\": [\"add\"]", {"\"in\"", "no inputs"});
    const auto onlyInput = GOOD_DNN.substr(0, GOOD_DNN.find("},\n  {\"name\": \"conv\"")) + "}]}";
    ExpectWords(GetComplaint([&] { ParseDnn(onlyInput, "file.json"); }), {"file.json", "layers"});
    const auto none = GOOD_DNN.substr(0, GOOD_DNN.find('[')) + "[]}";
    ExpectWords(GetComplaint([&] { ParseDnn(none, "file.json"); }), {"file.json", "layers"});
}

TEST(DnnProfile, ReadsATensorThatIsNamedTwiceOnce)
{
    const auto dnn = ParseDnn(Replace(GOOD_DNN, "\"relu\", \"pool\"", "\"relu\", \"relu\""), "x");
    EXPECT_EQ(dnn.GetLayers()[4].inputs, std::vector<std::size_t>{2});
    EXPECT_EQ(dnn.GetSuccessors(2), std::vector<std::size_t>{4});
}

TEST(DnnGraph, RejectsNumbersThatJsonCannotHold)
{
    const auto good = ParseDnn(GOOD_DNN, "x").GetLayers();
    const auto rejects = [&](const std::function<void(DnnLayer&)>& spoil, const std::string& word) {
        auto layers = good;
        spoil(layers[1]);
        ExpectWords(GetComplaint([&] { DnnGraph("small", "", layers); }), {"\"conv\"", word});
    };
    const auto infinity = std::numeric_limits<double>::infinity();
    rejects([](DnnLayer& layer) { layer.flops = std::nan(""); }, "flops");
    rejects([&](DnnLayer& layer) { layer.flops = infinity; }, "flops");
    rejects([](DnnLayer& layer) { layer.seconds["a"] = std::nan(""); }, "seconds");
    rejects([&](DnnLayer& layer) { layer.seconds["a"] = infinity; }, "seconds");
    rejects([](DnnLayer& layer) { layer.inputs = {99}; }, "inputs");
}

TEST(ProcessorProfile, RejectsWhatIsOutOfRange)
{
    ParseProcessor(GOOD_PROCESSOR, "file.json");
    ExpectProcessorRejected("processor/1", "dnn/1", {"schema", "dnn-surgery/processor/1"});
    ExpectProcessorRejected("\"name\": \"board\",", "", {"name", "missing"});
    ExpectProcessorRejected("\"board\"", "\"\"", {"name", "empty"});
    ExpectProcessorRejected("\"flops\"", "\"flop\"", {"unknown field \"flop\"", "flops"});
    ExpectProcessorRejected("\"overhead_s\": 0.125", "\"source\": \"\"", {"\"source\"", "twice"});
    ExpectProcessorRejected("\"default\": 1000, ", "", {"flops", "default"});
    ExpectProcessorRejected("1000", "0", {"flops[\"default\"]", "> 0"});
    ExpectProcessorRejected("4000", "-4000", {"flops[\"Conv\"]", ">= 0"});
    ExpectProcessorRejected("4000", "0", {"flops[\"Conv\"]", "> 0"});
    ExpectProcessorRejected("4000", "NaN", {"not valid JSON"});
    ExpectProcessorRejected("4000", "null", {"flops[\"Conv\"]"});
    ExpectProcessorRejected("{\"default\": 1000, \"Conv\": 4000}", "1000", {"flops", "object"});
    ExpectProcessorRejected("1600", "0", {"bandwidth_bytes_per_s", "> 0"});
    ExpectProcessorRejected("1600", "-1", {"bandwidth_bytes_per_s"});
    ExpectProcessorRejected("1600", "1e999", {"not valid JSON"});
    ExpectProcessorRejected("\"bandwidth_bytes_per_s\"", "\"b\"", {"bandwidth_bytes_per_s"});
    ExpectProcessorRejected("0.125", "-0.125", {"overhead_s", ">= 0"});
    ExpectProcessorRejected("\"overhead_s\"", "\"o\"", {"unknown field \"o\"", "overhead_s"});

    const auto nan = std::nan("");
    const auto infinity = std::numeric_limits<double>::infinity();
    for (const auto bad : {nan, infinity, -1.0, 0.0})
    {
        EXPECT_THROW(Processor({"p", "", {{"default", bad}}, 1, 0}), std::invalid_argument);
        EXPECT_THROW(Processor({"p", "", {{"default", 1}}, bad, 0}), std::invalid_argument);
    }
    EXPECT_THROW(Processor({"p", "", {{"default", 1}}, 1, nan}), std::invalid_argument);
    EXPECT_THROW(Processor({"p", "", {{"default", 1}}, 1, infinity}), std::invalid_argument);
}

TEST(ProcessorProfile, TellsWhatItDraws)
{
    const auto power = [](const std::string& busy, const std::string& idle) {
        return Replace(GOOD_PROCESSOR,
                       "\"overhead_s\"",
                       "\"power\": {\"busy_w\": " + busy + ", \"idle_w\": " + idle +
                           ", \"source\": \"a meter\"}, \"overhead_s\"");
    };
    EXPECT_FALSE(ParseProcessor(GOOD_PROCESSOR, "file.json").GetPower());
    const auto processor = ParseProcessor(power("7.5", "2.25"), "file.json");
    ASSERT_TRUE(processor.GetPower());
    EXPECT_EQ(processor.GetPower()->busyW, 7.5);
    EXPECT_EQ(processor.GetPower()->idleW, 2.25);
    EXPECT_EQ(processor.GetPower()->source, "a meter");
    EXPECT_NO_THROW(ParseProcessor(power("2", "2"), "file.json"));
    EXPECT_NO_THROW(ParseProcessor(power("1e6", "1e6"), "file.json"));
    for (const auto& bad : {power("-1", "0"),
                            power("3", "-1"),
                            power("1", "2"),
                            power("1e9", "0"),
                            power("1e300", "2"),
                            power("1e7", "1e7")})
    {
        const auto complaint = GetComplaint([&] { ParseProcessor(bad, "file.json"); });
        EXPECT_NE(complaint.find("_w"), std::string::npos) << complaint;
    }
    ExpectProcessorRejected("\"overhead_s\"",
                            "\"power\": {\"busy_w\": 3}, \"overhead_s\"",
                            {"power", "missing"});
}

TEST(Processor, IsTheRooflineUnlessMeasured)
{
    const auto dnn = ParseDnn(GOOD_DNN, "x");
    const auto seconds = ParseProcessor(GOOD_PROCESSOR, "x").GetLayerSeconds(dnn);
    const std::vector<double> expected{
        0,                                 // the input takes no time
        0.125 + 5000.0 / 4000,             // Conv has a speed of its own; memory is faster
        0.25,                              // measured, and taken as it is
        0.125 + (800.0 + 800) / 1600,      // memory decides
        0.125 + (800.0 + 800 + 40) / 1600, // all inputs count
    };
    ASSERT_EQ(seconds.size(), expected.size());
    for (std::size_t v = 0; v < expected.size(); ++v)
    {
        EXPECT_DOUBLE_EQ(seconds[v], expected[v]) << "layer " << v;
    }
    // another processor's measurement does not count; weights are memory traffic
    const auto other = Processor({"other", "", {{"default", 1e12}}, 1000, 0}).GetLayerSeconds(dnn);
    EXPECT_DOUBLE_EQ(other[1], (400.0 + 800 + 64) / 1000);
    EXPECT_DOUBLE_EQ(other[2], 1600.0 / 1000);
}

TEST(Processor, WithoutSpeedsRunsWhatWasMeasuredOnIt)
{
    const auto board = ParseProcessor(R"({"name": "board"})", "x");
    ExpectWords(GetComplaint([&] { board.GetLayerSeconds(ParseDnn(GOOD_DNN, "x")); }),
                {"DNN \"small\"", "layer \"conv\"", "no measured time", "\"board\"", "flops"});
    auto measured = GOOD_DNN;
    for (const auto& bytes : {"64}", "0},\n  {\"name\": \"add\"", "0}\n ]"})
    {
        const auto end = std::string(bytes);
        const auto digits = end.substr(0, end.find('}'));
        measured = Replace(measured,
                           "\"weight_bytes\": " + end,
                           "\"weight_bytes\": " + digits + ", \"seconds\": {\"board\": 2}" +
                               end.substr(digits.size()));
    }
    EXPECT_EQ(board.GetLayerSeconds(ParseDnn(measured, "x")),
              (std::vector<double>{0, 2, 0.25, 2, 2}));
    // half of the speeds are none
    ExpectProcessorRejected("\"bandwidth_bytes_per_s\": 1600,", "", {"bandwidth_bytes_per_s"});
    ExpectProcessorRejected("\"flops\": {\"default\": 1000, \"Conv\": 4000},", "", {"flops"});
    EXPECT_THROW(Processor({"p", "", {}, 1, 0}), std::invalid_argument);
    EXPECT_THROW(Processor({"p", "", {}, 0, 1}), std::invalid_argument);
}

TEST(Processor, GivesFusedAndQuantizedOperatorsTheSpeedOfWhatTheyStandFor)
{
    const auto getSeconds = [](const std::string& op, const std::string& flops) {
        const auto dnn = ParseDnn(Replace(GOOD_DNN, "\"Conv\"", "\"" + op + "\""), "x");
        const auto board = Replace(GOOD_PROCESSOR, "\"Conv\": 4000", flops);
        return ParseProcessor(board, "x").GetLayerSeconds(dnn)[1];
    };
    for (const auto& op : {"QLinearConv", "ConvInteger", "FusedConv"})
    {
        EXPECT_DOUBLE_EQ(getSeconds(op, "\"Conv\": 4000"), 0.125 + 5000.0 / 4000) << op;
        EXPECT_DOUBLE_EQ(getSeconds(op, "\"MatMul\": 4000"), 0.125 + 5000.0 / 1000) << op;
    }
    EXPECT_DOUBLE_EQ(getSeconds("MatMulInteger", "\"MatMul\": 4000"), 0.125 + 5000.0 / 4000);
    EXPECT_DOUBLE_EQ(getSeconds("Swirl", "\"Conv\": 4000"), 0.125 + 5000.0 / 1000);
    // its own speed goes before
    EXPECT_DOUBLE_EQ(getSeconds("QLinearConv", "\"Conv\": 4000, \"QLinearConv\": 2000"),
                     0.125 + 5000.0 / 2000);
}

} // namespace
