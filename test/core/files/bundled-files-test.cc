/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bundled-files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace
{

using namespace ns3::surgery;

/// A folder of traces of a user's own.
class OwnTraces : public testing::Test
{
  protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_folder = testing::TempDir() + "dnn-surgery-" + test->name();
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
        setenv("DNN_SURGERY_TRACES", m_folder.c_str(), 1);
    }

    void TearDown() override
    {
        unsetenv("DNN_SURGERY_TRACES");
        std::filesystem::remove_all(m_folder);
    }

    std::string m_folder; ///< the folder
};

TEST_F(OwnTraces, GoBeforeBundledOnesAndHideOnlyThoseOfTheSameName)
{
    const std::string up = "Verizon-LTE-short.up";
    const std::string down = "Verizon-LTE-short.down";
    const auto before = BundledFiles("traces").Find(up);
    ASSERT_FALSE(before.empty());
    std::ofstream(m_folder + "/" + up) << "1\n";
    std::ofstream(m_folder + "/mine") << "1\n";
    std::ofstream(m_folder + "/README.md") << "a page\n";
    const BundledFiles files("traces");
    EXPECT_EQ(files.Find(up), m_folder + "/" + up);
    EXPECT_EQ(files.Find(down), std::filesystem::path(before).parent_path() / down);
    EXPECT_EQ(files.GetNames(), (std::vector<std::string>{down, up, "mine"}));
    EXPECT_EQ(files.GetPlaces().find(m_folder + ", "), 0u);
}

TEST_F(OwnTraces, LeadNowhereElse)
{
    std::filesystem::create_directories(m_folder + "/deep");
    std::ofstream(m_folder + "/deep/one") << "1\n";
    const BundledFiles files("traces");
    for (const auto* name : {"", ".", "..", "deep/one", "../traces", "nope"})
    {
        EXPECT_EQ(files.Find(name), "") << name;
    }
    const BundledFiles unknown("no-such-kind");
    EXPECT_TRUE(unknown.GetNames().empty());
    EXPECT_EQ(unknown.GetPlaces(), "no folder");
}

TEST(BundledFiles, AreThereForEveryKind)
{
    for (const auto* kind : {"profiles/dnn", "profiles/processor", "traces", "mobility"})
    {
        EXPECT_FALSE(BundledFiles(kind).GetNames().empty()) << kind;
    }
}

} // namespace
