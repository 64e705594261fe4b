/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "helper/bandwidth/bandwidth-trace-text.h"

#include "ns3/surgery-bandwidth-trace-file.h"
#include "ns3/surgery-bandwidth-trace.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <stdexcept>

namespace
{

using namespace ns3::surgery;

/// Bytes over a stretch of a linear rate.
double
Integrate(double fromBps, double toBps, double lengthS, double untilS)
{
    const auto x = std::clamp(untilS, 0.0, lengthS);
    return (fromBps + (toBps - fromBps) * x / lengthS / 2) * x / 8;
}

/// What a text is refused with; empty if it is not.
std::string
GetError(const std::string& text)
{
    try
    {
        ParseBandwidthTrace(text, "my.trace");
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

/// What a description is refused with; empty if it is not.
std::string
GetLoadError(const std::string& description)
{
    try
    {
        LoadBandwidthTrace(description);
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

/// A random trace with outages, jumps and ramps.
BandwidthTrace
MakeRandomTrace(std::mt19937_64& random)
{
    std::uniform_real_distribution<double> uniform(0, 1);
    std::vector<BandwidthTrace::Piece> period;
    double now = 0;
    const auto pieces = 1 + random() % 50;
    for (std::size_t i = 0; i < pieces; ++i)
    {
        now += std::pow(10, -3 + 4 * uniform(random));
        const auto from = uniform(random) < 0.3 ? 0.0 : std::pow(10, 9 * uniform(random));
        const auto isRamp = uniform(random) < 0.3;
        const auto to = isRamp ? std::pow(10, 9 * uniform(random)) : from;
        period.push_back({now, from, to});
    }
    period.push_back({now + 1, 1e6, 0});
    return BandwidthTrace(period);
}

TEST(BandwidthTraceTest, SquareWaveCarriesItsIntegral)
{
    const auto trace = BandwidthTrace::MakeSquareWave(2e6, 50e6, 10);
    EXPECT_DOUBLE_EQ(trace.GetPeriodSeconds(), 20);
    EXPECT_DOUBLE_EQ(trace.GetMeanBps(), 26e6);
    EXPECT_DOUBLE_EQ(trace.GetRateBps(0), 2e6);
    EXPECT_DOUBLE_EQ(trace.GetRateBps(10), 50e6);
    EXPECT_DOUBLE_EQ(trace.GetRateBps(40), 2e6);
    for (double t = 0; t < 100; t += 0.37)
    {
        const auto periods = std::floor(t / 20);
        const auto within = t - 20 * periods;
        const auto expected =
            (periods * 520e6 + 2e6 * std::min(within, 10.0) + 50e6 * std::max(within - 10, 0.0)) /
            8;
        EXPECT_NEAR(trace.GetBytes(t), expected, 1e-12 * expected) << t;
        EXPECT_NEAR(trace.GetSeconds(expected), t, 1e-9) << t;
    }
}

TEST(BandwidthTraceTest, RampsCarryTheirIntegral)
{
    for (const auto& [from, to] : {std::pair(0.0, 8e6), {8e6, 0.0}, {1e6, 20e6}, {5e6, 5e6}})
    {
        const auto trace = BandwidthTrace::MakeRamp(from, to, 30);
        for (double t = 0.1; t < 90; t += 0.7)
        {
            const auto periods = std::floor(t / 30);
            const auto expected =
                periods * Integrate(from, to, 30, 30) + Integrate(from, to, 30, t - 30 * periods);
            EXPECT_NEAR(trace.GetBytes(t), expected, 1e-12 * expected) << t;
            EXPECT_NEAR(trace.GetBytes(trace.GetSeconds(expected)), expected, 1e-12 * expected);
        }
    }
}

TEST(BandwidthTraceTest, InverseOfCumulativeIsAnInverse)
{
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        const auto trace = MakeRandomTrace(random);
        const auto perPeriod = trace.GetBytes(trace.GetPeriodSeconds());
        std::uniform_real_distribution<double> bytes(0, 3.5 * perPeriod);
        std::uniform_real_distribution<double> times(0, 3.5 * trace.GetPeriodSeconds());
        double lastBytes = 0;
        double lastSeconds = 0;
        std::vector<double> amounts{0, perPeriod, 2 * perPeriod};
        for (int i = 0; i < 100; ++i)
        {
            amounts.push_back(bytes(random));
        }
        std::sort(amounts.begin(), amounts.end());
        for (const auto amount : amounts)
        {
            const auto seconds = trace.GetSeconds(amount);
            EXPECT_NEAR(trace.GetBytes(seconds), amount, 1e-9 * perPeriod);
            EXPECT_GE(seconds, lastSeconds);
            lastSeconds = seconds;
        }
        for (int i = 0; i < 100; ++i)
        {
            // it is the earliest such time
            const auto t = times(random);
            const auto carried = trace.GetBytes(t);
            const auto earliest = trace.GetSeconds(carried);
            EXPECT_LE(earliest, t + 1e-5); // rounding of B, at 1 bit/s
            EXPECT_NEAR(trace.GetBytes(earliest), carried, 1e-9 * perPeriod);
        }
        for (double t = 0; t < 2 * trace.GetPeriodSeconds(); t += trace.GetPeriodSeconds() / 97)
        {
            EXPECT_GE(trace.GetBytes(t), lastBytes);
            lastBytes = trace.GetBytes(t);
        }
    }
}

TEST(BandwidthTraceTest, OutagesEndWhenTheRateComesBack)
{
    const auto trace = BandwidthTrace::MakeSteps({{1, 0}, {1, 8e6}, {98, 0}});
    EXPECT_DOUBLE_EQ(trace.GetBytes(1), 0);
    EXPECT_DOUBLE_EQ(trace.GetSeconds(1000), 1.001);
    EXPECT_DOUBLE_EQ(trace.GetSeconds(1e6), 2); // the end of the period, not of the outage
    EXPECT_DOUBLE_EQ(trace.GetSeconds(1e6 + 1000), 101.001);
    EXPECT_DOUBLE_EQ(trace.GetBytes(2), 1e6);
    EXPECT_DOUBLE_EQ(trace.GetBytes(99), 1e6);
    EXPECT_DOUBLE_EQ(trace.GetRateBps(50), 0);
    EXPECT_DOUBLE_EQ(trace.GetSeconds(0), 0);
}

TEST(BandwidthTraceTest, MahimahiTracesCarry1500BytesPerLine)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        std::vector<double> carried{0}; // by millisecond
        std::string text;
        while (carried.size() < 300)
        {
            const auto ms = carried.size();
            const auto packets = random() % 3 == 0 ? random() % 4 : 0;
            carried.push_back(carried.back() + 1500.0 * static_cast<double>(packets));
            for (uint64_t i = 0; i < packets; ++i)
            {
                text += std::to_string(ms) + "\n";
            }
        }
        text += "300\n";
        carried.push_back(carried.back() + 1500);
        const auto trace = ParseBandwidthTrace(text, "my.trace");
        EXPECT_DOUBLE_EQ(trace.GetPeriodSeconds(), 0.3);
        for (std::size_t ms = 0; ms < 1000; ++ms)
        {
            const auto expected = static_cast<double>(ms / 300) * carried[300] + carried[ms % 300];
            ASSERT_NEAR(trace.GetBytes(static_cast<double>(ms) / 1000), expected, 1e-6) << ms;
        }
    }
}

TEST(BandwidthTraceTest, BundledTracesAreThere)
{
    for (const auto& [name, lines] :
         {std::pair("Verizon-LTE-short.up", 69367), {"Verizon-LTE-short.down", 58655}})
    {
        const auto trace = LoadBandwidthTrace(name);
        EXPECT_DOUBLE_EQ(trace->GetPeriodSeconds(), 140);
        EXPECT_NEAR(trace->GetBytes(140), 1500.0 * lines, 1e-3);
    }
    const auto names = GetBandwidthTraceNames();
    EXPECT_EQ(names, (std::vector<std::string>{"Verizon-LTE-short.down", "Verizon-LTE-short.up"}));
}

TEST(BandwidthTraceTest, ReadsBothFormats)
{
    const auto mahimahi = ParseBandwidthTrace("0\r\n3\n3\n\n10\n", "my.trace");
    EXPECT_DOUBLE_EQ(mahimahi.GetPeriodSeconds(), 0.01);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.001), 1500);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.002), 1500);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.0025), 3000);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.003), 4500);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.009), 4500);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.01), 6000);
    EXPECT_DOUBLE_EQ(mahimahi.GetBytes(0.013), 10500);

    const std::string rows = "100,1e6\n101.5, 2000000 \n104,0\n105,7e6";
    for (const auto* title : {"", "seconds,bits_per_second\n", "\r\ntime,rate\r\n"})
    {
        const auto csv = ParseBandwidthTrace(title + rows, "my.csv");
        EXPECT_DOUBLE_EQ(csv.GetPeriodSeconds(), 5);
        EXPECT_DOUBLE_EQ(csv.GetBytes(1.5), 1.5e6 / 8);
        EXPECT_DOUBLE_EQ(csv.GetBytes(4), 6.5e6 / 8);
        EXPECT_DOUBLE_EQ(csv.GetBytes(5), 6.5e6 / 8);
        EXPECT_DOUBLE_EQ(csv.GetBytes(6), 7.5e6 / 8);
    }
}

