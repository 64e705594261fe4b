/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-program-options.h"
#include "ns3/surgery-run-program.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A program with an option of each kind.
class ProgramOptionsTest : public SimulatorFixture
{
  protected:
    /// What the options are set to.
    struct Values
    {
        std::string text{"a"};
        std::string checked{"short"};
        bool flag{false};
        bool on{true};
        uint32_t count{3};
        uint64_t big{0};
        double number{0.5};
        Time time{Seconds(1)};
        DataRate rate{"1Mbps"};
    };

    /// Parse. @param arguments of the command line, without the program's name
    static Values Parse(std::vector<std::string> arguments)
    {
        Values values;
        ProgramOptions options("program.cc");
        options.AddValue("text", "A text.", values.text);
        options.AddValue("checked", "A short text.", values.checked, [](const std::string& text) {
            if (text.size() > 5)
            {
                throw std::invalid_argument("is long");
            }
        });
        options.AddValue("flag", "A flag.", values.flag);
        options.AddValue("on", "A flag.", values.on);
        options.AddValue("count", "A number of things.", values.count, 1, 1000);
        options.AddValue("big", "A large number.", values.big);
        options.AddValue("number", "A number.", values.number, -1, 1e6);
        options.AddValue("time", "A duration.", values.time, NanoSeconds(1));
        options.AddValue("rate", "A rate.", values.rate);
        arguments.insert(arguments.begin(), "program");
        std::vector<char*> pointers;
        for (auto& argument : arguments)
        {
            pointers.push_back(argument.data());
        }
        options.Parse(static_cast<int>(pointers.size()), pointers.data());
        return values;
    }

    /// Expect that an argument is refused in one line. @param argument it @param words of the line
    static void ExpectRefused(const std::string& argument, const std::vector<std::string>& words)
    {
        SCOPED_TRACE(argument);
        std::string message;
        try
        {
            Parse({argument});
        }
        catch (const std::invalid_argument& error)
        {
            message = error.what();
        }
        EXPECT_FALSE(message.empty()) << "not refused";
        EXPECT_EQ(message.find('\n'), std::string::npos);
        for (const auto& word : words)
        {
            EXPECT_NE(message.find(word), std::string::npos) << word << " is not in: " << message;
        }
    }
};

TEST_F(ProgramOptionsTest, TakeWholeValues)
{
    const auto values = Parse({"--text= two  words=\t\xc3\xa4 ",
                               "--flag",
                               "--on=F",
                               "--count=1000",
                               "--big=18446744073709551615",
                               "--number=-1e-1",
                               "--time=1.5min",
                               "-rate=2.5Mbps"});
    EXPECT_EQ(values.text, " two  words=\t\xc3\xa4 ");
    EXPECT_TRUE(values.flag);
    EXPECT_FALSE(values.on);
    EXPECT_EQ(values.count, 1000u);
    EXPECT_EQ(values.big, 18446744073709551615u);
    EXPECT_EQ(values.number, -0.1);
    EXPECT_EQ(values.time, Seconds(90));
    EXPECT_EQ(values.rate, DataRate(2500000));
    EXPECT_EQ(Parse({"--text="}).text, "");
    EXPECT_FALSE(Parse({"--on"}).on) << "the opposite of the default";
    EXPECT_EQ(Parse({"--count=5", "--count=7"}).count, 7u) << "the last one counts";
}

TEST_F(ProgramOptionsTest, RefuseWhatIsNoValueOfTheirKind)
{
    for (const std::string value : {"",
                                    " ",
                                    "1e3",
                                    "2.7",
                                    "3x",
                                    "x",
                                    "-1",
                                    "+1",
                                    "0",
                                    "1001",
                                    "4294967297",
                                    " 3",
                                    "3 ",
                                    "0x10"})
    {
        ExpectRefused("--count=" + value, {"--count: ", "1..1000", "\"" + value + "\""});
    }
    ExpectRefused("--big=18446744073709551616", {"--big", "18446744073709551615"});
    for (const std::string value : {"", "NaN", "inf", "1e999", "5abc", "1 2", "2e6", "-2", "1,5"})
    {
        ExpectRefused("--number=" + value, {"--number: ", "-1..1e+06", "\"" + value + "\""});
    }
    for (const std::string value :
         {"", "5seconds", "1 s", "80y", "0s", "-1s", "1e999s", "s", "nan"})
    {
        ExpectRefused("--time=" + value, {"--time: ", "1ns", "\"" + value + "\""});
    }
    for (const std::string value :
         {"", "fast", "0bps", "5 Mbps", "5Mbit", "-1Mbps", "1.5", "1e9Gbps"})
    {
        ExpectRefused("--rate=" + value, {"--rate: ", "1bps", "\"" + value + "\""});
    }
    for (const std::string value : {"", "yes", "2", "true ", "tru"})
    {
        ExpectRefused("--flag=" + value, {"--flag: ", "true or false", "\"" + value + "\""});
    }
    ExpectRefused("--checked=a long text", {"--checked: is long"});
    ExpectRefused("--text", {"--text: ", "--text=VALUE"});
}

