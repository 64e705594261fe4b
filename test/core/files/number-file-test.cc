/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-number-file.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// The first fields of a text's rows, as numbers; -1 for what is none.
std::vector<double>
GetFirstNumbers(const std::string& text)
{
    const NumberFile file(text, "FILE");
    std::vector<double> numbers;
    for (const auto& line : file.GetRows())
    {
        numbers.push_back(file.GetNumber(file.GetFields(line).front()).value_or(-1));
    }
    return numbers;
}

/// What is said of rates that are refused; empty if they are not.
std::string
GetRateFault(const std::string& text)
{
    try
    {
        ReadRateSteps(NumberFile(text, "FILE"));
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

TEST(NumberFile, ReadsOneColumnAndTheFirstOfSeveral)
{
    const std::vector<double> expected{0, 0.5, 2};
    EXPECT_EQ(GetFirstNumbers("0\n0.5\n2\n"), expected);
    EXPECT_EQ(GetFirstNumbers("\xef\xbb\xbfseconds\r\n0\r\n\r\n+0.5\r\n2"), expected);
    EXPECT_EQ(GetFirstNumbers("start_s,net\n0,VGG\n0.5,\"VGG\"\n2,\n"), expected);
    EXPECT_EQ(GetFirstNumbers("start;rate\n0;1,5\n0,5;1,5\n2;1\n"), expected);
    EXPECT_EQ(GetFirstNumbers("0\t7\n0,5\t7\n2\t7\n"), expected);
    EXPECT_EQ(GetFirstNumbers("0\nnan\n1e999\n5Mbps\n"), (std::vector<double>{0, -1, -1, -1}));
}

TEST(NumberFile, RefusesWhatHasNoLines)
{
    EXPECT_THROW(NumberFile("", "FILE"), std::invalid_argument);
    EXPECT_THROW(NumberFile(" \n\t\n", "FILE"), std::invalid_argument);
    EXPECT_THROW(NumberFile("\xff\xfe"
                            "0\n",
                            "FILE"),
                 std::invalid_argument);
    EXPECT_TRUE(NumberFile("seconds\n", "FILE").GetRows().empty());
}

TEST(RateSteps, CountTimeFromTheFirstLine)
{
    const std::string text = "time,rate\n1700000000,8e6\n1700000000.5,0\n1700000003,1e12\n";
    const auto steps = ReadRateSteps(NumberFile(text, "FILE"));
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_EQ(steps[0].seconds, 0);
    EXPECT_EQ(steps[1].seconds, 0.5);
    EXPECT_EQ(steps[2].seconds, 3);
    EXPECT_EQ(steps[0].bps, 8e6);
    EXPECT_EQ(steps[1].bps, 0);
    EXPECT_EQ(steps[2].bps, 1e12);
}

TEST(RateSteps, AreRefusedInOneLineThatNamesFileAndLine)
{
    for (const std::string second :
         {"0,1", "1", "1,2,3", "1,x", "1,-1", "1,1e13", "-1,1", "2e9,1", "nan,1", "1,inf"})
    {
        const auto fault = GetRateFault("0,1\n" + second + "\n");
        EXPECT_EQ(fault.rfind("FILE, line 2: \"" + second + "\": ", 0), 0u)
            << second << ": " << fault;
        EXPECT_EQ(fault.find('\n'), std::string::npos);
    }
    EXPECT_EQ(GetRateFault("0,1\n1,2\n"), "");
}

TEST(ReadTextFile, RefusesWhatIsNoFile)
{
    for (const std::string path : {"/no/such/file", "/tmp"})
    {
        try
        {
            ReadTextFile(path, "recording");
            ADD_FAILURE() << path;
        }
        catch (const std::invalid_argument& error)
        {
            EXPECT_EQ(error.what(), path + ": cannot read this recording");
        }
    }
    EXPECT_THROW(ReadTextFile("/dev/zero", "recording"), std::invalid_argument);
}

} // namespace