TEST(BandwidthTraceTest, ReadsFilesAsLoggersAndSpreadsheetsWriteThem)
{
    // 5 Mbit/s for 10 s, 1 Mbit/s for 10 s, 3 Mbit/s for 10 s
    for (const auto* text :
         {"\xef\xbb\xbf"
          "0,5e6\n10,1e6\n20,3e6\n30,1\n",
          "\xef\xbb\xbfseconds,bits_per_second\r\n0,5e6\r\n10,1e6\r\n20,3e6\r\n30,1\r\n",
          "+0,+5e6\n+10,1e6\n20,3e6\n30,1\n",
          "1454000000.5,5e6\n1454000010.5,1e6\n1454000020.5,3e6\n1454000030.5,1\n",
          "seconds;bits_per_second\n0;5000000\n10;1000000\n20;3000000\n30;0\n",
          "0,25;5000000,0\n10,25;1000000,0\n20,25;3000000\n30,25;1\n",
          "0\t5e6\n10\t1e6\n20\t3e6\n30\t1\n",
          "Zeit\tRate\n0,5\t5000000\n10,5\t1000000\n20,5\t3000000\n30,5\t1\n",
          "0,\t5e6\n10,\t1e6\n20\t,3e6\n30,1\t\n",
          "0,5e6,\n10,1e6,,\n20,3e6,\n30,1,\n",
          "\"time (s)\",\"rate\"\n\"0\",\"5e6\"\n\"10\",\"1e6\"\n20,3e6\n30,1\n",
          "# information,infinite rates\n0,5e6\n10,1e6\n20,3e6\n30,1\n",
          "\xc2\xb5s,nanobits\n0,5e6\n10,1e6\n20,3e6\n30,1\n"})
    {
        SCOPED_TRACE(text);
        const auto trace = ParseBandwidthTrace(text, "my.csv");
        EXPECT_DOUBLE_EQ(trace.GetPeriodSeconds(), 30);
        EXPECT_DOUBLE_EQ(trace.GetMeanBps(), 3e6);
        EXPECT_DOUBLE_EQ(trace.GetRateBps(5), 5e6);
        EXPECT_DOUBLE_EQ(trace.GetRateBps(15), 1e6);
    }
    EXPECT_DOUBLE_EQ(ParseBandwidthTrace("\xef\xbb\xbf"
                                         "1\n2\n",
                                         "my.trace")
                         .GetPeriodSeconds(),
                     0.002);
}