TEST_F(ProgramOptionsTest, TellWhatIsNoOption)
{
    ExpectRefused("--tims=1s", {"--tims: ", "--time?", "--help"});
    ExpectRefused("--Time=1s", {"--Time: ", "--time?"});
    ExpectRefused("--something-else=1s", {"--something-else: ", "--help"});
    for (const std::string argument : {"", "text", "--", "-", "=1", "--=1"})
    {
        ExpectRefused(argument, {"\"" + argument + "\""});
    }
}

TEST_F(ProgramOptionsTest, SetWhatNs3OffersOrRefuseIt)
{
    Parse({"--ns3::MobilityModel::Velocity=1:2:3.5",
           "--ns3::RandomWalk2dMobilityModel::Bounds=-1|1|-2|2",
           "--RngRun=7",
           "--RngSeed=3",
           "--ns3::surgery::InferenceClient::MaxQueue=5"});
    EXPECT_EQ(RngSeedManager::GetRun(), 7u);
    EXPECT_EQ(RngSeedManager::GetSeed(), 3u);
    UintegerValue queue;
    CreateObject<InferenceClient>()->GetAttribute("MaxQueue", queue);
    EXPECT_EQ(queue.Get(), 5u);
    for (const std::string argument : {"--RngRun=x",
                                       "--RngRun=-1",
                                       "--RngSeed=0",
                                       "--RngSeed=4294967296",
                                       "--SchedulerType=ns3::Nope",
                                       "--SchedulerType=ns3::Node",
                                       "--SimulatorImplementationType=ns3::Node",
                                       "--ns3::Nope::Rate=1",
                                       "--ns3::surgery::InferenceClient::Nope=1",
                                       "--ns3::surgery::InferenceClient::MaxQueue=0",
                                       "--ns3::surgery::InferenceClient::MaxQueue=1e3",
                                       "--ns3::surgery::InferenceClient::UsagePrice=1sec",
                                       "--ns3::surgery::InferenceClient::Interval=ns3::Nope",
                                       "--ns3::TcpL4Protocol::SocketType=ns3::Nope",
                                       "--ns3::PointToPointNetDevice::DataRate=fast",
                                       "--ns3::NodeListPriv::NodeList=1",
                                       "--ns3::MobilityModel::Velocity=ns3::Node",
                                       "--ns3::RandomWalk2dMobilityModel::Bounds=0|1|x|2",
                                       "--PrintAttributes=ns3::Nope"})
    {
        ExpectRefused(argument, {argument.substr(0, argument.find('='))});
    }
}

TEST(RunProgram, EndsWithACodeWhereNs3EndsTheProgram)
{
    const auto before = std::get_terminate();
    EXPECT_EXIT(RunProgram("p", [] { NS_FATAL_ERROR("no such mode"); }),
                testing::ExitedWithCode(2),
                "no such mode(.|\n)*p: ns-3 ended the program");
    RunProgram("p", [] {});
    EXPECT_EQ(std::get_terminate(), before);
}

TEST(RunProgram, TurnsExceptionsIntoALineAndACode)
{
    EXPECT_EQ(RunProgram("p", [] {}), 0);
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunProgram("p", [] { throw std::invalid_argument("a\nb"); }), 2);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "p: a b\n");
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunProgram("p", [] { throw std::runtime_error("full"); }), 1);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "p: full\n");
}

} // namespace
