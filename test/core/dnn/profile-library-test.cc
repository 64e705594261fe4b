/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/sample-profiles.h"

#include "ns3/dnn-profile-library.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// A folder of profiles of its own, looked up first while it lives.
class OwnProfiles : public testing::Test
{
  protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::path(testing::TempDir()) /
                   ("dnn-surgery-" + std::string(test->name()));
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder / "dnn");
        std::filesystem::create_directories(m_folder / "processor");
        setenv("DNN_SURGERY_PROFILES", m_folder.c_str(), 1);
    }

    void TearDown() override
    {
        unsetenv("DNN_SURGERY_PROFILES");
        std::filesystem::remove_all(m_folder);
    }

    /// Writes a file below the folder; returns its path.
    std::string Write(const std::string& name, const std::string& text) const
    {
        const auto path = m_folder / name;
        std::ofstream(path, std::ios::binary) << text;
        return path.string();
    }

    std::filesystem::path m_folder; ///< the profile directory
};

TEST_F(OwnProfiles, AreFoundByNameAndByPath)
{
    Write("dnn/mine.json", GOOD_DNN);
    Write("dnn/notes.txt", "not a profile");
    const auto path = Write("board.json", GOOD_PROCESSOR);
    ProfileLibrary library;
    const auto dnn = library.GetDnn("mine");
    EXPECT_EQ(dnn->GetName(), "small");
    EXPECT_EQ(library.GetDnn("mine"), dnn);
    EXPECT_EQ(library.GetProcessor(path)->GetName(), "board");
}

TEST_F(OwnProfiles, AreAddedToTheBundledOnesAndGoBeforeThem)
{
    const auto bundled = ProfileLibrary::GetDnnNames();
    Write("dnn/a-new-one.json", GOOD_DNN);
    Write("dnn/resnet50.json", GOOD_DNN);
    auto all = bundled;
    all.insert(all.begin(), "a-new-one");
    EXPECT_EQ(ProfileLibrary::GetDnnNames(), all);
    ProfileLibrary library;
    EXPECT_EQ(library.GetDnn("resnet50")->GetName(), "small");
    EXPECT_EQ(library.GetDnn("vgg19")->GetName(), "vgg19");
    EXPECT_EQ(library.GetProcessor("server-t4")->GetName(), "server-t4");
}

TEST_F(OwnProfiles, UnknownNamesAreAnsweredWithTheKnownOnes)
{
    Write("dnn/mine.json", GOOD_DNN);
    Write("processor/board.json", GOOD_PROCESSOR);
    ProfileLibrary library;
    ExpectWords(
        GetComplaint([&] { library.GetDnn("yours"); }),
        {"DNN", "\"yours\"", "mine", "resnet50", m_folder.string() + "/dnn", "/data/profiles"});
    ExpectWords(GetComplaint([&] { library.GetDnn(""); }), {"DNN", "\"\"", "mine"});
    ExpectWords(GetComplaint([&] { library.GetProcessor("mine"); }),
                {"processor", "\"mine\"", "board"});
    // a failure is not remembered
    Write("dnn/yours.json", GOOD_DNN);
    EXPECT_EQ(library.GetDnn("yours")->GetName(), "small");
}

TEST_F(OwnProfiles, UnreadableFilesAreNamed)
{
    ProfileLibrary library;
    const auto folder = m_folder.string() + "/";
    ExpectWords(GetComplaint([&] { library.GetDnn(folder + "no.json"); }),
                {folder + "no.json", "no such DNN", "resnet50"});
    ExpectWords(GetComplaint([&] { library.GetDnn("no.json"); }),
                {std::filesystem::current_path().string() + "/no.json", "no such DNN", "resnet50"});
    ExpectWords(GetComplaint([&] { library.GetDnn(folder); }), {folder, "read"});
    ExpectWords(GetComplaint([&] { library.GetProcessor(folder + "dnn"); }), {folder, "read"});
    std::filesystem::create_directories(m_folder / "dnn" / "folder.json");
    ExpectWords(GetComplaint([&] { library.GetDnn("folder"); }), {"folder.json", "read"});
    const auto empty = Write("empty.json", "");
    ExpectWords(GetComplaint([&] { library.GetDnn(empty); }), {"empty.json"});
    const auto wrong = Write("wrong.json", Replace(GOOD_DNN, "5000", "-5"));
    ExpectWords(GetComplaint([&] { library.GetDnn(wrong); }),
                {"wrong.json", "layers[1] (\"conv\"): flops"});
}

TEST(WrittenOutProfiles, AreProcessorsByThemselves)
{
    ProfileLibrary library;
    const std::string profile = R"({"name": "mine", "flops": {"default": 2e9},)"
                                R"( "bandwidth_bytes_per_s": 3e9, "overhead_s": 2e-5})";
    const auto processor = library.GetProcessor(profile);
    EXPECT_EQ(processor->GetName(), "mine");
    EXPECT_EQ(library.GetProcessor(profile), processor);
    EXPECT_THROW(library.GetProcessor("{}"), std::invalid_argument);
    EXPECT_THROW(library.GetProcessor("{"), std::invalid_argument);
    EXPECT_THROW(library.GetProcessor("{"), std::invalid_argument);
}

TEST(BundledProfiles, AreAllListedAndReadable)
{
    const auto dnns = ProfileLibrary::GetDnnNames();
    EXPECT_TRUE(std::is_sorted(dnns.begin(), dnns.end()));
    for (const auto* name : {"alexnet", "bert-base-128", "resnet50", "vgg19", "vit-b-16"})
    {
        EXPECT_TRUE(std::binary_search(dnns.begin(), dnns.end(), name)) << name;
    }
    EXPECT_EQ(ProfileLibrary::GetProcessorNames(),
              (std::vector<std::string>{"intradp-robot",
                                        "intradp-robot-isolated",
                                        "intradp-server",
                                        "intradp-server-isolated",
                                        "jetson-nano",
                                        "jetson-tx2",
                                        "phone-cpu",
                                        "raspberry-pi-3b",
                                        "raspberry-pi-4",
                                        "server-8-core",
                                        "server-rtx3090",
                                        "server-t4",
                                        "server-v100",
                                        "xavier-nx"}));
    ProfileLibrary library;
    for (const auto& name : dnns)
    {
        EXPECT_EQ(library.GetDnn(name)->GetName(), name);
        EXPECT_FALSE(library.GetDnn(name)->GetProvenance().empty());
    }
    for (const auto& name : ProfileLibrary::GetProcessorNames())
    {
        EXPECT_EQ(library.GetProcessor(name)->GetName(), name);
        EXPECT_FALSE(library.GetProcessor(name)->GetSource().empty());
    }
}

TEST(BundledProfiles, MultiplyAsOftenAsPublished)
{
    ProfileLibrary library;
    const std::vector<std::pair<std::string, double>> published{{"alexnet", 0.6546e9},
                                                                {"densenet121", 2.8342e9},
                                                                {"inception-v1", 1.4316e9},
                                                                {"resnet50", 4.0892e9},
                                                                {"squeezenet", 0.3492e9},
                                                                {"vgg19", 19.632e9}};
    for (const auto& [name, expected] : published)
    {
        double flops = 0;
        for (const auto& layer : library.GetDnn(name)->GetLayers())
        {
            flops += layer.op == "Conv" || layer.op == "Gemm" ? layer.flops : 0;
        }
        EXPECT_NEAR(flops / 2, expected, 0.001 * expected) << name;
    }
}

} // namespace