TEST(BandwidthTraceTest, DescriptionsMakeTraces)
{
    EXPECT_DOUBLE_EQ(LoadBandwidthTrace("constant:5.85Mbps")->GetBytes(8), 5.85e6);
    EXPECT_DOUBLE_EQ(LoadBandwidthTrace("square:2Mbps,50Mbps,10s")->GetBytes(15), 33.75e6);
    EXPECT_DOUBLE_EQ(LoadBandwidthTrace("ramp:0bps, 1 Gbps, 1min")->GetBytes(60), 3.75e9);
    const auto steps = LoadBandwidthTrace("steps:8kbps,500ms,0Mbps,1s");
    EXPECT_DOUBLE_EQ(steps->GetPeriodSeconds(), 1.5);
    EXPECT_DOUBLE_EQ(steps->GetBytes(1.5), 500);
}

TEST(BandwidthTraceTest, BadInputGetsOneClearLine)
{
    const auto nul = std::string(5, '\0');
    // text, line that is wrong (0: none in particular), what the message says
    const std::vector<std::tuple<std::string, int, std::string>> cases{
        {"", 0, "at least one line"},
        {"\n \r\n\n", 0, "at least one line"},
        {"hello", 1, "whole number of milliseconds, 0..1e12"},
        {"1\n2\n-3\n", 3, "whole number of milliseconds, 0..1e12"},
        {"1\n2.5\n", 2, "whole number of milliseconds, 0..1e12"},
        {"1\n1000000000001\n", 2, "0..1e12"},
        {"1\n99999999999999999999999\n", 2, "0..1e12"},
        {"5\n4\n", 2, "less than the line before"},
        {"0\n0\n", 2, "1 ms or longer"},
        {"0x10\n", 1, "milliseconds"},
        {nul, 1, "milliseconds"},
        {"1\n\xff\xfe\n", 2, "milliseconds"},
        {"1\n2,3\n", 2, "milliseconds"},
        {"1000000000000", 0, "mean rate must be in 1..1e12 bit/s"},
        {"seconds,bits_per_second\n", 0, "at least two lines"},
        {"0,5\n", 0, "at least two lines"},
        {"0,5\n0,5\n", 2, "exceed that of the line before"},
        {"t,b\n0,5\n2,5\n1,5\n", 4, "exceed that of the line before"},
        {"0,5\n1,-5\n", 2, "rate must be in 0..1e12 bit/s"},
        {"0,5\n1,1e13\n", 2, "rate must be in 0..1e12 bit/s"},
        {"-1,5\n1,5\n", 1, "time must be in 0..1e11 s"},
        {"0,5\n1e10,5\n", 2, "within 1e9 s from the first line's"},
        {"1454000000500,5\n1454000001500,5\n", 1, "time must be in 0..1e11 s"},
        {"NaN,5e6\n1,5\n2,5\n", 1, "two numbers"},
        {"inf,rate\n1,5\n2,5\n", 1, "two numbers"},
        {"time,5e6\n1,5\n2,5\n", 1, "two numbers"},
        {"-,-\n1,5\n2,5\n", 1, "two numbers"},
        {"0s,5Mbps\n1,5\n2,5\n", 1, "two numbers"},
        {"12:00:01,5e6\n12:00:02,5\n", 1, "two numbers"},
        {",\n1,5\n2,5\n", 1, "two numbers"},
        {"+-1,5\n2,5\n", 1, "two numbers"},
        {"0;5.000.000\n1;5\n", 1, "two numbers"},
        {"0;5.000\n1;5\n", 1, "may stand before thousands"},
        {"0\t15.000\n1\t5\n", 1, "may stand before thousands"},
        {"time_ms,rate\n0,5\n1,5\n", 1, "names ms, but times are in s and rates in bit/s"},
        {"t [s];Mbit/s\n0;5\n1;5\n", 1, "names mbit/s"},
        {"time,kbps\n0,5\n1,5\n", 1, "names kbps"},
        {"time,bytes_per_second\n0,5\n1,5\n", 1, "names bytes"},
        {"0;5,000,000\n1;5\n", 1, "with a semicolon between"},
        {"0\t5x\n1\t5\n", 1, "with a tab between"},
        {"0 5e6\n1 5e6\n", 1, "in a CSV file seconds,bits_per_second"},
        {std::string("\xff\xfe\x30\0,\0", 6), 0, "is in UTF-16"},
        {"0,nan\n1,5\n", 1, "two numbers"},
        {"0,5\ninf,5\n", 2, "two numbers"},
        {"0,5\nnext,5\n", 2, "two numbers"},
        {"0,5\n1,5,6\n", 2, "two numbers"},
        {"0,5\n1\n", 2, "two numbers"},
        {"0,5\n1,\n", 2, "two numbers"},
        {"0,5\n1,5x\n", 2, "two numbers"},
        {"a,b\nc,d\n0,5\n1,5\n", 2, "two numbers"},
        {"0,0\n1,0\n", 0, "mean rate must be in 1..1e12 bit/s"},
        {"0,0.5\n1,0\n", 0, "mean rate must be in 1..1e12 bit/s"},
        {std::string(10000000, 'x'), 1, "milliseconds"},
        {"0," + std::string(10000000, '7'), 0, "at least two lines"},
    };
    for (const auto& [text, line, says] : cases)
    {
        const auto message = GetError(text);
        SCOPED_TRACE(text.substr(0, 60) + " -> " + message);
        EXPECT_EQ(message.rfind("my.trace", 0), 0u);
        EXPECT_NE(message.find(says), std::string::npos);
        EXPECT_EQ(message.find('\n'), std::string::npos);
        EXPECT_LT(message.size(), 200u);
        const auto place = ", line " + std::to_string(line) + ":";
        EXPECT_EQ(message.find(place) != std::string::npos, line > 0);
    }
    std::string often;
    for (int i = 0; i < 90000; ++i)
    {
        often += "1\n";
    }
    EXPECT_NE(GetError(often).find("line 83334"), std::string::npos) << GetError(often);
}

