/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/device-variants.h"

#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/surgery-number-list.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

namespace
{

using namespace ns3::surgery;

VariantSettings
MakeSettings()
{
    VariantSettings settings;
    settings.dnn = "resnet18";
    settings.processor = "raspberry-pi-4";
    settings.activationBits = "32";
    return settings;
}

TEST(DeviceVariants, AreAllCombinations)
{
    PartitionFrontierCache frontiers(std::make_shared<ProfileLibrary>());
    auto settings = MakeSettings();
    settings.others = "resnet34 ,mobilenet-v2";
    settings.activationBits = "32, 8:1.5";
    settings.inputEncodings = "30000:0.5,10000:2";
    settings.accuracyPriceSPerPercent = 0.25;
    const auto variants = MakeDeviceVariants(settings, frontiers);
    ASSERT_EQ(variants->size(), 3U * 2 * 3);
    std::set<std::string> seen;
    for (uint32_t i = 0; i < variants->size(); ++i)
    {
        const auto& [variant, costs, facts] = (*variants)[i];
        EXPECT_EQ(facts.index, i);
        EXPECT_EQ(facts.inputBytes, variant.encoding.inputBytes);
        EXPECT_EQ(costs->GetTensorBytes()[0], variant.encoding.inputBytes);
        seen.insert(variant.dnn + " " + std::to_string(facts.activationBits) + " " +
                    std::to_string(facts.inputBytes));
        const auto loss = (facts.activationBits == 8 ? 1.5 : 0) + (facts.inputBytes == 30000   ? 0.5
                                                                   : facts.inputBytes == 10000 ? 2
                                                                                               : 0);
        const auto accuracy =
            frontiers.GetLibrary().GetDnn(variant.dnn)->GetAccuracy()->topOnePercent - loss;
        EXPECT_DOUBLE_EQ(facts.accuracyPercent, accuracy);
        const auto best = frontiers.GetLibrary().GetDnn("resnet34")->GetAccuracy()->topOnePercent;
        EXPECT_DOUBLE_EQ(variant.penaltyS, 0.25 * (best - accuracy));
    }
    EXPECT_EQ(seen.size(), variants->size());
    // a picture of 224 x 224, a byte per element
    EXPECT_EQ(variants->front().facts.inputBytes, 150528U);
}

TEST(DeviceVariants, OfOneDnnAreOneWithoutPenalty)
{
    PartitionFrontierCache frontiers(std::make_shared<ProfileLibrary>());
    const auto settings = MakeSettings();
    EXPECT_FALSE(HasSeveralVariants(settings));
    const auto variants = MakeDeviceVariants(settings, frontiers);
    ASSERT_EQ(variants->size(), 1U);
    EXPECT_EQ(variants->front().variant.dnn, "resnet18");
    EXPECT_EQ(variants->front().variant.penaltyS, 0);
}

TEST(DeviceVariants, BelowTheFloorAreDropped)
{
    PartitionFrontierCache frontiers(std::make_shared<ProfileLibrary>());
    auto settings = MakeSettings();
    settings.others = "resnet34,mobilenet-v2";
    settings.accuracyFloorPercent = 72;
    const auto variants = MakeDeviceVariants(settings, frontiers);
    ASSERT_EQ(variants->size(), 2U);
    for (const auto& [variant, costs, facts] : *variants)
    {
        EXPECT_GE(facts.accuracyPercent, 72) << variant.dnn;
        EXPECT_EQ(variant.penaltyS, 0) << "the floor has no price";
    }
    settings.accuracyFloorPercent = 72.5;
    EXPECT_EQ(MakeDeviceVariants(settings, frontiers)->front().variant.dnn, "resnet34");
}

TEST(DeviceVariants, AFloorLeavesOutWhatLosesTooMuch)
{
    PartitionFrontierCache frontiers(std::make_shared<ProfileLibrary>());
    auto settings = MakeSettings();
    settings.activationBits = "32,8:80";
    settings.accuracyFloorPercent = 1e-9;
    EXPECT_EQ(MakeDeviceVariants(settings, frontiers)->size(), 1U);
}

TEST(DeviceVariants, BadSettingsAreOneLine)
{
    PartitionFrontierCache frontiers(std::make_shared<ProfileLibrary>());
    const auto rejects = [&frontiers](const std::function<void(VariantSettings&)>& spoil) {
        auto settings = MakeSettings();
        spoil(settings);
        try
        {
            MakeDeviceVariants(settings, frontiers);
            return std::string();
        }
        catch (const std::invalid_argument& error)
        {
            const std::string text = error.what();
            return text.find('\n') == std::string::npos ? text : "more than a line";
        }
    };
    const auto names = [](const std::string& complaint, const std::string& word) {
        EXPECT_NE(complaint.find(word), std::string::npos) << complaint;
    };
    names(rejects([](auto& s) { s.accuracyFloorPercent = 99; }), "(AccuracyFloor): must be 0 to ");
    names(rejects([](auto& s) { s.activationBits = "32,8:80"; }), "at 8 bit loses 80 of ");
    names(rejects([](auto& s) {
              s.dnn = "bert-base-128"; // accuracy not known
              s.activationBits = "8:60";
              s.inputEncodings = "7:60";
          }),
          "at 8 bit loses 120 of 100 points");
    names(rejects([](auto& s) { s.others = "inception-v3"; }), "input of \"inception-v3\"");
    names(rejects([](auto& s) { s.others = "resnet18"; }), "\"resnet18\" is named twice");
    names(rejects([](auto& s) { s.others = "resnet34,,vgg16"; }), "\"\"");
    names(rejects([](auto& s) { s.others = "no-such-dnn"; }), "no-such-dnn");
    names(rejects([](auto& s) {
              s.dnn = "bert-base-128";
              s.accuracyPriceSPerPercent = 1;
          }),
          "\"bert-base-128\" does not tell its accuracy");
    for (const auto* bad : {"", "12", "8,8", "8:-1", "8:101", "8:", "8:1:2", "x", "8.5", "8,"})
    {
        SCOPED_TRACE(bad);
        const auto complaint = rejects([bad](auto& s) { s.activationBits = bad; });
        names(complaint, "ActivationBits");
    }
    names(rejects([](auto& s) { s.inputEncodings = "0.5"; }), "InputEncodings");
    names(rejects([](auto& s) { s.inputEncodings = "150528"; }), "150528");
    names(rejects([](auto& s) {
              s.inputBytes = 20000;
              s.inputEncodings = "10000,20000:1";
          }),
          "20000");
    names(rejects([](auto& s) {
              s.activationBits = "8,16,32";
              for (int i = 1; i < 40; ++i)
              {
                  s.inputEncodings += (i > 1 ? "," : "") + std::to_string(i);
              }
          }),
          "at most 64");
}

TEST(NumberList, IsNumbersWithLosses)
{
    const auto list = ParseNumberList(" 32 , 8 : 0.5 ");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ((*list)[0].first, 32U);
    EXPECT_EQ((*list)[0].second, 0);
    EXPECT_EQ((*list)[1].first, 8U);
    EXPECT_EQ((*list)[1].second, 0.5);
    EXPECT_TRUE(ParseNumberList("")->empty());
    EXPECT_FALSE(ParseNumberList("1e400"));
    EXPECT_FALSE(ParseNumberList("-1"));
}

} // namespace
