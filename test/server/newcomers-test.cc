/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/newcomers.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// The devices admitted.
std::vector<uint32_t>
GetAdmitted(const std::vector<Newcomers::Answer>& answers)
{
    std::vector<uint32_t> devices;
    for (const auto& answer : answers)
    {
        if (answer.isAdmitted)
        {
            devices.push_back(answer.device);
        }
    }
    return devices;
}

} // unnamed namespace

TEST(Newcomers, TheLargestGainIsAdmittedAndAllAreAnswered)
{
    Newcomers newcomers;
    EXPECT_TRUE(newcomers.Decide(AdmissionRule::LARGEST_GAIN).empty());
    newcomers.Ask(3, 7, 0.1);
    newcomers.Ask(1, 1, 0.3);
    newcomers.Ask(2, 9, 0.2);
    const auto answers = newcomers.Decide(AdmissionRule::LARGEST_GAIN);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].device, 1U);
    EXPECT_EQ(answers[2].number, 7U);
    EXPECT_EQ(GetAdmitted(answers), std::vector<uint32_t>{1});
    EXPECT_TRUE(newcomers.Decide(AdmissionRule::LARGEST_GAIN).empty()) << "all are answered";
}

TEST(Newcomers, TheLeastIdWinsATie)
{
    Newcomers newcomers;
    for (const uint32_t device : {9, 4, 6})
    {
        newcomers.Ask(device, 1, 0);
    }
    EXPECT_EQ(GetAdmitted(newcomers.Decide(AdmissionRule::LARGEST_GAIN)), std::vector<uint32_t>{4});
}

TEST(Newcomers, OtherRulesAdmitNobodyOrEverybody)
{
    Newcomers newcomers;
    newcomers.Ask(1, 1, 0.1);
    newcomers.Ask(2, 1, 0.2);
    const auto refused = newcomers.Decide(AdmissionRule::NOBODY);
    EXPECT_EQ(refused.size(), 2U);
    EXPECT_TRUE(GetAdmitted(refused).empty());
    newcomers.Ask(1, 2, 0.1);
    newcomers.Ask(2, 2, 0.2);
    EXPECT_EQ(GetAdmitted(newcomers.Decide(AdmissionRule::EVERYBODY)),
              (std::vector<uint32_t>{1, 2}));
}

TEST(Newcomers, WhoCannotBeServedIsRefusedUnderAnyRule)
{
    const auto canServe = [](uint32_t device) { return device != 2; };
    Newcomers newcomers;
    for (const auto& [rule, admitted] :
         std::map<AdmissionRule, std::vector<uint32_t>>{{AdmissionRule::NOBODY, {}},
                                                        {AdmissionRule::LARGEST_GAIN, {3}},
                                                        {AdmissionRule::EVERYBODY, {1, 3}}})
    {
        newcomers.Clear();
        newcomers.Ask(1, 1, 0.1);
        newcomers.Ask(2, 1, 0.9);
        newcomers.Ask(3, 1, 0.2);
        const auto answers = newcomers.Decide(rule, canServe);
        EXPECT_EQ(answers.size(), 3U);
        EXPECT_EQ(GetAdmitted(answers), admitted);
        newcomers.Ask(2, 2, 0.9);
        EXPECT_TRUE(GetAdmitted(newcomers.Decide(rule, canServe)).empty());
    }
}

TEST(Newcomers, OldAndDoubledRequestsChangeNothing)
{
    Newcomers newcomers;
    newcomers.Ask(1, 5, 0.1);
    newcomers.Ask(1, 5, 9);
    newcomers.Ask(1, 4, 9);
    newcomers.Ask(2, 1, 0.2);
    EXPECT_EQ(GetAdmitted(newcomers.Decide(AdmissionRule::LARGEST_GAIN)), std::vector<uint32_t>{2});
    newcomers.Ask(1, 5, 0.1);
    EXPECT_TRUE(newcomers.Decide(AdmissionRule::EVERYBODY).empty()) << "it was answered";
    newcomers.Forget(1);
    newcomers.Ask(1, 1, 0.1);
    EXPECT_EQ(newcomers.Decide(AdmissionRule::EVERYBODY).size(), 1U) << "it counts anew";
    newcomers.Ask(1, 2, 0.1);
    newcomers.Clear();
    EXPECT_TRUE(newcomers.Decide(AdmissionRule::EVERYBODY).empty());
}

TEST(Newcomers, EachRequestIsAnsweredOnceWhateverComes)
{
    for (uint64_t seed = 1; seed <= 20; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Newcomers newcomers;
        std::map<uint32_t, uint64_t> latest;
        std::map<uint32_t, double> waiting;
        for (int step = 0; step < 500; ++step)
        {
            const auto device = static_cast<uint32_t>(random() % 6);
            const auto number = 1 + random() % 300;
            const auto gain = static_cast<double>(random() % 5);
            if (random() % 6 > 0)
            {
                newcomers.Ask(device, number, gain);
                if (number > latest[device])
                {
                    latest[device] = number;
                    waiting[device] = gain;
                }
                continue;
            }
            const auto answers = newcomers.Decide(AdmissionRule::LARGEST_GAIN);
            ASSERT_EQ(answers.size(), waiting.size());
            for (const auto& answer : answers)
            {
                ASSERT_EQ(answer.number, latest[answer.device]);
                for (const auto& [other, otherGain] : waiting)
                {
                    const auto mine = waiting.at(answer.device);
                    const auto isBetter =
                        otherGain > mine || (otherGain == mine && other < answer.device);
                    ASSERT_FALSE(answer.isAdmitted && isBetter);
                }
            }
            ASSERT_EQ(GetAdmitted(answers).size(), waiting.empty() ? 0U : 1U);
            waiting.clear();
        }
    }
}