TEST(BandwidthTraceTest, BadDescriptionsGetOneClearLine)
{
    for (const std::string description : {"",
                                          "nothing",
                                          "/nowhere/at/all",
                                          "./",
                                          "/",
                                          "/dev/zero",
                                          "/dev/null",
                                          "square",
                                          "square:",
                                          "square:2Mbps,50Mbps",
                                          "square:2Mbps,50Mbps,10s,3",
                                          "square:2Mbps,50Mbps,0s",
                                          "square:2Mbps,50Mbps,-1s",
                                          "square:2,50,10",
                                          "square:2Mbps,50Mbps,10",
                                          "square:2mbps,50Mbps,10s",
                                          "ramp:-2Mbps,50Mbps,10s",
                                          "ramp:nanMbps,50Mbps,10s",
                                          "constant:0Mbps",
                                          "constant:5000Gbps",
                                          "constant:5Mbps,",
                                          "steps:5Mbps",
                                          "steps:5Mbps,1s,",
                                          "steps:5s,1Mbps",
                                          "steps:5Mbps,1e10s"})
    {
        const auto message = GetLoadError(description);
        SCOPED_TRACE(description + " -> " + message);
        EXPECT_NE(message.find(description), std::string::npos);
        EXPECT_GT(message.size(), description.size() + 10);
        EXPECT_EQ(message.find('\n'), std::string::npos);
    }
    EXPECT_NE(GetLoadError("nothing").find("Verizon-LTE-short.up"), std::string::npos);
}

TEST(BandwidthTraceTest, BadPiecesAreRefused)
{
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    const auto infinity = std::numeric_limits<double>::infinity();
    using Period = std::vector<BandwidthTrace::Piece>;
    for (const auto& period : {Period{},
                               Period{{0, 5, 5}},
                               Period{{-1, 5, 5}},
                               Period{{nan, 5, 5}},
                               Period{{infinity, 5, 5}},
                               Period{{1, -5, 5}},
                               Period{{1, 5, nan}},
                               Period{{1, 5, infinity}},
                               Period{{1, 0, 0}},
                               Period{{1, 5, 5}, {1, 5, 5}}})
    {
        EXPECT_THROW(BandwidthTrace trace(period), std::invalid_argument);
    }
}

TEST(BandwidthTraceTest, ReadsALargeFile)
{
    // 10 MB, 27 hours
    std::string text;
    std::size_t lines = 0;
    for (uint64_t ms = 7; text.size() < 10000000; ms += 77)
    {
        text += std::to_string(ms) + "\n";
        ++lines;
    }
    const auto trace = ParseBandwidthTrace(text, "my.trace");
    EXPECT_NEAR(trace.GetBytes(trace.GetPeriodSeconds()), 1500.0 * lines, 1);
}

} // namespace
